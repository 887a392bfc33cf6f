//! An image as a source: an OCI image layout or a `docker save` archive, as a directory or in a tar. Its layers are laid one over the
//! other; every blob that is read is held against its digest (opencontainers/image-spec: image-layout.md, descriptor.md, layer.md).

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read, Seek as _, SeekFrom},
    path::Path,
};

use serde_json::Value;
use sha2::Digest as _;

use super::{
    archive::{Maker, unpacked},
    error::Error,
    node::Memory,
};
use crate::digest::Digest;

/// Most bytes of an index, manifest or configuration.
const MOST_JSON: u64 = 16 << 20;
/// Most indexes that are nested.
const MOST_NESTED: usize = 8;

/// Where the files of an image lie.
enum Place<'a> {
    Folder(&'a Path),
    /// Offsets and lengths of the files of an uncompressed tar.
    Archive(&'a Path, BTreeMap<String, (u64, u64)>),
}

impl Place<'_> {
    fn has(&self, name: &str) -> bool {
        match self {
            Place::Folder(path) => path.join(name).is_file(),
            Place::Archive(_, files) => files.contains_key(name),
        }
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read>, String> {
        let told = |it: std::io::Error| format!("`{name}`: {it}; make the image again");
        // A name from a manifest never leads out of the image.
        if name.split('/').any(|it| it.is_empty() || it == "." || it == "..") {
            return Err(format!("`{name}` is no name of a file of an image"));
        }
        match self {
            Place::Folder(path) => Ok(Box::new(File::open(path.join(name)).map_err(told)?)),
            Place::Archive(path, files) => {
                let (offset, length) = *files.get(name).ok_or_else(|| format!("`{name}` is not in it; was the image saved whole?"))?;
                let mut file = File::open(path).map_err(told)?;
                file.seek(SeekFrom::Start(offset)).map_err(told)?;
                Ok(Box::new(file.take(length)))
            }
        }
    }

    /// Reads a small file whole; with a digest, only if it has that.
    fn json(&self, name: &str, digest: Option<&str>) -> Result<Value, String> {
        let mut bytes = Vec::new();
        self.open(name)?.take(MOST_JSON + 1).read_to_end(&mut bytes).map_err(|it| format!("`{name}`: {it}"))?;
        if bytes.len() as u64 > MOST_JSON {
            return Err(format!("`{name}` is longer than {MOST_JSON} bytes"));
        }
        if let Some(digest) = digest {
            same(name, digest, Digest::of(&bytes))?;
        }
        serde_json::from_slice(&bytes).map_err(|it| format!("`{name}` is no JSON: {it}"))
    }
}

fn same(name: &str, wanted: &str, is: Digest) -> Result<(), String> {
    if is.to_string() == wanted { Ok(()) } else { Err(format!("`{name}` should have the digest {wanted} and has {is}: pull or save the image again")) }
}

/// Opens an image; none when the target is none.
pub(super) fn open(path: &Path, is_folder: bool, platform: Option<&str>) -> Result<Option<Memory>, Error> {
    let fail = |reason| Error::Image { path: path.into(), reason };
    let place = if is_folder { Place::Folder(path) } else { Place::Archive(path, index(path)) };
    if place.has("oci-layout") && place.has("index.json") {
        return layout(&place, platform).map(Some).map_err(fail);
    }
    // A directory with a `manifest.json` is an ordinary thing; an archive with one and nothing of a root is an image.
    if !is_folder && place.has("manifest.json") {
        return saved(&place).map(Some).map_err(fail);
    }
    Ok(None)
}

/// Names the files of an uncompressed tar; of anything else none.
fn index(path: &Path) -> BTreeMap<String, (u64, u64)> {
    let mut files = BTreeMap::new();
    let Ok(file) = File::open(path) else { return files };
    let mut archive = tar::Archive::new(file);
    let Ok(entries) = archive.entries_with_seek() else { return files };
    for entry in entries.map_while(Result::ok) {
        let name = String::from_utf8_lossy(&entry.path_bytes()).trim_start_matches("./").to_owned();
        if entry.header().entry_type().is_file() {
            files.insert(name, (entry.raw_file_position(), entry.size()));
        }
    }
    files
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The place of a blob. Only SHA-256 is known, which every image has.
fn blob(descriptor: &Value) -> Result<(String, &str), String> {
    let digest = text(descriptor, "digest");
    match digest.strip_prefix("sha256:") {
        Some(hex) if hex.len() == 64 && hex.bytes().all(|it| it.is_ascii_hexdigit()) => Ok((format!("blobs/sha256/{hex}"), digest)),
        _ => Err(format!("`{digest}` is no sha256 digest")),
    }
}

fn layout(place: &Place<'_>, platform: Option<&str>) -> Result<Memory, String> {
    let mut manifest = place.json("index.json", None)?;
    for _ in 0..MOST_NESTED {
        let Some(manifests) = manifest.get("manifests").and_then(Value::as_array) else { break };
        let (name, digest) = blob(choose(manifests, platform)?)?;
        manifest = place.json(&name, Some(digest))?;
    }
    let layers = manifest.get("layers").and_then(Value::as_array).ok_or("its manifest names no layers")?;
    let mut maker = Maker::new();
    for layer in layers {
        let (name, digest) = blob(layer)?;
        lay(&mut maker, place, &name, digest, false)?;
    }
    Ok(maker.done())
}

/// Chooses the manifest that is meant: the only one, or the one of the platform.
fn choose<'a>(manifests: &'a [Value], platform: Option<&str>) -> Result<&'a Value, String> {
    let of = |it: &Value| it.get("platform").map_or(String::new(), |it| format!("{}/{}", text(it, "os"), text(it, "architecture")));
    // Attestations stand beside images as `unknown/unknown`.
    let images: Vec<&Value> = manifests.iter().filter(|it| of(it) != "unknown/unknown").collect();
    let machine = match std::env::consts::ARCH {
        "x86_64" => "linux/amd64",
        "aarch64" => "linux/arm64",
        other => other,
    };
    let wanted = platform.unwrap_or(machine);
    match images.as_slice() {
        [only] if platform.is_none() || of(only).is_empty() => return Ok(only),
        _ => {}
    }
    let fitting: Vec<&&Value> = images.iter().filter(|it| of(it) == wanted).collect();
    match fitting.as_slice() {
        [one] => Ok(one),
        _ => {
            let mut known: Vec<String> = images.iter().map(|it| of(it)).filter(|it| !it.is_empty()).collect();
            known.sort();
            Err(format!("it has {} images for {wanted}; name one with `--platform`, known are: {}", fitting.len(), known.join(", ")))
        }
    }
}

/// Reads what `docker save` writes: `manifest.json` names a configuration and layers, the configuration the layers' digests.
fn saved(place: &Place<'_>) -> Result<Memory, String> {
    let manifest = place.json("manifest.json", None)?;
    let images = manifest.as_array().filter(|it| !it.is_empty()).ok_or("its `manifest.json` names no image")?;
    let [image] = images.as_slice() else { return Err(format!("it holds {} images; save one alone", images.len())) };
    let config = place.json(text(image, "Config"), None)?;
    let digests: Vec<&str> = config.pointer("/rootfs/diff_ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let layers: Vec<&str> = image.get("Layers").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if digests.len() != layers.len() {
        return Err(format!("it has {} layers and digests of {}", layers.len(), digests.len()));
    }
    let mut maker = Maker::new();
    for (layer, digest) in layers.into_iter().zip(digests) {
        lay(&mut maker, place, layer, digest, true)?;
    }
    Ok(maker.done())
}

/// Lays one layer; its digest is that of the blob, or of what is unpacked from it.
fn lay(maker: &mut Maker, place: &Place<'_>, name: &str, digest: &str, of_unpacked: bool) -> Result<(), String> {
    let told = |it: String| format!("layer `{name}`: {it}");
    let (mut outer, mut inner) = (Hashing::new(place.open(name)?), None);
    {
        let unpacked = unpacked(BufReader::new(&mut outer)).map_err(told)?;
        let mut hashing = Hashing::new(unpacked);
        let done = maker.layer(&mut hashing);
        let drained = std::io::copy(&mut hashing, &mut std::io::sink());
        if of_unpacked {
            inner = Some(Digest::finish(hashing.hasher));
        }
        done.and(drained.map(drop).map_err(|it| it.to_string())).map_err(told)?;
    }
    std::io::copy(&mut outer, &mut std::io::sink()).map_err(|it| told(it.to_string()))?;
    same(name, digest, inner.unwrap_or_else(|| Digest::finish(outer.hasher)))
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

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}
