//! Configuration files as the programs that own them read them, and what hardening rules ask of them. Generators and validators
//! look at a target through [`Files`]; what they conclude they conclude on their own.

pub mod glob;
pub mod keyed;
pub mod modprobe;
pub mod permission;
pub mod rule;
pub mod sshd;
pub mod sudoers;
pub mod sysctl;
pub mod tables;
pub mod version;
pub mod want;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// The 12 permission bits.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Whether it is a directory.
    pub is_folder: bool,
}

/// A target's files.
pub trait Files {
    /// A whole file as text; none where it is not there or can't be read.
    fn text(&self, path: &str) -> Option<String>;
    /// Sorted names in a folder; none where there is none.
    fn names(&self, folder: &str) -> Vec<String>;
    /// What a path is, links followed.
    fn state(&self, path: &str) -> Option<State>;
}

/// Something in a file that its reader would refuse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// In words.
    pub message: String,
}

/// Files in memory, for tests.
#[derive(Debug, Default)]
pub struct Memory(pub std::collections::BTreeMap<String, (String, State)>);

impl Memory {
    /// Makes files of paths and texts, mode 0644 and root's.
    pub fn of(files: &[(&str, &str)]) -> Memory {
        let state = State { mode: 0o644, uid: 0, gid: 0, is_folder: false };
        Memory(files.iter().map(|(path, text)| ((*path).to_owned(), ((*text).to_owned(), state))).collect())
    }
}

impl Files for Memory {
    fn text(&self, path: &str) -> Option<String> {
        self.0.get(path).map(|it| it.0.clone())
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let below = self.0.keys().filter_map(|it| it.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/'));
        let mut names: Vec<String> = below.filter_map(|it| it.split('/').next()).map(str::to_owned).collect();
        names.dedup();
        names
    }

    fn state(&self, path: &str) -> Option<State> {
        self.0.get(path).map(|it| it.1)
    }
}
