//! Where the content of archives and images is kept: in the archive itself, at its offset, where that is plain; else in a spool, a private
//! file without a name. So memory follows the number of entries, not their bytes.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Write as _},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    bounds::{Bounds, Trouble},
    directory::{Pin, pin},
};

/// The number of the spool among the files.
const SPOOL: u32 = u32::MAX;
/// How often the disk is asked for what is free, in bytes written.
const ASK_EACH: u64 = 64 << 20;

/// Some bytes of a file of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) file: u32,
    pub(super) offset: u64,
    pub(super) size: u64,
}

struct Held {
    file: Arc<File>,
    path: PathBuf,
    pin: Pin,
}

/// Files that are read at offsets, and the spool.
pub(super) struct Store {
    files: Vec<Held>,
    spool: Option<Spool>,
    bounds: Bounds,
}

struct Spool {
    writer: BufWriter<File>,
    reader: Arc<File>,
    used: u64,
    most: u64,
    asked: u64,
}

impl Store {
    pub(super) fn new(bounds: Bounds) -> Store {
        Store { files: Vec::new(), spool: None, bounds }
    }

    /// Takes an open file that content is read from; what it was is pinned.
    pub(super) fn hold(&mut self, file: File, path: &Path) -> io::Result<Chunk> {
        let stat = rustix::fs::fstat(&file)?;
        let chunk = Chunk { file: self.files.len() as u32, offset: 0, size: stat.st_size as u64 };
        self.files.push(Held { file: Arc::new(file), path: path.into(), pin: pin(&stat) });
        Ok(chunk)
    }

    /// Begins a piece of content in the spool.
    pub(super) fn begin(&mut self) -> Result<Chunk, Trouble> {
        if self.spool.is_none() {
            self.spool = Some(Spool::new(self.bounds.spool_bytes)?);
        }
        Ok(Chunk { file: SPOOL, offset: self.spool.as_ref().map_or(0, |it| it.used), size: 0 })
    }

    /// Adds to the piece that was begun last.
    pub(super) fn add(&mut self, chunk: &mut Chunk, bytes: &[u8]) -> Result<(), Trouble> {
        let spool = self.spool.as_mut().ok_or_else(|| "the spool is not there".to_owned())?;
        spool.add(bytes)?;
        chunk.size += bytes.len() as u64;
        Ok(())
    }

    /// Makes what was spooled so far readable.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.spool.as_mut().map_or(Ok(()), |it| it.writer.flush())
    }

    /// Returns a reader of some bytes, which holds on to the file.
    pub(super) fn reader(&self, chunk: Chunk) -> io::Result<Piece> {
        let file = match self.files.get(chunk.file as usize) {
            Some(held) => held.file.clone(),
            None => self.spool.as_ref().map(|it| it.reader.clone()).ok_or(io::ErrorKind::NotFound)?,
        };
        Ok(Piece { file, at: chunk.offset, left: chunk.size })
    }

    /// Reads into a buffer from the beginning of a piece. The file must be what it was, before and after.
    pub(super) fn read(&self, chunk: Chunk, buffer: &mut [u8]) -> io::Result<()> {
        self.unmoved(chunk.file)?;
        let mut piece = self.reader(chunk)?;
        piece.read_exact(buffer)?;
        self.unmoved(chunk.file)
    }

    fn unmoved(&self, file: u32) -> io::Result<()> {
        match self.files.get(file as usize) {
            Some(held) if pin(&rustix::fs::fstat(&*held.file)?) != held.pin => Err(rustix::io::Errno::STALE.into()),
            _ => Ok(()),
        }
    }

    /// Answers whether a file that was held is not what it was, or another has its name.
    pub(super) fn moved(&self) -> bool {
        let now = |held: &Held| rustix::fs::stat(&held.path).map(|it| pin(&it));
        self.files.iter().enumerate().any(|(at, held)| self.unmoved(at as u32).is_err() || now(held) != Ok(held.pin))
    }
}

impl Spool {
    fn new(most: u64) -> Result<Spool, Trouble> {
        let told = |it: io::Error| format!("a private file for its content can't be made: {it}; set TMPDIR to a folder with room");
        let file = private_file().map_err(told)?;
        let free = free(&file).map_err(told)?;
        let reader = Arc::new(file.try_clone().map_err(told)?);
        Ok(Spool { writer: BufWriter::with_capacity(256 << 10, file), reader, used: 0, most: most.min(free / 2), asked: 0 })
    }

    fn add(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        self.used += bytes.len() as u64;
        // Others may fill the disk in the meantime: what was half of it at first is not to become all of it.
        if self.used - self.asked >= ASK_EACH {
            self.asked = self.used;
            self.most = self.most.min(self.used.saturating_add(free(&self.reader)? / 2));
        }
        if self.used > self.most {
            return Err(Trouble::Over("spool_bytes", self.most));
        }
        self.writer.write_all(bytes).map_err(|it| Trouble::Broken(format!("its content can't be spooled: {it}; set TMPDIR to a folder with room")))
    }
}

/// A file that has no name and is gone with its last user. `/tmp` is often memory, `/var/tmp` is made for what is large (file-hierarchy(7));
/// a folder that the user chose comes before both.
fn private_file() -> io::Result<File> {
    let chosen = std::env::temp_dir();
    if chosen == Path::new("/tmp")
        && let Ok(file) = tempfile::tempfile_in("/var/tmp")
    {
        return Ok(file);
    }
    tempfile::tempfile_in(chosen)
}

fn free(file: &File) -> io::Result<u64> {
    let disk = rustix::fs::fstatvfs(file)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Reads some bytes of a file, wherever others read.
pub(super) struct Piece {
    file: Arc<File>,
    at: u64,
    left: u64,
}

impl Read for Piece {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.file.read_at(&mut buffer[..most], self.at)?;
        (self.at, self.left) = (self.at + read as u64, self.left - read as u64);
        Ok(read)
    }
}
