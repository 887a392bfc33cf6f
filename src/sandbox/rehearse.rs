//! Executes a remediation on a workspace.

use std::sync::Arc;

use super::{
    dispatch::Dispatcher,
    dry_run::{DryRun, Ended},
    setting::{Alteration, Setting},
};
use crate::{
    guest::{
        Completion, Doubt, Invocation, Limits, Run, Stop, Unmodelled, block_on, interpret,
        wit::{self, InterpretError},
    },
    remediation::{Artifact, Language, Remediation},
    tree::{Actor, Quotas, Tree, Workspace},
};

/// Executes a remediation on an overlay of `before`. The same arguments give the same dry run.
pub fn rehearse(setting: &Setting<'_>, before: &Tree, remediation: &Remediation) -> DryRun {
    let run = Run::on(workspace(setting, before), setting.context);
    let dispatcher = Arc::new(Dispatcher::new(setting));
    let (mut streams, mut stop) = (Completion::default(), None);
    for artifact in &remediation.artifacts {
        match step(setting, &run, &dispatcher, artifact) {
            Ok(done) => {
                streams.stdout.extend(done.stdout);
                streams.stderr.extend(done.stderr);
                streams.status = done.status;
            }
            Err(why) => stop = Some(why),
        }
        if stop.is_some() || streams.status != 0 {
            break;
        }
    }
    result(&run, streams, stop)
}

fn workspace(setting: &Setting<'_>, before: &Tree) -> Workspace {
    let mut workspace = Workspace::over(before, quotas(&setting.limits));
    workspace.reverse_listing(setting.reversed);
    workspace.set_now((setting.context.clock / 1_000_000_000) as i64, (setting.context.clock % 1_000_000_000) as u32);
    if let Some(Alteration::Present(tool)) = &setting.alteration {
        workspace.plant(format!("/run/invitro/{tool}").as_bytes());
    }
    workspace
}

fn quotas(limits: &Limits) -> Quotas {
    Quotas { bytes: limits.workspace_bytes, files: limits.workspace_files, ..Quotas::default() }
}

/// Executes one artifact. What no module executes is unmodelled.
fn step(setting: &Setting<'_>, run: &Run, dispatcher: &Arc<Dispatcher>, artifact: &Artifact) -> Result<Completion, Stop> {
    let (module, language, name, text) = match artifact {
        Artifact::Script { language: Language::Bash, name, text } => (&setting.modules.bash, wit::Language::Bash, name.as_str(), text.as_slice()),
        other => match setting.modules.executor(other) {
            Some(module) => (module, wit::Language::Other(module.name.to_string()), other.kind(), other.text()),
            None => {
                let reason = match other {
                    Artifact::Script { language, .. } => format!("no interpreter for {}", language.word()),
                    other => format!("artifacts of kind {} are not executed", other.kind()),
                };
                run.ledger().unmodelled(Unmodelled { argv: Vec::new(), line: None, reason });
                return Ok(Completion::default());
            }
        },
    };
    let limits = setting.limits.less(&run.ledger().used);
    let mut surroundings = surroundings(setting, name);
    surroundings.argv.extend(words(artifact));
    let outcome = block_on(interpret(module, limits, run, dispatcher.clone(), 0, (language, text), &surroundings));
    run.ledger().used.add(outcome.used);
    match outcome.answer? {
        Ok(completion) => {
            run.ledger().used.output_bytes += completion.stdout.len() + completion.stderr.len();
            Ok(completion)
        }
        Err(InterpretError::WrongLanguage) => Err(Stop::Host("the interpreter does not know its own language".into())),
        Err(InterpretError::Stopped(text) | InterpretError::Other(text)) => Err(Stop::Interpreter(text)),
    }
}

/// The words behind the name: how an artifact is taken.
fn words(artifact: &Artifact) -> Vec<Vec<u8>> {
    let Artifact::Patch { taking, .. } = artifact else { return Vec::new() };
    let word = |word: &[u8], given: bool| given.then(|| word.to_vec());
    let (strict, reverse) = (word(b"--strict", taking.strict), word(b"--reverse", taking.reverse));
    let strip = taking.strip.map(|it| [b"--strip".to_vec(), it.to_string().into_bytes()]);
    strict.into_iter().chain(reverse).chain(strip.into_iter().flatten()).collect()
}

fn result(run: &Run, streams: Completion, stop: Option<Stop>) -> DryRun {
    let workspace = run.workspace();
    let unlabelled = workspace.unlabelled();
    if let Some(first) = unlabelled.first() {
        let more = if unlabelled.len() > 1 { format!(" and {} more", unlabelled.len() - 1) } else { String::new() };
        let message = format!("the SELinux label that the machine gives to {}{more} is not known", String::from_utf8_lossy(first));
        run.ledger().doubt(Doubt { code: "label-unknown".into(), line: None, message });
    }
    let mut ledger = run.ledger().clone();
    (ledger.used.workspace_bytes, ledger.used.workspace_files) = workspace.used();
    let untrue = !ledger.unmodelled.is_empty() || ledger.dropped > 0 || workspace.quota_was_met() || !workspace.touched_unreadable().is_empty();
    let status = stop.is_none().then_some(streams.status);
    let ended = match (stop, untrue, status) {
        (Some(stop), ..) => Ended::Stopped(stop),
        (None, true, _) => Ended::Unproven,
        (None, false, Some(0)) => Ended::Completed,
        _ => Ended::Failed,
    };
    DryRun {
        ended,
        status,
        stdout: streams.stdout,
        stderr: streams.stderr,
        after: workspace.tree(),
        read_set: workspace.read_set().clone(),
        write_set: workspace.write_set().clone(),
        unreadable: workspace.touched_unreadable().clone(),
        git: workspace.refused().clone(),
        quota_was_met: workspace.quota_was_met(),
        used: ledger.used,
        ledger,
    }
}

/// The surroundings of a fix: root on a Debian system, nothing else.
fn surroundings(setting: &Setting<'_>, name: &str) -> Invocation {
    let mut path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned();
    if matches!(setting.alteration, Some(Alteration::Present(_))) {
        path.push_str(":/run/invitro");
    }
    let env = [("HOME", "/root"), ("PATH", path.as_str()), ("TZ", "UTC"), ("LANG", "C.UTF-8")];
    let Actor { uid, gid, umask } = crate::guest::actor();
    Invocation {
        argv: vec![if setting.alteration == Some(Alteration::Renamed) { b"/var/tmp/another-name".to_vec() } else { name.as_bytes().to_vec() }],
        env: env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        cwd: b"/".to_vec(),
        umask,
        uid,
        gid,
        stdin: Vec::new(),
        line: None,
    }
}
