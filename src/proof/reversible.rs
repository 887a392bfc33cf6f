//! Reversible: after the rollback plan ran in the sandbox, the tree equals the original.

use super::{claim::Proof, prove::Case, repeat::shown};
use crate::{
    diff,
    guest::{Restorations, Treatment, plan_rollback, wit},
    remediation::{Artifact, Language, Remediation},
    sandbox::{Ended, rehearse},
    tree::{Actor, Attributes, Errno, FileType, Flags, Quotas, Tree, Workspace},
};

/// How a change can be undone.
#[derive(Clone, PartialEq, Eq)]
pub struct Undo {
    /// A bash script that needs nothing else. May hold secrets: 0600, never attached.
    pub script: Vec<u8>,
    /// What files cannot undo, in words.
    pub remaining: Vec<String>,
}

impl std::fmt::Debug for Undo {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Undo({} bytes, {} remaining)", self.script.len(), self.remaining.len())
    }
}

/// After the rollback plan ran in the sandbox, the tree equals the original; and the plan.
pub fn reversible(of: &Case<'_>) -> (Proof, Option<Undo>) {
    let Some(planner) = &of.setting.modules.planner else { return (Proof::not_applicable("no rollback planner"), None) };
    let changes: Vec<_> = of.changes.iter().map(wit::to_change).collect();
    let effects: Vec<_> = of.first.ledger.effects.iter().map(wit::to_effect).collect();
    let (plan, restorations) = match plan_rollback(planner, of.setting.limits.small(), of.before, &of.first.after, &changes, &effects).answer {
        Ok(Ok(plan)) => plan,
        Ok(Err(wit::PlanError::Irreversible(reason) | wit::PlanError::Other(reason))) => return (Proof::of(false, reason), None),
        Err(stop) => return (Proof::of(false, format!("the rollback planner was stopped: {stop}")), None),
    };
    let undo = Undo { script: plan.script, remaining: plan.remaining };
    let proof = by_steps(of, &plan.inverse, &restorations).or_else(|| by_script(of, &undo)).unwrap_or_else(|| held(of, &undo));
    (proof, Some(undo))
}

/// Both plans bring the tree back; what is left are effects.
fn held(of: &Case<'_>, undo: &Undo) -> Proof {
    let packages = of.first.ledger.effects.iter().find(|it| it.treatment == Treatment::Recorded && it.kind.starts_with("package-"));
    if let Some(effect) = packages {
        return Proof::not_applicable(format!("the files of {} are not known: {} was only recorded", effect.name, effect.kind));
    }
    let left = if undo.remaining.is_empty() { String::new() } else { format!("; files cannot undo: {}", undo.remaining.join(", ")) };
    Proof::of(true, format!("after the rollback the tree is as before{left}"))
}

fn by_steps(of: &Case<'_>, steps: &[wit::Step], restorations: &Restorations) -> Option<Proof> {
    match undone(&of.first.after, steps, restorations) {
        Ok(tree) => differs(of, &tree, "the rollback steps"),
        Err(error) => Some(Proof::of(false, format!("a step of the rollback fails: {error:?}"))),
    }
}

fn undone(after: &Tree, steps: &[wit::Step], restorations: &Restorations) -> Result<Tree, Errno> {
    let root = Actor { uid: 0, gid: 0, umask: 0 };
    let mut workspace = Workspace::over(after, Quotas::default());
    for path in restorations.keys() {
        if after.attributes(path, false).is_ok_and(|it| it.flags != Flags::default()) {
            workspace.set_flags(&root, path, Flags::default(), false)?;
        }
    }
    for step in steps {
        apply(&mut workspace, step)?;
    }
    for (path, wanted) in restorations {
        // What the steps remove was named for its flags alone.
        if *wanted == Attributes::default() && workspace.stat(&root, path, false) == Err(Errno::NoEntry) {
            continue;
        }
        workspace.restore_attributes(&root, path, wanted)?;
    }
    Ok(workspace.tree())
}

fn by_script(of: &Case<'_>, undo: &Undo) -> Option<Proof> {
    let artifact = Artifact::Script { language: Language::Bash, name: "rollback.sh".into(), text: undo.script.clone() };
    let run = rehearse(&of.setting.later(), &of.first.after, &Remediation::of(artifact, "rollback", None));
    match &run.ended {
        Ended::Completed => differs(of, &run.after, "the rollback script"),
        Ended::Unproven => {
            let met = run.ledger.unmodelled.first().map_or(String::new(), |it| format!(": {}", it.reason));
            Some(Proof::untried(format!("the rollback script met something that could not be simulated{met}")))
        }
        Ended::Failed => Some(Proof::of(false, format!("the rollback script fails: {}", String::from_utf8_lossy(&run.stderr).trim()))),
        Ended::Stopped(stop) => Some(Proof::of(false, format!("the rollback script was stopped: {stop}"))),
    }
}

fn differs(of: &Case<'_>, tree: &Tree, what: &str) -> Option<Proof> {
    let changes = diff::between(of.before, tree);
    (!changes.is_empty()).then(|| Proof::of(false, format!("after {what} the tree still differs in {}", shown(&changes))))
}

fn apply(workspace: &mut Workspace, step: &wit::Step) -> Result<(), Errno> {
    let root = Actor { uid: 0, gid: 0, umask: 0 };
    match step {
        wit::Step::Remove(path) => match workspace.remove_file(&root, path) {
            Err(Errno::IsDirectory) => workspace.remove_directory(&root, path),
            answer => answer,
        },
        wit::Step::MakeDirectory(it) => {
            workspace.make_directory(&root, &it.path, it.mode)?;
            workspace.set_owner(&root, &it.path, Some(it.uid), Some(it.gid), false)?;
            match workspace.set_mode(&root, &it.path, it.mode, false) {
                // A link has an owner and no mode of its own.
                Err(Errno::Unsupported) if workspace.stat(&root, &it.path, false).is_ok_and(|it| it.kind == FileType::Symlink) => Ok(()),
                done => done,
            }
        }
        wit::Step::WriteFile(it) => {
            workspace.create(&root, &it.path, it.mode, false)?;
            workspace.write(&root, &it.path, 0, &it.content)?;
            workspace.set_owner(&root, &it.path, Some(it.uid), Some(it.gid), false)?;
            match workspace.set_mode(&root, &it.path, it.mode, false) {
                // A link has an owner and no mode of its own.
                Err(Errno::Unsupported) if workspace.stat(&root, &it.path, false).is_ok_and(|it| it.kind == FileType::Symlink) => Ok(()),
                done => done,
            }
        }
        wit::Step::MakeLink(it) => {
            workspace.make_link(&root, &it.target, &it.path)?;
            workspace.set_owner(&root, &it.path, Some(it.uid), Some(it.gid), false)
        }
        wit::Step::MakeHardLink(it) => workspace.make_hard_link(&root, &it.existing, &it.path),
        wit::Step::SetMetadata(it) => {
            workspace.set_owner(&root, &it.path, Some(it.uid), Some(it.gid), false)?;
            match workspace.set_mode(&root, &it.path, it.mode, false) {
                // A link has an owner and no mode of its own.
                Err(Errno::Unsupported) if workspace.stat(&root, &it.path, false).is_ok_and(|it| it.kind == FileType::Symlink) => Ok(()),
                done => done,
            }
        }
    }
}
