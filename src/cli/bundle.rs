//! Writes the bundles of `--out`: for each finding a folder with its report, the fix and the rollback.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use super::fault::Fault;
use crate::{
    engine::Fixed,
    evidence::Evidence,
    remediation::Artifact,
    report::{self, List},
};

/// A bundle that can't be written.
#[derive(Debug, thiserror::Error)]
#[error("the bundle {} can't be written", path.display())]
struct BundleError {
    path: PathBuf,
    #[source]
    source: std::io::Error,
}

/// Writes one folder for each finding that was tried, and the list as a whole.
pub(super) fn write(folder: &Path, of: &List<'_>) -> Result<(), Fault> {
    for it in of.fixed {
        if let Fixed::Tried(evidence) = it {
            one(folder, evidence)?;
        }
    }
    put(&folder.join("report.json"), report::list(of).as_bytes(), 0o644)?;
    put(&folder.join("report.html"), report::html(of).as_bytes(), 0o644)
}

fn one(folder: &Path, of: &Evidence) -> Result<(), Fault> {
    let id = of.finding.as_ref().map_or(of.remediation.id.as_str(), |it| it.0.id.as_str());
    let folder = folder.join(id);
    put(&folder.join("report.json"), report::one(of).as_bytes(), 0o644)?;
    for (number, artifact) in of.remediation.artifacts.iter().enumerate() {
        if let Artifact::Script { text, .. } = artifact {
            put(&folder.join(format!("fix-{}.sh", number + 1)), text, 0o755)?;
        }
    }
    if let Some(undo) = &of.undo {
        // It may hold what the fix took away, secrets too.
        put(&folder.join("rollback.sh"), &undo.script, 0o600)?;
    }
    Ok(())
}

/// Writes a file whole or not at all.
fn put(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Fault> {
    let fail = |source| BundleError { path: path.into(), source };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let mut file = tempfile::Builder::new().make_in(folder, |at| fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(at)).map_err(fail)?;
    file.write_all(bytes).map_err(fail)?;
    file.as_file().set_permissions(fs::Permissions::from_mode(mode)).map_err(fail)?;
    file.persist(path).map_err(|error| fail(error.error))?;
    Ok(())
}
