//! Paths, digests and states as they are written into plans and journals. What is no UTF-8 stands there in base 64.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    diff::FileState,
    digest::Digest,
    tree::{FileType, Flags},
};

/// Some bytes.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Bytes {
    Text(String),
    Other { b64: String },
}

impl From<&[u8]> for Bytes {
    fn from(it: &[u8]) -> Bytes {
        match std::str::from_utf8(it) {
            Ok(text) => Bytes::Text(text.to_owned()),
            Err(_) => Bytes::Other { b64: STANDARD.encode(it) },
        }
    }
}

impl Bytes {
    fn read<E: serde::de::Error>(self) -> Result<Vec<u8>, E> {
        match self {
            Bytes::Text(text) => Ok(text.into_bytes()),
            Bytes::Other { b64 } => STANDARD.decode(b64).map_err(|_| E::custom("this is no base 64")),
        }
    }
}

/// A path.
pub(super) mod bytes {
    use super::{Bytes, Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(it: &[u8], to: S) -> Result<S::Ok, S::Error> {
        Bytes::from(it).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        Bytes::deserialize(from)?.read()
    }
}

/// A list of words or names.
pub(super) mod list {
    use super::{Bytes, Deserialize as _, Deserializer, Serializer};

    pub(in super::super) fn serialize<S: Serializer>(it: &[Vec<u8>], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(it.iter().map(|it| Bytes::from(it.as_slice())))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<u8>>, D::Error> {
        Vec::<Bytes>::deserialize(from)?.into_iter().map(Bytes::read).collect()
    }
}

/// A digest, `sha256:…`.
pub(super) mod digest {
    use super::{Deserialize as _, Deserializer, Digest, Serializer, read_digest};

    pub(in super::super) fn serialize<S: Serializer>(it: &Digest, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(it)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Digest, D::Error> {
        read_digest(&String::deserialize(from)?)
    }
}

fn read_digest<E: serde::de::Error>(text: &str) -> Result<Digest, E> {
    let wrong = || E::custom("a digest is `sha256:` and 64 hex digits");
    let hex = text.strip_prefix("sha256:").filter(|it| it.len() == 64 && it.is_ascii()).ok_or_else(wrong)?;
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
    }
    Ok(Digest::from_bytes(bytes))
}

#[derive(Serialize, Deserialize)]
struct Attribute {
    #[serde(with = "bytes")]
    name: Vec<u8>,
    #[serde(with = "digest")]
    value: Digest,
}

#[derive(Serialize, Deserialize)]
struct State {
    kind: String,
    mode: u32,
    uid: u32,
    gid: u32,
    size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    linked: Option<Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    xattrs: Option<Vec<Attribute>>,
    #[serde(default, skip_serializing_if = "is_false")]
    immutable: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    append_only: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_false(it: &bool) -> bool {
    !it
}

const KINDS: [FileType; 5] = [FileType::Regular, FileType::Directory, FileType::Symlink, FileType::Fifo, FileType::Special];

impl From<&FileState> for State {
    fn from(it: &FileState) -> State {
        let attribute = |(name, value): (&Vec<u8>, &Digest)| Attribute { name: name.clone(), value: *value };
        State {
            kind: it.kind.word().into(),
            mode: it.mode,
            uid: it.uid,
            gid: it.gid,
            size: it.size,
            sha256: it.sha256.map(|it| it.to_string()),
            target: it.target.as_deref().map(Bytes::from),
            linked: it.linked.as_deref().map(Bytes::from),
            xattrs: it.xattrs.as_ref().map(|it| it.iter().map(attribute).collect()),
            immutable: it.flags.immutable,
            append_only: it.flags.append_only,
        }
    }
}

impl State {
    fn read<E: serde::de::Error>(self) -> Result<FileState, E> {
        let kind = KINDS.into_iter().find(|it| it.word() == self.kind).ok_or_else(|| E::custom(format!("unknown kind `{}`", self.kind)))?;
        Ok(FileState {
            kind,
            mode: self.mode & 0o7777,
            uid: self.uid,
            gid: self.gid,
            size: self.size,
            sha256: self.sha256.as_deref().map(read_digest).transpose()?,
            target: self.target.map(Bytes::read).transpose()?,
            linked: self.linked.map(Bytes::read).transpose()?,
            xattrs: self.xattrs.map(|it| it.into_iter().map(|it| (it.name, it.value)).collect::<BTreeMap<_, _>>()),
            flags: Flags { immutable: self.immutable, append_only: self.append_only },
        })
    }
}

/// A state, or that nothing is there.
pub(super) mod state {
    use super::{Deserialize as _, Deserializer, FileState, Serialize as _, Serializer, State};

    pub(in super::super) fn serialize<S: Serializer>(it: &Option<FileState>, to: S) -> Result<S::Ok, S::Error> {
        it.as_ref().map(State::from).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<FileState>, D::Error> {
        Option::<State>::deserialize(from)?.map(State::read).transpose()
    }
}
