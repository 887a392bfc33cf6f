//! The one dispatcher of commands that are not the interpreter's own.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use super::{
    modules::Modules,
    nested,
    setting::{Alteration, Setting},
};
use crate::guest::{Call, Completion, Consulted, Dispatch, Invocation, Limits, Run, Spawned, Spawning, Stop, Treatment, Unmodelled, Used, model};

/// Folders whose programs a model stands for.
const STANDARD: [&[u8]; 6] = [b"/bin", b"/sbin", b"/usr/bin", b"/usr/sbin", b"/usr/local/bin", b"/usr/local/sbin"];

/// Answers the commands of one run, within what the run has left.
#[derive(Clone)]
pub(crate) struct Dispatcher {
    pub(super) modules: Arc<Modules>,
    limits: Limits,
    alteration: Option<Alteration>,
    spawns: Arc<AtomicU32>,
}

impl Dispatcher {
    pub(crate) fn new(setting: &Setting<'_>) -> Dispatcher {
        Dispatcher { modules: Arc::new(setting.modules.clone()), limits: setting.limits, alteration: setting.alteration.clone(), spawns: Arc::default() }
    }

    /// The base name that a model may answer to: a bare word, or a program in a standard folder.
    fn name(word: &[u8]) -> Option<String> {
        let base = match word.iter().rposition(|it| *it == b'/') {
            None => word,
            Some(at) if STANDARD.contains(&&word[..at]) => &word[at + 1..],
            Some(_) => return None,
        };
        String::from_utf8(base.to_vec()).ok()
    }

    /// Answers whether the command is the program that this replay has put there.
    fn is_planted(&self, word: &[u8]) -> bool {
        matches!(&self.alteration, Some(Alteration::Present(tool)) if word.rsplit(|it| *it == b'/').next() == Some(tool.as_bytes()))
    }

    /// Answers whether this replay is about the command not being there.
    fn is_absent(&self, name: &str) -> bool {
        matches!(&self.alteration, Some(Alteration::Absent(tool)) if tool == name)
    }

    /// Turns an answer round, or adds to what it printed, where this replay is about it.
    fn alter(&self, spawn: u32, completion: Completion) -> Completion {
        match &self.alteration {
            Some(Alteration::Flip(spawns)) if spawns.contains(&spawn) => {
                Completion { status: u32::from(completion.status == 0), stdout: Vec::new(), stderr: Vec::new() }
            }
            Some(Alteration::Speak(spawns)) if spawns.contains(&spawn) => {
                let stdout = [&completion.stdout[..], b"a line that nobody here could foresee\n"].concat();
                Completion { stdout, ..completion }
            }
            _ => completion,
        }
    }
}

fn unmodelled(run: &Run, invocation: Invocation, reason: String) -> Completion {
    let missing = not_found(invocation.argv.first().map_or(b"".as_slice(), |it| it));
    run.ledger().call(Call { argv: invocation.argv.clone(), line: invocation.line, treatment: None });
    run.ledger().unmodelled(Unmodelled { argv: invocation.argv, line: invocation.line, reason });
    missing
}

fn not_found(word: &[u8]) -> Completion {
    Completion { status: 127, stdout: Vec::new(), stderr: format!("{}: command not found\n", String::from_utf8_lossy(word)).into_bytes() }
}

/// How many answers of ours a run has noted: assumptions, and effects that were only written down.
fn answers_of_ours(run: &Run) -> usize {
    let ledger = run.ledger();
    ledger.assumptions.len() + ledger.effects.iter().filter(|it| it.treatment == Treatment::Recorded).count()
}

impl Dispatch for Dispatcher {
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.modules.models.keys().cloned().chain(nested::names().map(String::from)).collect();
        names.retain(|it| !self.is_absent(it));
        names.sort();
        names
    }

    fn spawn<'a>(&'a self, run: &'a Run, left: Limits, depth: u32, invocation: Invocation) -> Spawning<'a> {
        Box::pin(async move {
            let spawn = self.spawns.fetch_add(1, Ordering::Relaxed) + 1;
            let mut used = Used { depth, ..Used::default() };
            let answer = self.answer(run, left, spawn, invocation, &mut used).await;
            Spawned { answer, used }
        })
    }
}

impl Dispatcher {
    /// Answers the command of a number, counted from 1.
    async fn answer(&self, run: &Run, left: Limits, spawn: u32, invocation: Invocation, used: &mut Used) -> Result<Completion, Stop> {
        if used.depth > self.limits.depth || spawn > self.limits.spawns {
            let (most, deepest) = (self.limits.spawns, self.limits.depth);
            return Err(Stop::Spawn(format!("{spawn} commands at depth {}; allowed are {most} at {deepest}", used.depth)));
        }
        run.ledger().used.spawns = spawn;
        let word = invocation.argv.first().cloned().unwrap_or_default();
        if self.is_planted(&word) {
            return Ok(Completion::default());
        }
        if Self::name(&word).is_some_and(|it| self.is_absent(&it)) {
            return Ok(not_found(&word));
        }
        if let Some(name) = Self::name(&word)
            && let Some(answer) = nested::run(self, run, left, &name, &invocation, used).await
        {
            return answer;
        }
        let Some(module) = Self::name(&word).and_then(|it| self.modules.models.get(&it)) else {
            if let Some(answer) = nested::run_script(self, run, left, &invocation, used).await {
                return answer;
            }
            return Ok(unmodelled(run, invocation, "no command model".into()));
        };
        let (had, effects) = (answers_of_ours(run), run.ledger().effects.len());
        let outcome = model(module, left.small(), run, &invocation).await;
        used.add(outcome.used);
        let completion = match outcome.answer? {
            Ok(completion) => completion,
            Err(reason) => return Ok(unmodelled(run, invocation, reason)),
        };
        // The least faithful of what it noted; a query notes nothing.
        let treatment = run.ledger().effects[effects..].iter().map(|it| it.treatment).max().unwrap_or(Treatment::Modelled);
        run.ledger().call(Call { argv: invocation.argv.clone(), line: invocation.line, treatment: Some(treatment) });
        if answers_of_ours(run) > had {
            run.ledger().consult(Consulted { spawn, argv: invocation.argv, line: invocation.line });
        }
        Ok(self.alter(spawn, completion))
    }
}
