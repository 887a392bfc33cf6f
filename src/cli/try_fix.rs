//! `invitro try`: dry-runs a fix of the user's own.

use std::{path::Path, process::ExitCode};

use super::{arguments::Try, desk, fault::Fault, fix, house, record, show};
use crate::{
    engine::{Bench, learn, trial},
    finding::Finding,
    guest::Context,
    remediation::{Artifact, Known, Remediation, Scope, Taking, read},
    sandbox::{Ended, Setting, rehearse},
    strain::Wanted,
    tree::Tree,
};

/// A report that does not hold the one finding.
#[derive(Debug, thiserror::Error)]
#[error("the report {name} holds {count} findings, and a fix is tried for one: take the others out of it")]
struct NotOne {
    name: String,
    count: usize,
}

pub(super) fn run(of: &Try) -> Result<ExitCode, Fault> {
    let known = Known { kind: of.kind.clone(), taking: Taking { strict: of.strict, strip: of.strip, reverse: false } };
    let artifacts = read(&of.fix, &known, &mut std::io::stdin().lock())?;
    let allowed = Scope::parse(of.allow.iter().map(String::as_str))?;
    let write_set = (!of.allow.is_empty()).then_some(allowed);
    let title: Vec<_> = of.fix.iter().map(|it| it.to_string_lossy()).collect();
    let remediation = Remediation::of_all(artifacts, &title.join(", "), write_set);
    let finding = of.finding.as_deref().map(finding).transpose()?;
    let (before, policy) = (house::target(&of.target)?, house::policy(&of.target)?);
    let modules = house::modules()?;
    let bench = Bench { modules: &modules, policy: &policy, context: Context::default(), wanted: Wanted { order: of.order, ..of.strains.wanted() } };
    let is_piped = of.fix.iter().all(|it| it.as_os_str() == "-") && of.target.on.join(".git").exists();
    let before = if is_piped { without(&bench, before, &remediation) } else { before };
    if of.learn {
        return show::learnt(&learn(&bench, &before, &remediation));
    }
    let evidence = trial(&bench, &before, finding.as_ref(), &remediation);
    if let Some(desk) = record::desk(&of.recording, of.target.policy.as_deref()) {
        desk::work(&desk, async |desk| record::record(desk, evidence.clone(), &of.target.on, of.change.as_deref()).await)?;
    }
    show::evidence(evidence, of.format)
}

/// `git diff | invitro try - --on .`: the work tree has the change already, and what it does is seen on the tree without it.
fn without(bench: &Bench<'_>, tree: Tree, remediation: &Remediation) -> Tree {
    let [Artifact::Patch { text, taking }] = remediation.artifacts.as_slice() else { return tree };
    let back = Artifact::Patch { text: text.clone(), taking: Taking { reverse: true, ..*taking } };
    let setting = Setting::new(bench.modules, bench.policy.limits, bench.context);
    let run = rehearse(&setting, &tree, &Remediation::of(back, "-", None));
    if run.ended != Ended::Completed || run.write_set.is_empty() {
        return tree;
    }
    show::talk("the work tree has this change already: it is tried on the tree without it\n");
    run.after
}

/// Reads the one finding of a report.
fn finding(path: &Path) -> Result<Finding, Fault> {
    let mut findings = fix::parse(path, &fix::read(path)?)?.findings;
    match (findings.pop(), findings.len()) {
        (Some(one), 0) => Ok(one),
        (rest, more) => Err(NotOne { name: path.display().to_string(), count: more + usize::from(rest.is_some()) }.into()),
    }
}
