//! The private, authenticated cache of modules compiled ahead of time.
//!
//! An entry is machine code: whoever writes it owns the process. So the folder is 0700, the name holds the digest of the
//! component and the engine's compatibility hash, and the content carries an HMAC-SHA-256 (RFC 2104) under a key that only
//! this installation has. What does not match is compiled again. No such file is taken from anywhere else.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use wasmtime::{Engine, component::Component};

use super::error::Error;
use crate::digest::Digest;

/// Bytes of the authentication code at the head of an entry.
const CODE: usize = 32;

/// Where compiled modules are kept.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Uses a folder, which is made private when it is made.
    pub fn at(folder: impl Into<PathBuf>) -> Cache {
        Cache { folder: folder.into() }
    }

    /// Loads a component from the cache.
    pub(crate) fn load(&self, engine: &Engine, digest: &Digest) -> Option<Component> {
        let entry = fs::read(self.entry(engine, digest)).ok()?;
        let (code, body) = entry.split_at_checked(CODE)?;
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&self.key().ok()?).ok()?;
        mac.update(digest.as_bytes());
        mac.update(body);
        mac.verify_slice(code).ok()?;
        deserialize(engine, body).ok()
    }

    /// Keeps compiled bytes, whole or not at all.
    pub(crate) fn keep(&self, engine: &Engine, digest: &Digest, body: &[u8]) -> Result<(), Error> {
        let path = self.entry(engine, digest);
        let fail = |source| Error::Cache { path: path.clone(), source };
        let key = self.key().map_err(fail)?;
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).map_err(|it| fail(std::io::Error::other(it.to_string())))?;
        mac.update(digest.as_bytes());
        mac.update(body);
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).map_err(fail)?;
        file.write_all(&mac.finalize().into_bytes()).and_then(|()| file.write_all(body)).map_err(fail)?;
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
    fn key(&self) -> std::io::Result<Vec<u8>> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        private(&self.folder)?;
        let path = self.folder.join("key");
        if let Ok(key) = fs::read(&path)
            && key.len() == CODE
        {
            return Ok(key);
        }
        let mut key = vec![0; CODE];
        std::io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut key)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(&key)?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok(key),
            // Another process was first: its key is the key.
            Err(_) => fs::read(&path),
        }
    }
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
    deserialize(engine, body)
}

/// Makes machine code of bytes that `Engine::precompile_component` made.
#[expect(unsafe_code, reason = "the one call that maps machine code; its bytes are authenticated above, or came from our own child")]
fn deserialize(engine: &Engine, body: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: the bytes were made by `precompile_component` of an engine with this compatibility hash. Either their HMAC under a
    // key that only this installation holds was verified just above, or a child of this very program gave them over a pipe that
    // nobody else holds. They are copied, so no file can change below the mapping. Sources: wasmtime, `Component::deserialize`,
    // "Unsafety".
    unsafe { Component::deserialize(engine, body) }
}
