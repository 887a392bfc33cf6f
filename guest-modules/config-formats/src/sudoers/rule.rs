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
        read.problems.is_empty().then(|| self.is_met(&read))
    }

    fn is_met(&self, read: &Reading) -> bool {
        match self {
            Want::NoNopasswd => !read.entries.iter().any(|it| matches!(it.2, Entry::Grant { no_password: true, .. })),
            Want::NoUnauthenticated => !changes(read).any(|(_, it)| it.name == "authenticate" && it.off),
            Want::On(name) => last(read, name).is_some_and(|it| !it.off) && !changes(read).any(|(all, it)| !all && it.name == *name && it.off),
            Want::Path(name, path) => last(read, name).and_then(|it| it.value.as_ref()) == Some(path),
            Want::Minutes(name, most) => {
                let fits = |it: &super::Change| it.value.as_ref().and_then(|it| it.parse::<f64>().ok()).is_some_and(|it| it >= 0.0 && it <= f64::from(*most));
                let usual = last(read, name);
                usual.is_some_and(fits) && changes(read).filter(|it| !it.0 && it.1.name == *name).all(|it| it.1.off || fits(it.1))
            }
        }
    }
}

fn changes(read: &Reading) -> impl Iterator<Item = (bool, &super::Change)> {
    read.entries.iter().flat_map(|it| match &it.2 {
        Entry::Defaults(all, changes) => changes.iter().map(|it| (*all, it)).collect::<Vec<_>>(),
        _ => Vec::new(),
    })
}

fn last<'a>(read: &'a Reading, name: &str) -> Option<&'a super::Change> {
    changes(read).filter(|it| it.0 && it.1.name == name).last().map(|it| it.1)
}
