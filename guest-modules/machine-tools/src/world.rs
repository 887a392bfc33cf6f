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
    /// The group.
    pub gid: u32,
    /// The number of names.
    pub links: u32,
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
    /// Makes or empties a file, a new one with exactly this mode, and writes it.
    fn write(&self, path: &str, bytes: &[u8], mode: u32) -> Done;
    /// symlink(2).
    fn make_link(&self, target: &str, path: &str) -> Done;
    /// mkdir(2), with exactly this mode.
    fn make_folder(&self, path: &str, mode: u32) -> Done;
    /// unlink(2).
    fn remove(&self, path: &str) -> Done;
    /// rename(2).
    fn rename(&self, from: &str, to: &str) -> Done;
    /// chmod(2).
    fn set_mode(&self, path: &str, mode: u32) -> Done;
    /// chown(2).
    fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Done;
    /// An extended attribute of a path.
    fn attribute(&self, path: &str, name: &str, follow: bool) -> Option<Vec<u8>>;
    /// setxattr(2).
    fn set_attribute(&self, path: &str, name: &str, value: &[u8], follow: bool) -> Done;
    /// Running state that the fix left.
    fn state(&self, key: &str) -> Option<Vec<u8>>;
    /// Keeps running state.
    fn set_state(&self, key: &str, value: Option<&[u8]>);
    /// Seconds since the epoch, now.
    fn now(&self) -> i64;

    /// A whole file as text; none where it is no UTF-8.
    fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.read(path)?).ok()
    }

    /// Answers whether a path leads somewhere.
    fn is_there(&self, path: &str) -> bool {
        self.stat(path, true).is_some()
    }

    /// Answers whether a path leads to a folder.
    fn is_folder(&self, path: &str) -> bool {
        self.stat(path, true).is_some_and(|it| it.kind == Kind::Folder)
    }

    /// Answers whether a path leads to a folder with something in it.
    fn has_content(&self, path: &str) -> bool {
        self.is_folder(path) && self.list(path).is_none_or(|it| !it.is_empty())
    }
}
