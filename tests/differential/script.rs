//! One script of a corpus, and where it runs.

use std::{collections::BTreeMap, path::PathBuf};

/// What a corpus asks to be laid over the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Layers {
    /// Folders, the uppermost first.
    pub(crate) folders: Vec<PathBuf>,
    /// What no folder of a repository can hold.
    pub(crate) marks: BTreeMap<String, Mark>,
}

/// Owner, mode and the like of one path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) mode: Option<u32>,
    pub(crate) uid: Option<u32>,
    pub(crate) gid: Option<u32>,
    /// It is a symbolic link to this.
    pub(crate) target: Option<String>,
    /// It is another name of this.
    pub(crate) hardlink: Option<String>,
    pub(crate) is_dir: bool,
    pub(crate) absent: bool,
    /// Bytes of a file that no folder has.
    pub(crate) content: Option<Vec<u8>>,
}

/// One script.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    /// A short name: unique within its corpus.
    pub(crate) name: String,
    /// Which corpus.
    pub(crate) corpus: &'static str,
    /// The text.
    pub(crate) text: Vec<u8>,
    /// Where it runs: equal layers are one machine.
    pub(crate) layers: std::sync::Arc<Layers>,
    /// It is known to be bad: it must never be proven, whatever real bash leaves.
    pub(crate) bad: bool,
    /// Paths that it declares, where it declares any.
    pub(crate) scope: Option<invitro::remediation::Scope>,
    /// Paths that are not compared.
    pub(crate) ignore: Vec<String>,
}
