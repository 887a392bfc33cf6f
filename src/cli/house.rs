//! What a command needs before it can begin: target, policy, modules.

use super::{
    arguments::{Limiting, Target},
    fault::Fault,
    show,
};
use crate::{
    config,
    gate::{Policy, read_policy},
    guest::Cache,
    sandbox::Modules,
    tree::{Choice, Error, Tree},
};

/// Opens the target.
pub(super) fn target(of: &Target) -> Result<Tree, Fault> {
    let choice = Choice { image: of.part.image.clone(), platform: of.part.platform.clone(), ..Choice::default() };
    let progress = show::reading();
    let tree = Tree::open_as(&of.on, &choice);
    progress.finish_and_clear();
    tree.map_err(|error| match error {
        Error::Open { .. } => {
            Fault::from(error).hint("`--on` takes a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive")
        }
        // The others say what to do.
        error => Fault::from(error),
    })
}

/// Reads the policy.
pub(super) fn policy(of: &Target) -> Result<Policy, Fault> {
    limited(of.policy.as_deref().map(read_policy).transpose()?.unwrap_or_default(), &of.limits)
}

/// Puts the limits of the command line over those of a policy.
pub(super) fn limited(mut policy: Policy, of: &Limiting) -> Result<Policy, Fault> {
    for (name, value) in &of.limit {
        policy.set_limit(name, *value)?;
    }
    Ok(policy)
}

/// Makes the built-in modules ready.
pub(super) fn modules() -> Result<Modules, Fault> {
    let cache = config::cache_folder().map(Cache::at);
    let progress = show::compiling();
    let modules = Modules::built_in(cache.as_ref(), &|text| progress.tell(text));
    progress.end();
    Ok(modules?)
}
