//! YAML 1.2, by the events of saphyr-parser: the places of scalars are known, and only those are written. Aliases are never followed.

use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::Value;

use super::{MOST_DEPTH, spliced};
use crate::key::Key;

enum Kind {
    Scalar(String, ScalarStyle),
    Mapping(Vec<(Node, Node)>),
    Sequence(Vec<Node>),
    Alias,
}

struct Node {
    kind: Kind,
    /// Where it begins, in bytes.
    start: usize,
    /// An anchor or a tag stands before it.
    marked: bool,
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let root = parse(text)?;
    Ok(match find(&root, path)? {
        None => None,
        Some(node) => Some(value(node)?),
    })
}

pub(super) fn put(text: &str, path: &[Key], new: &Value) -> Result<String, String> {
    let root = parse(text)?;
    if let Some(node) = find(&root, path)? {
        let place = place(text, node)?;
        let Kind::Scalar(_, style) = &node.kind else { return Err("only single values are replaced".to_owned()) };
        return Ok(spliced(text, place, &written(new, *style)?));
    }
    let (last, above) = path.split_last().ok_or("the path is empty")?;
    let parent = find(&root, above)?.ok_or("the part above it is not there: add that first")?;
    let new = written(new, ScalarStyle::Plain)?;
    match (&parent.kind, last) {
        (Kind::Mapping(pairs), Key::Name(name)) => {
            let first = pairs.first().ok_or("the mapping is empty, and nobody knows how it would be written")?;
            let line = format!("{}: {new}", written(&Value::String(name.clone()), ScalarStyle::Plain)?);
            let column = column(text, first.0.start);
            block(text, pairs.iter().map(|it| it.0.start))?;
            let beside = pairs.iter().rev().find(|it| place(text, &it.1).is_ok());
            if let Some(pair) = beside {
                let from = place(text, &pair.1)?.end;
                let end = text[from..].find('\n').map_or(text.len(), |it| from + it);
                return Ok(spliced(text, end..end, &format!("\n{}{line}", " ".repeat(column))));
            }
            let start = line_start(text, first.0.start);
            if !text[start..first.0.start].trim().is_empty() {
                return Err("no value of the mapping stands in one line".to_owned());
            }
            Ok(spliced(text, start..start, &format!("{}{line}\n", " ".repeat(column))))
        }
        (Kind::Sequence(items), Key::Index(index)) if *index == items.len() => {
            let item = items.last().ok_or("the list is empty, and nobody knows how it would be written")?;
            let start = line_start(text, item.start);
            let lead = &text[start..item.start];
            let from = place(text, item)?.end;
            let end = text[from..].find('\n').map_or(text.len(), |it| from + it);
            if lead.trim() != "-" {
                return Err("the list is not written with a line for each item".to_owned());
            }
            Ok(spliced(text, end..end, &format!("\n{lead}{new}")))
        }
        (Kind::Sequence(items), Key::Index(_)) => Err(format!("the list has {} items: the next one has that number", items.len())),
        _ => Err("the part above it is of another kind".to_owned()),
    }
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let root = parse(text)?;
    let (last, above) = path.split_last().ok_or("the path is empty")?;
    let parent = find(&root, above)?.ok_or("the part above it is not there")?;
    let (begin, node, count) = match (&parent.kind, last) {
        (Kind::Mapping(pairs), Key::Name(name)) => {
            let pair = pairs.iter().find(|it| is_key(&it.0, name)).ok_or("it is not there")?;
            (pair.0.start, &pair.1, pairs.len())
        }
        (Kind::Sequence(items), Key::Index(index)) => {
            let item = items.get(*index).ok_or("it is not there")?;
            (item.start, item, items.len())
        }
        _ => return Err("the part above it is of another kind".to_owned()),
    };
    let (start, value) = (line_start(text, begin), place(text, node)?);
    let end = text[value.end..].find('\n').map_or(text.len(), |it| value.end + it + 1);
    let alone = matches!(text[start..begin].trim(), "" | "-") && (text[start..begin].trim().is_empty() || matches!(parent.kind, Kind::Sequence(_)));
    let rest = text[value.end..end].trim();
    if count < 2 || !alone || !(rest.is_empty() || rest.starts_with('#')) {
        return Err("it does not stand alone in its line, or is the last one of its part".to_owned());
    }
    Ok(spliced(text, start..end, ""))
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |it| it + 1)
}

fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// Keys of a mapping in block form stand below each other.
fn block(text: &str, keys: impl Iterator<Item = usize>) -> Result<(), String> {
    let mut lines: Vec<(usize, usize)> = keys.map(|it| (line_start(text, it), column(text, it))).collect();
    let same = lines.iter().all(|it| it.1 == lines[0].1);
    lines.dedup_by_key(|it| it.0);
    let lead = lines.first().map_or("", |it| &text[it.0..it.0 + it.1.min(text.len() - it.0)]);
    if !same || lead.contains(['{', '[', '\t']) {
        return Err("the mapping is written in one line".to_owned());
    }
    Ok(())
}

fn is_key(node: &Node, name: &str) -> bool {
    matches!(&node.kind, Kind::Scalar(text, _) if text == name)
}

fn find<'a>(mut node: &'a Node, path: &[Key]) -> Result<Option<&'a Node>, String> {
    for key in path {
        let next = match (&node.kind, key) {
            (Kind::Mapping(pairs), Key::Name(name)) => {
                if pairs.iter().any(|it| is_key(&it.0, "<<")) {
                    return Err("keys are merged from elsewhere (`<<`): what holds there is not read".to_owned());
                }
                let mut with_name = pairs.iter().filter(|it| is_key(&it.0, name));
                let first = with_name.next();
                if with_name.next().is_some() {
                    return Err(format!("`{name}` stands there twice"));
                }
                first.map(|it| &it.1)
            }
            (Kind::Sequence(items), Key::Index(index)) => items.get(*index),
            (Kind::Alias, _) => return Err("an alias leads elsewhere: edit the place of its anchor".to_owned()),
            _ => return Err(format!("`{key}` leads into something of another kind")),
        };
        let Some(next) = next else { return Ok(None) };
        node = next;
    }
    Ok(Some(node))
}

/// The bytes of a single value in one line.
fn place(text: &str, node: &Node) -> Result<Range<usize>, String> {
    let rest = &text[node.start..];
    let length = match &node.kind {
        _ if node.marked => return Err("an anchor or a tag stands before the value: it is not edited".to_owned()),
        Kind::Scalar(value, ScalarStyle::Plain) if rest.starts_with(value.as_str()) && !value.is_empty() => value.len(),
        Kind::Scalar(_, ScalarStyle::DoubleQuoted) if rest.starts_with('"') => {
            let bytes = rest.as_bytes();
            let mut at = 1;
            while bytes.get(at).is_some_and(|it| *it != b'"') {
                at += if bytes[at] == b'\\' { 2 } else { 1 };
            }
            at + 1
        }
        Kind::Scalar(_, ScalarStyle::SingleQuoted) if rest.starts_with('\'') => {
            let mut at = 1;
            while let Some(next) = rest.get(at..).and_then(|it| it.find('\'')) {
                at += next + 1;
                if !rest[at..].starts_with('\'') {
                    break;
                }
                at += 1;
            }
            at
        }
        Kind::Alias => return Err("an alias leads elsewhere: edit the place of its anchor".to_owned()),
        _ => return Err("only values that are written in one line are edited".to_owned()),
    };
    let raw = rest.get(..length).ok_or("the value has no end")?;
    if raw.contains('\n') { Err("only values that are written in one line are edited".to_owned()) } else { Ok(node.start..node.start + length) }
}

fn value(node: &Node) -> Result<Value, String> {
    Ok(match &node.kind {
        _ if node.marked => return Err("an anchor or a tag stands before it: it is not read".to_owned()),
        Kind::Scalar(text, ScalarStyle::Plain) => plain(text),
        Kind::Scalar(text, _) => Value::String(text.clone()),
        Kind::Sequence(items) => items.iter().map(value).collect::<Result<Vec<_>, _>>().map(Value::Array)?,
        Kind::Mapping(pairs) => {
            let pair = |(key, node): &(Node, Node)| match &key.kind {
                Kind::Scalar(name, _) => Ok((name.clone(), value(node)?)),
                _ => Err("a key is no text".to_owned()),
            };
            pairs.iter().map(pair).collect::<Result<_, _>>().map(Value::Object)?
        }
        Kind::Alias => return Err("an alias leads elsewhere: it is not read".to_owned()),
    })
}

/// What a plain scalar is (YAML 1.2.2, section 10.3.2, the core schema).
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0')) {
        return text.parse::<i64>().map_or_else(|_| Value::String(text.to_owned()), Value::from);
    }
    let decimal = digits.bytes().filter(|it| *it == b'.').count() == 1 && digits.bytes().all(|it| it.is_ascii_digit() || it == b'.') && digits.len() > 1;
    match text.parse::<f64>() {
        Ok(number) if decimal => Value::from(number),
        _ => Value::String(text.to_owned()),
    }
}

/// A value as it is written, in the quotes of the one that was there.
fn written(value: &Value, style: ScalarStyle) -> Result<String, String> {
    let text = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => return Ok(value.to_string()),
        Value::String(text) => text,
        Value::Array(items) => return Ok(format!("[{}]", items.iter().map(|it| written(it, ScalarStyle::DoubleQuoted)).collect::<Result<Vec<_>, _>>()?.join(", "))),
        Value::Object(_) => return Err("a mapping is not written as a whole: add its keys".to_owned()),
    };
    // Words that older readers take for truth values, and what begins or holds signs of the language, stand in quotes.
    const WORDS: [&str; 8] = ["yes", "no", "on", "off", "y", "n", "true", "false"];
    let safe = text.starts_with(|it: char| it.is_ascii_alphabetic() || matches!(it, '/' | '_'))
        && text.chars().all(|it| it.is_ascii_alphanumeric() || "/_-.+@ ".contains(it))
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
        && plain(text) == Value::String(text.clone());
    let control = text.chars().any(char::is_control);
    Ok(match style {
        ScalarStyle::SingleQuoted if !control => format!("'{}'", text.replace('\'', "''")),
        ScalarStyle::Plain if safe => text.clone(),
        _ => value.to_string(),
    })
}

fn parse(text: &str) -> Result<Node, String> {
    super::within_depth(text)?;
    // Places are counted in characters.
    let mut starts: Vec<usize> = text.char_indices().map(|it| it.0).collect();
    starts.push(text.len());
    let mut builder = Builder { open: Vec::new(), root: None, documents: 0 };
    for event in Parser::new_from_str(text) {
        let (event, span): (Event<'_>, Span) = event.map_err(|error| format!("the file is no YAML: {error}"))?;
        let start = starts.get(span.start.index()).copied().unwrap_or(text.len());
        builder.event(event, start)?;
    }
    builder.root.ok_or_else(|| "the file is empty".to_owned())
}

struct Builder {
    /// Nodes that are open; a mapping with the key that waits for its value.
    open: Vec<(Node, Option<Node>)>,
    root: Option<Node>,
    documents: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, start: usize) -> Result<(), String> {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err("the file holds several documents, and a path does not say which".to_owned());
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.add(Node { kind: Kind::Scalar(text.into_owned(), style), start, marked: anchor > 0 || tag.is_some() })?;
            }
            Event::Alias(_) => self.add(Node { kind: Kind::Alias, start, marked: false })?,
            Event::SequenceStart(anchor, tag) => self.begin(Node { kind: Kind::Sequence(Vec::new()), start, marked: anchor > 0 || tag.is_some() })?,
            Event::MappingStart(anchor, tag) => self.begin(Node { kind: Kind::Mapping(Vec::new()), start, marked: anchor > 0 || tag.is_some() })?,
            Event::SequenceEnd | Event::MappingEnd => {
                let (node, _) = self.open.pop().ok_or("the file is no YAML")?;
                self.add(node)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, node: Node) -> Result<(), String> {
        if self.open.len() >= MOST_DEPTH {
            return Err(format!("it is nested deeper than {MOST_DEPTH}"));
        }
        self.open.push((node, None));
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), String> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some((Node { kind: Kind::Sequence(items), .. }, _)) => items.push(node),
            Some((Node { kind: Kind::Mapping(pairs), .. }, waiting)) => match waiting.take() {
                None => *waiting = Some(node),
                Some(key) => pairs.push((key, node)),
            },
            Some(_) => return Err("the file is no YAML".to_owned()),
        }
        Ok(())
    }
}
