//! The world that the tools of this library work on.

/// The kind of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Anything else.
    Other,
}

/// What a world says of a path.
#[derive(Clone, Copy, Debug)]
pub struct Meta {
    /// The kind.
    pub kind: Kind,
    /// The twelve permission bits.
    pub mode: u32,
    /// The owner.
    pub uid: u32,
    /// The number of names.
    pub links: u32,
    /// The last change of content, in seconds since the epoch.
    pub changed: i64,
}

/// Whether something was done; the text says what was not.
pub type Done = Result<(), String>;

/// Where the tools work, as root. Paths are absolute.
pub trait World {
    /// Metadata of a path.
    fn stat(&self, path: &str, follow: bool) -> Option<Meta>;
    /// A whole file.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
    /// Names in a folder, in the order of readdir(3); none where one of them is no text, or there is no folder.
    fn list(&self, path: &str) -> Option<Vec<String>>;
    /// The target of a link.
    fn read_link(&self, path: &str) -> Option<String>;
    /// Makes or empties a file, a new one with a mode less the umask of the caller, and writes it.
    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Done;
    /// symlink(2).
    fn make_link(&self, target: &str, path: &str) -> Done;
    /// unlink(2).
    fn remove(&self, path: &str) -> Done;
    /// rename(2).
    fn rename(&self, from: &str, to: &str) -> Done;
    /// Seconds since the epoch, now.
    fn now(&self) -> i64;
    /// chmod(2).
    fn set_mode(&self, path: &str, mode: u32) -> Done;
    /// Says that what was written can't be known to be right, and why: the result is shown, and is unproven.
    fn blind(&self, why: &str);
}
