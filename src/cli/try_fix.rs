//! `invitro try`: dry-runs a fix of the user's own.

use std::process::ExitCode;

use super::{arguments::Try, fault::Fault, house, show};
use crate::{
    engine::{Bench, trial},
    guest::Context,
    remediation::{Remediation, Scope, read},
};

pub(super) fn run(of: &Try) -> Result<ExitCode, Fault> {
    let artifact = read(&of.fix)?;
    let allowed = Scope::parse(of.allow.iter().map(String::as_str))?;
    let write_set = (!of.allow.is_empty()).then_some(allowed);
    let remediation = Remediation::of(artifact, &of.fix.to_string_lossy(), write_set);
    let (before, policy) = (house::target(&of.target)?, house::policy(&of.target)?);
    let modules = house::modules()?;
    let bench = Bench { modules: &modules, policy: &policy, context: Context::default() };
    show::evidence(trial(&bench, &before, None, &remediation), of.format)
}
