//! What a package tool asks of the world: files, running state, and a place to own up to effects and assumptions.

/// What an inode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with bytes.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Other,
}

/// The metadata of an inode (stat(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// The twelve permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
}

/// The kind of an effect outside files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A package comes.
    Install,
    /// A package changes its version.
    Upgrade,
    /// A package goes.
    Remove,
    /// Anything else, by a kebab-case name.
    Other(&'static str),
}

/// How an effect was treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// Carried out in files or running state.
    Modelled,
    /// Written down only.
    Recorded,
    /// Not done.
    Refused,
}

/// The world of one call. Paths are absolute.
pub trait World {
    /// At most `length` bytes from `offset`; none where there is no such file.
    fn read_at(&self, path: &str, offset: u64, length: usize) -> Option<Vec<u8>>;
    /// Metadata; `follow` decides about a link in the last component.
    fn stat(&self, path: &str, follow: bool) -> Option<Stat>;
    /// Sorted names in a directory.
    fn list(&self, path: &str) -> Vec<String>;
    /// The target of a link.
    fn link(&self, path: &str) -> Option<String>;
    /// Writes a file anew: a file that is there keeps mode and owner, a new one has exactly `mode` and is root's.
    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Result<(), String>;
    /// rename(2).
    fn rename(&self, from: &str, to: &str) -> Result<(), String>;
    /// unlink(2).
    fn remove(&self, path: &str) -> Result<(), String>;
    /// symlink(2).
    fn make_link(&self, target: &str, path: &str) -> Result<(), String>;
    /// mkdir(2) with the usual mode.
    fn make_directory(&self, path: &str) -> Result<(), String>;
    /// chown(2) and chmod(2), in this order.
    fn set_owner_and_mode(&self, path: &str, uid: u32, gid: u32, mode: u32) -> Result<(), String>;
    /// A value of the running state.
    fn state(&self, key: &str) -> Option<String>;
    /// Sets a value of the running state.
    fn set_state(&self, key: &str, value: Option<&str>) -> Result<(), String>;
    /// Notes an effect.
    fn effect(&self, kind: &Effect, name: &str, treatment: Treatment);
    /// Notes that an answer is ours.
    fn assume(&self, about: &str, name: &str);
    /// Says what is not known of an answer, so that the run is unproven; the answer stands for the most likely one.
    fn blind(&self, why: &str);
    /// A variable of the environment.
    fn variable(&self, name: &str) -> Option<String>;
    /// Standard input, whole.
    fn stdin(&self) -> Vec<u8>;
    /// The working directory.
    fn cwd(&self) -> String;
}

/// What a call printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Exit status.
    pub status: u32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// An answer, or the reason why the call is not modelled.
pub type Answer = Result<Done, String>;

/// An answer with a status and what is printed.
pub(crate) fn said(status: u32, out: impl Into<String>, err: impl Into<String>) -> Answer {
    Ok(Done { status, out: out.into(), err: err.into() })
}

/// A whole file; none where there is none. What is longer than `most` is cut there.
pub(crate) fn bytes(world: &dyn World, path: &str, most: usize) -> Option<Vec<u8>> {
    let mut whole = world.read_at(path, 0, PIECE.min(most))?;
    while whole.len() % PIECE == 0 && !whole.is_empty() && whole.len() < most {
        let piece = world.read_at(path, whole.len() as u64, PIECE.min(most - whole.len()))?;
        if piece.is_empty() {
            break;
        }
        whole.extend(piece);
    }
    Some(whole)
}

/// What one read asks for.
const PIECE: usize = 1 << 20;

/// The longest text that is read as a whole: the largest databases of Debian have some 10 MiB.
const MOST_TEXT: usize = 32 << 20;

/// A whole file as text. The error says that it is none.
pub(crate) fn text(world: &dyn World, path: &str) -> Result<Option<String>, String> {
    let Some(bytes) = bytes(world, path, MOST_TEXT + 1) else { return Ok(None) };
    if bytes.len() > MOST_TEXT {
        return Err(format!("{path} is larger than {} MiB, which", MOST_TEXT >> 20));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| format!("{path} is not UTF-8, which"))
}

/// Answers whether a program of a name stands in a folder of programs.
pub(crate) fn has_program(world: &dyn World, name: &str) -> bool {
    ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].iter().any(|it| world.stat(&format!("{it}/{name}"), true).is_some_and(|it| it.kind == Kind::Regular))
}

/// Makes a path absolute.
pub(crate) fn absolute(world: &dyn World, word: &str) -> String {
    if word.starts_with('/') { word.to_owned() } else { format!("{}/{word}", world.cwd().trim_end_matches('/')) }
}
