//! The line, from a remediation to its evidence.

use std::collections::BTreeSet;

use crate::{
    diff,
    evidence::{Evidence, Laid, Part, describe},
    finding::Finding,
    gate::{self, Judged, Policy},
    guest::{Context, Doubt, Module, Role},
    proof::{self, Case},
    remediation::Remediation,
    sandbox::{DryRun, Ended, Modules, Setting, rehearse},
    tree::Tree,
    validate::{self, Changed, Neighbours},
};

/// What every trial is made with.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// The modules.
    pub modules: &'a Modules,
    /// The policy.
    pub policy: &'a Policy,
    /// Clock, seed and process id.
    pub context: Context,
}

/// Tries a remediation on a target. Equal arguments give equal evidence.
pub fn trial(bench: &Bench<'_>, before: &Tree, finding: Option<&Finding>, remediation: &Remediation) -> Evidence {
    trial_among(bench, before, finding, remediation, &Neighbours::default())
}

/// Tries a remediation on a target, and looks whether it brings one of the other findings back.
pub fn trial_among(bench: &Bench<'_>, before: &Tree, finding: Option<&Finding>, remediation: &Remediation, others: &Neighbours<'_>) -> Evidence {
    let since = before.mark();
    let setting = Setting::new(bench.modules, bench.policy.limits, bench.context);
    let run = rehearse(&setting, before, remediation);
    let changes = diff::between(before, &run.after);
    let seen = Changed { finding, remediation, before, after: &run.after, changes: &changes, effects: &run.ledger.effects };
    let mut notes = validate::review(&bench.modules.validators, bench.policy.limits, seen, run.write_set.iter().cloned());
    if !changes.is_empty() {
        notes.extend(others.brought_back(&bench.modules.validators, bench.policy.limits, finding, before, &run.after));
    }
    let (dependents, failed) = validate::dependents(&bench.modules.analyzers, bench.policy.limits, remediation, &changes, before);
    notes.extend(failed);
    let scope = finding.and_then(|it| bench.policy.scope(&it.rule));
    let case = Case { setting: &setting, finding, remediation, scope, before, first: &run, changes: &changes };
    let (proofs, undo) = proof::prove(&case);
    let answers = proof::answers(&case);
    let judged = Judged { finding, remediation, before, since, run: &run, changes: &changes, notes: &notes, proofs: &proofs, answers: &answers };
    let (verdict, reasons) = gate::decide(bench.policy, &judged);
    let partly = proofs.fixed.holds == Some(false)
        && finding.is_some_and(|it| validate::is_partly_gone(&bench.modules.validators, bench.policy.limits, it, before, &run.after));
    let outcome = gate::outcome(verdict, &reasons, &changes, &proofs, partly);
    let (changes, omitted) = describe(before, &run.after, &run.ledger, changes);
    let touched: BTreeSet<Vec<u8>> = run.read_set.union(&run.write_set).cloned().collect();
    let target = diff::digest_of_paths(before, touched.iter());
    Evidence {
        finding: finding.map(|it| (it.clone(), outcome)),
        remediation: remediation.clone(),
        ended: run.ended.word(),
        stop: stop(&run),
        status: run.status,
        unmodelled: run.ledger.unmodelled.clone(),
        used: run.used,
        limits: bench.policy.limits,
        changes,
        calls: run.ledger.calls.clone(),
        effects: run.ledger.effects.clone(),
        proofs,
        answers,
        doubts: run.ledger.doubts.iter().cloned().chain(not_shown(omitted)).collect(),
        notes,
        dependents,
        undo,
        verdict,
        reasons,
        parts: parts(bench.modules, remediation),
        target,
        policy: bench.policy.digest,
        laid: Some(Laid { before: before.clone(), after: run.after, touched }),
        stdout: run.stdout,
        stderr: run.stderr,
    }
}

/// Says that differences had no room in the report.
fn not_shown(omitted: usize) -> Option<Doubt> {
    let message = format!("the differences of {omitted} paths are not shown: the report has no room for more text; states and digests are there");
    (omitted > 0).then(|| Doubt { code: "differences-not-shown".into(), line: None, message })
}

fn stop(run: &DryRun) -> Option<String> {
    match &run.ended {
        Ended::Stopped(stop) => Some(stop.to_string()),
        _ => None,
    }
}

/// Every module that may have taken part, by name and digest.
fn parts(modules: &Modules, remediation: &Remediation) -> Vec<Part> {
    let python = Part { name: modules.python.name().into(), role: Role::Interpreter.word(), digest: modules.python.digest() };
    let part = |it: &Module| Part { name: it.name.to_string(), role: it.role.word(), digest: it.digest };
    let mut parts: Vec<Part> = std::iter::once(&modules.bash)
        .chain(remediation.artifacts.iter().filter_map(|it| modules.executor(it)))
        .chain(modules.models.values())
        .chain(&modules.validators)
        .chain(&modules.planner)
        .chain(&modules.analyzers)
        .map(part)
        .chain(std::iter::once(python))
        .collect();
    parts.extend(remediation.module.iter().map(|it| Part { name: it.name.clone(), role: "generator", digest: it.digest }));
    parts.sort();
    parts.dedup();
    parts
}
