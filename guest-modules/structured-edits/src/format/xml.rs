//! XML without document types, so that no entity can grow: elements, attributes and texts are found with their places. A path is the names of the
//! elements from the root on, with a number behind a name where several have it, and `@name` for an attribute.

use std::ops::Range;

use serde_json::Value;

use super::{MOST_DEPTH, line_of_text, spliced};
use crate::key::Key;

#[derive(Debug)]
struct Element {
    name: String,
    /// Names, and places of values between their quotes.
    attributes: Vec<(String, Range<usize>, Range<usize>)>,
    children: Vec<Element>,
    whole: Range<usize>,
    /// Behind the start tag up to the end tag; none for an empty tag.
    inner: Option<Range<usize>>,
    /// Where the start tag's last attribute or name ends.
    tag_end: usize,
    /// Whether a comment, a CDATA section or an instruction stands among its texts.
    odd: bool,
}

fn parse(text: &str) -> Result<Element, String> {
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let wrong = |at: usize, what: &str| format!("the file is no XML in line {}: {what}", text[..at].matches('\n').count() + 1);
    while let Some(tag) = text[at..].find('<') {
        if open.is_empty() && !text[at..at + tag].trim().is_empty() {
            return Err(wrong(at, "text stands outside of the root"));
        }
        at += tag;
        let rest = &text[at..];
        let ends = |with: &str| rest.find(with).map(|it| at + it + with.len()).ok_or_else(|| wrong(at, &format!("`{with}` is missing")));
        if rest.starts_with("<!--") || rest.starts_with("<![CDATA[") || rest.starts_with("<?") {
            if let Some(element) = open.last_mut() {
                element.odd = true;
            }
            at = ends(if rest.starts_with("<!--") { "-->" } else if rest.starts_with("<?") { "?>" } else { "]]>" })?;
        } else if rest.starts_with("<!") {
            return Err(wrong(at, "a document type stands there: what its entities mean is not read"));
        } else if let Some(name) = rest.strip_prefix("</") {
            let end = ends(">")?;
            let name = name[..end - at - 3].trim();
            let mut element = open.pop().filter(|it| it.name == name).ok_or_else(|| wrong(at, &format!("`</{name}>` ends nothing")))?;
            element.inner = Some(element.inner.take().map_or(at, |it| it.start)..at);
            element.whole.end = end;
            close(element, &mut open, &mut root).map_err(|what| wrong(at, what))?;
            at = end;
        } else {
            if open.len() > MOST_DEPTH {
                return Err(wrong(at, &format!("it is nested deeper than {MOST_DEPTH}")));
            }
            let (element, end, empty) = start(text, at).ok_or_else(|| wrong(at, "the tag is not well formed"))?;
            if empty { close(element, &mut open, &mut root).map_err(|what| wrong(at, what))? } else { open.push(element) }
            at = end;
        }
    }
    if !open.is_empty() || !text[at..].trim().is_empty() {
        return Err(wrong(at, "it ends too early, or text stands behind the root"));
    }
    root.ok_or_else(|| "the file is no XML: it has no element".to_owned())
}

fn close(element: Element, open: &mut [Element], root: &mut Option<Element>) -> Result<(), &'static str> {
    match (open.last_mut(), &root) {
        (Some(parent), _) => parent.children.push(element),
        (None, None) => *root = Some(element),
        (None, Some(_)) => return Err("there is a second root"),
    }
    Ok(())
}

/// Reads a start tag: the element, the end of the tag, whether it is empty.
fn start(text: &str, from: usize) -> Option<(Element, usize, bool)> {
    let is_name = |it: char| !it.is_whitespace() && !matches!(it, '=' | '/' | '>' | '<' | '"' | '\'');
    let word = |at: usize| text[at..].find(|it| !is_name(it)).map(|it| at + it);
    let blanks = |at: usize| at + (text[at..].len() - text[at..].trim_start().len());
    let mut at = word(from + 1)?;
    let mut element =
        Element { name: text[from + 1..at].to_owned(), attributes: Vec::new(), children: Vec::new(), whole: from..at, inner: None, tag_end: at, odd: false };
    if element.name.is_empty() {
        return None;
    }
    loop {
        let next = blanks(at);
        let rest = &text[next..];
        if rest.starts_with('>') {
            element.inner = Some(next + 1..next + 1);
            return Some((element, next + 1, false));
        }
        if rest.starts_with("/>") {
            element.whole.end = next + 2;
            return Some((element, next + 2, true));
        }
        let end = word(next)?;
        let sign = blanks(end);
        let quote_at = blanks(text[sign..].strip_prefix('=').map(|_| sign + 1)?);
        let quote = text[quote_at..].chars().next().filter(|it| matches!(it, '"' | '\''))?;
        let close = quote_at + 1 + text[quote_at + 1..].find(quote)?;
        let name = text[next..end].to_owned();
        // Names stand apart, and once.
        if next == at || name.is_empty() || element.attributes.iter().any(|it| it.0 == name) || text[quote_at..close].contains('<') {
            return None;
        }
        element.attributes.push((name, quote_at + 1..close, at..close + 1));
        at = close + 1;
        element.tag_end = at;
    }
}

/// An element by names and numbers.
fn element<'a>(root: &'a Element, path: &[Key]) -> Result<Option<&'a Element>, String> {
    let mut keys = path.iter().peekable();
    match keys.next() {
        Some(Key::Name(name)) if *name == root.name => {}
        _ => return Err(format!("the root of the file is `{}`", root.name)),
    }
    let mut here = root;
    while let Some(key) = keys.next() {
        let Key::Name(name) = key else { return Err("a number stands behind a name".to_owned()) };
        let with_name: Vec<&Element> = here.children.iter().filter(|it| it.name == *name).collect();
        let next = if let Some(Key::Index(index)) = keys.peek() {
            keys.next();
            with_name.get(*index)
        } else if with_name.len() > 1 {
            return Err(format!("there are {} elements `{name}`: say which with a number behind the name, from 0", with_name.len()));
        } else {
            with_name.first()
        };
        let Some(next) = next else { return Ok(None) };
        here = next;
    }
    Ok(Some(here))
}

/// The element above and the attribute that a path ends with, where it is one.
fn attribute(path: &[Key]) -> Option<(&[Key], &str)> {
    let (last, above) = path.split_last()?;
    last.name()?.strip_prefix('@').map(|name| (above, name))
}

fn text_of<'a>(text: &'a str, of: &Element) -> Result<(Range<usize>, &'a str), String> {
    if !of.children.is_empty() || of.odd {
        return Err(format!("`{}` holds more than text", of.name));
    }
    let inner = of.inner.clone().unwrap_or(of.whole.end..of.whole.end);
    let (raw, trimmed) = (&text[inner.clone()], text[inner.clone()].trim());
    let start = inner.start + raw.find(trimmed).unwrap_or_default();
    Ok((start..start + trimmed.len(), trimmed))
}

fn unescaped(raw: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (entity, after) = rest[at + 1..].split_once(';').ok_or("`&` without an entity")?;
        let number = entity.strip_prefix("#x").map(|it| u32::from_str_radix(it, 16)).or_else(|| entity.strip_prefix('#').map(str::parse));
        out.push(match (entity, number) {
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("quot", _) => '"',
            ("apos", _) => '\'',
            (_, Some(Ok(code))) => char::from_u32(code).ok_or("an entity is no character")?,
            _ => return Err(format!("the entity `&{entity};` is not known without a document type")),
        });
        rest = after;
    }
    Ok(out + rest)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let root = parse(text)?;
    let raw = match attribute(path) {
        Some((above, name)) => {
            let Some(of) = element(&root, above)? else { return Ok(None) };
            of.attributes.iter().find(|it| it.0 == name).map(|it| &text[it.1.clone()])
        }
        None => element(&root, path)?.map(|it| text_of(text, it)).transpose()?.map(|it| it.1),
    };
    raw.map(|it| unescaped(it).map(Value::String)).transpose()
}

pub(super) fn put(text: &str, path: &[Key], value: &Value) -> Result<String, String> {
    let root = parse(text)?;
    let new = escaped(&line_of_text(value)?);
    if let Some((above, name)) = attribute(path) {
        let of = element(&root, above)?.ok_or("the element is not there: add that first")?;
        return Ok(match of.attributes.iter().find(|it| it.0 == name) {
            Some(it) => spliced(text, it.1.clone(), &new),
            None => spliced(text, of.tag_end..of.tag_end, &format!(" {name}=\"{new}\"")),
        });
    }
    if let Some(of) = element(&root, path)? {
        if of.inner.is_none() {
            return Err("the element is an empty tag: give it an end tag first".to_owned());
        }
        return Ok(spliced(text, text_of(text, of)?.0, &new));
    }
    let (last, above) = path.split_last().ok_or("the path is empty")?;
    let name = last.name().ok_or("a new element needs a name")?;
    let parent = element(&root, above)?.ok_or("the element above it is not there: add that first")?;
    let made = format!("<{name}>{new}</{name}>");
    match (parent.children.last(), &parent.inner) {
        (Some(child), _) => {
            let before = &text[..child.whole.start];
            let blanks = &before[before.trim_end().len()..];
            Ok(spliced(text, child.whole.end..child.whole.end, &format!("{blanks}{made}")))
        }
        (None, Some(inner)) if text[inner.clone()].trim().is_empty() => Ok(spliced(text, inner.start..inner.start, &made)),
        _ => Err("the element above it holds text, or is an empty tag".to_owned()),
    }
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let root = parse(text)?;
    if let Some((above, name)) = attribute(path) {
        let of = element(&root, above)?.ok_or("the element is not there")?;
        let place = of.attributes.iter().find(|it| it.0 == name).ok_or("it is not there")?;
        return Ok(spliced(text, place.2.clone(), ""));
    }
    if path.len() < 2 {
        return Err("the root can't be removed".to_owned());
    }
    let of = element(&root, path)?.ok_or("it is not there")?;
    let before = &text[..of.whole.start];
    Ok(spliced(text, before.trim_end().len()..of.whole.end, ""))
}
