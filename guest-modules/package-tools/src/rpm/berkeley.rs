//! Values of a hash database of Berkeley DB, read only, in the order of its buckets.
//!
//! Source: what Berkeley DB 5.3 writes (its header `dbinc/db_page.h` names the fields of pages), compared with rpm's own reader.

use crate::world::World;

/// The largest database that is read: a machine of 3,000 packages has some 100 MiB.
const MOST_BYTES: u64 = 256 << 20;
/// The longest value: rpm's headers end at 256 MiB, those of real packages at a few MiB.
const MOST_VALUE: usize = 16 << 20;
/// Buckets that are gone through.
const MOST_BUCKETS: u32 = 1 << 20;

const HEAD: usize = 26;

/// An open database.
pub(crate) struct Hash<'a> {
    world: &'a dyn World,
    path: String,
    page: usize,
    pages: u32,
    buckets: u32,
    spares: Vec<u32>,
}

fn damaged<T>(what: &str) -> Result<T, String> {
    Err(format!("a damaged database ({what})"))
}

fn number(bytes: &[u8], at: usize, length: usize) -> Result<u32, String> {
    let Some(bytes) = at.checked_add(length).and_then(|end| bytes.get(at..end)) else { return damaged("a page ends early") };
    Ok(bytes.iter().rev().fold(0, |sum, it| sum << 8 | u32::from(*it)))
}

impl<'a> Hash<'a> {
    /// Opens a database; the error says why it is not read.
    pub(crate) fn open(world: &'a dyn World, path: &str) -> Result<Hash<'a>, String> {
        let head = world.read_at(path, 0, 512).unwrap_or_default();
        let (magic, page, kind) = (number(&head, 12, 4)?, number(&head, 20, 4)? as usize, number(&head, 25, 1)?);
        if magic != 0x0006_1561 || kind != 8 || !page.is_power_of_two() || !(512..=65536).contains(&page) || number(&head, 24, 1)? != 0 {
            return damaged("no hash of Berkeley DB in this machine's order of bytes");
        }
        let size = world.stat(path, true).map_or(0, |it| it.size);
        let buckets = number(&head, 72, 4)?;
        if size > MOST_BYTES || buckets >= MOST_BUCKETS {
            return Err(format!("a database of more than {} MiB", MOST_BYTES >> 20));
        }
        let spares = (0..32).map(|at| number(&head, 96 + 4 * at, 4)).collect::<Result<_, _>>()?;
        Ok(Hash { world, path: path.to_owned(), page, pages: u32::try_from(size / page as u64).unwrap_or(0), buckets, spares })
    }

    fn page(&self, number: u32) -> Result<Vec<u8>, String> {
        if number == 0 || number >= self.pages {
            return damaged("a page outside of it");
        }
        let bytes = self.world.read_at(&self.path, u64::from(number) * self.page as u64, self.page).unwrap_or_default();
        if bytes.len() == self.page { Ok(bytes) } else { damaged("it ends early") }
    }

    /// Shows keys with their values, until told to end.
    pub(crate) fn each(&self, show: &mut dyn FnMut(&[u8], &[u8]) -> Result<bool, String>) -> Result<(), String> {
        // Each page belongs to one bucket: what needs more goes round.
        let mut budget = self.pages;
        for bucket in 0..=self.buckets {
            let doubling = u32::BITS - bucket.leading_zeros();
            let mut next = bucket.checked_add(self.spares[doubling.min(31) as usize]).ok_or("a damaged database (a bucket)")?;
            while next != 0 {
                budget = budget.checked_sub(1).ok_or("a damaged database (its pages go round)")?;
                let page = self.page(next)?;
                next = number(&page, 16, 4)?;
                if !matches!(number(&page, 25, 1)?, 2 | 13) {
                    return damaged("a page that is of no bucket");
                }
                let entries = number(&page, 20, 2)? as usize;
                for pair in 0..entries / 2 {
                    let (key, value) = (self.item(&page, 2 * pair)?, self.item(&page, 2 * pair + 1)?);
                    if !show(&key, &value)? {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// An item of a bucket's page: its bytes, or those on pages of their own.
    fn item(&self, page: &[u8], at: usize) -> Result<Vec<u8>, String> {
        let start = number(page, HEAD + 2 * at, 2)? as usize;
        let end = if at == 0 { self.page } else { number(page, HEAD + 2 * (at - 1), 2)? as usize };
        let Some(item) = page.get(start..end).filter(|it| !it.is_empty()) else { return damaged("an item outside of its page") };
        match item[0] {
            1 => Ok(item[1..].to_vec()),
            3 => self.value(number(item, 4, 4)?, number(item, 8, 4)? as usize),
            _ => damaged("an item of another kind"),
        }
    }

    fn value(&self, first: u32, length: usize) -> Result<Vec<u8>, String> {
        if length > MOST_VALUE {
            return Err(format!("a value of more than {} MiB", MOST_VALUE >> 20));
        }
        let mut value = Vec::new();
        let mut next = first;
        while value.len() < length {
            let page = self.page(next)?;
            let here = number(&page, 22, 2)? as usize;
            let Some(bytes) = page.get(HEAD..HEAD + here).filter(|it| !it.is_empty() && number(&page, 25, 1) == Ok(7)) else { return damaged("a long value") };
            value.extend_from_slice(bytes);
            next = number(&page, 16, 4)?;
        }
        value.truncate(length);
        Ok(value)
    }
}
