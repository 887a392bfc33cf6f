//! Lines `NAME=value` of an environment, with `export` and quotes as they stand.

use serde_json::Value;

use super::{line_of_text, names, spliced};
use crate::key::Key;

struct Line {
    name: String,
    /// The value with its quotes.
    raw: std::ops::Range<usize>,
    whole: std::ops::Range<usize>,
}

fn parse(text: &str) -> Vec<Line> {
    let (mut lines, mut at) = (Vec::new(), 0);
    for raw in text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let body = raw.trim_end_matches(['\n', '\r']);
        let lead = body.len() - body.trim_start().len();
        let Some(sign) = body.find('=').filter(|_| !body[lead..].starts_with('#')) else { continue };
        let name = body[lead..sign].trim();
        let name = name.strip_prefix("export ").unwrap_or(name).trim().to_owned();
        lines.push(Line { name, raw: start + sign + 1..start + body.trim_end().len().max(sign + 1), whole: start..at });
    }
    lines
}

fn find<'a>(lines: &'a [Line], path: &[Key]) -> Result<Option<&'a Line>, String> {
    let [name] = names::<1>(path, "[NAME]")?;
    let mut with_name = lines.iter().filter(|it| it.name == name);
    let line = with_name.next();
    if with_name.next().is_some() { Err(format!("`{name}` stands there twice")) } else { Ok(line) }
}

/// The value of a line; what a shell would expand or what stands behind quotes is not read.
fn value(raw: &str) -> Result<String, String> {
    for quote in ['"', '\''] {
        if let Some(rest) = raw.strip_prefix(quote) {
            let inner = rest.strip_suffix(quote).filter(|it| !it.contains([quote, '\\']) && (quote == '\'' || !it.contains(['$', '`'])));
            return inner.map(str::to_owned).ok_or_else(|| "the value has escapes, variables, or something behind its quotes: that is not edited".to_owned());
        }
    }
    if raw.contains(['#', '$', '`', '\\', '"', '\'']) { Err("the value has a comment, quotes, escapes or variables in it: that is not edited".to_owned()) } else { Ok(raw.trim().to_owned()) }
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let lines = parse(text);
    find(&lines, path)?.map(|it| value(&text[it.raw.clone()]).map(Value::String)).transpose()
}

fn quoted(new: &str, old: &str) -> Result<String, String> {
    if new.contains(['\'', '"', '\\', '$', '`']) {
        return Err("a value with quotes, backslashes or `$` is not written: readers differ in it".to_owned());
    }
    Ok(match old.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{new}{quote}"),
        _ if new.contains([' ', '\t', '#']) => format!("\"{new}\""),
        _ => new.to_owned(),
    })
}

pub(super) fn put(text: &str, path: &[Key], new: &Value) -> Result<String, String> {
    let lines = parse(text);
    let new = line_of_text(new)?;
    match find(&lines, path)? {
        Some(line) => Ok(spliced(text, line.raw.clone(), &quoted(&new, &text[line.raw.clone()])?)),
        None => {
            let [name] = names::<1>(path, "[NAME]")?;
            let glue = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let export = if lines.last().is_some_and(|it| text[it.whole.clone()].trim_start().starts_with("export ")) { "export " } else { "" };
            Ok(format!("{text}{glue}{export}{name}={}\n", quoted(&new, "")?))
        }
    }
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let lines = parse(text);
    let line = find(&lines, path)?.ok_or("it is not there")?;
    Ok(spliced(text, line.whole.clone(), ""))
}
