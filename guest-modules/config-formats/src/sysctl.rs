//! sysctl.d(5) and sysctl.conf(5): the last value wins.

use crate::Files;

/// Folders, an earlier one hiding names in the later ones (sysctl.d(5)).
const FOLDERS: [&str; 5] = ["/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d", "/lib/sysctl.d"];

/// The file that sysctl(8) reads last and systemd only by a link.
pub const MAIN: &str = "/etc/sysctl.conf";

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// The key with dots.
    pub key: String,
    /// The value.
    pub value: String,
}

/// Beginnings of rule names and of the keys that they stand for; the longest that fits counts.
const PREFIXES: &[(&str, &str)] = &[
    ("net_ipv4_conf_all_", "net.ipv4.conf.all."),
    ("net_ipv4_conf_default_", "net.ipv4.conf.default."),
    ("net_ipv6_conf_all_", "net.ipv6.conf.all."),
    ("net_ipv6_conf_default_", "net.ipv6.conf.default."),
    ("net_ipv4_", "net.ipv4."),
    ("net_core_", "net.core."),
    ("kernel_yama_", "kernel.yama."),
    ("kernel_", "kernel."),
    ("fs_", "fs."),
    ("vm_", "vm."),
    ("user_", "user."),
    ("dev_tty_", "dev.tty."),
];

/// Values that harden, by the last part of the key (kernel documentation, admin-guide/sysctl and networking/ip-sysctl).
const VALUES: &[(&str, &str)] = &[
    ("accept_ra", "0"),
    ("accept_redirects", "0"),
    ("accept_source_route", "0"),
    ("bpf_jit_harden", "2"),
    ("core_uses_pid", "0"),
    ("disable_ipv6", "1"),
    ("dmesg_restrict", "1"),
    ("forwarding", "0"),
    ("icmp_echo_ignore_broadcasts", "1"),
    ("icmp_ignore_bogus_error_responses", "1"),
    ("ip_forward", "0"),
    ("kexec_load_disabled", "1"),
    ("kptr_restrict", "1"),
    ("ldisc_autoload", "0"),
    ("log_martians", "1"),
    ("max_user_namespaces", "0"),
    ("mmap_min_addr", "65536"),
    ("perf_event_paranoid", "2"),
    ("protected_fifos", "2"),
    ("protected_hardlinks", "1"),
    ("protected_regular", "2"),
    ("protected_symlinks", "1"),
    ("ptrace_scope", "1"),
    ("randomize_va_space", "2"),
    ("rp_filter", "1"),
    ("secure_redirects", "0"),
    ("send_redirects", "0"),
    ("suid_dumpable", "0"),
    ("sysrq", "0"),
    ("tcp_syncookies", "1"),
    ("tcp_timestamps", "0"),
    ("unprivileged_bpf_disabled", "1"),
    ("unprivileged_userns_clone", "0"),
];

/// Says what a rule asks for: `sysctl_net_ipv4_conf_all_rp_filter`, its value from the finding's parameter or the one that hardens.
pub fn want(rule: &str, parameters: &[(String, String)]) -> Option<Want> {
    let name = rule.strip_prefix("sysctl_")?;
    let (prefix, start) = PREFIXES.iter().find(|it| name.starts_with(it.0))?;
    let last = &name[prefix.len()..];
    let given = parameters.iter().find(|it| it.0.ends_with(&format!("{rule}_value"))).map(|it| it.1.trim().to_owned());
    let given = given.filter(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit() || it == '-'));
    let value = given.or_else(|| VALUES.iter().find(|it| it.0 == last).map(|it| it.1.to_owned()))?;
    Some(Want { key: format!("{start}{last}"), value })
}

/// One assignment of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The file.
    pub file: String,
    /// The value.
    pub value: String,
}

/// All assignments to a key in the order of sysctl(8): files by name whatever their folder, the main file last.
pub fn assignments(files: &dyn Files, key: &str) -> Vec<Assignment> {
    let mut paths: Vec<(String, String)> = Vec::new();
    for folder in FOLDERS {
        for name in files.names(folder).into_iter().filter(|it| it.ends_with(".conf")) {
            if !paths.iter().any(|it| it.0 == name) {
                paths.push((name.clone(), format!("{folder}/{name}")));
            }
        }
    }
    paths.sort();
    let all = paths.into_iter().map(|it| it.1).chain([MAIN.to_owned()]);
    all.filter_map(|path| Some((files.text(&path)?, path)))
        .flat_map(|(text, file)| text.lines().filter_map(|line| value(line, key)).map(|value| Assignment { file: file.clone(), value }).collect::<Vec<_>>())
        .collect()
}

/// The value that a line gives to a key; `/` and `.` mean the same, a `-` before the key means that failure is fine.
pub fn value(line: &str, key: &str) -> Option<String> {
    let line = line.trim();
    if line.starts_with(['#', ';']) {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let name = name.trim().trim_start_matches('-').replace('/', ".");
    (name == key).then(|| value.trim().to_owned())
}

impl Want {
    /// Answers whether the configuration gives the key this value, for sysctl(8) as for systemd, which does not read the main file:
    /// the last assignment of both orders must do. A key that nobody sets is not hardened.
    pub fn holds(&self, files: &dyn Files) -> bool {
        let all = assignments(files, &self.key);
        let last = all.last();
        let without = all.iter().rfind(|it| it.file != MAIN).or(last);
        [last, without].iter().all(|it| it.is_some_and(|it| it.value == self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::want;
    use crate::Memory;

    fn check(files: &[(&str, &str)]) -> bool {
        want("sysctl_net_ipv4_conf_all_rp_filter", &[]).expect("a rule").holds(&Memory::of(files))
    }

    #[test]
    fn the_last_value_wins() {
        assert!(!check(&[]));
        assert!(check(&[("/etc/sysctl.d/10-a.conf", "net.ipv4.conf.all.rp_filter = 0\n"), ("/etc/sysctl.d/20-b.conf", "-net/ipv4/conf/all/rp_filter=1\n")]));
        assert!(!check(&[("/etc/sysctl.d/10-a.conf", "net.ipv4.conf.all.rp_filter=1\n"), ("/usr/lib/sysctl.d/50-b.conf", "net.ipv4.conf.all.rp_filter=0\n")]));
        assert!(!check(&[("/etc/sysctl.d/10-a.conf", "net.ipv4.conf.all.rp_filter=1\n"), ("/etc/sysctl.conf", "net.ipv4.conf.all.rp_filter=0\n")]));
        assert!(check(&[("/etc/sysctl.conf", "# net.ipv4.conf.all.rp_filter=0\nnet.ipv4.conf.all.rp_filter=1\n")]));
        // A name in /etc hides the same name below /usr.
        assert!(check(&[("/etc/sysctl.d/50-a.conf", "net.ipv4.conf.all.rp_filter=1\n"), ("/usr/lib/sysctl.d/50-a.conf", "net.ipv4.conf.all.rp_filter=0\n")]));
    }

    #[test]
    fn names_and_values() {
        let given = [("xccdf_org.ssgproject.content_value_sysctl_kernel_kptr_restrict_value".to_owned(), "2".to_owned())];
        let it = want("sysctl_kernel_kptr_restrict", &given).expect("a rule");
        assert_eq!((it.key.as_str(), it.value.as_str()), ("kernel.kptr_restrict", "2"));
        assert_eq!(want("sysctl_kernel_unheard_of", &[]), None);
    }
}
