//! `invitro try`: dry-runs a fix of the user's own.

use std::{path::Path, process::ExitCode};

use super::{arguments::Try, fault::Fault, fix, house, show};
use crate::{
    engine::{Bench, trial},
    finding::Finding,
    guest::Context,
    remediation::{Known, Remediation, Scope, Taking, read},
};

/// A report that does not hold the one finding.
#[derive(Debug, thiserror::Error)]
#[error("the report {name} holds {count} findings, and a fix is tried for one: take the others out of it")]
struct NotOne {
    name: String,
    count: usize,
}

pub(super) fn run(of: &Try) -> Result<ExitCode, Fault> {
    let known = Known { kind: of.kind.clone(), taking: Taking { strict: of.strict, strip: of.strip } };
    let artifacts = read(&of.fix, &known, &mut std::io::stdin().lock())?;
    let allowed = Scope::parse(of.allow.iter().map(String::as_str))?;
    let write_set = (!of.allow.is_empty()).then_some(allowed);
    let title: Vec<_> = of.fix.iter().map(|it| it.to_string_lossy()).collect();
    let remediation = Remediation::of_all(artifacts, &title.join(", "), write_set);
    let finding = of.finding.as_deref().map(finding).transpose()?;
    let (before, policy) = (house::target(&of.target)?, house::policy(&of.target)?);
    let modules = house::modules()?;
    let bench = Bench { modules: &modules, policy: &policy, context: Context::default() };
    show::evidence(trial(&bench, &before, finding.as_ref(), &remediation), of.format)
}

/// Reads the one finding of a report.
fn finding(path: &Path) -> Result<Finding, Fault> {
    let mut findings = fix::parse(path, &fix::read(path)?)?.findings;
    match (findings.pop(), findings.len()) {
        (Some(one), 0) => Ok(one),
        (rest, more) => Err(NotOne { name: path.display().to_string(), count: more + usize::from(rest.is_some()) }.into()),
    }
}
