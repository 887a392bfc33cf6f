//! What the extended headers of a tar say of the entry that follows (POSIX pax, "pax Extended Header"; GNU tar manual, "PAX Format" for
//! the three ways in which GNU tar stores sparse files there).

use super::{
    archive_attributes::is_attribute,
    bounds::shown,
    header::{Map, id},
};

/// What was said over a header. Empty values take a word back.
#[derive(Clone, Debug, Default)]
pub(super) struct Extended {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u32>,
    pub(super) gid: Option<u32>,
    pub(super) mtime: Option<(i64, u32)>,
    pub(super) sparse: Option<Sparse>,
    /// Records of extended attributes and access lists.
    pub(super) attributes: Vec<(Vec<u8>, Vec<u8>)>,
}

/// How a sparse file is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    pub(super) real: Option<u64>,
    /// Offsets and lengths, one after the other.
    pub(super) map: Vec<u64>,
    blocks: Option<u64>,
    version: (Option<u64>, Option<u64>),
}

impl Sparse {
    /// Answers whether the map stands before the content (1.0).
    pub(super) fn is_before_content(&self) -> Result<bool, String> {
        match self.version {
            (None, None) | (Some(0), Some(0 | 1)) => Ok(false),
            (Some(1), Some(0)) => Ok(true),
            _ => Err("it is a sparse file of a version that nobody knows".into()),
        }
    }

    /// The map of a sparse file of version 0.0 or 0.1.
    pub(super) fn pairs(&self) -> Result<Map, String> {
        let blocks = self.blocks.is_none_or(|it| it == self.map.len() as u64 / 2);
        if !self.map.len().is_multiple_of(2) || !blocks {
            return Err("its map of holes is not as long as it says".into());
        }
        Ok(self.map.chunks_exact(2).map(|it| (it[0], it[1])).collect())
    }
}

impl Extended {
    /// Takes the records of one extended header. One for all entries may say owners and times only, as a path of all is no path.
    pub(super) fn take(&mut self, bytes: &[u8], for_all: bool) -> Result<(), String> {
        for (key, value) in records(bytes)? {
            let said = self.take_one(key, value).map_err(|it| format!("its record `{}`: {it}", shown(key)))?;
            if for_all && said && !matches!(key, b"uid" | b"gid" | b"mtime") {
                return Err(format!("a header for all entries says `{}`", shown(key)));
            }
        }
        Ok(())
    }

    /// Takes a record; answers whether it counts here.
    fn take_one(&mut self, key: &[u8], value: &[u8]) -> Result<bool, String> {
        match key {
            b"path" => self.path = name(value)?,
            b"linkpath" => self.link = name(value)?,
            b"size" => self.size = number(value)?,
            b"uid" => self.uid = number(value)?.map(|it| id("uid", i64::try_from(it).unwrap_or(-1))).transpose()?,
            b"gid" => self.gid = number(value)?.map(|it| id("gid", i64::try_from(it).unwrap_or(-1))).transpose()?,
            b"mtime" => self.mtime = time(value)?,
            _ if key.starts_with(b"SCHILY.xattr.trusted.overlay.") => return Err("it is for an overlay file system alone".into()),
            _ if is_attribute(key) => self.attributes.push((key.to_vec(), value.to_vec())),
            _ => return self.take_sparse(key, value),
        }
        Ok(true)
    }

    fn take_sparse(&mut self, key: &[u8], value: &[u8]) -> Result<bool, String> {
        let Some(word) = key.strip_prefix(b"GNU.sparse.") else { return Ok(false) };
        if word == b"name" {
            self.path = name(value)?;
            return Ok(true);
        }
        let sparse = self.sparse.get_or_insert_default();
        match word {
            b"size" | b"realsize" => sparse.real = number(value)?,
            b"numblocks" => sparse.blocks = number(value)?,
            b"major" => sparse.version.0 = number(value)?,
            b"minor" => sparse.version.1 = number(value)?,
            b"map" => sparse.map = value.split(|it| *it == b',').map(|it| number(it)?.ok_or("a number is missing".into())).collect::<Result<_, String>>()?,
            // These come in turns, and each adds to the map (0.0).
            b"offset" | b"numbytes" => {
                if sparse.map.len().is_multiple_of(2) != (word == b"offset") {
                    return Err("it stands out of turn".into());
                }
                sparse.map.push(number(value)?.ok_or("a number is missing")?);
            }
            _ => return Err("nobody knows it".into()),
        }
        Ok(true)
    }
}

/// A key and its value.
type Record<'a> = (&'a [u8], &'a [u8]);

/// Splits `LENGTH KEY=VALUE\n` records.
fn records(mut bytes: &[u8]) -> Result<Vec<Record<'_>>, String> {
    let wrong = "its extended header is no list of records";
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|it| *it == b' ').ok_or(wrong)?;
        let length = number(&bytes[..space])?.and_then(|it| usize::try_from(it).ok()).ok_or(wrong)?;
        if length > bytes.len() || length < space + 3 || bytes[length - 1] != b'\n' {
            return Err(wrong.into());
        }
        let record = &bytes[space + 1..length - 1];
        let equals = record.iter().position(|it| *it == b'=').ok_or(wrong)?;
        found.push((&record[..equals], &record[equals + 1..]));
        bytes = &bytes[length..];
    }
    Ok(found)
}

fn name(value: &[u8]) -> Result<Option<Vec<u8>>, String> {
    if value.contains(&0) {
        return Err("a name with a NUL".into());
    }
    Ok((!value.is_empty()).then(|| value.to_vec()))
}

/// A decimal number; none where nothing is said.
pub(super) fn number(value: &[u8]) -> Result<Option<u64>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    let digits = std::str::from_utf8(value).ok().filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
    let number = digits.and_then(|it| it.parse().ok()).filter(|it| *it <= i64::MAX as u64);
    number.map(Some).ok_or_else(|| format!("`{}` is no number", shown(value)))
}

/// Seconds since the epoch, with a fraction.
fn time(value: &[u8]) -> Result<Option<(i64, u32)>, String> {
    if value.is_empty() {
        return Ok(None);
    }
    let (negative, rest) = value.strip_prefix(b"-").map_or((false, value), |it| (true, it));
    let (whole, fraction) = rest.iter().position(|it| *it == b'.').map_or((rest, &[][..]), |at| (&rest[..at], &rest[at + 1..]));
    let wrong = || format!("`{}` is no time", shown(value));
    let seconds = number(whole)?.and_then(|it| i64::try_from(it).ok()).ok_or_else(wrong)?;
    if fraction.iter().any(|it| !it.is_ascii_digit()) {
        return Err(wrong());
    }
    let nanos = (0..9).fold(0, |sum, at| sum * 10 + fraction.get(at).map_or(0, |it| u32::from(it - b'0')));
    Ok(Some(match (negative, nanos) {
        (false, _) => (seconds, nanos),
        (true, 0) => (-seconds, 0),
        (true, _) => (-seconds - 1, 1_000_000_000 - nanos),
    }))
}

#[cfg(test)]
mod tests {
    use super::{Extended, time};

    #[test]
    fn records_are_read_whatever_bytes_they_hold() {
        let mut said = Extended::default();
        said.take(b"14 path=a\nb=c\n9 uid=70\n20 mtime=-1.25\0\0\0\0\0\0\n", false).expect_err("a time with NULs");
        said = Extended::default();
        said.take(b"14 path=a\nb=c\n10 uid=70\n15 mtime=-1.25\n", false).expect("records");
        assert_eq!((said.path.as_deref(), said.uid, said.mtime), (Some(b"a\nb=c".as_slice()), Some(70), Some((-2, 750_000_000))));
        said.take(b"8 path=\n", false).expect("records");
        assert_eq!(said.path, None, "an empty value takes it back");
        for wrong in [b"5 a=b".as_slice(), b"99 a=b\n", b"3 \n", b"6 ab\n\n", b"x a=b\n", b"0 a=b\n", b"10 path=a\0\n", b"9 size=-1\n"] {
            assert!(said.clone().take(wrong, false).is_err(), "{}", wrong.escape_ascii());
        }
        assert!(said.take(b"10 path=ab\n", true).is_err(), "a path for all entries");
        assert_eq!(time(b"1700000000.123456789012"), Ok(Some((1_700_000_000, 123_456_789))));
    }
}
