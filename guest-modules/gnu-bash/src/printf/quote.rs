//! The ways bash writes a text so that it reads it again as it was.

use super::bytes;

/// Quotes as `printf %q` does: backslashes, or `$'…'` where something cannot be printed.
pub fn quote(text: &str) -> String {
    if text.is_empty() {
        return "''".to_string();
    }
    if unprintable(text) {
        return dollar_quoted(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    for unit in text.chars() {
        let special =
            " \t\n!\"$&'()*,;<>?[\\]^`{|}".contains(unit) || (unit == '#' && before.is_none()) || (unit == '~' && matches!(before, None | Some(':' | '=')));
        if special {
            out.push('\\');
        }
        out.push(unit);
        before = Some(unit);
    }
    out
}

/// Quotes in single quotes, as `alias` and `trap` do.
pub fn quote_single(text: &str) -> String {
    if text == "'" { "\\'".to_string() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Quotes as `${x@Q}` does: single quotes, or `$'…'`.
pub fn quote_at(text: &str) -> String {
    match text {
        "" => "''".to_string(),
        "'" => "\\'".to_string(),
        _ if unprintable(text) => dollar_quoted(text),
        _ => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Quotes as `declare -p` does: double quotes, or `$'…'`.
pub fn quote_declare(text: &str) -> String {
    if unprintable(text) {
        return dollar_quoted(text);
    }
    let mut out = String::from("\"");
    for unit in text.chars() {
        if matches!(unit, '$' | '`' | '"' | '\\') {
            out.push('\\');
        }
        out.push(unit);
    }
    out.push('"');
    out
}

fn unprintable(text: &str) -> bool {
    text.chars().any(|unit| !printable(unit))
}

/// Returns whether the locale C.UTF-8 prints a character: what Unicode has assigned and is no control.
fn printable(unit: char) -> bool {
    if unit.is_ascii() {
        return (' '..='~').contains(&unit);
    }
    if bytes::raw(unit).is_some() || unit.is_control() || matches!(unit, '\u{2028}' | '\u{2029}') {
        return false;
    }
    let format = matches!(unit, '\u{AD}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}' | '\u{890}' | '\u{891}' | '\u{8E2}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}'
        | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0001}' | '\u{E0020}'..='\u{E007F}'
        | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}');
    // The standard library knows what is assigned by what it shows without an escape; behind a letter, so that marks count too.
    format || unit.is_whitespace() || !format!("a{unit}").escape_debug().skip(1).eq(unit.escape_unicode())
}

fn dollar_quoted(text: &str) -> String {
    let mut out = String::from("$'");
    for unit in text.chars() {
        match unit {
            '\u{1b}' => out.push_str("\\E"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{b}' => out.push_str("\\v"),
            '\\' | '\'' => out.extend(['\\', unit]),
            _ if printable(unit) => out.push(unit),
            _ => bytes::of(unit.encode_utf8(&mut [0; 4])).iter().for_each(|byte| out.push_str(&format!("\\{byte:03o}"))),
        }
    }
    out.push('\'');
    out
}
