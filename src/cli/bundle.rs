//! Writes the bundles of `--out`: for each finding a folder with its report, the fix and the rollback.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{fault::Fault, output};
use crate::{
    engine::Fixed,
    evidence::Evidence,
    remediation::Artifact,
    report::{self, Ending, Form, Growing},
};

/// A bundle that can't be written.
#[derive(Debug, thiserror::Error)]
#[error("the bundle {} can't be written", path.display())]
struct BundleError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

fn fault(path: &Path, source: io::Error) -> Fault {
    Fault::from(BundleError { path: path.into(), source }).hint("bundles that stand in the folder are whole; make room or give another folder with `--out`")
}

/// The bundles of a list: a folder for each finding that was tried, and the list as a whole.
pub(super) struct Bundles {
    folder: PathBuf,
    json: Growing<File>,
    html: Growing<File>,
}

impl Bundles {
    /// Begins the bundles of findings with these rules.
    pub(super) fn begin(folder: &Path, rules: Vec<String>) -> Result<Bundles, Fault> {
        fs::create_dir_all(folder).map_err(|error| fault(folder, error))?;
        Ok(Bundles { folder: folder.into(), json: output::grow(Form::Json, rules)?, html: output::grow(Form::Html, Vec::new())? })
    }

    /// Writes the folder of one finding.
    pub(super) fn add(&mut self, it: &Fixed) -> Result<(), Fault> {
        self.json.add(it).and_then(|()| self.html.add(it)).map_err(output::spill)?;
        match it {
            Fixed::Tried(evidence) => one(&self.folder, evidence),
            Fixed::Untried { .. } => Ok(()),
        }
    }

    /// Writes the list as a whole.
    pub(super) fn finish(self, of: &Ending<'_>) -> Result<(), Fault> {
        put(&self.folder.join("report.json"), 0o644, |to| self.json.finish(of, to))?;
        put(&self.folder.join("report.html"), 0o644, |to| self.html.finish(of, to))
    }
}

/// Makes a folder beside the place where it belongs, and puts it there when it is whole.
fn one(folder: &Path, of: &Evidence) -> Result<(), Fault> {
    let id = of.finding.as_ref().map_or(of.remediation.id.as_str(), |it| it.0.id.as_str());
    let (place, fail) = (folder.join(id), |error| fault(&folder.join(id), error));
    let made = tempfile::Builder::new().prefix(".").tempdir_in(folder).map_err(fail)?;
    let bytes = |name: &str, bytes: &[u8], mode| put(&made.path().join(name), mode, |to| to.write_all(bytes));
    bytes("report.json", report::one(of).as_bytes(), 0o644)?;
    for (number, artifact) in of.remediation.artifacts.iter().enumerate() {
        if let Artifact::Script { text, .. } = artifact {
            bytes(&format!("fix-{}.sh", number + 1), text, 0o755)?;
        }
    }
    if let Some(undo) = &of.undo {
        // It may hold what the fix took away, secrets too.
        bytes("rollback.sh", &undo.script, 0o600)?;
    }
    fs::set_permissions(made.path(), fs::Permissions::from_mode(0o755)).map_err(fail)?;
    if !place.exists() {
        return fs::rename(made.path(), &place).map(|()| drop(made.keep())).map_err(fail);
    }
    // The bundle of an earlier run goes in the same instant as the new one comes, and is removed from the place that is left.
    match renameat_with(CWD, made.path(), CWD, &place, RenameFlags::EXCHANGE) {
        Ok(()) => made.close().map_err(fail),
        // Not every file system can do that.
        Err(_) => fs::remove_dir_all(&place).and_then(|()| fs::rename(made.path(), &place)).map(|()| drop(made.keep())).map_err(fail),
    }
}

/// Writes a file whole or not at all.
fn put(path: &Path, mode: u32, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fault> {
    let fail = |source| fault(path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().make_in(folder, |at| fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(at)).map_err(fail)?;
    write(&mut file).map_err(fail)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}
