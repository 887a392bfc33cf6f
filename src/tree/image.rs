//! An image as a source: an OCI image layout, or what `docker save` writes, as a directory or in an archive. Its layers are laid one over
//! the other; every blob that is read is held against its digest (opencontainers/image-spec: image-layout.md, descriptor.md, config.md).

use std::{
    collections::HashSet,
    io::{BufReader, Read},
    path::Path,
    sync::Arc,
};

use rustix::fs::{Mode, OFlags};
use serde_json::Value;
use sha2::Digest as _;

use super::{
    archive::Archive,
    bounds::{Bounds, Trouble},
    choose::{Platform, Wanted, by_name, by_platform, is_image, names, text},
    index::Inner,
    lay::{Maker, Origin},
    member::{Rules, Stream},
    packing::{self, Packing, Unpacked},
    resolve::{ROOT, resolve},
    store::{Chunk, Piece, Store},
    view::Tree,
};
use crate::digest::Digest;

/// Most bytes of an index, manifest or configuration.
const MOST_JSON: u64 = 8 << 20;
/// Most indexes that are nested, and most descriptors of all of them.
const MOST_NESTED: usize = 8;
const MOST_DESCRIPTORS: usize = 1000;

/// What an image is read from.
pub(super) enum Place {
    Folder(std::path::PathBuf),
    Archive(Arc<Archive>, Tree),
}

/// A place, and the files that were opened of it.
struct Reading {
    place: Place,
    store: Store,
}

/// Lays an image; gives the place back where there is none.
pub(super) fn open(place: Place, wanted: &Wanted<'_>, bounds: Bounds) -> Result<Result<Archive, Place>, Trouble> {
    let mut reading = Reading { place, store: Store::new(bounds) };
    let has = |reading: &mut Reading, name: &str| reading.find(name).is_ok_and(|it| it.is_some());
    let image = if has(&mut reading, "oci-layout") && has(&mut reading, "index.json") {
        layout(&mut reading, wanted)?
    } else {
        match saved(&mut reading, wanted)? {
            Some(image) => image,
            None => return Ok(Err(reading.place)),
        }
    };
    if image.layers.len() > bounds.layers {
        return Err(Trouble::Over("layers", bounds.layers as u64));
    }
    lay(reading, &image, bounds).map(Ok)
}

/// The layers of an image in order.
struct Image {
    layers: Vec<LayerFile>,
}

struct LayerFile {
    name: String,
    /// The digest of the file, where it is known.
    digest: Option<String>,
    /// The digest of what is unpacked from it.
    unpacked: String,
    /// Where else it may be had, when it is not kept with the image.
    elsewhere: Option<String>,
}

impl Reading {
    /// Finds a file of the image, opened and pinned; none when it is not there.
    fn find(&mut self, name: &str) -> Result<Option<Chunk>, Trouble> {
        // A name from a manifest never leads out of the image.
        if name.split('/').any(|it| it.is_empty() || it == "." || it == "..") {
            return Err(format!("`{name}` is no name of a file of an image").into());
        }
        match &self.place {
            Place::Folder(path) => in_folder(&mut self.store, path, name),
            Place::Archive(archive, tree) => in_archive(archive, tree, name),
        }
    }

    fn wanted(&mut self, name: &str) -> Result<Chunk, Trouble> {
        self.find(name)?.ok_or_else(|| format!("`{name}` is not in it; was the image saved whole?").into())
    }

    fn piece(&self, chunk: Chunk) -> Result<Piece, Trouble> {
        Ok(self.store_of_place().reader(chunk)?)
    }

    fn store_of_place(&self) -> &Store {
        match &self.place {
            Place::Folder(_) => &self.store,
            Place::Archive(archive, _) => &archive.store,
        }
    }

    /// Reads a small file whole; with a digest, only if it has that.
    fn json(&mut self, name: &str, digest: Option<&str>) -> Result<Value, Trouble> {
        let chunk = self.wanted(name)?;
        let mut bytes = Vec::new();
        self.piece(chunk)?.take(MOST_JSON + 1).read_to_end(&mut bytes).map_err(|it| format!("`{name}`: {it}"))?;
        if bytes.len() as u64 > MOST_JSON {
            return Err(format!("`{name}` is longer than {MOST_JSON} bytes").into());
        }
        if let Some(digest) = digest {
            same(&format!("`{name}`"), digest, Digest::of(&bytes))?;
        }
        serde_json::from_slice(&bytes).map_err(|it| format!("`{name}` is no JSON: {it}; save the image again").into())
    }

    /// Reads the file of a descriptor.
    fn described(&mut self, descriptor: &Value) -> Result<Value, Trouble> {
        let (name, digest) = blob(descriptor)?;
        self.json(&name, Some(&digest))
    }
}

/// Opens a file below a folder, through no link, so that nothing but what lies in the image is read.
fn in_folder(store: &mut Store, folder: &Path, name: &str) -> Result<Option<Chunk>, Trouble> {
    let told = |it: rustix::io::Errno| Trouble::Broken(format!("`{name}`: {it}; copy the image with its links followed"));
    let mut at = rustix::fs::open(folder, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).map_err(told)?;
    let mut parts = name.split('/').peekable();
    while let Some(part) = parts.next() {
        let kind = if parts.peek().is_some() { OFlags::DIRECTORY } else { OFlags::NONBLOCK };
        at = match rustix::fs::openat(&at, part, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | kind, Mode::empty()) {
            Ok(file) => file,
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(told(error)),
        };
    }
    let stat = rustix::fs::fstat(&at).map_err(told)?;
    if !rustix::fs::FileType::from_raw_mode(stat.st_mode).is_file() {
        return Ok(None);
    }
    Ok(Some(store.hold(at.into(), &folder.join(name))?))
}

/// Finds a file of an archive; `docker save` once made links between layers, which lead to files of the same archive.
fn in_archive(archive: &Archive, tree: &Tree, name: &str) -> Result<Option<Chunk>, Trouble> {
    let path = format!("/{name}");
    let found = resolve(&tree.layer, ROOT, path.as_bytes(), true, &mut |_| ()).ok().and_then(|it| it.inode);
    match found.and_then(|it| archive.index.get(it as u32)).map(|it| &it.body) {
        Some(Inner::File(chunk)) => Ok(Some(*chunk)),
        Some(Inner::Sparse(_)) => Err(format!("`{name}` is a sparse file; save the image without that").into()),
        _ => Ok(None),
    }
}

fn same(name: &str, wanted: &str, is: Digest) -> Result<(), Trouble> {
    if is.to_string() == wanted { Ok(()) } else { Err(format!("{name} should have the digest {wanted} and has {is}: pull or save the image again").into()) }
}

/// The place of a blob, and its digest. Only SHA-256 is known, which every image has.
fn blob(descriptor: &Value) -> Result<(String, String), Trouble> {
    let digest = text(descriptor, "digest");
    match digest.strip_prefix("sha256:") {
        Some(hex) if is_hex(hex) => Ok((format!("blobs/sha256/{hex}"), digest.to_owned())),
        _ => Err(format!("`{digest}` is no sha256 digest; push and pull the image with one").into()),
    }
}

fn is_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Reads an OCI image layout: an index, perhaps of indexes, of manifests.
fn layout(reading: &mut Reading, wanted: &Wanted<'_>) -> Result<Image, Trouble> {
    let index = reading.json("index.json", None)?;
    let images: Vec<_> = list(&index, "manifests").iter().filter(|it| is_image(it)).map(|it| (names(it), it.clone())).collect();
    let digest = |it: &Value| text(it, "digest").to_owned();
    let chosen = by_name(images, wanted.image, |one, other| digest(one) == digest(other))?;
    let mut found: Vec<(Option<Platform>, Value)> = Vec::new();
    let mut open: Vec<(usize, Value)> = chosen.into_iter().rev().map(|it| (0, it)).collect();
    let mut seen = HashSet::new();
    while let Some((depth, descriptor)) = open.pop() {
        if !seen.insert(text(&descriptor, "digest").to_owned()) {
            continue;
        }
        if depth > MOST_NESTED || seen.len() > MOST_DESCRIPTORS {
            return Err("its indexes are nested too deep, or name too many images".to_owned().into());
        }
        let platform = descriptor.get("platform").and_then(Platform::read);
        let is_index = text(&descriptor, "mediaType").contains("index") || text(&descriptor, "mediaType").contains("manifest.list");
        // The images of other platforms are often left out of a layout: what says its platform is read only if it is chosen.
        if !is_index && platform.is_some() {
            found.push((platform, descriptor));
            continue;
        }
        let value = reading.described(&descriptor)?;
        match value.get("manifests") {
            Some(_) => open.extend(list(&value, "manifests").iter().filter(|it| is_image(it)).rev().map(|it| (depth + 1, it.clone()))),
            None => {
                let config = value.get("config").map(|it| reading.described(it)).transpose()?;
                found.push((config.as_ref().and_then(Platform::read), descriptor));
            }
        }
    }
    let descriptor = by_platform(found, wanted.platform)?;
    manifest(reading, &descriptor)
}

fn manifest(reading: &mut Reading, descriptor: &Value) -> Result<Image, Trouble> {
    let manifest = reading.described(descriptor)?;
    if manifest.get("layers").is_none() {
        return Err("its manifest names no layers; images of schema 1 are not read".to_owned().into());
    }
    let config = reading.described(manifest.get("config").unwrap_or(&Value::Null)).map_err(|it| it.of(|| "its configuration".into()))?;
    let layers = list(&manifest, "layers");
    let mut image = Image { layers: Vec::new() };
    for (layer, unpacked) in layers.iter().zip(unpacked_digests(&config, layers.len())?) {
        let (name, digest) = blob(layer)?;
        let elsewhere = list(layer, "urls").first().and_then(Value::as_str).map(str::to_owned);
        image.layers.push(LayerFile { name, digest: Some(digest), unpacked, elsewhere });
    }
    Ok(image)
}

/// The digests that a configuration gives for what the layers unpack to.
fn unpacked_digests(config: &Value, layers: usize) -> Result<Vec<String>, Trouble> {
    let ids = config.pointer("/rootfs/diff_ids").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if ids.len() == layers { Ok(ids) } else { Err(format!("it has {layers} layers and digests of {}; save the image again", ids.len()).into()) }
}

/// Reads what `docker save` writes: `manifest.json` names configurations and layers; none when the file is another one of that name.
fn saved(reading: &mut Reading, wanted: &Wanted<'_>) -> Result<Option<Image>, Trouble> {
    // A directory with a `manifest.json` is an ordinary thing.
    if !reading.find("manifest.json").is_ok_and(|it| it.is_some()) {
        return Ok(None);
    }
    let Ok(manifest) = reading.json("manifest.json", None) else { return Ok(None) };
    let images = manifest.as_array().map_or(&[][..], Vec::as_slice);
    let is_saved = |it: &Value| it.get("Config").is_some_and(Value::is_string) && it.get("Layers").is_some_and(Value::is_array);
    if images.is_empty() || !images.iter().all(is_saved) {
        return Ok(None);
    }
    let strings = |it: &Value, name: &str| list(it, name).iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>();
    let named = images.iter().map(|it| (strings(it, "RepoTags"), it.clone())).collect();
    let chosen = by_name(named, wanted.image, |one, other| text(one, "Config") == text(other, "Config"))?;
    let mut found = Vec::new();
    for image in chosen {
        let name = text(&image, "Config").to_owned();
        let config = reading.json(&name, digest_in(&name).as_deref())?;
        found.push((Platform::read(&config), (image, config)));
    }
    found.dedup_by(|one, other| text(&one.1.0, "Config") == text(&other.1.0, "Config"));
    let (image, config) = by_platform(found, wanted.platform)?;
    let layers = strings(&image, "Layers");
    let ids = unpacked_digests(&config, layers.len())?;
    let file = |(name, unpacked): (String, String)| LayerFile { digest: digest_in(&name), name, unpacked, elsewhere: None };
    Ok(Some(Image { layers: layers.into_iter().zip(ids).map(file).collect() }))
}

/// The digest that a file is named after, as `blobs/sha256/…` and `….json` are.
fn digest_in(name: &str) -> Option<String> {
    let last = name.rsplit('/').next().unwrap_or_default();
    let hex = if name.starts_with("blobs/sha256/") { Some(last) } else { name.strip_suffix(".json") };
    hex.filter(|it| is_hex(it)).map(|it| format!("sha256:{it}"))
}

fn lay(mut reading: Reading, image: &Image, mut bounds: Bounds) -> Result<Archive, Trouble> {
    let mut chunks = Vec::new();
    for layer in &image.layers {
        let missing = |it: Trouble| match &layer.elsewhere {
            Some(url) => Trouble::Broken(format!("layer `{}` is not kept with the image but at {url}; put it there and save the image again", layer.name)),
            None => it,
        };
        chunks.push(reading.wanted(&layer.name).map_err(missing)?);
    }
    // From here on only what was opened is read.
    let store = match reading.place {
        Place::Folder(_) => reading.store,
        Place::Archive(archive, tree) => {
            drop(tree);
            Arc::into_inner(archive).ok_or_else(|| "somebody else still reads it".to_owned())?.store
        }
    };
    let mut maker = Maker::new(store, bounds, Rules::Layer);
    for (layer, chunk) in image.layers.iter().zip(chunks) {
        let told = |it: Trouble| match it.of(|| format!("layer `{}`", layer.name)) {
            Trouble::Broken(text) if !text.contains("again") => Trouble::Broken(format!("{text}; build the image again, or unpack it and give the directory")),
            other => other,
        };
        lay_one(&mut maker, layer, chunk, &mut bounds).map_err(told)?;
    }
    if maker.store.moved() {
        return Err("it changed while it was read".to_owned().into());
    }
    Ok(Archive::of(maker))
}

/// Lays one layer, and looks at the digests of the file and of what is unpacked from it.
fn lay_one(maker: &mut Maker, layer: &LayerFile, chunk: Chunk, bounds: &mut Bounds) -> Result<(), Trouble> {
    let mut magic = [0; 4];
    let read = maker.store.reader(Chunk { size: chunk.size.min(4), ..chunk })?.read(&mut magic)?;
    let packing = packing::of(&magic[..read]);
    let outer = Hashing::new(maker.store.reader(chunk)?);
    let (outer, unpacked) = if packing == Packing::None {
        let mut outer = maker.lay(outer, Origin::Direct(chunk))?;
        drain(&mut outer)?;
        let digest = Digest::finish(outer.hasher);
        (digest, digest)
    } else {
        let stream = Unpacked::new(BufReader::with_capacity(64 << 10, outer), packing, *bounds);
        let mut stream = maker.lay(Hashing::new(stream), Origin::Packed)?;
        drain(&mut stream)?;
        bounds.ratio_free_bytes = bounds.ratio_free_bytes.saturating_sub(stream.reader.excess());
        let mut outer = stream.reader.into_inner().ok_or_else(|| "it broke off".to_owned())?.into_inner();
        drain(&mut outer)?;
        (Digest::finish(outer.hasher), Digest::finish(stream.hasher))
    };
    if let Some(digest) = &layer.digest {
        same("its file", digest, outer)?;
    }
    same("what it unpacks to", &layer.unpacked, unpacked)
}

fn drain(stream: &mut impl Read) -> Result<(), Trouble> {
    std::io::copy(stream, &mut std::io::sink())?;
    Ok(())
}

/// Hashes what is read through it.
struct Hashing<R> {
    reader: R,
    hasher: sha2::Sha256,
}

impl<R> Hashing<R> {
    fn new(reader: R) -> Hashing<R> {
        Hashing { reader, hasher: sha2::Sha256::new() }
    }
}

impl<R: Read> Stream for Hashing<R> {}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}
