//! What a rule of any family asks of a target, and where it is not so.

use crate::{Files, keyed, modprobe, permission, sshd, sudoers, sysctl};

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Of sshd.
    Sshd(sshd::Want),
    /// Of the kernel's settings.
    Sysctl(sysctl::Want),
    /// Of sudo.
    Sudoers(sudoers::Want),
    /// Of a file of keys and values.
    Keyed(keyed::Want),
    /// Of a kernel module, by its name.
    Module(String),
    /// Of modes and owners.
    Permission(permission::Want),
}

impl Want {
    /// Says what a rule asks for; none where it is not known.
    pub fn of(rule: &str, parameters: &[(String, String)]) -> Option<Want> {
        let first = sshd::want(rule, parameters).map(Want::Sshd);
        first
            .or_else(|| sysctl::want(rule, parameters).map(Want::Sysctl))
            .or_else(|| sudoers::want(rule, parameters).map(Want::Sudoers))
            .or_else(|| keyed::want(rule, parameters).map(Want::Keyed))
            .or_else(|| modprobe::module(rule).map(|it| Want::Module(it.to_owned())))
            .or_else(|| permission::want(rule).map(Want::Permission))
    }

    /// Answers whether a target is so; an error where nobody can tell. `places` are paths that a finding names: a rule about paths is
    /// about those of them that it knows.
    pub fn holds(&self, files: &dyn Files, places: &[String]) -> Result<bool, String> {
        let missing = |path: &str| format!("{path} is not there");
        match self {
            Want::Sshd(it) => sshd::read(files).map(|settings| it.holds(&settings)).ok_or_else(|| missing(sshd::MAIN)),
            Want::Sysctl(it) => Ok(it.holds(files)),
            Want::Sudoers(it) => it.holds(files).ok_or_else(|| format!("{} is not there, or is broken", sudoers::MAIN)),
            Want::Keyed(it) => files.state(it.layout.main).map(|_| it.holds(files)).ok_or_else(|| missing(it.layout.main)),
            Want::Module(it) => Ok(modprobe::said(files, it).holds()),
            Want::Permission(it) => it.holds(files, places),
        }
    }

    /// The files whose lines (or whose own mode and owner) are not as they should be; the main file where a line is missing.
    pub fn offenders(&self, files: &dyn Files, places: &[String]) -> Vec<String> {
        let mut found: Vec<String> = match self {
            Want::Sshd(it) => it.offenders(&sshd::read(files).unwrap_or_default()),
            Want::Sysctl(it) => sysctl::assignments(files, &it.key).into_iter().filter(|at| at.value != it.value).map(|it| it.file).collect(),
            Want::Sudoers(it) => it.offenders(files),
            Want::Keyed(it) => it.assignments(files).into_iter().filter(|at| !it.is_met_by(&at.value)).map(|it| it.file).collect(),
            Want::Module(it) => modprobe::said(files, it).loading,
            Want::Permission(it) => it.offenders(files, places),
        };
        if found.is_empty() && self.holds(files, places) == Ok(false) {
            found.extend(self.main().map(str::to_owned));
        }
        found
    }

    fn main(&self) -> Option<&str> {
        match self {
            Want::Sshd(_) => Some(sshd::MAIN),
            Want::Sysctl(_) => Some(sysctl::MAIN),
            Want::Sudoers(_) => Some(sudoers::MAIN),
            Want::Keyed(it) => Some(it.layout.main),
            Want::Module(_) | Want::Permission(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Want;
    use crate::Memory;

    fn check(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
        Want::of(rule, &[]).expect("a rule").offenders(&Memory::of(files), &[])
    }

    #[test]
    fn the_files_that_say_otherwise_are_named() {
        let (main, drop) = ("/etc/ssh/sshd_config", "/etc/ssh/sshd_config.d/a.conf");
        let include = "Include /etc/ssh/sshd_config.d/*.conf\n";
        assert_eq!(check("sshd_disable_root_login", &[(main, include), (drop, "PermitRootLogin yes\n")]), [drop]);
        assert_eq!(check("sshd_disable_root_login", &[(main, "Port 22\n")]), [main], "where a line is missing it belongs there");
        let both = "Include /etc/ssh/sshd_config.d/*.conf\nMatch User a\nPermitRootLogin yes\n";
        assert_eq!(check("sshd_disable_root_login", &[(main, both), (drop, "PermitRootLogin yes\n")]), [drop, main]);
        assert_eq!(check("sysctl_net_ipv4_ip_forward", &[("/etc/sysctl.d/a.conf", "net.ipv4.ip_forward=1\n"), ("/etc/sysctl.conf", "net.ipv4.ip_forward=0\n")]), ["/etc/sysctl.d/a.conf"]);
        assert_eq!(check("accounts_maximum_age_login_defs", &[("/etc/login.defs", "PASS_MAX_DAYS 90\n")]), [""; 0]);
        assert_eq!(check("sudo_remove_nopasswd", &[("/etc/sudoers", "@includedir /etc/sudoers.d\n"), ("/etc/sudoers.d/a", "a ALL=(ALL) NOPASSWD: ALL\n")]), ["/etc/sudoers.d/a"]);
    }
}
