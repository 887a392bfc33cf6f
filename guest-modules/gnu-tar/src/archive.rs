//! An archive as it is read: blocks, headers, and the members that they tell of.

use crate::{
    number::{self, GROUP, MAJOR, MINOR, MODE, OWNER, SIZE, TIME},
    options::Format,
    pax::{self, Record},
    sparse::Sparse,
    talk::{Step, Talk, not_modelled, said},
};

/// Bytes of a block.
pub(crate) const BLOCK: usize = 512;

pub(crate) type Block = [u8; BLOCK];

/// A member.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The name as it is stored.
    pub(crate) stored: Vec<u8>,
    /// The name without its trailing slashes.
    pub(crate) name: Vec<u8>,
    pub(crate) trailing_slash: bool,
    pub(crate) link: Vec<u8>,
    /// The type flag.
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    /// Numbers that a pax header tells, which go before names.
    pub(crate) pax_uid: Option<u32>,
    pub(crate) pax_gid: Option<u32>,
    pub(crate) uname: Vec<u8>,
    pub(crate) gname: Vec<u8>,
    /// Bytes of the file.
    pub(crate) size: u64,
    /// Bytes in the archive.
    pub(crate) stored_size: u64,
    pub(crate) mtime: (i64, u32),
    pub(crate) device: (u32, u32),
    pub(crate) format: Format,
    pub(crate) sparse: Option<Sparse>,
    pub(crate) header: Block,
}

impl Entry {
    pub(crate) fn is_sparse(&self) -> bool {
        self.kind == b'S' && self.format == Format::Gnu || self.sparse.as_ref().is_some_and(|it| it.major > 0 || !it.map.is_empty())
    }
}

/// What stands at a place of an archive.
pub(crate) enum Found {
    Entry(Box<Entry>),
    Zero,
    End,
    Failure,
}

/// The bytes of an archive, whole blocks of them, and how far they were read.
pub(crate) struct Archive {
    pub(crate) bytes: Vec<u8>,
    pub(crate) at: usize,
    globals: Vec<Record>,
    warns_unknown: bool,
}

/// Sums a header with its checksum taken as blanks, by bytes without and with sign.
fn sums(block: &Block) -> (i64, i64) {
    let byte = |at: usize| if (148..156).contains(&at) { b' ' } else { block[at] };
    (0..BLOCK).fold((0, 0), |(plain, signed), at| (plain + i64::from(byte(at)), signed + i64::from(byte(at) as i8)))
}

/// Answers whether a block is a header by its checksum; none if it has nothing but zeros.
pub(crate) fn is_header(block: &Block) -> Option<bool> {
    if block.iter().all(|it| *it == 0) {
        return None;
    }
    let (plain, signed) = sums(block);
    let told = number::checksum(&block[148..156]).and_then(|it| i64::try_from(it).ok());
    Some(told.is_some_and(|it| it == plain || it == signed))
}

/// Writes the checksum of a header.
pub(crate) fn seal(block: &mut Block) {
    let sum = sums(block).0;
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A field up to its first NUL.
fn text(field: &[u8]) -> Vec<u8> {
    field.split(|it| *it == 0).next().unwrap_or_default().to_vec()
}

/// Takes trailing slashes from a name, all but one that is the whole of it, and tells whether there were any.
fn without_slashes(name: &[u8]) -> (Vec<u8>, bool) {
    let end = name.iter().rposition(|it| *it != b'/').map_or(usize::from(!name.is_empty()), |it| it + 1);
    (name[..end].to_vec(), end < name.len())
}

impl Archive {
    pub(crate) fn of(mut bytes: Vec<u8>, warns_unknown: bool) -> Archive {
        bytes.truncate(bytes.len() / BLOCK * BLOCK);
        Archive { bytes, at: 0, globals: Vec::new(), warns_unknown }
    }

    /// The next block, and goes behind it.
    pub(crate) fn block(&mut self) -> Option<Block> {
        let block = self.bytes.get(self.at..self.at + BLOCK)?.try_into().ok()?;
        self.at += BLOCK;
        Some(block)
    }

    /// The number of the block that was read last.
    pub(crate) fn ordinal(&self) -> usize {
        self.at / BLOCK
    }

    /// Takes content of some bytes and goes behind its last block; what there is, when the archive ends before.
    pub(crate) fn take(&mut self, size: u64) -> Result<&[u8], &[u8]> {
        let left = (self.bytes.len() - self.at) as u64;
        let from = self.at;
        if size > left {
            self.at = self.bytes.len();
            return Err(&self.bytes[from..]);
        }
        let size = size as usize;
        self.at += size.div_ceil(BLOCK) * BLOCK;
        Ok(&self.bytes[from..from + size])
    }

    /// Reads on to the next member.
    pub(crate) fn next(&mut self, talk: &mut Talk) -> Step<Found> {
        let (mut long_name, mut long_link, mut records) = (None, None, None);
        loop {
            let Some(block) = self.block() else { return Ok(Found::End) };
            match is_header(&block) {
                None => return Ok(Found::Zero),
                Some(false) => return Ok(Found::Failure),
                Some(true) => {}
            }
            let kind = block[156];
            let size = if kind == b'1' { Some(0) } else { number::read(&block[124..136], SIZE, talk)? };
            let Some(size) = size.and_then(|it| u64::try_from(it).ok()) else { return Ok(Found::Failure) };
            match kind {
                b'L' | b'K' | b'x' | b'X' | b'g' => {
                    let content = match self.take(size) {
                        Ok(content) => content.to_vec(),
                        Err(_) if matches!(kind, b'L' | b'K') => {
                            talk.error("Unexpected EOF in archive");
                            return Ok(Found::End);
                        }
                        Err(_) => return talk.fatal("Unexpected EOF in archive"),
                    };
                    match kind {
                        b'L' => long_name = Some(text(&content)),
                        b'K' => long_link = Some(text(&content)),
                        b'g' => self.globals = pax::records(&content, talk),
                        _ => records = Some(content),
                    }
                }
                _ => return self.entry(block, size, long_name, long_link, records, talk),
            }
        }
    }

    fn entry(&self, block: Block, size: u64, long_name: Option<Vec<u8>>, long_link: Option<Vec<u8>>, own: Option<Vec<u8>>, talk: &mut Talk) -> Step<Found> {
        let is_posix = &block[257..263] == b"ustar\0";
        let format = match &block[257..265] {
            b"ustar  \0" => Format::Gnu,
            _ if is_posix && own.is_some() => Format::Pax,
            _ if is_posix => Format::Ustar,
            _ => Format::V7,
        };
        if is_posix && block[475] == 0 && matches!(block[476], b'0'..=b'7') && block[487] == b' ' && matches!(block[488], b'0'..=b'7') && block[499] == b' ' {
            return not_modelled("an archive of star(1) is not modelled");
        }
        let stored = long_name.unwrap_or_else(|| {
            let name = text(&block[..100]);
            let prefix = if is_posix { text(&block[345..500]) } else { Vec::new() };
            if prefix.is_empty() { name } else { said(&[&prefix, b"/", &name]) }
        });
        let mode = number::read(&block[100..108], MODE, talk)?.map_or(0o7777, |it| (it & 0o7777) as u32);
        let mtime = number::read(&block[136..148], TIME, talk)?.map_or(-1, |it| it as i64);
        let (name, trailing_slash) = without_slashes(&stored);
        let named = format != Format::V7;
        let mut entry = Entry {
            stored,
            name,
            trailing_slash,
            link: long_link.unwrap_or_else(|| text(&block[157..257])),
            kind: block[156],
            mode,

            pax_uid: None,
            pax_gid: None,
            uname: if named { text(&block[265..297]) } else { Vec::new() },
            gname: if named { text(&block[297..329]) } else { Vec::new() },
            size,
            stored_size: size,
            mtime: (mtime, 0),
            device: (0, 0),
            format,
            sparse: None,
            header: block,
        };
        if named && matches!(entry.kind, b'3' | b'4') {
            let part = |it: Option<i128>| it.unwrap_or(0) as u32;
            entry.device = (part(number::read(&block[329..337], MAJOR, talk)?), part(number::read(&block[337..345], MINOR, talk)?));
        }
        let own = own.map(|it| pax::records(&it, talk)).unwrap_or_default();
        for (keyword, value) in self.globals.iter().chain(&own) {
            self.apply(&mut entry, keyword, value, talk)?;
        }
        if let Some(real) = entry.sparse.as_ref().and_then(|it| it.real_size) {
            entry.size = real;
        }
        if entry.kind == b'S' && entry.format == Format::Gnu {
            let real = number::read(&block[483..495], SIZE, talk)?;
            entry.size = real.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
        }
        Ok(Found::Entry(Box::new(entry)))
    }

    /// Lets a record of an extended header have its say.
    fn apply(&self, entry: &mut Entry, keyword: &[u8], value: &[u8], talk: &mut Talk) -> Step {
        let decimal = || std::str::from_utf8(value).ok().and_then(|it| it.parse::<u64>().ok()).filter(|it| *it <= i64::MAX as u64);
        let owner = || decimal().and_then(|it| u32::try_from(it).ok());
        let mut understood = true;
        match keyword {
            // The name of a sparse member goes before that of its stand-in.
            b"path" if entry.sparse.as_ref().is_none_or(|it| it.major == 0) || !value.windows(15).any(|it| it == b"/GNUSparseFile.") => set_name(entry, value),
            b"path" => {}
            b"GNU.sparse.name" => set_name(entry, value),
            b"linkpath" => entry.link = value.to_vec(),
            b"uname" => entry.uname = value.to_vec(),
            b"gname" => entry.gname = value.to_vec(),
            b"uid" => match owner() {
                Some(number) => entry.pax_uid = Some(number),
                None => understood = false,
            },
            b"gid" => match owner() {
                Some(number) => entry.pax_gid = Some(number),
                None => understood = false,
            },
            b"size" => match decimal() {
                Some(size) => (entry.size, entry.stored_size) = (size, size),
                None => understood = false,
            },
            b"mtime" => match pax::time(value) {
                Some(time) => entry.mtime = time,
                None => understood = false,
            },
            b"GNU.sparse.major" | b"GNU.sparse.size" | b"GNU.sparse.realsize" | b"GNU.sparse.map" | b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => {
                understood = sparse(entry.sparse.get_or_insert_default(), keyword, value, decimal());
            }
            b"GNU.sparse.minor" | b"GNU.sparse.numblocks" => {}
            _ if keyword.starts_with(b"GNU.") => return not_modelled(format!("the record {} of an archive is not modelled", String::from_utf8_lossy(keyword))),
            _ if pax::is_quiet(keyword) => {}
            _ if self.warns_unknown => {
                let shown = talk.escaped(keyword);
                talk.warn(said(&[b"Ignoring unknown extended header keyword '", &shown, b"'"]));
            }
            _ => {}
        }
        if !understood {
            talk.error(said(&[b"Malformed extended header: invalid ", keyword, b"=", value]));
        }
        Ok(())
    }
}

fn set_name(entry: &mut Entry, value: &[u8]) {
    entry.stored = value.to_vec();
    (entry.name, entry.trailing_slash) = without_slashes(value);
}

fn sparse(sparse: &mut Sparse, keyword: &[u8], value: &[u8], decimal: Option<u64>) -> bool {
    if keyword == b"GNU.sparse.map" {
        let numbers: Option<Vec<u64>> = value.split(|it| *it == b',').map(|it| std::str::from_utf8(it).ok()?.parse().ok()).collect();
        let Some(numbers) = numbers.filter(|it| it.len() % 2 == 0) else { return false };
        sparse.map = numbers.chunks_exact(2).map(|it| (it[0], it[1])).collect();
        return true;
    }
    let Some(number) = decimal else { return false };
    match keyword {
        b"GNU.sparse.major" => sparse.major = number,
        b"GNU.sparse.offset" => sparse.map.push((number, 0)),
        b"GNU.sparse.numbytes" => match sparse.map.last_mut() {
            Some(piece) => piece.1 = number,
            None => return false,
        },
        _ => sparse.real_size = Some(number),
    }
    true
}

/// Reads the numbers of owner and group out of a header, as far as they are asked for.
pub(crate) fn owner_number(entry: &Entry, talk: &mut Talk) -> Step<Option<u32>> {
    Ok(number::read(&entry.header[108..116], OWNER, talk)?.map(|it| it as u32))
}

/// The same for the group.
pub(crate) fn group_number(entry: &Entry, talk: &mut Talk) -> Step<Option<u32>> {
    Ok(number::read(&entry.header[116..124], GROUP, talk)?.map(|it| it as u32))
}
