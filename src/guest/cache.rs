//! The private, authenticated cache of modules compiled ahead of time.
//!
//! An entry is machine code: whoever writes it owns the process. So the folder is 0700, the name holds the digest of the
//! component and the engine's compatibility hash, and the content ends with a keyed BLAKE3 hash under a key that only
//! this installation has. What does not match is compiled again. No such file is taken from anywhere else.
//!
//! An entry is verified through a small buffer and then mapped, not copied: of the twenty megabytes of an interpreter a run
//! touches a few, and the rest never becomes memory of the process.

use std::{
    fs,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
    os::{fd::AsRawFd as _, unix::fs::DirBuilderExt as _},
    path::{Path, PathBuf},
};

use wasmtime::{Engine, component::Component};

use super::error::Error;
use crate::digest::Digest;

/// Bytes of the key, and of the authentication code at the end of an entry.
const CODE: usize = 32;

/// Where compiled modules are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// What a cache holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Compiled modules, of other versions of the program too.
    pub entries: usize,
    /// Their bytes.
    pub bytes: u64,
}

impl Cache {
    /// Uses a folder, which is made private when it is made.
    pub fn at(folder: impl Into<PathBuf>) -> Cache {
        Cache { folder: folder.into() }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Looks whether the folder is private and can be written to, and how much it holds.
    pub fn look(&self) -> Result<Held, Error> {
        let fail = |source| Error::Cache { path: self.folder.clone(), source };
        self.key().map_err(fail)?;
        tempfile::NamedTempFile::new_in(&self.folder).map_err(fail)?;
        let mut held = Held::default();
        for it in fs::read_dir(&self.folder).map_err(fail)?.flatten().filter(|it| it.path().extension().is_some_and(|it| it == "aot")) {
            held.entries += 1;
            held.bytes += it.metadata().map_or(0, |it| it.len());
        }
        Ok(held)
    }

    /// Loads a component from the cache.
    pub(crate) fn load(&self, engine: &Engine, digest: &Digest) -> Option<Component> {
        let mut entry = fs::File::open(self.entry(engine, digest)).ok()?;
        let body = entry.metadata().ok()?.len().checked_sub(CODE as u64)?;
        let code = code(&self.key().ok()?, digest, (&mut entry).take(body)).ok()?;
        let mut held = [0; CODE];
        entry.seek(SeekFrom::Start(body)).and_then(|_| entry.read_exact(&mut held)).ok()?;
        // `blake3::Hash` compares in constant time.
        if code != blake3::Hash::from_bytes(held) {
            return None;
        }
        deserialize(engine, &entry).ok()
    }

    /// Keeps compiled bytes, whole or not at all.
    pub(crate) fn keep(&self, engine: &Engine, digest: &Digest, body: &[u8]) -> Result<(), Error> {
        let path = self.entry(engine, digest);
        let fail = |source| Error::Cache { path: path.clone(), source };
        let code = self.key().and_then(|key| code(&key, digest, body)).map_err(fail)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(fail)?;
        file.write_all(body).and_then(|()| file.write_all(code.as_bytes())).map_err(fail)?;
        file.persist(&path).map_err(|it| fail(it.error))?;
        Ok(())
    }

    fn entry(&self, engine: &Engine, digest: &Digest) -> PathBuf {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        self.folder.join(format!("{}-{:016x}.aot", digest.hex(), hasher.finish()))
    }

    /// Returns this installation's key, made of the system's random bytes at first use.
    fn key(&self) -> std::io::Result<[u8; CODE]> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        private(&self.folder)?;
        let path = self.folder.join("key");
        if let Ok(key) = read_key(&path) {
            return Ok(key);
        }
        let mut key = [0; CODE];
        fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&key)?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok(key),
            // Another process was first: its key is the key.
            Err(_) => read_key(&path),
        }
    }
}

fn read_key(path: &Path) -> std::io::Result<[u8; CODE]> {
    let bytes = fs::read(path)?;
    bytes.try_into().map_err(|_| std::io::Error::other(format!("{} is no key; remove it", path.display())))
}

/// The code of an entry: bound to the component that it was compiled from.
fn code(key: &[u8; CODE], digest: &Digest, body: impl std::io::Read) -> std::io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(digest.as_bytes());
    hasher.update_reader(body)?;
    Ok(hasher.finalize())
}

/// Refuses a folder that others could write to or that is somebody else's.
fn private(folder: &Path) -> std::io::Result<()> {
    let stat = rustix::fs::stat(folder)?;
    if stat.st_uid != rustix::process::geteuid().as_raw() || stat.st_mode & 0o022 != 0 {
        return Err(std::io::Error::other("the folder must be yours and writable by nobody else; remove it or set INVITRO_CACHE"));
    }
    Ok(())
}

/// Loads what a compiler of ours made just now, where there is no cache to keep it in.
pub(super) fn load_fresh(engine: &Engine, body: &[u8]) -> wasmtime::Result<Component> {
    deserialize_bytes(engine, body)
}

/// Makes machine code of bytes that `Engine::precompile_component` made.
#[expect(unsafe_code, reason = "machine code that came over a pipe from our own child")]
fn deserialize_bytes(engine: &Engine, body: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the bytes were made by `precompile_component` of an engine with this compatibility hash. A child of this very program
    // gave them over a pipe that nobody else holds; they are copied. Sources: wasmtime, `Component::deserialize`, "Unsafety".
    unsafe { Component::deserialize(engine, body) }
}

/// Makes machine code of a file with bytes that `Engine::precompile_component` made; what stands behind them is not looked at.
#[expect(unsafe_code, reason = "the one call that maps machine code; its bytes are authenticated above")]
fn deserialize(engine: &Engine, entry: &fs::File) -> wasmtime::Result<Component> {
    // The name leads to the file that was verified, whatever has taken its place in the folder since.
    let same = format!("/proc/self/fd/{}", entry.as_raw_fd());
    // SAFETY: the bytes were made by `precompile_component` of an engine with this compatibility hash, and their keyed hash
    // under a key that only this installation holds was verified just above. Nobody changes them below the mapping: entries
    // are replaced by renaming and never written to, and the folder is writable by nobody but this user, who could as well
    // change this very process. Sources: wasmtime, `Component::deserialize` and `deserialize_file`, "Unsafety".
    unsafe { Component::deserialize_file(engine, same) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Cache;
    use crate::{digest::Digest, guest::engine::engine};

    #[test]
    fn only_what_was_kept_here_is_loaded() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (cache, engine) = (Cache::at(folder.path()), engine().expect("an engine"));
        let digest = Digest::of(b"(component)");
        let body = engine.precompile_component(&wat::parse_str("(component)").expect("WAT")).expect("a component");
        cache.keep(engine, &digest, &body).expect("it is kept");
        assert!(cache.load(engine, &digest).is_some(), "what was kept is loaded");
        let entry = cache.entry(engine, &digest);
        let kept = fs::read(&entry).expect("an entry");
        for at in [0, kept.len() / 2, kept.len() - 1] {
            let mut changed = kept.clone();
            changed[at] ^= 1;
            fs::write(&entry, changed).expect("it is written");
            assert!(cache.load(engine, &digest).is_none(), "byte {at} was changed");
        }
        for length in [0, 31, 32, kept.len() - 1] {
            fs::write(&entry, &kept[..length]).expect("it is written");
            assert!(cache.load(engine, &digest).is_none(), "cut to {length}");
        }
        let other = Digest::of(b"another component");
        fs::write(cache.entry(engine, &other), &kept).expect("it is written");
        assert!(cache.load(engine, &other).is_none(), "an entry of another component");
        fs::write(&entry, &kept).expect("it is written");
        assert!(cache.load(engine, &digest).is_some(), "the same bytes again");
        fs::write(folder.path().join("key"), [7; 32]).expect("it is written");
        assert!(cache.load(engine, &digest).is_none(), "another key");
    }
}
