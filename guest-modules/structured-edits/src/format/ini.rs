//! Sections, keys and values. A path is `[section, key]`, or `[key]` ahead of the first section. A comment behind a value is part of it, as readers
//! differ in that.

use serde_json::Value;

use super::{line_of_text, spliced};
use crate::key::Key;

struct Line {
    section: usize,
    key: String,
    /// Where the value stands, without blanks around it.
    value: std::ops::Range<usize>,
    whole: std::ops::Range<usize>,
    /// What stands between key and value.
    sign: String,
}

struct File {
    /// Names of sections, and where their last line that is not blank ends; the first has no name.
    sections: Vec<(Option<String>, usize)>,
    lines: Vec<Line>,
}

fn parse(text: &str) -> Result<File, String> {
    let mut file = File { sections: vec![(None, 0)], lines: Vec::new() };
    let mut at = 0;
    for (number, raw) in text.split_inclusive('\n').enumerate() {
        let (start, body) = (at, raw.trim_end_matches(['\n', '\r']));
        at += raw.len();
        let trimmed = body.trim();
        if trimmed.is_empty() {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[') {
            let name = name.split(']').next().unwrap_or_default().trim();
            file.sections.push((Some(name.to_owned()), at));
            continue;
        }
        let last = file.sections.len() - 1;
        file.sections[last].1 = at;
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        if body.ends_with('\\') {
            return Err(format!("line {} goes on in the next one, which is not edited", number + 1));
        }
        let Some(sign) = body.find(['=', ':']) else { continue };
        if body.starts_with([' ', '\t']) && !file.lines.is_empty() {
            return Err(format!("line {} begins with a blank: some readers take it for more of the line before", number + 1));
        }
        let key = body[..sign].trim().to_owned();
        let rest = &body[sign + 1..];
        let from = start + sign + 1 + (rest.len() - rest.trim_start().len());
        let to = (start + body.trim_end().len()).max(from);
        let begin = start + body[..sign].trim_end().len();
        file.lines.push(Line { section: last, key, value: from..to, whole: start..at, sign: text[begin..from].to_owned() });
    }
    Ok(file)
}

fn place(path: &[Key]) -> Result<(Option<&str>, &str), String> {
    match path {
        [Key::Name(key)] => Ok((None, key)),
        [Key::Name(section), Key::Name(key)] => Ok((Some(section), key)),
        _ => Err("the path must be [section, key], or [key] ahead of the first section".to_owned()),
    }
}

/// The section of a name, and the line with a key in it.
fn find<'a>(file: &'a File, path: &[Key]) -> Result<(Option<usize>, Option<&'a Line>), String> {
    let (section, key) = place(path)?;
    let mut numbers = file.sections.iter().enumerate().filter(|it| it.1.0.as_deref() == section).map(|it| it.0);
    let number = numbers.next();
    if numbers.next().is_some() {
        return Err(format!("the section `{}` stands there twice", section.unwrap_or_default()));
    }
    let mut lines = file.lines.iter().filter(|it| Some(it.section) == number && it.key == key);
    let line = lines.next();
    if lines.next().is_some() {
        return Err(format!("`{key}` stands there twice, and readers differ in which one counts"));
    }
    Ok((number, line))
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let file = parse(text)?;
    Ok(find(&file, path)?.1.map(|it| Value::String(text[it.value.clone()].to_owned())))
}

pub(super) fn put(text: &str, path: &[Key], value: &Value) -> Result<String, String> {
    let file = parse(text)?;
    let (section, key) = place(path)?;
    let value = line_of_text(value)?;
    match find(&file, path)? {
        (_, Some(line)) => Ok(spliced(text, line.value.clone(), &value)),
        (Some(number), None) => {
            let sign = file.lines.iter().rev().find(|it| it.section == number).or(file.lines.last()).map_or("=", |it| &it.sign);
            let at = file.sections[number].1;
            let glue = if at > 0 && !text[..at].ends_with('\n') { "\n" } else { "" };
            Ok(spliced(text, at..at, &format!("{glue}{key}{sign}{value}\n")))
        }
        (None, None) => {
            let sign = file.lines.last().map_or("=", |it| &it.sign);
            let glue = if text.is_empty() || text.ends_with("\n\n") { "" } else if text.ends_with('\n') { "\n" } else { "\n\n" };
            Ok(format!("{text}{glue}[{}]\n{key}{sign}{value}\n", section.unwrap_or_default()))
        }
    }
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let file = parse(text)?;
    let line = find(&file, path)?.1.ok_or("it is not there")?;
    Ok(spliced(text, line.whole.clone(), ""))
}
