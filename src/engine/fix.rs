//! The main job: findings in, tried remediations out.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use super::trial::{Bench, trial};
use crate::{
    evidence::Evidence,
    finding::Finding,
    gate::Outcome,
    guest::{Module, propose, wit},
    remediation::{ExpectedEffect, ModuleName, Remediation, Risk, Scope, from_wit},
    tree::Tree,
};

/// What became of one finding.
#[derive(Debug)]
pub enum Fixed {
    /// A remediation was tried.
    Tried(Box<Evidence>),
    /// Nothing could be tried.
    Untried {
        /// The finding.
        finding: Box<Finding>,
        /// What became of it.
        outcome: Outcome,
        /// Why, beginning with a code in kebab-case.
        reason: String,
    },
}

/// Tries a remediation for each finding, on as many threads as there are processors. What comes out is in the order of what went
/// in; `tell` hears of each finding that is done.
pub fn fix(bench: &Bench<'_>, target: &Tree, findings: &[Finding], tell: &(dyn Fn() + Sync)) -> Vec<Fixed> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Fixed)>> = Mutex::new(Vec::with_capacity(findings.len()));
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(findings.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((number, finding)) = take(&next, findings) {
                    let fixed = one(bench, target, finding);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((number, fixed));
                    tell();
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|it| it.0);
    done.into_iter().map(|it| it.1).collect()
}

fn take<'a>(next: &AtomicUsize, findings: &'a [Finding]) -> Option<(usize, &'a Finding)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    findings.get(number).map(|it| (number, it))
}

/// Tries the best remediation of the first generator that knows the rule.
fn one(bench: &Bench<'_>, target: &Tree, finding: &Finding) -> Fixed {
    let untried = |outcome, reason: String| Fixed::Untried { finding: Box::new(finding.clone()), outcome, reason };
    let asked = wit::to_finding(finding);
    for generator in &bench.modules.generators {
        let proposals = match propose(generator, bench.policy.limits.small(), &asked, target).answer {
            Ok(Ok(proposals)) => proposals,
            Ok(Err(wit::ProposeError::UnknownRule)) => continue,
            Ok(Err(wit::ProposeError::NotApplicable(reason))) => return untried(Outcome::NotApplicable, format!("not-applicable: {reason}")),
            Ok(Err(wit::ProposeError::BadFinding(reason))) => return untried(Outcome::NotFixed, format!("bad-finding: {reason}")),
            Ok(Err(wit::ProposeError::Other(reason))) => return untried(Outcome::Error, format!("generator: {reason}")),
            Err(stop) => return untried(Outcome::Error, format!("generator-stopped: {}: {stop}", generator.name)),
        };
        let Some(proposal) = proposals.into_iter().next() else { return untried(Outcome::NotFixed, "no-remediation: the generator proposes nothing".into()) };
        return match remediation(generator, proposal) {
            Ok(remediation) => Fixed::Tried(Box::new(trial(bench, target, Some(finding), &remediation))),
            Err(reason) => untried(Outcome::Error, format!("generator: {reason}")),
        };
    }
    untried(Outcome::NotFixed, "no-remediation: no generator knows the rule".into())
}

fn remediation(generator: &Module, proposal: wit::types::Remediation) -> Result<Remediation, String> {
    let write_set = Scope::parse(proposal.write_set.iter().map(String::as_str)).map_err(|error| error.to_string())?;
    Ok(Remediation {
        module: Some(ModuleName { name: generator.name.to_string(), digest: generator.digest }),
        write_set: Some(write_set),
        expected_effects: Some(proposal.expected_effects.iter().map(|it| ExpectedEffect { kind: wit::kind(&it.kind), name: it.name.clone() }).collect()),
        risk: Some(match proposal.risk {
            wit::types::Risk::Low => Risk::Low,
            wit::types::Risk::Medium => Risk::Medium,
            wit::types::Risk::High => Risk::High,
        }),
        artifacts: proposal.artifacts.into_iter().map(from_wit).collect(),
        id: proposal.id,
        title: proposal.title,
        explanation: proposal.explanation,
        restart_needed: proposal.restart_needed,
    })
}
