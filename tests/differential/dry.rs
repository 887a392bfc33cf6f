//! A run in invitro, in this process.

use std::time::{Duration, Instant};

use invitro::{
    diff,
    engine::{Bench, trial},
    evidence::Evidence,
    gate::Policy,
    guest::Context,
    proof::{Case, prove},
    remediation::{Artifact, Remediation},
    sandbox::{Modules, Setting, rehearse},
    strain::Wanted,
};

use crate::{machine::Machine, outside, real::Changes, script::Script, state::State};

/// What invitro says of a script.
pub(crate) struct Dry {
    pub(crate) evidence: Evidence,
    pub(crate) changes: Changes,
    pub(crate) commands: Vec<Vec<Vec<u8>>>,
    /// The whole trial: five proofs, replays and judgement.
    pub(crate) took: Duration,
    /// One dry run alone.
    pub(crate) once: Duration,
    /// The dry run and the five proofs, without the replays of what was assumed and without validators.
    pub(crate) proved: Duration,
}

/// Runs a script.
pub(crate) fn run(modules: &Modules, policy: &Policy, machine: &Machine, script: &Script) -> Dry {
    let name = script.program().1;
    let artifact = Artifact::Script { language: script.language.clone(), name: name.to_owned(), text: script.text.clone() };
    let remediation = Remediation::of(artifact, name, script.scope.clone());
    let bench = Bench { modules, policy, context: Context::default(), wanted: Wanted::default() };
    let start = Instant::now();
    let setting = Setting::new(modules, policy.limits, bench.context);
    let first = rehearse(&setting, &machine.tree, &remediation);
    let once = start.elapsed();
    let diff = diff::between(&machine.tree, &first.after);
    drop(prove(&Case {
        setting: &setting,
        finding: None,
        remediation: &remediation,
        scope: None,
        before: &machine.tree,
        first: &first,
        changes: &diff,
        most_runs: 1,
    }));
    let proved = start.elapsed();
    let start = Instant::now();
    let evidence = trial(&bench, &machine.tree, None, &remediation);
    let took = start.elapsed();
    let mut changes = Changes::new();
    for described in &evidence.changes {
        // Where a recorder stood in, the real tool wrote nothing that could be compared.
        let by_model = described.origin.strip_prefix("model:").is_some_and(|it| outside::RECORDED.contains(&it));
        if !by_model {
            changes.insert(described.change.path.clone(), described.change.after.as_ref().map(seen));
        }
    }
    let mut commands: Vec<Vec<Vec<u8>>> = evidence.calls.iter().map(|it| it.argv.clone()).collect();
    for argv in &mut commands {
        if let Some(name) = argv.first_mut() {
            *name = name.rsplit(|it| *it == b'/').next().unwrap_or_default().to_vec();
        }
    }
    Dry { evidence, changes, commands, took, once, proved }
}

fn seen(of: &invitro::diff::FileState) -> State {
    use invitro::tree::FileType;
    let kind = match of.kind {
        FileType::Regular => "file",
        FileType::Directory => "dir",
        FileType::Symlink => "link",
        FileType::Fifo => "fifo",
        FileType::Special => "special",
    };
    let mode = if of.kind == FileType::Symlink { 0 } else { of.mode };
    State { kind, mode, uid: of.uid, gid: of.gid, sha256: of.sha256.as_ref().map(|it| *it.as_bytes()), target: of.target.clone() }
}
