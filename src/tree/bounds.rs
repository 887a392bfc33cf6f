//! How much of an archive or image is taken, so that one made to fill memory, disk or time ends at a limit that is named.

/// Most of what one archive or image may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Entries, and directories that entries imply.
    pub entries: u64,
    /// Bytes of names, link targets and maps of sparse files, which are held in memory.
    pub index_bytes: u64,
    /// Bytes of content written into the spool. It never takes more than half of what is free on its disk either.
    pub spool_bytes: u64,
    /// How often larger a stream may become when it is unpacked. Deflate alone reaches 1030 on zeros; systems of files reach 10.
    pub ratio: u64,
    /// Bytes that a stream may become whatever the ratio is: a small honest archive may hold one large empty log.
    pub ratio_free_bytes: u64,
    /// Folders and links that are walked through to lay the entries: an honest entry lies below some ten.
    pub steps: u64,
    /// Layers of an image. Docker builds no more than 127, and each may cost an open file.
    pub layers: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds { entries: 10_000_000, index_bytes: 1 << 30, spool_bytes: 64 << 30, ratio: 200, ratio_free_bytes: 1 << 30, steps: 500_000_000, layers: 512 }
    }
}

/// Why an archive gives no tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// It is broken, or those who unpack archives disagree about it.
    #[error("{0}")]
    Broken(String),
    /// It holds more than is taken.
    #[error("the limit {0} of {1} is passed")]
    Over(&'static str, u64),
}

impl From<String> for Trouble {
    fn from(text: String) -> Trouble {
        Trouble::Broken(text)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Trouble {
        // Readers stand inside readers: what one of ours said comes out as it went in.
        match error.get_ref().and_then(|it| it.downcast_ref::<Trouble>()) {
            Some(trouble) => trouble.clone(),
            None => Trouble::Broken(error.to_string()),
        }
    }
}

impl From<Trouble> for std::io::Error {
    fn from(trouble: Trouble) -> std::io::Error {
        std::io::Error::other(trouble)
    }
}

impl Trouble {
    /// Says of which entry or layer it is, where that is not said yet.
    pub(super) fn of(self, what: impl FnOnce() -> String) -> Trouble {
        match self {
            Trouble::Broken(text) => Trouble::Broken(format!("{}: {text}", what())),
            over => over,
        }
    }
}

/// Most characters of a name that a message quotes.
const MOST_SHOWN: usize = 200;

/// A name for a message: what is no text, or would not be seen, is written as an escape, and a long one is cut.
pub(super) fn shown(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let mut out = String::new();
    for it in text.chars().take(MOST_SHOWN) {
        if it.is_control() { out.extend(it.escape_default()) } else { out.push(it) }
    }
    if text.chars().nth(MOST_SHOWN).is_some() { out + "…" } else { out }
}
