//! Rules about mode, owner and group of paths.

use crate::{Files, State, glob};

/// What a rule asks of each of its paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// No bits beyond these.
    AtMost(u32),
    /// This owner.
    Owner(u32),
    /// One of these groups, by number, the first for a fix; `shadow` by name stands for its number.
    Group(&'static [&'static str]),
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// One path, a pattern of names in a folder, or nothing: the paths that a finding names.
    pub pattern: &'static str,
    /// What is asked of each.
    pub ask: Ask,
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
    ("sshd_private_key", "/etc/ssh/ssh_host_*_key", 0o600),
    ("sshd_pub_key", "/etc/ssh/ssh_host_*_key.pub", 0o644),
    ("sshd_drop_in_config", "/etc/ssh/sshd_config.d/*.conf", 0o600),
    ("crontab", "/etc/crontab", 0o600),
    ("cron_d", "/etc/cron.d", 0o700),
    ("cron_hourly", "/etc/cron.hourly", 0o700),
    ("cron_daily", "/etc/cron.daily", 0o700),
    ("cron_weekly", "/etc/cron.weekly", 0o700),
    ("cron_monthly", "/etc/cron.monthly", 0o700),
    ("cron_allow", "/etc/cron.allow", 0o640),
    ("cron_deny", "/etc/cron.deny", 0o640),
    ("at_allow", "/etc/at.allow", 0o640),
    ("at_deny", "/etc/at.deny", 0o640),
    ("etc_issue", "/etc/issue", 0o644),
    ("etc_issue_net", "/etc/issue.net", 0o644),
    ("etc_motd", "/etc/motd", 0o644),
    ("etc_sudoers", "/etc/sudoers", 0o440),
    ("etc_sudoersd", "/etc/sudoers.d", 0o750),
    ("etc_sysctld", "/etc/sysctl.d", 0o755),
    ("grub2_cfg", "/boot/grub2/grub.cfg", 0o600),
    ("grub_cfg", "/boot/grub/grub.cfg", 0o600),
    ("etc_security_opasswd", "/etc/security/opasswd", 0o600),
    ("etc_shells", "/etc/shells", 0o644),
    ("etc_hosts_allow", "/etc/hosts.allow", 0o644),
    ("etc_hosts_deny", "/etc/hosts.deny", 0o644),
    ("systemmap", "/boot/System.map-*", 0o600),
    ("user_cfg", "/boot/grub2/user.cfg", 0o600),
    ("var_log", "/var/log", 0o755),
    ("var_log_messages", "/var/log/messages", 0o640),
    ("var_log_syslog", "/var/log/syslog", 0o640),
    // World-writable files can be anywhere: the finding says where.
    ("unauthorized_world_writable", "", 0o7775),
];

/// Says which paths a rule is about and what it asks of them.
pub fn want(rule: &str) -> Option<Want> {
    let find = |name: &str| PATHS.iter().find(|it| it.0 == name);
    if let Some(name) = rule.strip_prefix("file_permissions_") {
        return find(name).map(|it| Want { pattern: it.1, ask: Ask::AtMost(it.2) });
    }
    let (name, owner) = rule.strip_prefix("file_owner_").or_else(|| rule.strip_prefix("file_ownership_")).map(|it| (it, true)).or_else(|| Some((rule.strip_prefix("file_groupowner_")?, false)))?;
    let row = find(name).filter(|it| !it.1.is_empty())?;
    let group: &[&str] = match name {
        _ if name.ends_with("shadow") => &["shadow", "0"],
        // Fedora's keys are their own group's (openssh's ssh-keysign reads them).
        "sshd_private_key" => &["0", "ssh_keys"],
        _ => &["0"],
    };
    Some(Want { pattern: row.1, ask: if owner { Ask::Owner(0) } else { Ask::Group(group) } })
}

impl Want {
    /// The paths that are there: those of a finding that the rule knows, or else all of the rule.
    pub fn paths(&self, files: &dyn Files, places: &[String]) -> Vec<String> {
        if self.pattern.is_empty() {
            return places.iter().filter(|it| files.state(it).is_some()).cloned().collect();
        }
        let all: Vec<String> = glob::expand(files, self.pattern).into_iter().filter(|it| files.state(it).is_some()).collect();
        let named: Vec<String> = all.iter().filter(|it| places.contains(it)).cloned().collect();
        if named.is_empty() { all } else { named }
    }

    /// Answers whether a path is as it should be.
    pub fn is_met(&self, files: &dyn Files, state: State) -> bool {
        match &self.ask {
            Ask::AtMost(most) => state.mode & !most == 0,
            Ask::Owner(uid) => state.uid == *uid,
            Ask::Group(names) => names.iter().any(|it| group(files, it) == Some(state.gid)),
        }
    }

    /// Paths that are not as they should be.
    pub fn offenders(&self, files: &dyn Files, places: &[String]) -> Vec<String> {
        self.paths(files, places).into_iter().filter(|it| files.state(it).is_some_and(|state| !self.is_met(files, state))).collect()
    }

    /// Answers whether all paths are as they should be; an error where one that is named is not there, or none is.
    pub fn holds(&self, files: &dyn Files, places: &[String]) -> Result<bool, String> {
        let paths = self.paths(files, places);
        let missing = places.iter().find(|it| (self.pattern.is_empty() || glob::fits(self.pattern, it)) && !paths.contains(it));
        match (paths.is_empty(), missing) {
            (_, Some(path)) => Err(format!("{path} is not there")),
            (true, None) if self.pattern.is_empty() => Err("the finding names no path".to_owned()),
            (true, None) => Err(format!("{} is not there", self.pattern)),
            _ => Ok(self.offenders(files, places).is_empty()),
        }
    }
}

/// The number of a group.
pub fn group(files: &dyn Files, name: &str) -> Option<u32> {
    match name.parse() {
        Ok(number) => Some(number),
        Err(_) => files.text("/etc/group")?.lines().find_map(|line| line.strip_prefix(&format!("{name}:"))?.split(':').nth(1)?.parse().ok()),
    }
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
    use super::{Ask, Want, clauses, want};
    use crate::{Memory, State};

    #[test]
    fn names_and_clauses() {
        assert_eq!(want("file_permissions_etc_shadow"), Some(Want { pattern: "/etc/shadow", ask: Ask::AtMost(0o640) }));
        assert_eq!(want("file_groupowner_etc_passwd"), Some(Want { pattern: "/etc/passwd", ask: Ask::Group(&["0"]) }));
        assert_eq!(want("file_owner_unauthorized_world_writable"), None);
        assert_eq!(clauses(0o640), "u-xs,g-xws,o-xwrt");
        assert_eq!(clauses(0o7775), "o-w");
    }

    #[test]
    fn paths_of_a_finding_count_where_the_rule_knows_them() {
        let mut files = Memory::of(&[("/etc/ssh/ssh_host_rsa_key", ""), ("/etc/ssh/ssh_host_ed25519_key", ""), ("/srv/a", "")]);
        files.0.get_mut("/etc/ssh/ssh_host_rsa_key").expect("a file").1 = State { mode: 0o600, uid: 0, gid: 0, is_folder: false };
        let keys = want("file_permissions_sshd_private_key").expect("a rule");
        let at = |places: &[&str]| keys.holds(&files, &places.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert_eq!((at(&[]), at(&["/etc/ssh/ssh_host_rsa_key"]), at(&["/etc/ssh/ssh_host_ed25519_key"])), (Ok(false), Ok(true), Ok(false)));
        assert_eq!(at(&["/srv/a"]), Ok(false), "a path that the rule is not about takes nothing away");
        assert_eq!(at(&["/etc/ssh/ssh_host_x_key"]), Err("/etc/ssh/ssh_host_x_key is not there".to_owned()));
        let anywhere = want("file_permissions_unauthorized_world_writable").expect("a rule");
        assert_eq!(anywhere.holds(&files, &[]), Err("the finding names no path".to_owned()));
        assert_eq!(anywhere.holds(&files, &["/srv/a".to_owned()]), Ok(true));
        assert_eq!(anywhere.holds(&files, &["/srv/a".to_owned(), "/srv/b".to_owned()]), Err("/srv/b is not there".to_owned()));
    }
}
