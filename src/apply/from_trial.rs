//! Makes a plan from a trial as its evidence tells it, and keeps what was tried beside it.

use std::path::Path;

use super::{
    blobs::{private_folder, put_file},
    error::Error,
    plan::{Owed, PAPERS, Plan},
    prepare::{Case, prepare},
};
use crate::{
    evidence::Evidence,
    guest::Treatment,
    remediation::{Artifact, Language},
    report,
};

/// Makes the plan of a trial in a folder of its own. An effect that was refused is owed to nobody. What was tried, and the script that
/// undoes it, lie beside it for bundles.
pub fn prepare_trial(of: &Evidence, folder: &Path) -> Result<Plan, Error> {
    let not_kept = || Error::Unfit { path: b"/".to_vec(), what: "the trees were not kept".into() };
    let laid = of.laid.as_ref().ok_or_else(not_kept)?;
    let changes: Vec<_> = of.changes.iter().map(|it| (it.change.clone(), it.origin.clone())).collect();
    let owed = of.effects.iter().filter(|it| it.treatment != Treatment::Refused && !it.argv.is_empty());
    let effects: Vec<Owed> = owed.map(|it| Owed { argv: it.argv.clone(), kind: it.kind.clone(), name: it.name.clone() }).collect();
    keep_papers(of, folder)?;
    let case = Case {
        remediation: &of.remediation.id,
        evidence: report::digest(of),
        before: &laid.before,
        after: &laid.after,
        changes: &changes,
        touched: &laid.touched,
        effects: &effects,
    };
    prepare(&case, folder)
}

fn keep_papers(of: &Evidence, folder: &Path) -> Result<(), Error> {
    let papers = folder.join(PAPERS);
    private_folder(folder)?;
    private_folder(&papers)?;
    for (number, artifact) in of.remediation.artifacts.iter().enumerate() {
        let ending = match artifact {
            Artifact::Script { language: Language::Bash, .. } => "sh",
            Artifact::Script { language: Language::Python, .. } => "py",
            Artifact::Script { language: Language::Powershell, .. } => "ps1",
            Artifact::Script { .. } => "txt",
            Artifact::Patch { .. } => "patch",
            Artifact::Edits { .. } => "edits.json",
            Artifact::Packages { .. } => "packages.json",
        };
        put_file(&papers.join(format!("fix-{}.{ending}", number + 1)), artifact.text(), 0o600)?;
    }
    of.undo.as_ref().map_or(Ok(()), |undo| put_file(&papers.join("rollback.sh"), &undo.script, 0o600))
}
