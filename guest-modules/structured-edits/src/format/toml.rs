//! TOML, by toml_edit, which keeps what it is not told to change.

use serde_json::Value;
use toml_edit::{DocumentMut, Item, TableLike, Value as Toml};

use super::MOST_DEPTH;
use crate::key::Key;

fn parse(text: &str) -> Result<DocumentMut, String> {
    text.parse::<DocumentMut>().map_err(|error| format!("the file is no TOML: {}", error.message()))
}

fn find<'a>(mut item: &'a Item, path: &[Key]) -> Result<Option<&'a Item>, String> {
    for key in path {
        let next = match key {
            Key::Name(name) => match item.as_table_like() {
                Some(table) => table.get(name).filter(|it| !it.is_none()),
                None => return Err(format!("`{key}` leads into something of another kind")),
            },
            Key::Index(index) => item.get(*index),
        };
        let Some(next) = next else { return Ok(None) };
        item = next;
    }
    Ok(Some(item))
}

fn find_mut<'a>(mut item: &'a mut Item, path: &[Key]) -> Option<&'a mut Item> {
    for key in path {
        item = match key {
            Key::Name(name) => item.as_table_like_mut()?.get_mut(name)?,
            Key::Index(index) => item.get_mut(*index)?,
        };
    }
    Some(item)
}

fn of_item(item: &Item, depth: usize) -> Result<Value, String> {
    match item {
        Item::Value(value) => of_value(value, depth),
        Item::Table(table) => of_table(table, depth),
        Item::ArrayOfTables(list) => list.iter().map(|it| of_table(it, depth + 1)).collect::<Result<Vec<_>, _>>().map(Value::Array),
        Item::None => Ok(Value::Null),
    }
}

fn of_table(table: &dyn TableLike, depth: usize) -> Result<Value, String> {
    if depth > MOST_DEPTH {
        return Err(format!("it is nested deeper than {MOST_DEPTH}"));
    }
    table.iter().map(|(key, item)| Ok((key.to_owned(), of_item(item, depth + 1)?))).collect::<Result<_, String>>().map(Value::Object)
}

fn of_value(value: &Toml, depth: usize) -> Result<Value, String> {
    Ok(match value {
        Toml::String(it) => Value::String(it.value().clone()),
        Toml::Integer(it) => Value::from(*it.value()),
        Toml::Float(it) => Value::from(*it.value()),
        Toml::Boolean(it) => Value::Bool(*it.value()),
        Toml::Datetime(it) => Value::String(it.value().to_string()),
        Toml::Array(it) if depth <= MOST_DEPTH => it.iter().map(|it| of_value(it, depth + 1)).collect::<Result<Vec<_>, _>>().map(Value::Array)?,
        Toml::InlineTable(it) => of_table(it, depth)?,
        Toml::Array(_) => return Err(format!("it is nested deeper than {MOST_DEPTH}")),
    })
}

fn to_value(value: &Value) -> Result<Toml, String> {
    Ok(match value {
        Value::Null => return Err("TOML has no null".to_owned()),
        Value::Bool(it) => Toml::from(*it),
        Value::Number(it) => match (it.as_i64(), it.as_f64()) {
            (Some(it), _) => Toml::from(it),
            (None, Some(it)) => Toml::from(it),
            (None, None) => return Err("the number has no place in TOML".to_owned()),
        },
        Value::String(it) => Toml::from(it.as_str()),
        Value::Array(items) => Toml::Array(items.iter().map(to_value).collect::<Result<_, _>>()?),
        Value::Object(map) => {
            let mut table = toml_edit::InlineTable::new();
            for (key, value) in map {
                table.insert(key, to_value(value)?);
            }
            Toml::InlineTable(table)
        }
    })
}

/// A text in the quotes of the one that it replaces, where it can be.
fn in_quotes_of(old: &Toml, new: Toml) -> Toml {
    let (Toml::String(had), Toml::String(text)) = (old, &new) else { return new };
    let literal = had.as_repr().and_then(|it| it.as_raw().as_str()).is_some_and(|it| it.starts_with('\'') && !it.starts_with("'''"));
    if !literal || text.value().contains(|it: char| it == '\'' || it.is_control()) {
        return new;
    }
    format!("'{}'", text.value()).parse().unwrap_or(new)
}

pub(super) fn get(text: &str, path: &[Key]) -> Result<Option<Value>, String> {
    let document = parse(text)?;
    find(document.as_item(), path)?.map(|it| of_item(it, 0)).transpose()
}

pub(super) fn put(text: &str, path: &[Key], value: &Value) -> Result<String, String> {
    let mut document = parse(text)?;
    let new = to_value(value)?;
    match find_mut(document.as_item_mut(), path) {
        Some(Item::Value(old)) => {
            let decor = old.decor().clone();
            *old = in_quotes_of(old, new);
            *old.decor_mut() = decor;
        }
        Some(_) => return Err("a table is not replaced as a whole: edit its keys".to_owned()),
        None => {
            let (last, above) = path.split_last().ok_or("the path is empty")?;
            let parent = find_mut(document.as_item_mut(), above).ok_or("the part above it is not there: add that first")?;
            match last {
                Key::Name(name) => drop(parent.as_table_like_mut().ok_or("the part above it is no table")?.insert(name, Item::Value(new))),
                Key::Index(index) => {
                    let list = parent.as_array_mut().ok_or("the part above it is no list")?;
                    if *index != list.len() {
                        return Err(format!("the list has {} items: the next one has that number", list.len()));
                    }
                    list.push(new);
                }
            }
        }
    }
    Ok(document.to_string())
}

pub(super) fn remove(text: &str, path: &[Key]) -> Result<String, String> {
    let mut document = parse(text)?;
    let (last, above) = path.split_last().ok_or("the path is empty")?;
    let parent = find_mut(document.as_item_mut(), above).ok_or("the part above it is not there")?;
    match last {
        Key::Name(name) => drop(parent.as_table_like_mut().and_then(|it| it.remove(name)).ok_or("it is not there")?),
        Key::Index(index) => {
            let list = parent.as_array_mut().ok_or("the part above it is no list of values")?;
            if *index >= list.len() {
                return Err("it is not there".to_owned());
            }
            list.remove(*index);
        }
    }
    Ok(document.to_string())
}
