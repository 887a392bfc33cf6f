//! Files of keys and values of which the last one counts, one file or several: login.defs(5) and pwquality.conf(5).

use crate::Files;

/// How a program reads its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The main file.
    pub main: &'static str,
    /// The folder of its drop-ins (`*.conf`, sorted), where it has one.
    pub drop_ins: Option<&'static str>,
    /// Whether `=` stands between key and value; else blanks.
    pub equals: bool,
}

/// login.defs(5): one file, blanks, names in this case.
pub const LOGIN: Layout = Layout { main: "/etc/login.defs", drop_ins: None, equals: false };

/// pwquality.conf(5): drop-ins, and the main file after them.
pub const QUALITY: Layout = Layout { main: "/etc/security/pwquality.conf", drop_ins: Some("/etc/security/pwquality.conf.d"), equals: true };

/// One assignment of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The file.
    pub file: String,
    /// The value.
    pub value: String,
}

/// What will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A number of at least the value.
    AtLeast,
    /// A number of at most the value, and above 0.
    AtMost,
    /// A number of at most the value: a credit below 0 asks for that many.
    Credit,
    /// A mask that takes all bits of the value.
    Mask,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Want {
    /// Where.
    pub layout: Layout,
    /// The key.
    pub key: &'static str,
    /// The value that a fix sets.
    pub value: String,
    kind: Kind,
}

type Row = (&'static str, Layout, &'static str, &'static str, Kind, &'static str);

/// Rule, layout, key, usual value, kind, and the end of the parameter that carries another value. The values are those of CIS
/// benchmarks for Debian 12 and RHEL 9.
#[rustfmt::skip]
const RULES: &[Row] = &[
    ("accounts_maximum_age_login_defs", LOGIN, "PASS_MAX_DAYS", "365", Kind::AtMost, "var_accounts_maximum_age_login_defs"),
    ("accounts_minimum_age_login_defs", LOGIN, "PASS_MIN_DAYS", "1", Kind::AtLeast, "var_accounts_minimum_age_login_defs"),
    ("accounts_password_warn_age_login_defs", LOGIN, "PASS_WARN_AGE", "7", Kind::AtLeast, "var_accounts_password_warn_age_login_defs"),
    ("accounts_password_minlen_login_defs", LOGIN, "PASS_MIN_LEN", "14", Kind::AtLeast, "var_accounts_password_minlen_login_defs"),
    ("accounts_umask_etc_login_defs", LOGIN, "UMASK", "027", Kind::Mask, "var_accounts_user_umask"),
    ("accounts_logon_fail_delay", LOGIN, "FAIL_DELAY", "4", Kind::AtLeast, "var_accounts_fail_delay"),
    ("set_password_hashing_algorithm_logindefs", LOGIN, "ENCRYPT_METHOD", "SHA512", Kind::OneOf(&["SHA512", "YESCRYPT"]), ""),
    ("set_password_hashing_min_rounds_logindefs", LOGIN, "SHA_CRYPT_MIN_ROUNDS", "5000", Kind::AtLeast, "var_password_hashing_min_rounds_login_defs"),
    ("accounts_have_homedir_login_defs", LOGIN, "CREATE_HOME", "yes", Kind::OneOf(&["yes"]), ""),
    ("accounts_password_pam_minlen", QUALITY, "minlen", "14", Kind::AtLeast, "var_password_pam_minlen"),
    ("accounts_password_pam_dcredit", QUALITY, "dcredit", "-1", Kind::Credit, "var_password_pam_dcredit"),
    ("accounts_password_pam_ucredit", QUALITY, "ucredit", "-1", Kind::Credit, "var_password_pam_ucredit"),
    ("accounts_password_pam_lcredit", QUALITY, "lcredit", "-1", Kind::Credit, "var_password_pam_lcredit"),
    ("accounts_password_pam_ocredit", QUALITY, "ocredit", "-1", Kind::Credit, "var_password_pam_ocredit"),
    ("accounts_password_pam_difok", QUALITY, "difok", "2", Kind::AtLeast, "var_password_pam_difok"),
    ("accounts_password_pam_retry", QUALITY, "retry", "3", Kind::AtMost, "var_password_pam_retry"),
    ("accounts_password_pam_minclass", QUALITY, "minclass", "4", Kind::AtLeast, "var_password_pam_minclass"),
    ("accounts_password_pam_maxrepeat", QUALITY, "maxrepeat", "3", Kind::AtMost, "var_password_pam_maxrepeat"),
    ("accounts_password_pam_maxclassrepeat", QUALITY, "maxclassrepeat", "4", Kind::AtMost, "var_password_pam_maxclassrepeat"),
    ("accounts_password_pam_maxsequence", QUALITY, "maxsequence", "3", Kind::AtMost, "var_password_pam_maxsequence"),
    ("accounts_password_pam_dictcheck", QUALITY, "dictcheck", "1", Kind::AtLeast, "var_password_pam_dictcheck"),
];

/// Says what a rule asks for; its value from the finding's parameter or the usual one.
pub fn want(rule: &str, parameters: &[(String, String)]) -> Option<Want> {
    let (_, layout, key, usual, kind, parameter) = *RULES.iter().find(|it| it.0 == rule)?;
    let given = parameters.iter().find(|it| !parameter.is_empty() && it.0.ends_with(parameter)).map(|it| it.1.trim().to_owned());
    // A value of a report goes into a script: only numbers do.
    let given = given.filter(|it| it.parse::<i32>().is_ok() && !it.starts_with('+'));
    Some(Want { layout, key, value: given.unwrap_or_else(|| usual.to_owned()), kind })
}

impl Want {
    /// The line that a fix writes.
    pub fn line(&self) -> String {
        format!("{}{}{}", self.key, if self.layout.equals { " = " } else { "\t" }, self.value)
    }

    /// Answers whether a value will do.
    pub fn is_met_by(&self, value: &str) -> bool {
        let numbers = || value.parse::<i64>().ok().zip(self.value.parse::<i64>().ok());
        match self.kind {
            Kind::AtLeast => numbers().is_some_and(|(is, least)| is >= least),
            Kind::AtMost => numbers().is_some_and(|(is, most)| is > 0 && is <= most),
            Kind::Credit => numbers().is_some_and(|(is, most)| is <= most),
            Kind::Mask => {
                u32::from_str_radix(value, 8).ok().zip(u32::from_str_radix(&self.value, 8).ok()).is_some_and(|(is, least)| is & least == least && is <= 0o777)
            }
            Kind::OneOf(words) => words.iter().any(|it| it.eq_ignore_ascii_case(value)),
        }
    }

    /// All assignments to the key, drop-ins before the main file.
    pub fn assignments(&self, files: &dyn Files) -> Vec<Assignment> {
        let drop_ins =
            self.layout.drop_ins.map(|folder| files.names(folder).into_iter().filter(|it| it.ends_with(".conf")).map(|it| format!("{folder}/{it}")).collect());
        let paths: Vec<String> = drop_ins.unwrap_or_default();
        let paths = paths.into_iter().chain([self.layout.main.to_owned()]);
        paths
            .filter_map(|path| Some((files.text(&path)?, path)))
            .flat_map(|(text, file)| text.lines().filter_map(|it| self.value(it)).map(|value| Assignment { file: file.clone(), value }).collect::<Vec<_>>())
            .collect()
    }

    /// The value that a line gives to the key.
    fn value(&self, line: &str) -> Option<String> {
        let line = line.split('#').next()?.trim();
        let (key, value) = if self.layout.equals { line.split_once('=')? } else { line.split_once([' ', '\t'])? };
        (key.trim() == self.key).then(|| value.trim().trim_matches('"').to_owned())
    }

    /// Answers whether the value in force will do: the last one, whether the main file is read after its drop-ins or before them.
    pub fn holds(&self, files: &dyn Files) -> bool {
        let all = self.assignments(files);
        let last = all.last();
        let of_drop_ins = all.iter().rfind(|it| it.file != self.layout.main).or(last);
        [last, of_drop_ins].iter().all(|it| it.is_some_and(|it| self.is_met_by(&it.value)))
    }
}

#[cfg(test)]
mod tests {
    use super::want;
    use crate::Memory;

    fn check(rule: &str, files: &[(&str, &str)]) -> bool {
        want(rule, &[]).expect("a rule").holds(&Memory::of(files))
    }

    #[test]
    fn the_last_value_counts() {
        let login = |text: &'static str| check("accounts_maximum_age_login_defs", &[("/etc/login.defs", text)]);
        assert!(
            login("PASS_MAX_DAYS 90\n") && !login("#PASS_MAX_DAYS 90\n") && !login("PASS_MAX_DAYS 90\nPASS_MAX_DAYS\t99999\n") && !login("pass_max_days 90\n")
        );
        assert!(
            check("accounts_umask_etc_login_defs", &[("/etc/login.defs", "UMASK 077\n")])
                && !check("accounts_umask_etc_login_defs", &[("/etc/login.defs", "UMASK 022\n")])
        );
        assert!(check("accounts_password_pam_dcredit", &[("/etc/security/pwquality.conf", "dcredit=-2 # digits\n")]));
        let both = |main: &'static str, other: &'static str| {
            check("accounts_password_pam_minlen", &[("/etc/security/pwquality.conf", main), ("/etc/security/pwquality.conf.d/a.conf", other)])
        };
        assert!(both("minlen = 15\n", "") && both("", "minlen=20\n") && !both("minlen = 15\n", "minlen = 8\n") && !both("minlen = 8\n", "minlen = 15\n"));
    }

    #[test]
    fn values_of_reports_are_numbers() {
        let given = |value: &str| want("accounts_password_pam_minlen", &[("x_value_var_password_pam_minlen".into(), value.into())]).expect("a rule").value;
        assert_eq!((given("15"), given("$(id)")), ("15".to_owned(), "14".to_owned()));
    }
}
