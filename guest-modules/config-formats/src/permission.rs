//! Rules about mode, owner and group of single paths.

/// What a rule asks of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// No bits beyond these.
    AtMost(u32),
    /// This owner.
    Owner(u32),
    /// One of these groups, by number, the first for a fix; `shadow` by name stands for its number.
    Group(&'static [&'static str]),
}

/// Rules' last words, their paths, and the widest mode.
const PATHS: &[(&str, &str, u32)] = &[
    ("etc_passwd", "/etc/passwd", 0o644),
    ("etc_group", "/etc/group", 0o644),
    ("etc_shadow", "/etc/shadow", 0o640),
    ("etc_gshadow", "/etc/gshadow", 0o640),
    ("backup_etc_passwd", "/etc/passwd-", 0o644),
    ("backup_etc_group", "/etc/group-", 0o644),
    ("backup_etc_shadow", "/etc/shadow-", 0o640),
    ("backup_etc_gshadow", "/etc/gshadow-", 0o640),
    ("sshd_config", "/etc/ssh/sshd_config", 0o600),
    ("crontab", "/etc/crontab", 0o600),
    ("cron_d", "/etc/cron.d", 0o700),
    ("cron_hourly", "/etc/cron.hourly", 0o700),
    ("cron_daily", "/etc/cron.daily", 0o700),
    ("cron_weekly", "/etc/cron.weekly", 0o700),
    ("cron_monthly", "/etc/cron.monthly", 0o700),
    ("cron_allow", "/etc/cron.allow", 0o640),
    ("at_allow", "/etc/at.allow", 0o640),
    ("etc_issue", "/etc/issue", 0o644),
    ("etc_issue_net", "/etc/issue.net", 0o644),
    ("etc_motd", "/etc/motd", 0o644),
    ("etc_sudoers", "/etc/sudoers", 0o440),
    ("etc_sudoersd", "/etc/sudoers.d", 0o750),
    ("grub2_cfg", "/boot/grub2/grub.cfg", 0o600),
    ("grub_cfg", "/boot/grub/grub.cfg", 0o600),
    ("etc_shells", "/etc/shells", 0o644),
    ("etc_hosts_allow", "/etc/hosts.allow", 0o644),
    ("etc_hosts_deny", "/etc/hosts.deny", 0o644),
    ("var_log", "/var/log", 0o755),
];

/// Says which path a rule is about and what it asks for.
pub fn want(rule: &str) -> Option<(&'static str, Want)> {
    let find = |name: &str| PATHS.iter().find(|it| it.0 == name);
    if let Some(name) = rule.strip_prefix("file_permissions_") {
        return find(name).map(|it| (it.1, Want::AtMost(it.2)));
    }
    if let Some(name) = rule.strip_prefix("file_owner_") {
        return find(name).map(|it| (it.1, Want::Owner(0)));
    }
    let name = rule.strip_prefix("file_groupowner_")?;
    let group: &[&str] = if name.ends_with("shadow") { &["shadow", "0"] } else { &["0"] };
    find(name).map(|it| (it.1, Want::Group(group)))
}

/// The clauses that take from a mode all bits beyond `most`, for chmod(1): `u-xs,g-xws,o-xwrt`.
pub fn clauses(most: u32) -> String {
    let mut clauses = Vec::new();
    for (who, shift, special, letter) in [("u", 6, 0o4000, 's'), ("g", 3, 0o2000, 's'), ("o", 0, 0o1000, 't')] {
        let mut letters: String = [(1, 'x'), (2, 'w'), (4, 'r')].iter().filter(|it| most >> shift & it.0 == 0).map(|it| it.1).collect();
        if most & special == 0 {
            letters.push(letter);
        }
        if !letters.is_empty() {
            clauses.push(format!("{who}-{letters}"));
        }
    }
    clauses.join(",")
}

#[cfg(test)]
mod tests {
    use super::{Want, clauses, want};

    #[test]
    fn names_and_clauses() {
        assert_eq!(want("file_permissions_etc_shadow"), Some(("/etc/shadow", Want::AtMost(0o640))));
        assert_eq!(want("file_groupowner_etc_passwd"), Some(("/etc/passwd", Want::Group(&["0"]))));
        assert_eq!(clauses(0o640), "u-xs,g-xws,o-xwrt");
    }
}
