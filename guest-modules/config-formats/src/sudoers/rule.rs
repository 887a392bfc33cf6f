//! What hardening rules ask of sudo: the last value of a setting that is for all wins.

use super::{
    MAIN,
    parse::Entry,
    read::{Reading, reading},
};
use crate::Files;

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// No command without a password.
    NoNopasswd,
    /// No user who need not log in.
    NoUnauthenticated,
    /// A setting that is on.
    On(&'static str),
    /// A setting with a path.
    Path(&'static str, String),
    /// Settings that are switched off for all, by a statement of their own.
    Off(&'static [&'static str]),
    /// No grant of everything to everybody.
    NotEverybody,
    /// Minutes of at most this, and not below 0.
    Minutes(&'static str, u32),
}

/// Says what a rule asks for; a value comes from the finding's parameter, else it is that of sudoers(5)'s hardening guides.
pub fn want(rule: &str, parameters: &[(String, String)]) -> Option<Want> {
    let given = |name: &str| parameters.iter().find(|it| it.0.ends_with(name)).map(|it| it.1.trim().to_owned());
    Some(match rule {
        "sudo_remove_nopasswd" => Want::NoNopasswd,
        "sudo_remove_no_authenticate" => Want::NoUnauthenticated,
        "sudo_add_use_pty" => Want::On("use_pty"),
        "sudo_add_requiretty" => Want::On("requiretty"),
        "sudo_add_noexec" => Want::On("noexec"),
        "sudo_add_ignore_dot" => Want::On("ignore_dot"),
        // Whoever calls sudo gives their own password, not that of the account that they become.
        "sudoers_validate_passwd" => Want::Off(&["targetpw", "rootpw", "runaspw"]),
        "sudo_restrict_privilege_elevation_to_authorized" => Want::NotEverybody,
        "sudo_custom_logfile" => {
            let plain = |it: &String| it.starts_with('/') && it.chars().all(|it| it.is_ascii_alphanumeric() || "/._-".contains(it));
            Want::Path("logfile", given("var_sudo_logfile").filter(plain).unwrap_or_else(|| "/var/log/sudo.log".to_owned()))
        }
        "sudo_require_reauthentication" => Want::Minutes("timestamp_timeout", given("var_sudo_timestamp_timeout").and_then(|it| it.parse().ok()).unwrap_or(5)),
        _ => return None,
    })
}

impl Want {
    /// Answers whether the configuration meets it; none where there is no main file, or one that can't be read whole.
    pub fn holds(&self, files: &dyn Files) -> Option<bool> {
        let read = reading(files, MAIN)?;
        read.problems.is_empty().then(|| self.is_met(files, &read))
    }

    /// Files with a statement that says otherwise.
    pub fn offenders(&self, files: &dyn Files) -> Vec<String> {
        let Some(read) = reading(files, MAIN) else { return Vec::new() };
        let mut found: Vec<String> = match self {
            Want::NotEverybody => everybody(files, &read),
            _ => read.entries.iter().filter(|it| self.is_against(&it.2)).map(|it| it.0.clone()).collect(),
        };
        found.dedup();
        found
    }

    fn is_against(&self, entry: &Entry) -> bool {
        let setting = |is: &dyn Fn(&super::Change) -> bool| matches!(entry, Entry::Defaults(_, changes) if changes.iter().any(is));
        match self {
            Want::NoNopasswd => matches!(entry, Entry::Grant { no_password: true, .. }),
            Want::NoUnauthenticated => setting(&|it| it.name == "authenticate" && it.off),
            Want::On(name) => setting(&|it| it.name == *name && it.off),
            Want::Off(names) => setting(&|it| names.contains(&it.name.as_str()) && !it.off),
            Want::Path(name, path) => setting(&|it| it.name == *name && it.value.as_ref() != Some(path)),
            Want::Minutes(name, most) => setting(&|it| it.name == *name && !fits(it, *most)),
            Want::NotEverybody => false,
        }
    }

    fn is_met(&self, files: &dyn Files, read: &Reading) -> bool {
        match self {
            Want::NotEverybody => everybody(files, read).is_empty(),
            Want::Off(names) => names.iter().all(|name| last(read, name).is_some_and(|it| it.off) && !changes(read).any(|(_, it)| it.name == *name && !it.off)),
            Want::NoNopasswd => !read.entries.iter().any(|it| matches!(it.2, Entry::Grant { no_password: true, .. })),
            Want::NoUnauthenticated => !changes(read).any(|(_, it)| it.name == "authenticate" && it.off),
            Want::On(name) => last(read, name).is_some_and(|it| !it.off) && !changes(read).any(|(all, it)| !all && it.name == *name && it.off),
            Want::Path(name, path) => last(read, name).and_then(|it| it.value.as_ref()) == Some(path),
            Want::Minutes(name, most) => {
                let usual = last(read, name);
                usual.is_some_and(|it| fits(it, *most)) && changes(read).filter(|it| !it.0 && it.1.name == *name).all(|it| it.1.off || fits(it.1, *most))
            }
        }
    }
}

fn fits(it: &super::Change, most: u32) -> bool {
    it.value.as_ref().and_then(|it| it.parse::<f64>().ok()).is_some_and(|it| it >= 0.0 && it <= f64::from(most))
}

/// Files with a line that lets everybody do everything: `ALL ALL=(ALL) ALL`, or `(ALL:ALL)`.
fn everybody(files: &dyn Files, read: &Reading) -> Vec<String> {
    let is = |line: &str| {
        let bare: String = line.split('#').next().unwrap_or_default().chars().filter(|it| !it.is_whitespace()).collect();
        EVERYBODY.contains(&bare.as_str())
    };
    let text = |path: &str| files.text(path).unwrap_or_default().replace("\\\n", " ");
    read.files.iter().filter(|it| text(it).lines().any(is)).cloned().collect()
}

/// Such lines without blanks.
const EVERYBODY: [&str; 6] = ["ALLALL=ALL", "ALLALL=(ALL)ALL", "ALLALL=(ALL:ALL)ALL", "ALLALL=NOPASSWD:ALL", "ALLALL=(ALL)NOPASSWD:ALL", "ALLALL=(ALL:ALL)NOPASSWD:ALL"];

fn changes(read: &Reading) -> impl Iterator<Item = (bool, &super::Change)> {
    read.entries.iter().flat_map(|it| match &it.2 {
        Entry::Defaults(all, changes) => changes.iter().map(|it| (*all, it)).collect::<Vec<_>>(),
        _ => Vec::new(),
    })
}

fn last<'a>(read: &'a Reading, name: &str) -> Option<&'a super::Change> {
    changes(read).filter(|it| it.0 && it.1.name == name).last().map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use super::want;
    use crate::Memory;

    fn check(rule: &str, text: &str) -> bool {
        want(rule, &[]).expect("a rule").holds(&Memory::of(&[("/etc/sudoers", text)])).expect("a configuration")
    }

    #[test]
    fn everybody_is_found_however_it_is_written() {
        let fine = |text: &str| check("sudo_restrict_privilege_elevation_to_authorized", text);
        assert!(fine("root ALL=(ALL:ALL) ALL\n# ALL ALL=(ALL) ALL\nALL ALL=(ALL) /bin/id\n"));
        for text in ["ALL ALL=(ALL) ALL\n", "ALL\tALL = (ALL:ALL) NOPASSWD: ALL # all\n", "ALL ALL=\\\n(ALL) ALL\n", "ALL ALL=ALL\n"] {
            assert!(!fine(text), "{text}");
        }
    }

    #[test]
    fn the_invoking_users_password_is_asked_for_by_statements() {
        let fine = |text: &str| check("sudoers_validate_passwd", text);
        assert!(fine("Defaults !targetpw, !rootpw\nDefaults !runaspw\n"));
        assert!(!fine("") && !fine("Defaults !targetpw\nDefaults !rootpw\n"), "all three are asked for");
        assert!(!fine("Defaults !targetpw,!rootpw,!runaspw\nDefaults rootpw\n"), "the last one counts");
        assert!(!fine("Defaults !targetpw,!rootpw,!runaspw\nDefaults:ada rootpw\n"), "for some it is on");
    }
}
