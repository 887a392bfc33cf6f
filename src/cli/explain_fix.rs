//! `invitro explain coverage FIX` and `invitro explain effects FIX`: what of a fix is known, and how each of its commands was treated.

use std::{collections::BTreeMap, process::ExitCode};

use super::{
    arguments::{Explain, Plain},
    exit,
    fault::Fault,
    house, show,
};
use crate::{
    engine::{Bench, Covered, coverage as covered},
    gate::Policy,
    guest::{Call, Context},
    remediation::{Known, Remediation, Taking, read},
    report::neutral_line,
    sandbox::{DryRun, Modules, Setting, rehearse},
    strain::Wanted,
    tree::Tree,
};

/// Nothing to explain.
#[derive(Debug, thiserror::Error)]
#[error("`explain {what}` needs a fix")]
struct NoFix {
    what: &'static str,
}

/// What both need.
struct Subject {
    remediation: Remediation,
    tree: Tree,
    modules: Modules,
    policy: Policy,
}

fn subject(of: &Explain, what: &'static str) -> Result<Subject, Fault> {
    if of.fix.is_empty() {
        return Err(Fault::from(NoFix { what }).hint("such as `invitro explain coverage fix.sh`"));
    }
    let known = Known { kind: of.kind.clone(), taking: Taking::default() };
    let artifacts = read(&of.fix, &known, &mut std::io::stdin().lock())?;
    let tree = of.on.as_deref().map_or_else(|| Ok(Tree::empty()), Tree::open)?;
    Ok(Subject { remediation: Remediation::of_all(artifacts, what, None), tree, modules: house::modules()?, policy: Policy::default() })
}

/// Lists what of a fix is known before it runs.
pub(super) fn coverage(of: &Explain) -> Result<ExitCode, Fault> {
    let it = subject(of, "coverage")?;
    let bench = Bench { modules: &it.modules, policy: &it.policy, context: Context::default(), wanted: Wanted::default() };
    let list = covered(&bench, &it.tree, &it.remediation);
    let several = it.remediation.artifacts.len() > 1;
    show::data(&match of.format {
        Plain::Text => list.iter().map(|it| row(it, several)).chain(sums(list.iter().map(|it| it.cover.word()))).collect(),
        Plain::Json => {
            let entry = |it: &Covered| serde_json::json!({"artifact": it.artifact, "line": it.line, "command": it.command, "treatment": it.cover.word(), "reason": it.reason});
            whole("invitro.coverage/v1", list.iter().map(entry).collect())
        }
    })?;
    Ok(ExitCode::from(exit::PROVEN))
}

fn row(of: &Covered, several: bool) -> String {
    let place = of.line.map_or(String::new(), |it| it.to_string());
    let place = if several { format!("{}:{place}", of.artifact) } else { place };
    let why = if of.reason.is_empty() { String::new() } else { format!("  ({})", neutral_line(&of.reason)) };
    format!("{place:>5}  {:<9} {}{why}\n", of.cover.word(), neutral_line(&of.command))
}

/// Lists each command of a run and how it was treated.
pub(super) fn effects(of: &Explain) -> Result<ExitCode, Fault> {
    let it = subject(of, "effects")?;
    let run = rehearse(&Setting::new(&it.modules, it.policy.limits, Context::default()), &it.tree, &it.remediation);
    let words = |argv: &[Vec<u8>]| argv.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect::<Vec<_>>();
    show::data(&match of.format {
        Plain::Text => {
            let line = |call: &Call| {
                let (place, what) = (call.line.map_or(String::new(), |it| it.to_string()), why(&run, call));
                format!("{place:>5}  {:<9} {}{what}\n", treatment(call), neutral_line(&words(&call.argv).join(" ")))
            };
            run.ledger.calls.iter().map(line).chain(sums(run.ledger.calls.iter().map(treatment))).collect()
        }
        Plain::Json => {
            let entry = |it: &Call| serde_json::json!({"line": it.line, "argv": words(&it.argv), "treatment": treatment(it)});
            whole("invitro.effects/v1", run.ledger.calls.iter().map(entry).collect())
        }
    })?;
    Ok(ExitCode::from(exit::PROVEN))
}

fn treatment(of: &Call) -> &'static str {
    of.treatment.map_or("unmodelled", |it| it.word())
}

/// What a command did outside files, or why nobody knows.
fn why(run: &DryRun, call: &Call) -> String {
    let of_call = |argv: &[Vec<u8>], line: Option<u32>| argv == call.argv && line == call.line;
    let effect = run.ledger.effects.iter().find(|it| of_call(&it.argv, it.line)).map(|it| it.what());
    let reason = run.ledger.unmodelled.iter().find(|it| of_call(&it.argv, it.line)).map(|it| it.reason.clone());
    effect.or(reason).map_or(String::new(), |it| format!("  ({})", neutral_line(&it)))
}

/// A last line that counts.
fn sums<'a>(words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    words.for_each(|it| *counts.entry(it).or_default() += 1);
    let told: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
    Some(if told.is_empty() { "no commands\n".to_owned() } else { format!("{}\n", told.join(", ")) })
}

fn whole(schema: &str, commands: Vec<serde_json::Value>) -> String {
    format!("{:#}\n", serde_json::json!({"schema": schema, "commands": commands}))
}
