//! What hardening rules ask of sshd.

use super::{
    read::{Scope, Setting},
    value::seconds,
};

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// The keyword as it is written.
    pub keyword: &'static str,
    /// The value that a fix sets.
    pub value: String,
    kind: Kind,
    default: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A time or number of at most the value, and not 0.
    AtMost,
    /// A number of at most the value.
    AtMostOrZero,
    /// The value itself.
    Exactly,
}

/// Rules: name, keyword, value, kind, sshd's default (OpenSSH 9.2, sshd_config(5)), and the parameter that carries another value.
type Row = (&'static str, &'static str, &'static str, Kind, &'static str, &'static str);

const RULES: &[Row] = &[
    ("sshd_disable_root_login", "PermitRootLogin", "no", Kind::OneOf(&["no"]), "prohibit-password", ""),
    ("sshd_disable_empty_passwords", "PermitEmptyPasswords", "no", Kind::OneOf(&["no"]), "no", ""),
    ("sshd_disable_x11_forwarding", "X11Forwarding", "no", Kind::OneOf(&["no"]), "no", ""),
    ("sshd_disable_rhosts", "IgnoreRhosts", "yes", Kind::OneOf(&["yes"]), "yes", ""),
    ("disable_host_auth", "HostbasedAuthentication", "no", Kind::OneOf(&["no"]), "no", ""),
    ("sshd_do_not_permit_user_env", "PermitUserEnvironment", "no", Kind::OneOf(&["no"]), "no", ""),
    ("sshd_set_max_auth_tries", "MaxAuthTries", "4", Kind::AtMost, "6", "sshd_max_auth_tries_value"),
    ("sshd_set_idle_timeout", "ClientAliveInterval", "300", Kind::AtMost, "0", "sshd_idle_timeout_value"),
    ("sshd_set_keepalive", "ClientAliveCountMax", "1", Kind::AtMostOrZero, "3", "var_sshd_set_keepalive"),
    ("sshd_set_keepalive_0", "ClientAliveCountMax", "0", Kind::AtMostOrZero, "3", ""),
    ("sshd_set_loglevel_info", "LogLevel", "INFO", Kind::OneOf(&["info"]), "INFO", ""),
    ("sshd_set_loglevel_verbose", "LogLevel", "VERBOSE", Kind::OneOf(&["verbose"]), "INFO", ""),
    ("sshd_set_login_grace_time", "LoginGraceTime", "60", Kind::AtMost, "120", "var_sshd_set_login_grace_time"),
    ("sshd_set_max_sessions", "MaxSessions", "10", Kind::AtMostOrZero, "10", "var_sshd_max_sessions"),
    ("sshd_set_maxstartups", "MaxStartups", "10:30:60", Kind::Exactly, "10:30:100", "var_sshd_set_maxstartups"),
    ("sshd_disable_tcp_forwarding", "AllowTcpForwarding", "no", Kind::OneOf(&["no"]), "yes", ""),
    ("sshd_enable_pam", "UsePAM", "yes", Kind::OneOf(&["yes"]), "no", ""),
    ("sshd_enable_strictmodes", "StrictModes", "yes", Kind::OneOf(&["yes"]), "yes", ""),
    ("sshd_enable_warning_banner", "Banner", "/etc/issue", Kind::Exactly, "none", ""),
    ("sshd_enable_warning_banner_net", "Banner", "/etc/issue.net", Kind::Exactly, "none", ""),
    ("sshd_print_last_log", "PrintLastLog", "yes", Kind::OneOf(&["yes"]), "yes", ""),
    ("sshd_disable_gssapi_auth", "GSSAPIAuthentication", "no", Kind::OneOf(&["no"]), "no", ""),
    ("sshd_disable_kerb_auth", "KerberosAuthentication", "no", Kind::OneOf(&["no"]), "no", ""),
    ("sshd_disable_compression", "Compression", "no", Kind::OneOf(&["no", "delayed"]), "yes", "var_sshd_disable_compression"),
];

/// Says what a rule asks for; a parameter of the finding may carry the value.
pub fn want(rule: &str, parameters: &[(String, String)]) -> Option<Want> {
    let (_, keyword, value, kind, default, parameter) = RULES.iter().find(|it| it.0 == rule)?;
    let given = parameters.iter().find(|it| !parameter.is_empty() && it.0.ends_with(parameter)).map(|it| it.1.trim().to_owned());
    // A value of a report goes into a script: only plain ones do.
    let given = given.filter(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || ":./-".contains(it)));
    Some(Want { keyword, value: given.unwrap_or_else(|| (*value).to_owned()), kind: *kind, default })
}

impl Want {
    /// Answers whether a value will do.
    pub fn is_met_by(&self, value: &str) -> bool {
        match self.kind {
            Kind::OneOf(words) => words.iter().any(|it| it.eq_ignore_ascii_case(value)),
            Kind::Exactly => value == self.value,
            Kind::AtMost => seconds(value).zip(seconds(&self.value)).is_some_and(|(is, most)| is > 0 && is <= most),
            Kind::AtMostOrZero => seconds(value).zip(seconds(&self.value)).is_some_and(|(is, most)| is <= most),
        }
    }

    /// Answers whether sshd's effective configuration meets it for every connection: the first value outside `Match` (sshd's default
    /// where there is none), or that of the first `Match all`, which comes before it, and every value of a block that is met sooner.
    pub fn holds(&self, settings: &[Setting]) -> bool {
        let mine: Vec<&Setting> = settings.iter().filter(|it| it.key == self.key()).collect();
        let all = mine.iter().position(|it| it.scope == Scope::All);
        let sooner = &mine[..all.unwrap_or(mine.len())];
        let usual = all.map(|it| mine[it]).or_else(|| self.effective(settings)).map_or(self.default, |it| it.value.as_str());
        self.is_met_by(usual) && sooner.iter().filter(|it| it.scope == Scope::Some).all(|it| self.is_met_by(&it.value))
    }

    /// The setting that is in force outside `Match`.
    pub fn effective<'a>(&self, settings: &'a [Setting]) -> Option<&'a Setting> {
        settings.iter().find(|it| it.key == self.key() && it.scope == Scope::Global)
    }

    /// Settings inside `Match` blocks that say otherwise.
    pub fn contradictions<'a>(&self, settings: &'a [Setting]) -> Vec<&'a Setting> {
        settings.iter().filter(|it| it.key == self.key() && it.scope != Scope::Global && !self.is_met_by(&it.value)).collect()
    }

    /// The keyword in lower case.
    pub fn key(&self) -> String {
        self.keyword.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::want;
    use crate::{Memory, sshd::read};

    fn check(rule: &str, files: &[(&str, &str)]) -> bool {
        want(rule, &[]).expect("a rule").holds(&read(&Memory::of(files)).expect("a main file"))
    }

    #[test]
    fn the_first_value_wins_and_match_counts() {
        let main = |text: &'static str| check("sshd_disable_root_login", &[("/etc/ssh/sshd_config", text)]);
        assert!(main("PermitRootLogin no\n"));
        assert!(main("permitrootlogin=no\r\nPermitRootLogin yes\n"));
        assert!(main("PermitRootLogin \"no\" # for ever\n"));
        assert!(!main("#PermitRootLogin no\n"));
        assert!(!main("PermitRootLogin yes\nPermitRootLogin no\n"));
        assert!(!main("Match User ada\nPermitRootLogin no\n"));
        assert!(!main("PermitRootLogin no\nMatch User ada\n  PermitRootLogin yes\n"));
        assert!(main("Match all\nPermitRootLogin no\n"));
        assert!(main("PermitRootLogin yes\nMatch all\nPermitRootLogin no\n"));
        assert!(!main("PermitRootLogin no\nMatch all\nPermitRootLogin yes\n"));
        assert!(main("PermitRootLogin no\nMatch all\nPermitRootLogin no\nMatch User a\nPermitRootLogin yes\n"));
    }

    #[test]
    fn what_is_included_stands_where_the_include_stands() {
        let files = |main: &'static str, drop: &'static str| {
            check("sshd_disable_root_login", &[("/etc/ssh/sshd_config", main), ("/etc/ssh/sshd_config.d/50-a.conf", drop)])
        };
        assert!(files("Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin yes\n", "PermitRootLogin no\n"));
        assert!(!files("PermitRootLogin yes\nInclude sshd_config.d/*.conf\n", "PermitRootLogin no\n"));
        assert!(!files("Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n", "PermitRootLogin yes\n"));
        assert!(!files("Match User a\nInclude /etc/ssh/sshd_config.d/*.conf\n", "PermitRootLogin no\n"));
        // A `Match` of an included file ends with that file.
        assert!(files("Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n", "Match User a\nX11Forwarding yes\n"));
    }

    #[test]
    fn limits_and_defaults() {
        let main = |rule: &str, text: &'static str| check(rule, &[("/etc/ssh/sshd_config", text)]);
        assert!(!main("sshd_set_max_auth_tries", ""));
        assert!(main("sshd_set_max_auth_tries", "MaxAuthTries 3\n"));
        assert!(!main("sshd_set_idle_timeout", "ClientAliveInterval 0\n"));
        assert!(main("sshd_set_idle_timeout", "ClientAliveInterval 5m\n"));
        assert!(main("sshd_disable_empty_passwords", ""));
    }
}
