//! A plan as a folder for people: what was tried, how it is undone, the report, and a patch where one can hold it.

use std::{fs, path::Path};

use super::patch::patch;
use crate::apply::{
    Error, Plan,
    blobs::{folder_of, put_file},
};

/// Writes a bundle into a new folder for its owner alone, which is there whole or not at all. Its report (JSON) alone may be handed on.
pub fn bundle(plan: &Plan, report: &str, folder: &Path) -> Result<(), Error> {
    if folder.symlink_metadata().is_ok() {
        return Err(Error::Place { place: folder.into(), what: "it is there already; give another folder".into() });
    }
    let beside = folder_of(folder);
    let made = tempfile::Builder::new().prefix(".bundle").tempdir_in(beside).map_err(Error::own("make a folder in", beside))?;
    put_file(&made.path().join("report.json"), report.as_bytes(), 0o644)?;
    // The script that undoes it may hold what the fix took away, secrets too.
    for (name, bytes) in plan.papers()? {
        put_file(&made.path().join(name), &bytes, 0o600)?;
    }
    put_file(&made.path().join("plan.json"), &plan.bytes(), 0o600)?;
    let (name, text) = match patch(plan) {
        Ok(patch) if patch.lost.is_empty() => ("change.patch", patch.text),
        Ok(patch) => ("change.patch", format!("This patch does not hold:\n  {}\n\n{}", patch.lost.join("\n  "), patch.text)),
        Err(error) => ("no-patch.txt", format!("There is no patch: {error}\n")),
    };
    put_file(&made.path().join(name), text.as_bytes(), 0o600)?;
    fs::rename(made.path(), folder).map_err(Error::own("put the bundle at", folder))?;
    let _ = made.keep();
    Ok(())
}
