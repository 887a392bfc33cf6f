//! Commands with effects outside files, and what stands for them beside real bash.

/// Only a running machine, a network or a package archive could carry these out: a recorder stands in, which says nothing and succeeds.
pub(crate) const RECORDED: &[&str] = &[
    "aa-complain",
    "aa-disable",
    "aa-enforce",
    "aide",
    "aide.wrapper",
    "apk",
    "apparmor_parser",
    "apt",
    "apt-get",
    "auditctl",
    "authconfig",
    "authselect",
    "blkid",
    "chcon",
    "chkstat",
    "chronyc",
    "crictl",
    "curl",
    "depmod",
    "dnf",
    "docker",
    "dracut",
    "fapolicyd-cli",
    "fips-mode-setup",
    "firewall-cmd",
    "firewall-offline-cmd",
    "getenforce",
    "getsebool",
    "git",
    "grub-mkconfig",
    "grub2-editenv",
    "grub2-mkconfig",
    "grubby",
    "helm",
    "hostnamectl",
    "insmod",
    "ip6tables",
    "ip6tables-restore",
    "ip6tables-save",
    "iptables",
    "iptables-restore",
    "iptables-save",
    "kubectl",
    "logger",
    "loginctl",
    "lsmod",
    "microdnf",
    "modprobe",
    "mount",
    "nc",
    "netfilter-persistent",
    "newaliases",
    "nft",
    "nmcli",
    "npm",
    "pip",
    "pip3",
    "postfix",
    "postmap",
    "reboot",
    "restorecon",
    "rmmod",
    "scp",
    "selinuxenabled",
    "semanage",
    "service",
    "sestatus",
    "setenforce",
    "setsebool",
    "shutdown",
    "ssh",
    "swapoff",
    "swapon",
    "sysctl",
    "systemd-tmpfiles",
    "timedatectl",
    "udevadm",
    "ufw",
    "umount",
    "update-ca-certificates",
    "update-ca-trust",
    "update-crypto-policies",
    "update-grub",
    "update-initramfs",
    "wall",
    "wget",
    "yum",
    "zypper",
];

/// These work on the files of a root: the real ones run, and their calls are written down. (`augenrules` is a script: what it calls is.)
pub(crate) const REAL: &[&str] = &[
    "a2disconf",
    "a2dismod",
    "a2dissite",
    "a2enconf",
    "a2enmod",
    "a2ensite",
    "addgroup",
    "adduser",
    "apt-cache",
    "apt-mark",
    "chage",
    "chpasswd",
    "chsh",
    "crontab",
    "dconf",
    "debconf-set-selections",
    "delgroup",
    "deluser",
    "dpkg",
    "dpkg-divert",
    "dpkg-query",
    "dpkg-reconfigure",
    "dpkg-statoverride",
    "faillock",
    "findmnt",
    "gpasswd",
    "groupadd",
    "groupdel",
    "groupmod",
    "grpck",
    "pam-auth-update",
    "passwd",
    "postconf",
    "pwck",
    "rpm",
    "sshd",
    "systemctl",
    "update-alternatives",
    "update-rc.d",
    "useradd",
    "userdel",
    "usermod",
    "visudo",
];

/// What `systemctl` can only do on a running machine.
const OF_RUNNING: &str =
    "start|stop|restart|reload|try-restart|reload-or-restart|try-reload-or-restart|kill|isolate|is-active|is-failed|daemon-reload|daemon-reexec|reset-failed";

/// Takes `--now` away: the real one would ask a running systemd for it, and end with that.
const AT_ONCE: &str = "words=(); for it; do [ \"$it\" = --now ] || words+=(\"$it\"); done; set -- \"${words[@]}\"\n";

/// Where the sandbox of a real run has what the laboratory needs.
pub(crate) const LAB: &str = "/run/lab";

/// How every stand-in begins.
pub(crate) const HEAD: &str = "#!/bin/bash\n# stands for a command\n";

/// Writes the program that stands for a command.
pub(crate) fn stand_in(name: &str) -> String {
    let note =
        format!("[ -n \"$LAB_INNER\" ] || {{ printf '%s' \"${{0##*/}}\"; for it; do printf '\\037%s' \"$it\"; done; printf '\\036'; }} >>{LAB}/commands\n");
    let real = format!("LAB_INNER=1 exec -a \"$0\" \"{LAB}/real$0\" \"$@\"\n");
    if name == "zypper" {
        // With a package that is not installed it ends with 104, "did not match any of the available package names" (zypper(8), exit codes).
        let removes = "case \" $* \" in *' remove '*|*' rm '*) for it; do case $it in -*|remove|rm) ;; *) rpm -q --quiet \"$it\" && exit 0 ;; esac; done; exit 104 ;; esac\n";
        return format!("{HEAD}{note}export LAB_INNER=1\n{removes}exit 0\n");
    }
    if RECORDED.contains(&name) {
        format!("{HEAD}{note}exit 0\n")
    } else if name == "systemctl" {
        format!("{HEAD}{note}for it; do case $it in -*) ;; {OF_RUNNING}) exit 0 ;; *) break ;; esac; done\n{AT_ONCE}{real}")
    } else {
        format!("{HEAD}{note}{real}")
    }
}

/// Answers whether calls of a command are compared.
pub(crate) fn is_watched(name: &str) -> bool {
    RECORDED.contains(&name) || REAL.contains(&name)
}
