//! Where plans and journals of changes are: beside the store's file, as they hold content of files, which stays on this machine and in no database.

use std::path::PathBuf;

use super::fault::Fault;
use crate::{
    apply::{self, Plan},
    change::Change,
    config,
    digest::Digest,
    evidence::Evidence,
    report,
    store::Location,
};

/// A plan that is not the one that was approved.
#[derive(Debug, thiserror::Error)]
#[error("the plan of the change {id} in {} is not the one that was recorded with its evidence", folder.display())]
struct OtherPlan {
    id: String,
    folder: PathBuf,
}

/// A change that has none.
#[derive(Debug, thiserror::Error)]
#[error("the change {id} has no plan by which it could be applied")]
struct NoPlan {
    id: String,
}

/// The folder of plans and journals.
#[derive(Clone, Debug)]
pub(super) struct Premises(PathBuf);

impl Premises {
    /// Returns the folder that belongs to a store; none where that is a server and the environment names no home.
    pub(super) fn of(location: &Location) -> Option<Premises> {
        match location {
            Location::File(path) => {
                let mut name = path.clone().into_os_string();
                name.push(".d");
                Some(Premises(name.into()))
            }
            Location::Server(_) => config::premises().map(Premises),
        }
    }

    fn folder(&self, name: &str) -> Result<PathBuf, Fault> {
        let folder = self.0.join(name);
        std::os::unix::fs::DirBuilderExt::mode(std::fs::DirBuilder::new().recursive(true), 0o700).create(&folder)?;
        Ok(folder)
    }

    /// Returns the folder of a change's journal.
    pub(super) fn journal(&self, change: &str) -> Result<PathBuf, Fault> {
        Ok(self.folder("journals")?.join(change))
    }

    /// Returns the folder of the journal of a change's way back.
    pub(super) fn journal_back(&self, change: &str) -> Result<PathBuf, Fault> {
        Ok(self.folder("journals")?.join(format!("{change}-back")))
    }

    /// Makes the plan of evidence, or finds the one that was made of the same evidence before. What can't be applied has none, and why.
    pub(super) fn plan(&self, of: &Evidence) -> Result<Result<Plan, apply::Error>, Fault> {
        let evidence = report::digest(of);
        let folder = self.folder("plans")?.join(evidence.hex());
        if let Some(known) = Plan::load(&folder).ok().filter(|it| it.evidence == evidence) {
            return Ok(Ok(known));
        }
        if folder.exists() {
            // A process ended while it made it.
            std::fs::remove_dir_all(&folder)?;
        }
        Ok(apply::prepare_trial(of, &folder))
    }

    /// Reads the plan of a change; it is the one that was recorded, or none.
    pub(super) fn plan_of(&self, change: &Change) -> Result<Plan, Fault> {
        let judged = change.judged.as_ref().and_then(|it| Some((Digest::of_hex(&it.evidence)?, it.plan.as_ref()?)));
        let no_plan = || Fault::from(NoPlan { id: change.id.clone() }).hint("try the fix anew with `--record`: it says why it can't be applied by invitro");
        let (evidence, digest) = judged.ok_or_else(no_plan)?;
        let folder = self.folder("plans")?.join(evidence.hex());
        let plan = Plan::load(&folder)?;
        if plan.evidence != evidence || plan.digest().to_string() != *digest {
            return Err(Fault::from(OtherPlan { id: change.id.clone(), folder }).hint("try the fix anew with `--record --change`, and have it approved again"));
        }
        Ok(plan)
    }
}
