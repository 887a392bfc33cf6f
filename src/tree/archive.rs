//! A tar archive as a source: plain, gzip or zstd.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read, Seek as _, SeekFrom},
    path::Path,
    sync::Arc,
};

use super::{
    error::Error,
    node::{Body, FileType, Memory, Names, Node, SourceNote},
};

/// Most bytes of content that are held of one archive.
const MOST_BYTES: u64 = 4 << 30;

/// Reads an archive whole.
pub(crate) fn open(path: &Path) -> Result<Memory, Error> {
    let open = |source| Error::Open { path: path.into(), source };
    let mut file = BufReader::new(File::open(path).map_err(open)?);
    let mut magic = [0; 512];
    let mut read = 0;
    while read < magic.len() {
        match file.read(&mut magic[read..]).map_err(open)? {
            0 => break,
            n => read += n,
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(open)?;
    let broken = |reason: String| Error::Archive { path: path.into(), reason };
    if magic.starts_with(&[0x1f, 0x8b]) {
        read_tar(flate2::read::MultiGzDecoder::new(file)).map_err(broken)
    } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        read_tar(ruzstd::decoding::StreamingDecoder::new(file).map_err(|it| broken(it.to_string()))?).map_err(broken)
    } else if &magic[257..262] == b"ustar" {
        read_tar(file).map_err(broken)
    } else {
        Err(Error::NotATarget { path: path.into() })
    }
}

fn read_tar(reader: impl Read) -> Result<Memory, String> {
    let mut made = Maker::new();
    let mut archive = tar::Archive::new(reader);
    for entry in archive.entries().map_err(|it| it.to_string())? {
        let mut entry = entry.map_err(|it| it.to_string())?;
        made.take(&mut entry)?;
    }
    Ok(made.memory)
}

struct Maker {
    memory: Memory,
    held: u64,
}

fn folder(mode: u32) -> Node {
    Node { mode, uid: 0, gid: 0, mtime: (0, 0), links: 2, body: Body::Names(Names::new()) }
}

impl Maker {
    fn new() -> Maker {
        Maker { memory: Memory { nodes: BTreeMap::from([(1, folder(0o755))]), notes: Vec::new() }, held: 0 }
    }

    fn take(&mut self, entry: &mut tar::Entry<'_, impl Read>) -> Result<(), String> {
        let path = entry.path_bytes().into_owned();
        let parts: Vec<Vec<u8>> = path.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").map(<[u8]>::to_vec).collect();
        if parts.iter().any(|it| it == b"..") {
            self.memory.notes.push(SourceNote { path, message: "an entry with `..` was left out".into() });
            return Ok(());
        }
        let header = entry.header().clone();
        let number = |it: std::io::Result<u64>| it.map_err(|it| it.to_string());
        let mut node = Node {
            mode: header.mode().map_err(|it| it.to_string())? & 0o7777,
            uid: number(header.uid())? as u32,
            gid: number(header.gid())? as u32,
            mtime: (number(header.mtime())? as i64, 0),
            links: 1,
            body: Body::Special,
        };
        let link = || entry.link_name_bytes().map(|it| it.into_owned()).unwrap_or_default();
        match header.entry_type() {
            tar::EntryType::Directory => {
                let inode = self.directory(&parts)?;
                if let Some(known) = self.memory.nodes.get_mut(&inode) {
                    (known.mode, known.uid, known.gid, known.mtime) = (node.mode, node.uid, node.gid, node.mtime);
                }
                return Ok(());
            }
            tar::EntryType::Symlink => (node.body, node.mode) = (Body::Link(link().into()), 0o777),
            tar::EntryType::Link => return self.hard_link(&parts, &link()),
            tar::EntryType::Regular | tar::EntryType::Continuous | tar::EntryType::GNUSparse => {
                self.held += entry.size();
                if self.held > MOST_BYTES {
                    return Err(format!("more than {MOST_BYTES} bytes of content"));
                }
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).map_err(|it| it.to_string())?;
                node.body = Body::Bytes(Arc::new(bytes));
            }
            tar::EntryType::Fifo => node.body = Body::Fifo,
            _ => self.memory.notes.push(SourceNote { path, message: "a device: its content is no part of the tree".into() }),
        }
        let inode = self.memory.nodes.len() as u64 + 1;
        let kind = node.kind();
        self.memory.nodes.insert(inode, node);
        self.name(&parts, inode, kind)
    }

    fn hard_link(&mut self, parts: &[Vec<u8>], target: &[u8]) -> Result<(), String> {
        let target: Vec<Vec<u8>> = target.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").map(<[u8]>::to_vec).collect();
        let shown = || String::from_utf8_lossy(&target.join(&b'/')).into_owned();
        let (name, folder) = target.split_last().ok_or("a hard link to nothing")?;
        let folder = self.directory(folder)?;
        let found = match self.memory.nodes.get(&folder).map(|it| &it.body) {
            Some(Body::Names(names)) => names.get(name).copied(),
            _ => None,
        };
        let (inode, kind) = found.ok_or_else(|| format!("a hard link to `{}`, which is not in the archive", shown()))?;
        if let Some(node) = self.memory.nodes.get_mut(&inode) {
            node.links += 1;
        }
        self.name(parts, inode, kind)
    }

    fn name(&mut self, parts: &[Vec<u8>], inode: u64, kind: FileType) -> Result<(), String> {
        let Some((name, folder)) = parts.split_last() else { return Ok(()) };
        let folder = self.directory(folder)?;
        if let Some(Body::Names(names)) = self.memory.nodes.get_mut(&folder).map(|it| &mut it.body) {
            names.insert(name.clone(), (inode, kind));
        }
        Ok(())
    }

    /// Returns the directory of these parts, made where the archive has not named it yet.
    fn directory(&mut self, parts: &[Vec<u8>]) -> Result<u64, String> {
        let mut at = 1;
        for part in parts {
            let fresh = self.memory.nodes.len() as u64 + 1;
            let Some(Body::Names(names)) = self.memory.nodes.get_mut(&at).map(|it| &mut it.body) else { return Err("a directory entry names a file".into()) };
            match names.get(part) {
                Some((inode, FileType::Directory)) => at = *inode,
                _ => {
                    names.insert(part.clone(), (fresh, FileType::Directory));
                    self.memory.nodes.insert(fresh, folder(0o755));
                    at = fresh;
                }
            }
        }
        Ok(at)
    }
}
