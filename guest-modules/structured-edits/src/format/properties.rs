//! Java's properties: lines `key=value`, `key: value` or `key value`. What has backslashes in it is not edited.

use serde_json::Value;

use super::{line_of_text, names, spliced};
use crate::key::Key;

struct Line {
    key: String,
    value: std::ops::Range<usize>,
    whole: std::ops::Range<usize>,
    sign: String,
}

fn parse(text: &str) -> Result<Vec<Line>, String> {
    let (mut lines, mut at): (Vec<Line>, usize) = (Vec::new(), 0);
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let start = at;
        at += raw.len();
        let body = raw.trim_end_matches(['\n', '\r']);
        let trimmed = body.trim_start();
        if trimmed.is_empty() || trimmed.starts_with(['#', '!']) {
            continue;
        }
        if body.ends_with('\\') {
            return Err(format!("line {} goes on in the next one, which is not edited", number + 1));
        }
        let lead = body.len() - trimmed.len();
        let end = lead + trimmed.find([' ', '\t', '=', ':']).unwrap_or(trimmed.len());
        let rest = &body[end..];
        let gap = rest.trim_start();
        let gap = gap.strip_prefix(['=', ':']).unwrap_or(gap).trim_start();
        let from = start + body.len() - gap.len();
        lines.push(Line { key: body[lead..end].to_owned(), value: from..start + body.len(), whole: start..at, sign: text[start + end..from].to_owned() });
    }
    Ok(lines)
}

fn find<'a>(lines: &'a [Line], path: &[Key]) -> Result<Option<&'a Line>, String> {
    let [name] = names::<1>(path, "[key], dots and all in one name")?;
    if name.contains(['\\', '=', ':', ' ']) {
        return Err("a key with blanks, `=`, `:` or backslashes is not edited".to_owned());
    }
    let mut with_name = lines.iter().filter(|it| it.key == name);
    let line = with_name.next();
    if with_name.next().is_some() { Err(format!("`{name}` stands there twice")) } else { Ok(line) }
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let lines = parse(text)?;
    let Some(line) = find(&lines, path)? else { return Ok(None) };
    let value = &text[line.value.clone()];
    if value.contains('\\') { Err("the value has backslashes in it, which is not edited".to_owned()) } else { Ok(Some(Value::String(value.to_owned()))) }
}

pub(super) fn put(text: &str, path: &[Key], new: &Value) -> Result<String, String> {
    let lines = parse(text)?;
    let new = line_of_text(new)?;
    if new.contains('\\') || new.starts_with([' ', '\t']) {
        return Err("a value with backslashes, or that begins with a blank, is not written".to_owned());
    }
    match find(&lines, path)? {
        Some(line) => Ok(spliced(text, line.value.clone(), &if line.sign.is_empty() { format!("={new}") } else { new })),
        None => {
            let [name] = names::<1>(path, "[key]")?;
            let glue = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            let sign = lines.last().map_or("=", |it| &it.sign);
            Ok(format!("{text}{glue}{name}{}{new}\n", if sign.is_empty() { "=" } else { sign }))
        }
    }
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let lines = parse(text)?;
    let line = find(&lines, path)?.ok_or("it is not there")?;
    Ok(spliced(text, line.whole.clone(), ""))
}
