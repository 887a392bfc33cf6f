//! A header: what rpm knows of a package, as tags with values.
//!
//! Source: <https://rpm-software-management.github.io/rpm/manual/format_header.html>; a database holds it without magic.

use std::collections::BTreeMap;

/// Entries and bytes that rpm allows (header.c, `headerImport`).
const MOST_ENTRIES: usize = 65_535;

/// The values of a tag.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Data {
    Numbers(Vec<u64>),
    Texts(Vec<String>),
    /// A text in several languages: the first one, of the locale C.
    Translated(String),
    Bytes(Vec<u8>),
}

impl Data {
    pub(crate) fn len(&self) -> usize {
        match self {
            Data::Numbers(it) => it.len(),
            Data::Texts(it) => it.len(),
            Data::Translated(_) | Data::Bytes(_) => 1,
        }
    }
}

/// One package.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header(BTreeMap<u32, Data>);

fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    Some(bytes.get(at..at.checked_add(length)?)?.iter().fold(0, |sum, it| sum << 8 | u64::from(*it)))
}

impl Header {
    /// Reads a header; none where it is damaged.
    pub(crate) fn read(blob: &[u8]) -> Option<Header> {
        let entries = number(blob, 0, 4)? as usize;
        let size = number(blob, 4, 4)? as usize;
        if entries > MOST_ENTRIES {
            return None;
        }
        let data = blob.get(8 + 16 * entries..)?.get(..size)?;
        let mut tags = BTreeMap::new();
        for entry in 0..entries {
            let at = 8 + 16 * entry;
            let (tag, kind) = (number(blob, at, 4)? as u32, number(blob, at + 4, 4)?);
            let (start, count) = (number(blob, at + 8, 4)? as usize, number(blob, at + 12, 4)? as usize);
            // Regions are of the file that the package came in.
            if (61..64).contains(&tag) {
                continue;
            }
            let numbers = |width: usize| -> Option<Data> {
                let bytes = data.get(start..start.checked_add(width.checked_mul(count)?)?)?;
                Some(Data::Numbers(bytes.chunks_exact(width).map(|it| it.iter().fold(0, |sum, it| sum << 8 | u64::from(*it))).collect()))
            };
            let texts = || -> Option<Vec<String>> {
                let mut rest = data.get(start..)?;
                let mut texts = Vec::new();
                for _ in 0..count {
                    let end = rest.iter().position(|it| *it == 0)?;
                    texts.push(String::from_utf8(rest[..end].to_vec()).ok()?);
                    rest = &rest[end + 1..];
                }
                Some(texts)
            };
            let value = match kind {
                0 => continue,
                1 | 2 => numbers(1)?,
                3 => numbers(2)?,
                4 => numbers(4)?,
                5 => numbers(8)?,
                6 | 8 => Data::Texts(texts()?),
                7 => Data::Bytes(data.get(start..start.checked_add(count)?)?.to_vec()),
                9 => Data::Translated(texts()?.into_iter().next()?),
                _ => return None,
            };
            tags.entry(tag).or_insert(value);
        }
        Some(Header(tags))
    }

    pub(crate) fn get(&self, tag: u32) -> Option<&Data> {
        self.0.get(&tag)
    }

    /// The first text of a tag.
    pub(crate) fn text(&self, tag: u32) -> Option<&str> {
        match self.get(tag)? {
            Data::Texts(it) => it.first().map(String::as_str),
            Data::Translated(it) => Some(it),
            _ => None,
        }
    }

    /// The texts of a tag.
    pub(crate) fn texts(&self, tag: u32) -> &[String] {
        match self.get(tag) {
            Some(Data::Texts(it)) => it,
            _ => &[],
        }
    }

    /// The numbers of a tag.
    pub(crate) fn numbers(&self, tag: u32) -> &[u64] {
        match self.get(tag) {
            Some(Data::Numbers(it)) => it,
            _ => &[],
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.text(tag::NAME).unwrap_or_default()
    }

    fn part(&self, tag: u32) -> &str {
        self.text(tag).unwrap_or_default()
    }

    /// `NAME-VERSION-RELEASE`.
    pub(crate) fn nvr(&self) -> String {
        format!("{}-{}-{}", self.name(), self.part(tag::VERSION), self.part(tag::RELEASE))
    }

    /// `NAME-VERSION-RELEASE.ARCH`; a package without an architecture (a key) has none.
    pub(crate) fn nvra(&self) -> String {
        match self.text(tag::ARCH) {
            Some(arch) => format!("{}.{arch}", self.nvr()),
            None => self.nvr(),
        }
    }

    /// `[EPOCH:]VERSION-RELEASE`.
    pub(crate) fn evr(&self) -> String {
        let epoch = self.numbers(tag::EPOCH).first().map(|it| format!("{it}:")).unwrap_or_default();
        format!("{epoch}{}-{}", self.part(tag::VERSION), self.part(tag::RELEASE))
    }

    /// Paths of the files, in the order of the header.
    pub(crate) fn files(&self) -> Vec<String> {
        let (folders, numbers) = (self.texts(tag::DIRNAMES), self.numbers(tag::DIRINDEXES));
        let names = self.texts(tag::BASENAMES);
        names.iter().zip(numbers).map(|(name, at)| format!("{}{name}", folders.get(*at as usize).map_or("", String::as_str))).collect()
    }
}

/// Tags by their numbers (rpmtag.h).
pub(crate) mod tag {
    pub(crate) const NAME: u32 = 1000;
    pub(crate) const VERSION: u32 = 1001;
    pub(crate) const RELEASE: u32 = 1002;
    pub(crate) const EPOCH: u32 = 1003;
    pub(crate) const ARCH: u32 = 1022;
    pub(crate) const FILEFLAGS: u32 = 1037;
    pub(crate) const FILESTATES: u32 = 1029;
    pub(crate) const PROVIDENAME: u32 = 1047;
    pub(crate) const DIRINDEXES: u32 = 1116;
    pub(crate) const BASENAMES: u32 = 1117;
    pub(crate) const DIRNAMES: u32 = 1118;
}
