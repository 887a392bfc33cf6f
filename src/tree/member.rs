//! Reads a tar entry by entry: headers, what pax and GNU add to them, and where the content stands. What GNU tar and Go's archive/tar,
//! with which images are unpacked, would read differently is refused with the name of the entry and its offset.

use std::io::{self, BufRead, Read, Seek as _, SeekFrom};

use super::{
    bounds::{Trouble, shown},
    header::{BLOCK, Header, Map, more_of_map},
    pax::{Extended, Sparse, number},
};

/// Most bytes of one long name, extended header or map of a sparse file.
const MOST_SAID: u64 = 1 << 20;
/// How far the end of a plain archive is looked through for what does not belong there.
const MOST_TRAILING: u64 = 1 << 20;

/// What an entry makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    Link,
    HardLink,
    Fifo,
    Device,
}

/// One entry.
#[derive(Debug)]
pub(super) struct Member {
    /// Where its first header stands in the unpacked archive.
    pub(super) at: u64,
    pub(super) name: Vec<u8>,
    pub(super) kind: Kind,
    pub(super) link: Vec<u8>,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mtime: (i64, u32),
    /// Records of extended attributes.
    pub(super) attributes: Vec<(Vec<u8>, Vec<u8>)>,
    /// Bytes of content that stand in the archive.
    pub(super) stored: u64,
    /// Of a sparse file: its size, and where in it the stored bytes go.
    pub(super) sparse: Option<(u64, Map)>,
}

impl Member {
    /// Names the entry in a message.
    pub(super) fn told(&self) -> String {
        told(&self.name, self.at)
    }
}

fn told(name: &[u8], at: u64) -> String {
    format!("entry `{}` at byte {at}", shown(name))
}

/// A stream that can pass over bytes.
pub(super) trait Stream: Read + Sized {
    /// Passes over so many bytes, which must be there.
    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        let passed = io::copy(&mut self.by_ref().take(bytes), &mut io::sink())?;
        if passed == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl<R: BufRead> Stream for super::packing::Unpacked<R> {}

/// A plain archive, whose content is passed over without being read.
pub(super) struct Plain {
    reader: io::BufReader<std::fs::File>,
    left: u64,
}

impl Plain {
    pub(super) fn new(mut file: std::fs::File) -> io::Result<Plain> {
        let left = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(Plain { reader: io::BufReader::with_capacity(16 << 10, file), left })
    }
}

impl Read for Plain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

impl Stream for Plain {
    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        self.left = self.left.checked_sub(bytes).ok_or(io::ErrorKind::UnexpectedEof)?;
        self.reader.seek_relative(i64::try_from(bytes).map_err(|_| io::ErrorKind::UnexpectedEof)?)
    }
}

/// Whose archive it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rules {
    /// Unpacked by GNU tar.
    Plain,
    /// A layer of an image, unpacked by containerd; its digest says that it is whole.
    Layer,
}

/// The entries of an archive, one after the other.
pub(super) struct Members<S> {
    stream: S,
    rules: Rules,
    at: u64,
    /// Content of the last entry that was not read, and its padding.
    rest: (u64, u64),
    last: Option<String>,
    for_all: Extended,
    /// True when something that is no zero follows the end.
    pub(super) trailing: bool,
}

impl<S: Stream> Members<S> {
    pub(super) fn new(stream: S, rules: Rules) -> Members<S> {
        Members { stream, rules, at: 0, rest: (0, 0), last: None, for_all: Extended::default(), trailing: false }
    }

    /// Gives the stream back.
    pub(super) fn into_stream(self) -> S {
        self.stream
    }

    /// Where the content of the last entry begins.
    pub(super) fn content_at(&self) -> u64 {
        self.at
    }

    /// Reads the next entry; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Member>, Trouble> {
        let passed = self.rest.0 + self.rest.1;
        self.stream.pass(passed).map_err(|it| self.cut_off(it))?;
        (self.at, self.rest) = (self.at + passed, (0, 0));
        let (mut first, mut said) = (None, Said::default());
        loop {
            let at = self.at;
            let Some(block) = self.block()? else { return self.end_without_mark(first) };
            let header = Header(&block);
            if header.is_zero() {
                if let Some(first) = first {
                    return Err(Trouble::Broken(format!("the extended header at byte {first} has no entry")));
                }
                return self.end(at).map(|()| None);
            }
            if !header.sums() {
                let name = shown(&header.name());
                let after = self.last.as_ref().map_or_else(String::new, |it| format!(", after {it}"));
                return Err(Trouble::Broken(if at == 0 {
                    "it does not begin as a tar archive does".into()
                } else {
                    format!("the header at byte {at} (`{name}`{after}) has a wrong checksum")
                }));
            }
            let start = *first.get_or_insert(at);
            let place = |it: String| format!("{}: {it}", told(&header.name(), start));
            match header.kind() {
                kind @ (b'x' | b'g' | b'L' | b'K') => {
                    let bytes = self.said(&header, start)?;
                    said.take(kind, bytes, &mut self.for_all, self.rules).map_err(place)?;
                }
                // The name of a volume makes nothing, and says nothing else.
                b'V' if first == Some(at) && self.rules == Rules::Plain => first = None,
                _ => return self.member(&header, start, said).map(Some),
            }
        }
    }

    /// Reads the content of the last entry piece by piece.
    pub(super) fn content(&mut self, each: &mut dyn FnMut(&[u8]) -> Result<(), Trouble>) -> Result<(), Trouble> {
        let mut buffer = vec![0; 64 << 10];
        while self.rest.0 > 0 {
            let most = buffer.len().min(usize::try_from(self.rest.0).unwrap_or(usize::MAX));
            let read = self.stream.read(&mut buffer[..most])?;
            if read == 0 {
                return Err(self.cut_off(io::ErrorKind::UnexpectedEof.into()));
            }
            (self.at, self.rest.0) = (self.at + read as u64, self.rest.0 - read as u64);
            each(&buffer[..read])?;
        }
        Ok(())
    }

    fn cut_off(&self, error: io::Error) -> Trouble {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Trouble::Broken(format!("it was cut off in the content of {}", self.last.as_deref().unwrap_or("its first entry"))),
            _ => Trouble::from(error),
        }
    }

    /// Reads a block; none where the stream ends before it.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, Trouble> {
        let (mut block, mut read) = ([0; BLOCK], 0);
        while read < BLOCK {
            match self.stream.read(&mut block[read..]) {
                Ok(0) => break,
                Ok(more) => read += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.after(Trouble::from(error))),
            }
        }
        self.at += read as u64;
        match read {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(Trouble::Broken(format!("it was cut off within the block at byte {}", self.at - read as u64))),
        }
    }

    fn after(&self, trouble: Trouble) -> Trouble {
        trouble.of(|| self.last.as_ref().map_or_else(|| "before its first entry".into(), |it| format!("after {it}")))
    }

    /// One block of zeros may end an archive, as old tools wrote it, but nothing may follow it: GNU tar would stop, others would not.
    fn end(&mut self, at: u64) -> Result<(), Trouble> {
        if let Some(block) = self.block()?
            && !Header(&block).is_zero()
        {
            return Err(Trouble::Broken(format!("a lone block of zeros at byte {at} stands among the entries: not all tools read on")));
        }
        let mut buffer = vec![0; 64 << 10];
        let end = self.at;
        while self.rules == Rules::Layer || self.at - end < MOST_TRAILING {
            let read = self.stream.read(&mut buffer).map_err(|it| self.after(Trouble::from(it)))?;
            if read == 0 {
                break;
            }
            self.at += read as u64;
            self.trailing |= buffer[..read].iter().any(|it| *it != 0);
        }
        Ok(())
    }

    fn end_without_mark(&self, first: Option<u64>) -> Result<Option<Member>, Trouble> {
        match (first, self.rules) {
            (Some(first), _) => Err(Trouble::Broken(format!("it was cut off after the extended header at byte {first}"))),
            (None, Rules::Layer) => Ok(None),
            (None, Rules::Plain) if self.at == 0 => Err(Trouble::Broken("it is empty".into())),
            (None, Rules::Plain) => Err(Trouble::Broken(format!("it was cut off at byte {}: the blocks of zeros that end an archive are missing", self.at))),
        }
    }

    /// Reads what a header of names or records carries.
    fn said(&mut self, header: &Header<'_>, at: u64) -> Result<Vec<u8>, Trouble> {
        let size = header.size().map_err(|it| format!("the extended header at byte {at}: {it}"))?;
        if size > MOST_SAID {
            return Err(Trouble::Broken(format!("the extended header at byte {at} has {size} bytes; {MOST_SAID} are read")));
        }
        let mut bytes = Vec::new();
        let (content, padding) = padded(size);
        while (bytes.len() as u64) < content + padding {
            let block = self.block()?.ok_or_else(|| format!("it was cut off in the extended header at byte {at}"))?;
            bytes.extend(block);
        }
        bytes.truncate(content as usize);
        Ok(bytes)
    }

    fn member(&mut self, header: &Header<'_>, at: u64, said: Said) -> Result<Member, Trouble> {
        let name = said.name(header, &self.for_all);
        self.last = Some(told(&name, at));
        self.make(header, at, name.clone(), said).map_err(|it| it.of(|| told(&name, at)))
    }

    fn make(&mut self, header: &Header<'_>, at: u64, name: Vec<u8>, said: Said) -> Result<Member, Trouble> {
        let (own, all) = (&said.extended, &self.for_all);
        let kind = kind(header.kind(), &name, self.rules)?;
        if self.rules == Rules::Layer && (header.is_whiteout() || header.has_doubtful_prefix()) {
            return Err("not all tools make the same of its header".to_owned().into());
        }
        let size = own.size.map_or_else(|| header.size(), Ok)?;
        let link = said.long_link.clone().or_else(|| own.link.clone()).unwrap_or_else(|| header.link());
        let mut member = Member {
            at,
            kind,
            link: if matches!(kind, Kind::Link | Kind::HardLink) { link } else { Vec::new() },
            mode: header.mode()?,
            uid: own.uid.or(all.uid).map_or_else(|| header.uid(), Ok)?,
            gid: own.gid.or(all.gid).map_or_else(|| header.gid(), Ok)?,
            mtime: own.mtime.or(all.mtime).map_or_else(|| header.mtime().map(|it| (it, 0)), Ok)?,
            attributes: own.attributes.clone(),
            stored: 0,
            sparse: None,
            name,
        };
        match kind {
            Kind::File => {}
            // A hard link has no content, whatever its size says: so it is with GNU tar and Go.
            Kind::HardLink => return Ok(member),
            _ if size == 0 => return Ok(member),
            _ => return Err(Trouble::Broken(format!("it is no file and has {size} bytes of content"))),
        }
        self.rest = padded(size);
        if header.kind() == b'S' {
            member.sparse = Some(self.old_sparse(header)?);
        } else if let Some(sparse) = said.extended.sparse {
            member.sparse = Some(self.pax_sparse(&sparse)?);
        }
        member.stored = self.rest.0;
        if let Some((real, map)) = &member.sparse {
            check_map(*real, map, member.stored)?;
        }
        Ok(member)
    }

    /// The map of GNU's own format goes on in the blocks before the content.
    fn old_sparse(&mut self, header: &Header<'_>) -> Result<(u64, Map), Trouble> {
        let (mut map, mut more, real) = header.sparse()?;
        while more {
            let block = self.block()?.ok_or_else(|| "it was cut off in its map of holes".to_owned())?;
            let (next, follows) = more_of_map(&block)?;
            map.extend(next);
            more = follows;
            if map.len() as u64 * 24 > MOST_SAID {
                return Err(Trouble::Broken(format!("its map of holes has more than {MOST_SAID} bytes")));
            }
        }
        Ok((real, map))
    }

    fn pax_sparse(&mut self, sparse: &Sparse) -> Result<(u64, Map), Trouble> {
        let real = sparse.real.ok_or_else(|| "it is sparse and does not say how large it is".to_owned())?;
        let map = if sparse.is_before_content()? { self.map_before_content()? } else { sparse.pairs()? };
        Ok((real, map))
    }

    /// Reads the map that stands at the head of the content, as decimal lines padded to whole blocks (1.0).
    fn map_before_content(&mut self) -> Result<Map, Trouble> {
        let (mut line, mut numbers, mut wanted) = (Vec::new(), Vec::new(), None);
        let mut taken = 0;
        while wanted.is_none_or(|it: u64| (numbers.len() as u64) < it) {
            taken += BLOCK as u64;
            if taken > MOST_SAID || self.rest.0 < BLOCK as u64 {
                return Err(Trouble::Broken("its map of holes does not end".into()));
            }
            self.rest.0 -= BLOCK as u64;
            let block = self.block()?.ok_or_else(|| "it was cut off in its map of holes".to_owned())?;
            for byte in block {
                if wanted.is_some_and(|it| numbers.len() as u64 == it) {
                    break;
                }
                if byte != b'\n' {
                    line.push(byte);
                    continue;
                }
                let value = number(&line)?.ok_or_else(|| "its map of holes has an empty line".to_owned())?;
                line.clear();
                match wanted {
                    None => wanted = Some(value.saturating_mul(2)),
                    Some(_) => numbers.push(value),
                }
            }
        }
        Ok(numbers.chunks_exact(2).map(|it| (it[0], it[1])).collect())
    }
}

/// Content and its padding to whole blocks.
fn padded(size: u64) -> (u64, u64) {
    (size, (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64)
}

/// The pieces of a sparse file follow one another, lie within it, and are all that is stored.
fn check_map(real: u64, map: &[(u64, u64)], stored: u64) -> Result<(), String> {
    let (mut end, mut sum) = (0, 0_u64);
    for (offset, length) in map {
        let reach = offset.checked_add(*length).filter(|it| *offset >= end && *it <= real);
        end = reach.ok_or("its map of holes is out of order or reaches beyond its end")?;
        sum += length;
    }
    if sum == stored { Ok(()) } else { Err(format!("its map of holes has {sum} bytes and {stored} are stored")) }
}

fn kind(flag: u8, name: &[u8], rules: Rules) -> Result<Kind, String> {
    let slash = name.ends_with(b"/");
    Ok(match (flag, rules) {
        // Before there was a flag for directories they were files with a slash.
        (0, _) | (b'0' | b'7', Rules::Plain) if slash => Kind::Folder,
        (b'0' | b'7' | b'S', _) if slash => return Err("it is a file whose name ends in a slash".into()),
        (0 | b'0', _) | (b'7' | b'S', Rules::Plain) => Kind::File,
        (b'1', _) => Kind::HardLink,
        (b'2', _) => Kind::Link,
        (b'3' | b'4', _) => Kind::Device,
        (b'5', _) => Kind::Folder,
        (b'6', _) => Kind::Fifo,
        (b'M', _) => return Err("it goes on in another volume; put the volumes together first".into()),
        (other, _) => return Err(format!("it is of a type that is not read (`{}`)", other.escape_ascii())),
    })
}

/// What headers said of the entry that follows them.
#[derive(Default)]
struct Said {
    extended: Extended,
    is_extended: bool,
    long_name: Option<Vec<u8>>,
    long_link: Option<Vec<u8>>,
}

impl Said {
    fn take(&mut self, kind: u8, bytes: Vec<u8>, for_all: &mut Extended, rules: Rules) -> Result<(), String> {
        let text = |bytes: &[u8]| bytes.split(|it| *it == 0).next().unwrap_or_default().to_vec();
        match kind {
            // What unpacks layers does not apply a header for all entries, GNU tar does.
            b'g' if rules == Rules::Layer => {
                let mut said = Extended::default();
                said.take(&bytes, true)?;
                let counts = said.uid.is_some() || said.gid.is_some();
                if counts { Err("a header for all entries of a layer says owners, which not all tools apply".into()) } else { Ok(()) }
            }
            b'g' => for_all.take(&bytes, true),
            b'x' if self.is_extended => Err("it has two extended headers".into()),
            b'x' => {
                self.is_extended = true;
                self.extended.take(&bytes, false)
            }
            b'L' => once(&mut self.long_name, text(&bytes)),
            _ => once(&mut self.long_link, text(&bytes)),
        }?;
        let differ = |long: &Option<Vec<u8>>, said: &Option<Vec<u8>>| long.is_some() && said.is_some() && long != said;
        if differ(&self.long_name, &self.extended.path) || differ(&self.long_link, &self.extended.link) {
            return Err("it has two long names, and not all tools take the same one".into());
        }
        Ok(())
    }

    fn name(&self, header: &Header<'_>, for_all: &Extended) -> Vec<u8> {
        let long = self.long_name.clone().or_else(|| self.extended.path.clone());
        long.or_else(|| for_all.path.clone()).unwrap_or_else(|| header.name())
    }
}

fn once(place: &mut Option<Vec<u8>>, text: Vec<u8>) -> Result<(), String> {
    if place.replace(text).is_some() { Err("it has two long names".into()) } else { Ok(()) }
}
