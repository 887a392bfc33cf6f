//! What systemctl(1) of systemd 252 does to unit files and the links between them: enable, disable, reenable, mask, unmask, preset,
//! set-default, add-wants, and what `is-enabled` says of them. A library without a host, over `Files`.
//!
//! Held against `systemctl --root` by `tests/against_systemctl.rs`. What it can't hold (specifiers, quotes) is `Unmodelled`.

mod install;
mod list;
mod load;
mod name;
mod preset;
mod state;
mod sysv;
mod unlink;

pub use install::{add_dependency, enable, link_files, mask, reenable, set_default};
pub use list::{Wanted, list};
pub use load::{Found, Mode, Unit, find};
pub use name::{full, instance, is_valid, template};
pub use preset::preset;
pub use state::{default_target, state};
pub use sysv::{INSTALLER, toggle};
pub use unlink::{disable, unmask};

/// The files of a machine, links resolved inside it.
pub trait Files {
    /// A whole file, links followed.
    fn text(&self, path: &str) -> Option<String>;
    /// The target of a link.
    fn link(&self, path: &str) -> Option<String>;
    /// Answers whether a name is there, a link itself counting.
    fn is_there(&self, path: &str) -> bool;
    /// Answers whether it is a folder, links followed.
    fn is_folder(&self, path: &str) -> bool;
    /// Sorted names in a folder.
    fn names(&self, folder: &str) -> Vec<String>;
    /// Makes a folder and those on the way, mode 0755.
    fn make_folder(&self, path: &str) -> Result<(), String>;
    /// symlink(2).
    fn make_link(&self, target: &str, path: &str) -> Result<(), String>;
    /// rename(2).
    fn rename(&self, from: &str, to: &str) -> Result<(), String>;
    /// unlink(2).
    fn remove_file(&self, path: &str) -> Result<(), String>;
    /// rmdir(2); a folder with entries stays.
    fn remove_folder(&self, path: &str);
}

/// Where a systemd looks for units, in order, and where it makes links.
pub struct Layout {
    /// Folders of unit files; the first that has a name hides it in the others.
    pub search: Vec<&'static str>,
    /// Folders of presets (systemd.preset(5)).
    pub presets: Vec<&'static str>,
    /// Where links are made.
    pub links: &'static str,
}

/// Where `enable` makes links.
pub const LINKS: &str = "/etc/systemd/system";
/// Where `enable --runtime` makes links.
pub const RUNTIME: &str = "/run/systemd/system";

impl Layout {
    /// The folders of a systemd: Debian 12 and its like keep `/lib` apart from `/usr/lib` (`-Dsplit-usr=true`), others do not.
    pub fn of(split: bool, runtime: bool) -> Layout {
        let mut search = vec!["/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient", LINKS, "/etc/systemd/system.attached", RUNTIME, "/run/systemd/system.attached", "/usr/local/lib/systemd/system"];
        let mut presets = vec!["/etc/systemd/system-preset", "/run/systemd/system-preset", "/usr/local/lib/systemd/system-preset"];
        if split {
            search.push("/lib/systemd/system");
        }
        search.push("/usr/lib/systemd/system");
        presets.push("/usr/lib/systemd/system-preset");
        if split {
            presets.push("/lib/systemd/system-preset");
        }
        Layout { search, presets, links: if runtime { RUNTIME } else { LINKS } }
    }
}

/// Why nothing is said: what this library does not know, or a file that can't be changed.
#[derive(Debug, PartialEq)]
pub enum Stop {
    /// Something that is not modelled.
    Unmodelled(String),
    /// A change of a file that failed.
    Failed(String),
}

/// What one step did or met, in the order of systemd's own list of changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A link was made.
    Linked { path: String, target: String },
    /// A link was removed.
    Removed(String),
    /// A masked unit was passed over.
    IsMasked(String),
    /// A wanting unit that is not there.
    NotPresent { source: String, wanting: String },
    /// A failure, its words with `{}` for the verb.
    Error(String),
}

impl Change {
    /// What systemctl prints of it.
    pub fn words(&self, verb: &str) -> String {
        match self {
            Change::Linked { path, target } => format!("Created symlink {path} \u{2192} {target}.\n"),
            Change::Removed(path) => format!("Removed \"{path}\".\n"),
            Change::IsMasked(path) => format!("Unit {path} is masked, ignoring.\n"),
            Change::NotPresent { source, wanting } => format!("Unit {source} is added as a dependency to a non-existent unit {wanting}.\n"),
            Change::Error(text) => format!("{}\n", text.replacen("{}", verb, 1)),
        }
    }
}

/// What a verb did.
#[derive(Debug, Default, PartialEq)]
pub struct Done {
    /// The changes in order.
    pub changes: Vec<Change>,
    /// True where it ended with an error.
    pub failed: bool,
    /// True where no unit had anything to install.
    pub nothing_to_install: bool,
}

impl Done {
    /// Notes an error.
    pub(crate) fn fail(&mut self, text: String) {
        self.failed = true;
        self.changes.push(Change::Error(text));
    }

    /// What is printed on standard error.
    pub fn words(&self, verb: &str, quiet: bool) -> String {
        self.changes.iter().filter(|it| !quiet || matches!(it, Change::Error(_))).map(|it| it.words(verb)).collect()
    }
}
