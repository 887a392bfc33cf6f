//! Which of bashkit's builtins stand here: those tools of Debian's base whose options were read and whose result does not hang on
//! owners. All others go to the host, which says that nobody models them.

/// Tools of Debian's base with the options that were read: letters, and long names.
const FAITHFUL: &[(&str, &str, &[&str])] = &[
    ("column", "ts", &["table", "separator"]),
    ("diff", "uqrNBbwiae", &["unified", "brief", "recursive", "new-file"]),
    ("join", "t12jaoveiz", &["nocheck-order", "header"]),
    ("od", "AtcxNjvwabdo", &["address-radix", "format", "read-bytes", "skip-bytes"]),
    ("seq", "wfs", &["equal-width", "format", "separator"]),
    ("yes", "", &[]),
];

/// Answers whether a builtin of bashkit stands here.
pub(crate) fn is_faithful(name: &str) -> bool {
    is_program(name)
}

/// Answers whether a program of this name is a tool of Debian's base that bashkit has.
pub(crate) fn is_program(name: &str) -> bool {
    FAITHFUL.iter().any(|it| it.0 == name)
}

/// Returns the first option of a call that was not read. Words behind `--`, and those that belong to another command, are left.
pub(crate) fn unknown_option(name: &str, args: &[String]) -> Option<String> {
    let (_, letters, long) = FAITHFUL.iter().find(|it| it.0 == name)?;
    if *letters == "*" {
        return None;
    }
    for word in args {
        if word == "--" {
            return None;
        }
        if let Some(option) = word.strip_prefix("--") {
            let option = option.split('=').next().unwrap_or_default();
            if !long.iter().any(|it| it.starts_with(option)) {
                return Some(word.clone());
            }
        } else if let Some(first) = word.strip_prefix('-').and_then(|it| it.chars().next())
            && !letters.contains(first)
            && !first.is_ascii_digit()
        {
            return Some(word.clone());
        }
    }
    None
}
