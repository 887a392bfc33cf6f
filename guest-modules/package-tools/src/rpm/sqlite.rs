//! Tables of an SQLite database, read only, page by page.
//!
//! Source: <https://www.sqlite.org/fileformat2.html>. A database with a journal that holds something is not what it seems, and refused.

use std::{cell::RefCell, collections::BTreeMap};

use crate::world::World;

/// The deepest tree that is followed; SQLite's own limit is 20 (btreeInt.h, `BTCURSOR_MAX_DEPTH`).
const MOST_DEPTH: usize = 20;
/// The longest row that is put together: rpm's headers end at 256 MiB, those of real packages at a few MiB.
const MOST_ROW: usize = 16 << 20;
/// What one read of the file asks for.
const PIECE: u64 = 256 << 10;
/// Pieces that are kept.
const MOST_PIECES: usize = 48;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Integer(i64),
    Bytes(Vec<u8>),
}

impl Value {
    pub(crate) fn integer(&self) -> Option<i64> {
        if let Value::Integer(it) = self { Some(*it) } else { None }
    }

    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        if let Value::Bytes(it) = self { Some(it) } else { None }
    }
}

/// An open database.
pub(crate) struct Database<'a> {
    world: &'a dyn World,
    path: String,
    page: u64,
    usable: usize,
    pages: u64,
    pieces: RefCell<BTreeMap<u64, Vec<u8>>>,
}

fn damaged<T>(what: &str) -> Result<T, String> {
    Err(format!("a damaged database ({what})"))
}

fn number(bytes: &[u8], at: usize, length: usize) -> Result<u64, String> {
    let Some(bytes) = at.checked_add(length).and_then(|end| bytes.get(at..end)) else { return damaged("a page ends early") };
    Ok(bytes.iter().fold(0, |sum, it| sum << 8 | u64::from(*it)))
}

/// A variable-length integer and the place behind it.
fn varint(bytes: &[u8], at: usize) -> Result<(u64, usize), String> {
    let mut value = 0_u64;
    for step in 0..9 {
        let Some(byte) = at.checked_add(step).and_then(|it| bytes.get(it)) else { return damaged("a number ends early") };
        if step == 8 {
            return Ok((value << 8 | u64::from(*byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Ok((value, at + step + 1));
        }
    }
    damaged("a number")
}

impl<'a> Database<'a> {
    /// Opens a database; the error says why it can't be trusted.
    pub(crate) fn open(world: &'a dyn World, path: &str) -> Result<Database<'a>, String> {
        for journal in ["-wal", "-journal"] {
            if world.stat(&format!("{path}{journal}"), true).is_some_and(|it| it.size > 0) {
                return Err(format!("a database with changes that stand in {path}{journal} only"));
            }
        }
        let head = world.read_at(path, 0, 100).unwrap_or_default();
        if head.len() < 100 || !head.starts_with(b"SQLite format 3\0") {
            return damaged("no SQLite header");
        }
        let page = match number(&head, 16, 2)? {
            1 => 65536,
            it if it.is_power_of_two() && it >= 512 => it,
            _ => return damaged("the size of its pages"),
        };
        let usable = usize::try_from(page - number(&head, 20, 1)?).unwrap_or(0);
        let size = world.stat(path, true).map_or(0, |it| it.size);
        if usable < 480 || number(&head, 56, 4)? != 1 {
            return damaged("its header");
        }
        Ok(Database { world, path: path.to_owned(), page, usable, pages: size / page, pieces: RefCell::default() })
    }

    fn page(&self, number: u64) -> Result<Vec<u8>, String> {
        if number == 0 || number > self.pages {
            return damaged("a page outside of it");
        }
        let start = (number - 1) * self.page;
        let piece = start / PIECE;
        let mut pieces = self.pieces.borrow_mut();
        if !pieces.contains_key(&piece) {
            if pieces.len() >= MOST_PIECES {
                pieces.clear();
            }
            pieces.insert(piece, self.world.read_at(&self.path, piece * PIECE, PIECE as usize).unwrap_or_default());
        }
        let at = (start % PIECE) as usize;
        match pieces.get(&piece).and_then(|it| it.get(at..at + self.page as usize)) {
            Some(it) => Ok(it.to_vec()),
            None => damaged("it ends early"),
        }
    }

    /// The root page of a table.
    pub(crate) fn table(&self, name: &str) -> Result<u64, String> {
        let mut found = None;
        self.each(1, &mut |_, row| {
            let row = row()?;
            let is = |at: usize, text: &str| row.get(at).and_then(Value::bytes) == Some(text.as_bytes());
            if is(0, "table") && is(1, name) {
                found = row.get(3).and_then(Value::integer);
            }
            Ok(found.is_none())
        })?;
        match found.and_then(|it| u64::try_from(it).ok()) {
            Some(it) => Ok(it),
            None => Err(format!("a database without the table {name}")),
        }
    }

    /// Shows each row of a table in the order of its numbers, until told to end. A row is read when it is asked for.
    pub(crate) fn each(&self, root: u64, show: &mut Show<'_>) -> Result<(), String> {
        let mut budget = self.pages + 1;
        self.walk(root, 0, &mut budget, None, show).map(drop)
    }

    /// The row of a number.
    pub(crate) fn row(&self, root: u64, rowid: i64) -> Result<Option<Vec<Value>>, String> {
        let mut found = None;
        let mut budget = self.pages + 1;
        self.walk(root, 0, &mut budget, Some(rowid), &mut |id, row| {
            if id == rowid {
                found = Some(row()?);
            }
            Ok(id < rowid)
        })?;
        Ok(found)
    }

    /// Whether to go on. `budget` ends a tree whose pages lead back to themselves.
    fn walk(&self, root: u64, depth: usize, budget: &mut u64, wanted: Option<i64>, show: &mut Show<'_>) -> Result<bool, String> {
        if depth > MOST_DEPTH || *budget == 0 {
            return damaged("its pages go round");
        }
        *budget -= 1;
        let page = self.page(root)?;
        let base = if root == 1 { 100 } else { 0 };
        let kind = number(&page, base, 1)?;
        let cells = usize::try_from(number(&page, base + 3, 2)?).unwrap_or(0);
        let pointers = base + if kind == 5 { 12 } else { 8 };
        for cell in 0..cells {
            let at = number(&page, pointers + 2 * cell, 2)? as usize;
            match kind {
                5 => {
                    let (key, _) = varint(&page, at + 4)?;
                    if wanted.is_some_and(|it| it > key as i64) {
                        continue;
                    }
                    if !self.walk(number(&page, at, 4)?, depth + 1, budget, wanted, show)? {
                        return Ok(false);
                    }
                }
                13 => {
                    let (length, next) = varint(&page, at)?;
                    let (key, start) = varint(&page, next)?;
                    if !show(key as i64, &|| self.record(&page, start, length))? {
                        return Ok(false);
                    }
                }
                _ => return damaged("a page that is of no table"),
            }
        }
        if kind == 5 { self.walk(number(&page, base + 8, 4)?, depth + 1, budget, wanted, show) } else { Ok(true) }
    }

    fn record(&self, page: &[u8], start: usize, length: u64) -> Result<Vec<Value>, String> {
        let payload = self.payload(page, start, length)?;
        let (head, mut at) = varint(&payload, 0)?;
        let head = usize::try_from(head).unwrap_or(usize::MAX);
        let mut body = head;
        let mut row = Vec::new();
        while at < head {
            let (kind, next) = varint(&payload, at)?;
            at = next;
            let integer = |length: usize| -> Result<Value, String> {
                let raw = number(&payload, body, length)?;
                let shift = 64 - 8 * length as u32;
                Ok(Value::Integer((raw << shift) as i64 >> shift))
            };
            let (value, took) = match kind {
                0 => (Value::Null, 0),
                1..=4 => (integer(kind as usize)?, kind as usize),
                5 => (integer(6)?, 6),
                6 => (integer(8)?, 8),
                8 | 9 => (Value::Integer(kind as i64 - 8), 0),
                12.. => {
                    let length = usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX);
                    let Some(bytes) = body.checked_add(length).and_then(|end| payload.get(body..end)) else { return damaged("a row ends early") };
                    (Value::Bytes(bytes.to_vec()), length)
                }
                _ => return damaged("a value of a kind that rpm does not store"),
            };
            body = body.saturating_add(took);
            row.push(value);
        }
        Ok(row)
    }

    /// The bytes of a row, with those on overflow pages.
    fn payload(&self, page: &[u8], start: usize, length: u64) -> Result<Vec<u8>, String> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MOST_ROW {
            return Err(format!("a row of more than {} MiB", MOST_ROW >> 20));
        }
        let most = self.usable - 35;
        let least = (self.usable - 12) * 32 / 255 - 23;
        let here = if length <= most {
            length
        } else {
            let wanted = least + (length - least) % (self.usable - 4);
            if wanted <= most { wanted } else { least }
        };
        let Some(bytes) = start.checked_add(here).and_then(|end| page.get(start..end)) else { return damaged("a row ends early") };
        let mut payload = bytes.to_vec();
        let mut next = if here < length { number(page, start + here, 4)? } else { 0 };
        while payload.len() < length {
            let page = self.page(next)?;
            next = number(&page, 0, 4)?;
            let take = (length - payload.len()).min(self.usable - 4);
            let Some(bytes) = page.get(4..4 + take) else { return damaged("a row ends early") };
            payload.extend_from_slice(bytes);
        }
        Ok(payload)
    }
}

/// Takes a row's number and a way to read it; answers whether to go on.
pub(crate) type Show<'s> = dyn FnMut(i64, &dyn Fn() -> Result<Vec<Value>, String>) -> Result<bool, String> + 's;
