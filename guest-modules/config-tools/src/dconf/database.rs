//! The database file: GVDB, little-endian, as dconf's gvdb-builder lays it out.

use super::{order, value::Value};

/// What stands behind a key.
#[derive(Clone)]
pub(super) enum Content {
    /// A value.
    Value(Value),
    /// The numbers of what is below, sorted by name.
    Folder(Vec<usize>),
    /// A table of its own.
    Table(Table),
}

#[derive(Clone)]
struct Item {
    key: String,
    parent: Option<usize>,
    content: Content,
}

/// A database.
#[derive(Clone, PartialEq)]
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// Bytes that the tool leaves as memory had them.
    pub(super) hole: Option<std::ops::Range<usize>>,
}

impl File {
    /// Answers whether bytes are this database, whatever stands in the hole.
    pub(super) fn is(&self, other: &[u8]) -> bool {
        let hole = self.hole.clone().unwrap_or_default();
        self.bytes.len() == other.len() && (0..other.len()).all(|it| hole.contains(&it) || self.bytes[it] == other[it])
    }
}

/// Keys in the order of their insertion.
#[derive(Clone)]
pub(super) struct Table {
    items: Vec<Item>,
    numbers: std::collections::BTreeMap<String, usize>,
}

impl Table {
    pub(super) fn new() -> Table {
        Table { items: Vec::new(), numbers: Default::default() }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.numbers.contains_key(key)
    }

    /// Puts a key in; one that is there keeps its place.
    pub(super) fn insert(&mut self, key: &str, content: Content) {
        match self.numbers.get(key) {
            Some(at) => self.items[*at].content = content,
            None => {
                self.numbers.insert(key.to_owned(), self.items.len());
                self.items.push(Item { key: key.to_owned(), parent: None, content });
            }
        }
    }

    /// Gives a key its parents, which are made where they are missing.
    pub(super) fn adopt(&mut self, key: &str) {
        let mut key = key.to_owned();
        let mut links = Vec::new();
        while let Some(at) = key.trim_end_matches('/').rfind('/') {
            let parent = key[..=at].to_owned();
            let is_new = !self.has(&parent);
            if is_new {
                self.insert(&parent, Content::Folder(Vec::new()));
            }
            links.push((self.numbers[&key], self.numbers[&parent]));
            if !is_new {
                break;
            }
            key = parent;
        }
        for (child, parent) in links {
            self.items[child].parent = Some(parent);
            let name = self.items[child].key.clone();
            let Content::Folder(below) = &self.items[parent].content else { continue };
            let at = below.iter().position(|it| self.items[*it].key > name).unwrap_or(below.len());
            if let Content::Folder(below) = &mut self.items[parent].content {
                below.insert(at, child);
            }
        }
    }

    /// The file.
    pub(super) fn file(&self) -> Result<File, String> {
        let mut out = vec![0; 24];
        let (start, end) = self.lay(&mut out)?;
        // Of a folder with nothing below the tool leaves the place unset, and only the root can be such a one.
        let (count, entries) = (self.items.len(), start as usize + 8 + 4 * self.items.len());
        let hole = (0..count).map(|it| entries + 24 * it).find(|it| out[it + 14] == 0).map(|it| it + 16..it + 24);
        out[..8].copy_from_slice(b"GVariant");
        out[16..20].copy_from_slice(&start.to_le_bytes());
        out[20..24].copy_from_slice(&end.to_le_bytes());
        Ok(File { bytes: out, hole })
    }

    /// Appends the table with all that hangs on it; gives where its head stands.
    fn lay(&self, out: &mut Vec<u8>) -> Result<(u32, u32), String> {
        let hashes: Vec<u32> = self.items.iter().map(|it| order::hash(&it.key)).collect();
        let count = hashes.len();
        // Each bucket holds its keys in the reverse of the order in which the table goes through them.
        let mut buckets = vec![Vec::new(); count];
        for number in order::walk(&hashes)? {
            buckets[hashes[number] as usize % count].insert(0, number);
        }
        let sorted: Vec<usize> = buckets.concat();
        let mut index = vec![0u32; count];
        for (at, number) in sorted.iter().enumerate() {
            index[*number] = at as u32;
        }
        pad(out, 4);
        let start = out.len();
        // Five as the shift of a bloom filter without words.
        out.extend((5u32 << 27).to_le_bytes());
        out.extend(place(count)?.to_le_bytes());
        let mut first = 0;
        for bucket in &buckets {
            out.extend(place(first)?.to_le_bytes());
            first += bucket.len();
        }
        let head = out.len();
        out.resize(head + 24 * count, 0);
        let end = out.len();
        for (at, number) in sorted.iter().enumerate() {
            let item = &self.items[*number];
            let name = &item.key[item.parent.map_or(0, |it| self.items[it].key.len())..];
            let key_start = place(out.len())?;
            out.extend(name.as_bytes());
            let (kind, from, to) = match &item.content {
                Content::Value(value) => {
                    pad(out, 8);
                    let from = out.len();
                    out.extend(value.boxed());
                    (b'v', from, out.len())
                }
                Content::Folder(below) if below.is_empty() => (0, 0, 0),
                Content::Folder(below) => {
                    pad(out, 4);
                    let from = out.len();
                    below.iter().for_each(|it| out.extend(index[*it].to_le_bytes()));
                    (b'L', from, out.len())
                }
                Content::Table(table) => {
                    let (from, to) = table.lay(out)?;
                    (b'H', from as usize, to as usize)
                }
            };
            let size = u16::try_from(name.len()).map_err(|_| "so long a name".to_owned())?;
            let entry = &mut out[head + 24 * at..head + 24 * (at + 1)];
            entry[..4].copy_from_slice(&hashes[*number].to_le_bytes());
            entry[4..8].copy_from_slice(&item.parent.map_or(u32::MAX, |it| index[it]).to_le_bytes());
            entry[8..12].copy_from_slice(&key_start.to_le_bytes());
            entry[12..14].copy_from_slice(&size.to_le_bytes());
            entry[14] = kind;
            entry[16..20].copy_from_slice(&place(from)?.to_le_bytes());
            entry[20..24].copy_from_slice(&place(to)?.to_le_bytes());
        }
        Ok((place(start)?, place(end)?))
    }
}

fn place(at: usize) -> Result<u32, String> {
    u32::try_from(at).map_err(|_| "so large a database".to_owned())
}

fn pad(out: &mut Vec<u8>, to: usize) {
    out.resize(out.len().next_multiple_of(to), 0);
}
