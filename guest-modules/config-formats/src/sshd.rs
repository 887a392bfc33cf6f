//! sshd_config(5): the first value wins, `Include` stands for the files it names, `Match` holds to the next one or the file's end.

use crate::Files;

/// The main file.
pub const MAIN: &str = "/etc/ssh/sshd_config";

/// One setting of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The file.
    pub file: String,
    /// The keyword in lower case.
    pub key: String,
    /// The arguments, unquoted, one blank between.
    pub value: String,
    /// Whether it stands in a `Match` block.
    pub conditional: bool,
}

/// Reads all settings in the order in which sshd meets them; none where there is no main file.
pub fn read(files: &dyn Files) -> Option<Vec<Setting>> {
    let mut settings = Vec::new();
    include(files, MAIN, &files.text(MAIN)?, false, 0, &mut settings);
    Some(settings)
}

/// Deepest `Include` (servconf.c, SERVCONF_MAX_DEPTH).
const MOST_DEPTH: usize = 16;

fn include(files: &dyn Files, file: &str, text: &str, within: bool, depth: usize, into: &mut Vec<Setting>) {
    let mut conditional = within;
    for line in text.lines() {
        let Some((key, value)) = split(line) else { continue };
        match key.as_str() {
            "match" => conditional = !(value.eq_ignore_ascii_case("all")) || within,
            "include" if depth < MOST_DEPTH => {
                for pattern in value.split(' ') {
                    for path in expand(files, pattern) {
                        if let Some(text) = files.text(&path) {
                            include(files, &path, &text, conditional, depth + 1, into);
                        }
                    }
                }
            }
            _ => into.push(Setting { file: file.to_owned(), key, value, conditional }),
        }
    }
}

/// Keyword and arguments of a line; none for blank lines and comments.
pub fn split(line: &str) -> Option<(String, String)> {
    let line = line.trim_matches([' ', '\t', '\r', '\u{c}']);
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line.find([' ', '\t', '=']).unwrap_or(line.len());
    let rest = line[end..].trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for letter in rest.chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' | '\t' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            '#' if !quoted && word.is_empty() => break,
            other => word.push(other),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    Some((line[..end].to_ascii_lowercase(), words.join(" ")))
}

/// The files of an `Include` pattern, sorted; a relative one is below `/etc/ssh`.
fn expand(files: &dyn Files, pattern: &str) -> Vec<String> {
    let full = if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/ssh/{pattern}") };
    let Some((folder, name)) = full.rsplit_once('/') else { return Vec::new() };
    if !name.contains(['*', '?', '[']) {
        return vec![full];
    }
    let (start, end) = name.split_once('*').unwrap_or((name, ""));
    files.names(folder).into_iter().filter(|it| it.len() >= start.len() + end.len() && it.starts_with(start) && it.ends_with(end) && (!it.starts_with('.') || name.starts_with('.'))).map(|it| format!("{folder}/{it}")).collect()
}

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

    /// Answers whether sshd's effective configuration meets it: the first value outside `Match`, sshd's default where there is
    /// none, and every value inside `Match`.
    pub fn holds(&self, settings: &[Setting]) -> bool {
        let key = self.keyword.to_ascii_lowercase();
        let mine = || settings.iter().filter(|it| it.key == key);
        let effective = mine().find(|it| !it.conditional).map_or(self.default, |it| it.value.as_str());
        self.is_met_by(effective) && mine().filter(|it| it.conditional).all(|it| self.is_met_by(&it.value))
    }

    /// Returns the files that have the keyword.
    pub fn files(&self, settings: &[Setting]) -> Vec<String> {
        let key = self.keyword.to_ascii_lowercase();
        let mut files: Vec<String> = settings.iter().filter(|it| it.key == key).map(|it| it.file.clone()).collect();
        files.sort();
        files.dedup();
        files
    }
}

/// Seconds of a time as sshd reads it (sshd_config(5), TIME FORMATS): `90`, `1m30s`.
fn seconds(text: &str) -> Option<u64> {
    let (mut all, mut number) = (0_u64, String::new());
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let unit = match letter.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        all = all.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    if number.is_empty() { (!text.is_empty()).then_some(all) } else { all.checked_add(number.parse().ok()?) }
}

#[cfg(test)]
mod tests {
    use super::{read, seconds, want};
    use crate::Memory;

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
    }

    #[test]
    fn what_is_included_stands_where_the_include_stands() {
        let files = |main: &'static str, drop: &'static str| check("sshd_disable_root_login", &[("/etc/ssh/sshd_config", main), ("/etc/ssh/sshd_config.d/50-a.conf", drop)]);
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
        assert_eq!((seconds("1m30s"), seconds("2h"), seconds("x"), seconds("")), (Some(90), Some(7200), None, None));
    }
}
