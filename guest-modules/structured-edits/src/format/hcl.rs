//! Terraform's language, by hcl-edit, which keeps what it is not told to change. A path is the words of the blocks with their labels, then the
//! attribute. What is no literal is told as `{"expression": "var.x"}`.

use hcl_edit::{
    Decorate as _, Span as _,
    expr::Expression,
    structure::{Attribute, Body, Structure},
};
use serde_json::{Value, json};

use super::spliced;
use crate::key::Key;

fn parse(text: &str) -> Result<Body, String> {
    super::within_depth(text)?;
    hcl_edit::parser::parse_body(text).map_err(|error| format!("the file is no HCL in line {}: {}", error.location().line(), error.message()))
}

/// The body that a path leads to, and what is left of the path.
fn descend<'a, 'p>(body: &'a Body, path: &'p [Key]) -> Result<Option<(&'a Body, &'p str)>, String> {
    let (first, rest) = path.split_first().ok_or("the path is empty")?;
    let name = first.name().ok_or("numbers do not lead into blocks")?;
    if rest.is_empty() {
        return Ok(Some((body, name)));
    }
    let mut found = None;
    for block in body.blocks().filter(|it| it.ident.as_str() == name) {
        let labels: Vec<&str> = block.labels.iter().map(|it| it.as_str()).collect();
        let fits = rest.len() > labels.len() && labels.iter().zip(rest).all(|(label, key)| key.name() == Some(label));
        if fits && found.replace((block, labels.len())).is_some() {
            return Err(format!("there are two blocks `{name}` of these labels"));
        }
    }
    found.map_or(Ok(None), |(block, labels)| descend(&block.body, &rest[labels..]))
}

fn attribute<'a>(body: &'a Body, path: &[Key]) -> Result<Option<&'a Attribute>, String> {
    Ok(descend(body, path)?.and_then(|(body, name)| body.get_attribute(name)))
}

fn value(text: &str, of: &Expression) -> Result<Value, String> {
    Ok(match of {
        Expression::Null(_) => Value::Null,
        Expression::Bool(it) => Value::Bool(*it.value()),
        Expression::String(it) => Value::String(it.value().clone()),
        Expression::Number(it) => serde_json::from_str(&it.value().to_string()).map_err(|_| "the number can't be read")?,
        Expression::Array(items) => items.iter().map(|it| value(text, it)).collect::<Result<Vec<_>, _>>().map(Value::Array)?,
        other => {
            let place = other.span().ok_or("the place of the expression is not known")?;
            json!({ "expression": text[place].trim() })
        }
    })
}

fn written(value: &Value) -> Result<String, String> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::String(it) if it.contains("${") || it.contains("%{") => Err("a text with `${` or `%{` is a template: give it as an expression".to_owned()),
        Value::String(it) if it.chars().any(|it| it.is_control() && !matches!(it, '\n' | '\t' | '\r')) => Err("the text has control characters".to_owned()),
        Value::String(_) => Ok(value.to_string()),
        Value::Array(items) => Ok(format!("[{}]", items.iter().map(written).collect::<Result<Vec<_>, _>>()?.join(", "))),
        Value::Object(map) => match (map.len(), map.get("expression")) {
            (1, Some(Value::String(it))) if !it.contains('\n') => Ok(it.clone()),
            _ => Err("an object is `{\"expression\": \"…\"}`".to_owned()),
        },
    }
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let body = parse(text)?;
    attribute(&body, path)?.map(|it| value(text, &it.value)).transpose()
}

pub(super) fn put(text: &str, path: &[Key], new: &Value) -> Result<String, String> {
    let body = parse(text)?;
    let new = written(new)?;
    if let Some(it) = attribute(&body, path)? {
        let place = it.value.span().ok_or("the place of the value is not known")?;
        let raw = &text[place.clone()];
        let place = place.start + raw.len() - raw.trim_start().len()..place.start + raw.trim_end().len();
        return Ok(spliced(text, place, &new));
    }
    let (within, name) = descend(&body, path)?.ok_or("the block is not there: add that first")?;
    let last = within.iter().filter_map(Structure::as_attribute).last().ok_or("the block has no attribute beside which another could stand")?;
    let (place, key) = (last.span().ok_or("the place of an attribute is not known")?, last.key.span().ok_or("the place of an attribute is not known")?);
    let line = text[..key.start].rfind('\n').map_or(0, |it| it + 1);
    let indent = &text[line..key.start];
    if !indent.trim().is_empty() {
        return Err("the block stands in one line".to_owned());
    }
    let end = text[place.end..].find('\n').map_or(text.len(), |it| place.end + it);
    let _ = last.decor();
    Ok(spliced(text, end..end, &format!("\n{indent}{name} = {new}")))
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let body = parse(text)?;
    let it = attribute(&body, path)?.ok_or("it is not there")?;
    let (place, key) = (it.span().ok_or("the place of the attribute is not known")?, it.key.span().ok_or("the place of the attribute is not known")?);
    let line = text[..key.start].rfind('\n').map_or(0, |it| it + 1);
    let end = text[place.end..].find('\n').map_or(text.len(), |it| place.end + it + 1);
    let value_end = it.value.span().map_or(place.end, |it| it.end);
    if !text[line..key.start].trim().is_empty() || text[value_end..end].contains(|it: char| !it.is_whitespace() && it != '#' && it != '/') && !text[value_end..end].trim_start().starts_with(['#', '/']) {
        return Err("the attribute does not stand alone in its lines".to_owned());
    }
    Ok(spliced(text, line..end, ""))
}
