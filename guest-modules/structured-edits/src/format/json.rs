//! JSON (RFC 8259), with comments and without: values are found with their places, and only those are written.

use std::ops::Range;

use serde_json::Value;

use super::{MOST_DEPTH, spliced};
use crate::key::Key;

enum Kind {
    Scalar(Value),
    Object(Vec<Member>),
    Array(Vec<Node>),
}

struct Node {
    place: Range<usize>,
    kind: Kind,
}

struct Member {
    name: String,
    key: Range<usize>,
    node: Node,
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let root = parse(text)?;
    Ok(find(&root, path)?.map(value))
}

pub(super) fn put(text: &str, path: &[Key], new: &Value) -> Result<String, String> {
    let root = parse(text)?;
    if let Some(node) = find(&root, path)? {
        return Ok(spliced(text, node.place.clone(), &new.to_string()));
    }
    let (last, above) = path.split_last().ok_or("the path is empty")?;
    let parent = find(&root, above)?.ok_or("the part above it is not there: add that first")?;
    match (&parent.kind, last) {
        (Kind::Object(members), Key::Name(name)) => {
            let name = Value::String(name.clone()).to_string();
            let Some(member) = members.last() else { return Ok(spliced(text, inside(parent), &format!("{name}: {new}"))) };
            let begin = members.len().checked_sub(2).map_or(parent.place.start + 1, |it| members[it].node.place.end);
            let before = blanks(&text[begin..member.key.start]);
            let colon = &text[member.key.end..member.node.place.start];
            let colon = if colon.trim() == ":" { colon } else { ": " };
            Ok(spliced(text, member.node.place.end..member.node.place.end, &format!(",{before}{name}{colon}{new}")))
        }
        (Kind::Array(items), Key::Index(index)) if *index == items.len() => {
            let Some(item) = items.last() else { return Ok(spliced(text, inside(parent), &new.to_string())) };
            let begin = items.len().checked_sub(2).map_or(parent.place.start + 1, |it| items[it].place.end);
            let before = blanks(&text[begin..item.place.start]);
            Ok(spliced(text, item.place.end..item.place.end, &format!(",{before}{new}")))
        }
        (Kind::Array(items), Key::Index(_)) => Err(format!("the list has {} items: the next one has that number", items.len())),
        _ => Err("the part above it is of another kind".to_owned()),
    }
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let root = parse(text)?;
    let (last, above) = path.split_last().ok_or("the path is empty")?;
    let parent = find(&root, above)?.ok_or("the part above it is not there")?;
    let (places, at): (Vec<Range<usize>>, usize) = match (&parent.kind, last) {
        (Kind::Object(members), Key::Name(name)) => {
            let at = members.iter().position(|it| it.name == *name).ok_or("it is not there")?;
            (members.iter().map(|it| it.key.start..it.node.place.end).collect(), at)
        }
        (Kind::Array(items), Key::Index(at)) => (items.iter().map(|it| it.place.clone()).collect(), *at),
        _ => return Err("the part above it is of another kind".to_owned()),
    };
    let place = places.get(at).ok_or("it is not there")?;
    let cut = match (at.checked_sub(1), places.get(at + 1)) {
        (Some(before), _) => places[before].end..place.end,
        (None, Some(next)) => place.start..next.start,
        (None, None) => place.clone(),
    };
    let around = [&text[cut.start..place.start.max(cut.start)], &text[place.end.min(cut.end)..cut.end]].concat();
    if around.contains('/') {
        return Err("a comment stands beside it, and nobody knows whose it is".to_owned());
    }
    Ok(spliced(text, cut, ""))
}

/// What is inside of an empty object or list.
fn inside(node: &Node) -> Range<usize> {
    node.place.start + 1..node.place.end - 1
}

/// The blanks before the last item, where nothing but a comma stands beside them.
fn blanks(between: &str) -> &str {
    let between = between.rsplit(',').next().unwrap_or_default();
    if between.trim().is_empty() { between } else { &between[between.trim_end().len()..] }
}

fn find<'a>(mut node: &'a Node, path: &[Key]) -> Result<Option<&'a Node>, String> {
    for key in path {
        let next = match (&node.kind, key) {
            (Kind::Object(members), Key::Name(name)) => {
                let mut with_name = members.iter().filter(|it| it.name == *name);
                let first = with_name.next();
                if with_name.next().is_some() {
                    return Err(format!("`{name}` stands there twice, and readers differ in which one counts"));
                }
                first.map(|it| &it.node)
            }
            (Kind::Array(items), Key::Index(index)) => items.get(*index),
            _ => return Err(format!("`{key}` leads into something of another kind")),
        };
        let Some(next) = next else { return Ok(None) };
        node = next;
    }
    Ok(Some(node))
}

fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(value) => value.clone(),
        Kind::Object(members) => Value::Object(members.iter().map(|it| (it.name.clone(), value(&it.node))).collect()),
        Kind::Array(items) => Value::Array(items.iter().map(value).collect()),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

fn parse(text: &str) -> Result<Node, String> {
    let mut parser = Parser { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    parser.skip()?;
    let node = parser.node(0)?;
    parser.skip()?;
    if parser.at < text.len() { Err(parser.wrong("nothing may follow")) } else { Ok(node) }
}

impl Parser<'_> {
    fn wrong(&self, what: &str) -> String {
        let line = self.text[..self.at].matches('\n').count() + 1;
        format!("the file is no JSON in line {line}: {what}")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Passes over blanks and comments.
    fn skip(&mut self) -> Result<(), String> {
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            self.at += blank;
            let rest = &self.text[self.at..];
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at += rest.find("*/").ok_or_else(|| self.wrong("a comment has no end"))? + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn node(&mut self, depth: usize) -> Result<Node, String> {
        if depth > MOST_DEPTH {
            return Err(self.wrong(&format!("it is nested deeper than {MOST_DEPTH}")));
        }
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => Kind::Object(self.members(depth)?),
            Some(b'[') => Kind::Array(self.items(depth)?),
            Some(b'"') => Kind::Scalar(Value::String(self.string()?)),
            _ => {
                let rest = &self.text[self.at..];
                let length = rest.find(|it: char| !it.is_ascii_alphanumeric() && !matches!(it, '+' | '-' | '.')).unwrap_or(rest.len());
                let scalar = serde_json::from_str(&rest[..length]).map_err(|_| self.wrong("a value is expected"))?;
                self.at += length;
                Kind::Scalar(scalar)
            }
        };
        Ok(Node { place: start..self.at, kind })
    }

    fn string(&mut self) -> Result<String, String> {
        let rest = &self.text.as_bytes()[self.at..];
        let mut length = 1;
        loop {
            match rest.get(length) {
                None => return Err(self.wrong("a text has no end")),
                Some(b'\\') => length += 2,
                Some(b'"') => break,
                Some(_) => length += 1,
            }
        }
        let raw = self.text.get(self.at..self.at + length + 1).ok_or_else(|| self.wrong("a text has no end"))?;
        let text = serde_json::from_str(raw).map_err(|error| self.wrong(&error.to_string()))?;
        self.at += length + 1;
        Ok(text)
    }

    fn members(&mut self, depth: usize) -> Result<Vec<Member>, String> {
        let mut members = Vec::new();
        self.at += 1;
        loop {
            self.skip()?;
            match self.peek() {
                Some(b'}') if members.is_empty() => break,
                Some(b'"') => {}
                _ => return Err(self.wrong("a name in quotes is expected")),
            }
            let start = self.at;
            let name = self.string()?;
            let key = start..self.at;
            self.skip()?;
            if self.peek() != Some(b':') {
                return Err(self.wrong("`:` is expected"));
            }
            self.at += 1;
            self.skip()?;
            let node = self.node(depth + 1)?;
            members.push(Member { name, key, node });
            self.skip()?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.wrong("`,` or `}` is expected")),
            }
        }
        self.at += 1;
        Ok(members)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, String> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.skip()?;
            if self.peek() == Some(b']') && items.is_empty() {
                break;
            }
            items.push(self.node(depth + 1)?);
            self.skip()?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.wrong("`,` or `]` is expected")),
            }
        }
        self.at += 1;
        Ok(items)
    }
}
