//! A tar archive as a source: plain, gzip or zstd.

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    fs::File,
    io::{BufRead, BufReader, Read, Seek as _, SeekFrom},
    path::Path,
    sync::Arc,
};

use super::{
    archive_attributes::of_entry,
    error::Error,
    node::{Body, FileType, Kept, Memory, Names, Node, SourceNote},
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
    made.read(reader)?;
    Ok(made.done())
}

/// A stream of tar, out of whatever it was packed with (RFC 1952, RFC 8878).
pub(super) fn unpacked<'a>(mut reader: impl BufRead + 'a) -> Result<Box<dyn Read + 'a>, String> {
    let magic = reader.fill_buf().map_err(|it| it.to_string())?;
    if magic.starts_with(&[0x1f, 0x8b]) {
        Ok(Box::new(flate2::bufread::MultiGzDecoder::new(reader)))
    } else if magic.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Ok(Box::new(ruzstd::decoding::StreamingDecoder::new(reader).map_err(|it| it.to_string())?))
    } else {
        Ok(Box::new(reader))
    }
}

/// Makes a tree of one archive, or of the layers of an image, one over the other.
pub(super) struct Maker {
    memory: Memory,
    held: u64,
    /// Names that this layer gave: its own whiteouts do not hide them. None when the archive is no layer.
    layer: Option<HashSet<(u64, Vec<u8>)>>,
}

fn folder(mode: u32) -> Node {
    Node { mode, uid: 0, gid: 0, mtime: (0, 0), links: 2, kept: Kept::None, body: Body::Names(Names::new()) }
}

impl Maker {
    pub(super) fn new() -> Maker {
        Maker { memory: Memory { nodes: BTreeMap::from([(1, folder(0o755))]), notes: Vec::new() }, held: 0, layer: None }
    }

    /// Lays a layer over what there is, with its whiteouts.
    pub(super) fn layer(&mut self, reader: impl Read) -> Result<(), String> {
        self.layer = Some(HashSet::new());
        self.read(reader)
    }

    fn read(&mut self, reader: impl Read) -> Result<(), String> {
        let mut archive = tar::Archive::new(reader);
        for entry in archive.entries().map_err(|it| it.to_string())? {
            let mut entry = entry.map_err(|it| it.to_string())?;
            self.take(&mut entry)?;
        }
        Ok(())
    }

    /// Gives the tree: what has no name any more is left out, and names are counted.
    pub(super) fn done(mut self) -> Memory {
        let mut links: BTreeMap<u64, u32> = BTreeMap::from([(1, 1)]);
        let mut folders = vec![1];
        while let Some(Body::Names(names)) = folders.pop().and_then(|it| self.memory.nodes.get(&it)).map(|it| &it.body) {
            for (inode, kind) in names.values() {
                *links.entry(*inode).or_default() += 1;
                folders.extend((*kind == FileType::Directory).then_some(*inode));
            }
        }
        self.memory.nodes.retain(|inode, _| links.contains_key(inode));
        for (inode, node) in &mut self.memory.nodes {
            node.links = if node.kind() == FileType::Directory { 2 } else { links.get(inode).copied().unwrap_or(1) };
        }
        self.memory
    }

    fn gave(&mut self, name: (u64, Vec<u8>)) {
        if let Some(names) = &mut self.layer {
            names.insert(name);
        }
    }

    /// Takes a name of lower layers away where this is a whiteout (image-spec, layer.md); answers whether it was one.
    fn white_out(&mut self, parts: &[Vec<u8>]) -> Result<bool, String> {
        let Some((name, folder)) = parts.split_last() else { return Ok(false) };
        let (Some(hidden), true) = (name.strip_prefix(b".wh.".as_slice()), self.layer.is_some()) else { return Ok(false) };
        let (opaque, hidden) = (hidden == b".wh..opq", hidden.to_vec());
        let mut folders = vec![self.directory(folder)?];
        let Some(fresh) = &self.layer else { return Ok(true) };
        while let Some(folder) = folders.pop() {
            let Some(Body::Names(names)) = self.memory.nodes.get_mut(&folder).map(|it| &mut it.body) else { continue };
            let lower = |it: &Vec<u8>| !fresh.contains(&(folder, it.clone()));
            let gone: Vec<Vec<u8>> = names.keys().filter(|it| (opaque || **it == hidden) && lower(it)).cloned().collect();
            for name in gone {
                names.remove(&name);
            }
            // What this layer has below an opaque folder stays, but nothing of lower layers beside it.
            folders.extend(names.values().filter(|it| opaque && it.1 == FileType::Directory).map(|it| it.0));
        }
        Ok(true)
    }

    fn take(&mut self, entry: &mut tar::Entry<'_, impl Read>) -> Result<(), String> {
        let path = entry.path_bytes().into_owned();
        let parts: Vec<Vec<u8>> = path.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").map(<[u8]>::to_vec).collect();
        if parts.iter().any(|it| it == b"..") {
            self.memory.notes.push(SourceNote { path, message: "an entry with `..` was left out".into() });
            return Ok(());
        }
        if self.white_out(&parts)? {
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
            kept: Kept::None,
            body: Body::Special,
        };
        (node.kept, node.mode) = of_entry(entry, node.mode)?;
        let link = || entry.link_name_bytes().map(|it| it.into_owned()).unwrap_or_default();
        match header.entry_type() {
            tar::EntryType::Directory => {
                let inode = self.directory(&parts)?;
                if let Some(known) = self.memory.nodes.get_mut(&inode) {
                    (known.mode, known.uid, known.gid, known.mtime, known.kept) = (node.mode, node.uid, node.gid, node.mtime, node.kept);
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
        if kind == FileType::Directory {
            return Err(format!("a hard link to the directory `{}`", shown()));
        }
        self.name(parts, inode, kind)
    }

    fn name(&mut self, parts: &[Vec<u8>], inode: u64, kind: FileType) -> Result<(), String> {
        let Some((name, folder)) = parts.split_last() else { return Ok(()) };
        let folder = self.directory(folder)?;
        if let Some(Body::Names(names)) = self.memory.nodes.get_mut(&folder).map(|it| &mut it.body) {
            names.insert(name.clone(), (inode, kind));
            self.gave((folder, name.clone()));
        }
        Ok(())
    }

    /// Returns the directory of these parts, made where the archive has not named it yet. A link on the way is followed inside the tree,
    /// as whoever unpacks the archive there would; a link at the end gives way to the directory.
    fn directory(&mut self, parts: &[Vec<u8>]) -> Result<u64, String> {
        let (mut stack, mut links) = (vec![1], 0);
        let mut queue: VecDeque<(Vec<u8>, bool)> = parts.iter().enumerate().map(|(at, it)| (it.clone(), at + 1 < parts.len())).collect();
        while let Some((part, follow)) = queue.pop_front() {
            if part == b".." {
                stack.truncate(stack.len().saturating_sub(1).max(1));
                continue;
            }
            let at = stack.last().copied().unwrap_or(1);
            let fresh = self.memory.nodes.len() as u64 + 1;
            let target = match self.memory.nodes.get(&at).map(|it| &it.body) {
                Some(Body::Names(names)) => match names.get(&part) {
                    Some((inode, FileType::Directory)) => {
                        stack.push(*inode);
                        self.gave((at, part.clone()));
                        continue;
                    }
                    Some((inode, FileType::Symlink)) if follow => self.memory.nodes.get(inode).map(|it| it.body.clone()),
                    _ => None,
                },
                _ => return Err("a directory entry names a file".into()),
            };
            if let Some(Body::Link(target)) = target {
                links += 1;
                if links > 40 {
                    return Err(format!("too many links on the way to `{}`", String::from_utf8_lossy(&parts.join(&b'/'))));
                }
                if target.first() == Some(&b'/') {
                    stack.truncate(1);
                }
                for part in target.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").rev() {
                    queue.push_front((part.to_vec(), true));
                }
                continue;
            }
            self.memory.nodes.insert(fresh, folder(0o755));
            self.name_in(at, &part, fresh);
            stack.push(fresh);
        }
        Ok(stack.last().copied().unwrap_or(1))
    }

    fn name_in(&mut self, at: u64, name: &[u8], inode: u64) {
        if let Some(Body::Names(names)) = self.memory.nodes.get_mut(&at).map(|it| &mut it.body) {
            names.insert(name.to_vec(), (inode, FileType::Directory));
        }
        self.gave((at, name.to_vec()));
    }
}
