//! What will be written on a living target, and what must be there before: made from a trial, and left without choices.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    blobs::{Blobs, private_folder, put_file, sync_folder},
    error::Error,
    wire,
};
use crate::{
    diff::{Change, FileState},
    digest::Digest,
    tree::{FileType, has_git, is_scratch},
};

/// The form of plans.
const SCHEMA: &str = "invitro.plan/v1";
/// The file of a plan in its folder.
const FILE: &str = "plan.json";
/// The folder of its content.
const BLOBS: &str = "blobs";
/// The folder of what was tried, beside a plan.
pub(super) const PAPERS: &str = "papers";
/// What the changes of a fix itself come from.
pub(super) const FIX: &str = "fix";

/// What a path must be before a plan is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// Where.
    #[serde(with = "wire::bytes")]
    pub path: Vec<u8>,
    /// What is to be there; none where nothing may be.
    #[serde(with = "wire::state")]
    pub state: Option<FileState>,
    /// How many names a file has; none for folders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<u64>,
    /// Digest of the names in a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<String>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The path, without links on its way.
    #[serde(with = "wire::bytes")]
    pub path: Vec<u8>,
    /// What it was; none for a creation.
    #[serde(with = "wire::state")]
    pub before: Option<FileState>,
    /// What it is to be; none for a removal.
    #[serde(with = "wire::state")]
    pub after: Option<FileState>,
    /// `fix`, or `model:<command>` where a command model wrote it.
    pub origin: String,
}

impl Planned {
    pub(super) fn change(&self) -> Change {
        Change { path: self.path.clone(), before: self.before.clone(), after: self.after.clone() }
    }
}

/// A command that the fix owes to the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// Its words.
    #[serde(with = "wire::list")]
    pub argv: Vec<Vec<u8>>,
    /// What kind, in kebab-case: `service-restart`.
    pub kind: String,
    /// The unit, package or setting.
    pub name: String,
}

/// What will be done to a living target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    schema: String,
    /// Id of the remediation.
    pub remediation: String,
    /// Digest of the evidence that it rests on.
    #[serde(with = "wire::digest")]
    pub evidence: Digest,
    /// What must be as it was tried, each path that was read, listed, looked for in vain or written.
    pub expected: Vec<Expected>,
    /// What is written.
    pub changes: Vec<Planned>,
    /// What a model wrote on a tool's behalf: never written, compared after the tool itself has run.
    pub guesses: Vec<Planned>,
    /// What has to be run on the machine, in order.
    pub effects: Vec<Owed>,
    /// Where plan and content lie.
    #[serde(skip)]
    pub(super) folder: PathBuf,
}

impl Plan {
    pub(super) fn new(remediation: &str, evidence: Digest, folder: &Path) -> Plan {
        let (expected, changes, guesses, effects) = Default::default();
        Plan { schema: SCHEMA.into(), remediation: remediation.into(), evidence, expected, changes, guesses, effects, folder: folder.into() }
    }

    /// Reads the plan of a folder. What no plan of ours can hold is refused, whoever wrote it.
    pub fn load(folder: &Path) -> Result<Plan, Error> {
        let file = folder.join(FILE);
        let text = std::fs::read(&file).map_err(Error::own("read", &file))?;
        let mut plan: Plan = serde_json::from_slice(&text).map_err(|error| Error::Place { place: file.clone(), what: format!("this is no plan: {error}") })?;
        if plan.schema != SCHEMA {
            return Err(Error::Place { place: file, what: format!("its form is `{}`, known here: {SCHEMA}", plan.schema) });
        }
        plan.folder = folder.into();
        plan.check()?;
        Ok(plan)
    }

    /// Writes the plan into its folder, whose content is there already.
    pub(super) fn save(&self) -> Result<(), Error> {
        self.check()?;
        put_file(&self.folder.join(FILE), &self.bytes(), 0o600)
    }

    /// Returns the digest of all that the plan says; content is bound by the digests in it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes())
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a plan is plain data")
    }

    /// Opens the content of a folder for a plan, and makes both where they are not there.
    pub(super) fn content_in(folder: &Path) -> Result<Blobs, Error> {
        private_folder(folder)?;
        let blobs = Blobs::open(&folder.join(BLOBS))?;
        sync_folder(folder)?;
        Ok(blobs)
    }

    /// The content of this plan.
    pub(super) fn content(&self) -> Result<Blobs, Error> {
        Plan::content_in(&self.folder)
    }

    /// Returns the content that a change leaves at a path of the plan, where that is a file.
    pub fn content_after(&self, of: &Planned) -> Result<Option<Vec<u8>>, Error> {
        of.after.as_ref().and_then(|it| it.sha256).map(|digest| self.content()?.get(&digest)).transpose()
    }

    /// Returns what was tried, and the script that undoes it: names and bytes, sorted. A plan that was made from its parts has none.
    pub fn papers(&self) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let folder = self.folder.join(PAPERS);
        let entries = match std::fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(Error::own("list", &folder))?,
        };
        let mut papers = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::own("list", &folder))?.path();
            let Some(name) = path.file_name().and_then(|it| it.to_str()).filter(|it| !it.starts_with('.')) else { continue };
            papers.push((name.to_owned(), std::fs::read(&path).map_err(Error::own("read", &path))?));
        }
        papers.sort();
        Ok(papers)
    }

    /// Returns the content of a file of the plan, before or after.
    pub(super) fn content_of(&self, state: &FileState) -> Result<Vec<u8>, Error> {
        state.sha256.map_or(Ok(Vec::new()), |digest| self.content()?.get(&digest))
    }

    /// Checks what must hold of each plan: paths are clean, no scratch and not git's; one change a path; and nothing that can't be made.
    fn check(&self) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for it in &self.changes {
            let unfit = |what: &str| Err(Error::Unfit { path: it.path.clone(), what: what.into() });
            if !super::root::is_clean(&it.path) {
                return unfit("a path of a plan begins with `/` and has no empty part, `.` or `..`");
            }
            if is_scratch(&it.path) || has_git(&it.path) {
                return unfit("scratch folders and what belongs to git are never written");
            }
            if it.origin != FIX {
                return unfit("only changes of the fix itself are written");
            }
            if !seen.insert(&it.path) {
                return unfit("a plan says one change for a path");
            }
            for state in [&it.before, &it.after].into_iter().flatten() {
                match state.kind {
                    FileType::Special => return unfit("a socket or device is neither made nor put back; change it by hand"),
                    FileType::Regular if state.sha256.is_none() => {
                        return unfit("its content could not be read when it was tried; try again as a user who may");
                    }
                    FileType::Symlink if state.target.is_none() => return unfit("its target could not be read when it was tried; try again as a user who may"),
                    _ if state.xattrs.is_none() => return unfit("its attributes could not be read when it was tried; try again as a user who may"),
                    _ => {}
                }
            }
            if it.path == b"/" && [&it.before, &it.after].into_iter().any(|it| it.as_ref().is_none_or(|it| it.kind != FileType::Directory)) {
                return unfit("the root stays a folder");
            }
        }
        Ok(())
    }
}
