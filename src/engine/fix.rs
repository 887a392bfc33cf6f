//! The main job: findings in, tried remediations out.

use std::{
    collections::BTreeMap,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

use super::trial::{Bench, trial_among};
use crate::{
    evidence::Evidence,
    finding::Finding,
    gate::Outcome,
    guest::{Module, propose, wit},
    remediation::{ExpectedEffect, ModuleName, Remediation, Risk, Scope, from_wit},
    tree::Tree,
    validate::Neighbours,
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

/// Findings that are tried ahead of the one whose turn it is to be handed out: what is done early waits in memory.
const AHEAD: usize = 16;

/// Tries a remediation for each finding, on as many threads as there are processors, and hands out what became of each as soon as
/// it is done, in the order of what went in: nothing is kept. Ends early when `each` fails, and when `stop` is set; what was handed
/// out until then is whole.
pub fn fix<E>(bench: &Bench<'_>, target: &Tree, findings: &[Finding], stop: &AtomicBool, each: &mut dyn FnMut(Fixed) -> Result<(), E>) -> Result<(), E> {
    let turn = Turn { state: Mutex::new(Counts::default()), moved: Condvar::new(), count: findings.len(), stop };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(findings.len().max(1));
    let others = Neighbours::of(findings);
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (turn, send, others) = (&turn, send.clone(), &others);
            scope.spawn(move || {
                let _end = EndIfPanicking(turn);
                while let Some(number) = turn.take() {
                    // Nobody listens any more once handing out has failed.
                    let _ = send.send((number, one(bench, target, &findings[number], others)));
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, fixed) in receive {
            early.insert(number, fixed);
            while let Some(fixed) = early.remove(&next) {
                next += 1;
                each(fixed).inspect_err(|_| turn.end())?;
                turn.handed_out(next);
            }
        }
        Ok(())
    })
}

/// Who takes which finding, and how far they may run ahead.
struct Turn<'a> {
    state: Mutex<Counts>,
    moved: Condvar,
    count: usize,
    stop: &'a AtomicBool,
}

#[derive(Default)]
struct Counts {
    taken: usize,
    handed_out: usize,
    ended: bool,
}

impl Turn<'_> {
    fn state(&self) -> MutexGuard<'_, Counts> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next finding; waits while the ones before it are not handed out.
    fn take(&self) -> Option<usize> {
        let far = |it: &mut Counts| !it.ended && it.taken < self.count && it.taken >= it.handed_out + AHEAD;
        let mut state = self.moved.wait_while(self.state(), far).unwrap_or_else(PoisonError::into_inner);
        if state.ended || state.taken == self.count || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        state.taken += 1;
        Some(state.taken - 1)
    }

    fn handed_out(&self, count: usize) {
        self.state().handed_out = count;
        self.moved.notify_all();
    }

    fn end(&self) {
        self.state().ended = true;
        self.moved.notify_all();
    }
}

/// A worker that panics never hands its finding out: the others must not wait for it.
struct EndIfPanicking<'a>(&'a Turn<'a>);

impl Drop for EndIfPanicking<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end();
        }
    }
}

/// Tries the best remediation of the first generator that knows the rule.
fn one(bench: &Bench<'_>, target: &Tree, finding: &Finding, others: &Neighbours<'_>) -> Fixed {
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
            Ok(remediation) => Fixed::Tried(Box::new(trial_among(bench, target, Some(finding), &remediation, others))),
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
