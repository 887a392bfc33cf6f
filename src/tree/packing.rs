//! Unpacks gzip and zstd streams of any number of members or frames (RFC 1952, RFC 8878), checks their sums, and stops at a stream that
//! grows as no honest one does.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    rc::Rc,
};

use flate2::bufread::GzDecoder;
use ruzstd::decoding::{
    BlockDecodingStrategy, FrameDecoder,
    errors::{FrameDecoderError, ReadFrameHeaderError},
};

use super::bounds::{Bounds, Trouble};

/// Most memory that a zstd frame may ask for: that of `zstd --ultra -22`, and what `zstd -d` gives without being told.
const MOST_WINDOW: u64 = 128 << 20;

/// How a stream is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

/// Says how a stream that begins with these bytes is packed.
pub(super) fn of(magic: &[u8]) -> Packing {
    match magic {
        [0x1f, 0x8b, ..] => Packing::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Packing::Zstd,
        // A frame to be skipped stands at the head of what pzstd writes.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Packing::Zstd,
        _ => Packing::None,
    }
}

/// Says what a file is that is no tar, where it has a name that people know.
pub(super) fn other(magic: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 9] = [
        (b"\xfd7zXZ\0", "it is packed with xz: unpack it first (`xz -dc FILE > target.tar`)"),
        (b"BZh", "it is packed with bzip2: unpack it first (`bzip2 -dc FILE > target.tar`)"),
        (b"\x04\x22\x4d\x18", "it is packed with lz4: unpack it first (`lz4 -dc FILE > target.tar`)"),
        (b"PK\x03\x04", "it is a zip archive: unpack it into a directory and give that"),
        (b"hsqs", "it is a squashfs: mount it or `unsquashfs` it, and give the directory"),
        (b"QFI\xfb", "it is a qcow2 disk: mount it read-only and give the directory"),
        (b"\x7fELF", "it is a program; give the directory, or the tar, tar.gz or tar.zst archive, that it is to be tried on"),
        (b"070701", "it is a cpio archive: unpack it into a directory and give that"),
        (b"!<arch>\n", "it is an ar archive (as a .deb is): unpack it into a directory and give that"),
    ];
    known.iter().find(|it| magic.starts_with(it.0)).map(|it| it.1)
}

/// A stream as it was before it was packed.
pub(super) struct Unpacked<R> {
    inner: Inner<Counted<R>>,
    taken: Rc<Cell<u64>>,
    given: u64,
    bounds: Bounds,
}

enum Inner<R> {
    Plain(R),
    Gzip(Member<R>),
    Zstd(R, Box<FrameDecoder>, bool),
}

/// Where in a gzip stream the reading is.
enum Member<R> {
    In(Box<GzDecoder<R>>),
    /// After the last one.
    After(R),
    /// Something went wrong on the way from one to the next.
    Lost,
}

impl<R: BufRead> Unpacked<R> {
    pub(super) fn new(reader: R, packing: Packing, bounds: Bounds) -> Unpacked<R> {
        let taken = Rc::new(Cell::new(0));
        let reader = Counted { reader, taken: taken.clone() };
        let inner = match packing {
            Packing::None => Inner::Plain(reader),
            Packing::Gzip => Inner::Gzip(Member::In(Box::new(GzDecoder::new(reader)))),
            Packing::Zstd => {
                let mut frame = FrameDecoder::new();
                frame.set_max_window_size(MOST_WINDOW);
                Inner::Zstd(reader, Box::new(frame), false)
            }
        };
        Unpacked { inner, taken, given: 0, bounds }
    }

    /// Returns the bytes that were given beyond what the ratio alone allows, so that many small bombs have no more room than one.
    pub(super) fn excess(&self) -> u64 {
        if self.given > self.taken.get().saturating_mul(self.bounds.ratio) { self.given } else { 0 }
    }

    /// Gives back the packed stream.
    pub(super) fn into_inner(self) -> Option<R> {
        match self.inner {
            Inner::Plain(reader) | Inner::Zstd(reader, ..) => Some(reader.reader),
            Inner::Gzip(Member::In(member)) => Some(member.into_inner().reader),
            Inner::Gzip(Member::After(reader)) => Some(reader.reader),
            Inner::Gzip(Member::Lost) => None,
        }
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.inner {
            Inner::Plain(reader) => reader.read(buffer)?,
            Inner::Gzip(member) => from_gzip(member, buffer)?,
            Inner::Zstd(reader, frame, begun) => from_zstd(reader, frame, begun, buffer)?,
        };
        self.given += read as u64;
        let most = self.taken.get().saturating_mul(self.bounds.ratio).max(self.bounds.ratio_free_bytes);
        if self.given > most && !matches!(self.inner, Inner::Plain(_)) {
            return Err(Trouble::Over("ratio", self.bounds.ratio).into());
        }
        Ok(read)
    }
}

/// Reads from a member of gzip, and from the next one when it ends. Zeros may follow the last, as tapes were padded with them.
fn from_gzip<R: BufRead>(member: &mut Member<R>, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        let Member::In(decoder) = member else { return Ok(0) };
        let read = decoder.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        let Member::In(decoder) = std::mem::replace(member, Member::Lost) else { return Ok(0) };
        *member = next_member(decoder.into_inner())?;
    }
}

fn next_member<R: BufRead>(mut reader: R) -> io::Result<Member<R>> {
    loop {
        let next = reader.fill_buf()?;
        match next.first() {
            None => return Ok(Member::After(reader)),
            Some(0x1f) => return Ok(Member::In(Box::new(GzDecoder::new(reader)))),
            Some(0) => {
                let zeros = next.iter().take_while(|it| **it == 0).count();
                reader.consume(zeros);
            }
            Some(_) => return Err(io::Error::other("something that is no gzip follows the gzip stream")),
        }
    }
}

fn from_zstd<R: BufRead>(reader: &mut R, frame: &mut FrameDecoder, begun: &mut bool, buffer: &mut [u8]) -> io::Result<usize> {
    if buffer.is_empty() {
        return Ok(0);
    }
    loop {
        if !*begun {
            if reader.fill_buf()?.is_empty() {
                return Ok(0);
            }
            match frame.init(&mut *reader) {
                Ok(()) => *begun = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = io::copy(&mut (&mut *reader).take(length.into()), &mut io::sink())?;
                    if skipped < length.into() {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                    continue;
                }
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::Error::other(format!("zstd: a frame wants more than {MOST_WINDOW} bytes of memory; pack it without `--long`")));
                }
                Err(_) => return Err(io::Error::other("zstd: the header of a frame is broken or cut off")),
            }
        }
        if frame.can_collect() == 0 && !frame.is_finished() {
            frame.decode_blocks(&mut *reader, BlockDecodingStrategy::UptoBlocks(1)).map_err(|it| io::Error::other(format!("zstd: {it}")))?;
            continue;
        }
        let read = frame.read(buffer)?;
        if read > 0 {
            return Ok(read);
        }
        if frame.get_checksum_from_data().is_some_and(|it| frame.get_calculated_checksum() != Some(it)) {
            return Err(io::Error::other("zstd: the sum of a frame is wrong"));
        }
        *begun = false;
    }
}

/// Counts what is taken of a packed stream.
struct Counted<R> {
    reader: R,
    taken: Rc<Cell<u64>>,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.taken.set(self.taken.get() + amount as u64);
        self.reader.consume(amount);
    }
}
