//! Executes a remediation on a workspace.

use std::sync::Arc;

use super::{
    dispatch::Dispatcher,
    dry_run::{DryRun, Ended},
    setting::{Alteration, Setting},
};
use crate::{
    guest::{
        self, Assumption, Completion, Doubt, Invocation, Ledger, Limits, Module, Run, Stop, Unmodelled, block_on, interpret,
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
    if setting.alteration == Some(Alteration::Unmounted) {
        guest::tell_unmounted(&mut workspace);
    }
    // What was made so far is the machine's, not the fix's.
    workspace.begin_steps(setting.watched, setting.fault);
    workspace
}

fn quotas(limits: &Limits) -> Quotas {
    Quotas { bytes: limits.workspace_bytes, files: limits.workspace_files, ..Quotas::default() }
}

/// The language of whoever wants to know which commands a script names (the guest's `coverage.rs`).
const COMMANDS_OF_BASH: &str = "commands-of-bash";

/// Executes one artifact. What no module executes is unmodelled.
fn step(setting: &Setting<'_>, run: &Run, dispatcher: &Arc<Dispatcher>, artifact: &Artifact) -> Result<Completion, Stop> {
    let (module, language, name, text) = match executor(setting, artifact)? {
        Ok(it) => it,
        Err(reason) => {
            run.ledger().unmodelled(Unmodelled { argv: Vec::new(), line: None, reason });
            return Ok(Completion::default());
        }
    };
    let mut surroundings = surroundings(setting, name);
    surroundings.argv.extend(words(artifact));
    carry_out(setting, run, dispatcher, (module, language, text), &surroundings)
}

/// Lets the shell list the commands that a script names, and runs none of them: they are standard output, as the guest's `coverage.rs` has it.
pub fn list_commands(setting: &Setting<'_>, before: &Tree, script: &[u8]) -> DryRun {
    let run = Run::on(workspace(setting, before), setting.context);
    let dispatcher = Arc::new(Dispatcher::new(setting));
    let asked = (&setting.modules.bash, wit::Language::Other(COMMANDS_OF_BASH.into()), script);
    match carry_out(setting, &run, &dispatcher, asked, &surroundings(setting, "fix.sh")) {
        Ok(done) => result(&run, done, None),
        Err(stop) => result(&run, Completion::default(), Some(stop)),
    }
}

/// Runs a text in the module that executes it.
fn carry_out(
    setting: &Setting<'_>,
    run: &Run,
    dispatcher: &Arc<Dispatcher>,
    (module, language, text): (&Module, wit::Language, &[u8]),
    surroundings: &Invocation,
) -> Result<Completion, Stop> {
    let limits = setting.limits.less(&run.ledger().used);
    let outcome = block_on(interpret(module, limits, run, dispatcher.clone(), 0, (language, text), surroundings));
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

/// Who executes an artifact, with its language, name and text.
type Executor<'a> = (&'a Module, wit::Language, &'a str, &'a [u8]);

/// Finds who executes an artifact, or says why nobody does.
fn executor<'a>(setting: &'a Setting<'_>, artifact: &'a Artifact) -> Result<Result<Executor<'a>, String>, Stop> {
    Ok(match artifact {
        Artifact::Script { language: Language::Bash, name, text } => Ok((&setting.modules.bash, wit::Language::Bash, name, text)),
        Artifact::Script { language: Language::Python, text, .. } if is_python2(text) => Err("no interpreter for python2".into()),
        Artifact::Script { language: Language::Python, name, text } => {
            let module = setting.modules.python.ready(&|_| {}).map_err(|error| Stop::Host(error.to_string()))?;
            Ok((module, wit::Language::Python, name, text))
        }
        other => match setting.modules.executor(other) {
            Some(module) => Ok((module, wit::Language::Other(module.name.to_string()), other.kind(), other.text())),
            None => Err(match other {
                Artifact::Script { language, .. } => format!("no interpreter for {}", language.word()),
                other => format!("artifacts of kind {} are not executed", other.kind()),
            }),
        },
    })
}

/// The assumption that what a running kernel shows is not there.
const KERNEL_FACTS: &str = "kernel-facts";

/// The words behind the name: how an artifact is taken.
fn words(artifact: &Artifact) -> Vec<Vec<u8>> {
    let Artifact::Patch { taking, .. } = artifact else { return Vec::new() };
    let word = |word: &[u8], given: bool| given.then(|| word.to_vec());
    let (strict, reverse) = (word(b"--strict", taking.strict), word(b"--reverse", taking.reverse));
    let strip = taking.strip.map(|it| [b"--strip".to_vec(), it.to_string().into_bytes()]);
    strict.into_iter().chain(reverse).chain(strip.into_iter().flatten()).collect()
}

/// Whether a script says that Python 2 runs it.
fn is_python2(text: &[u8]) -> bool {
    let line = text.split(|it| *it == b'\n').next().unwrap_or_default();
    line.strip_prefix(b"#!")
        .is_some_and(|it| String::from_utf8_lossy(it).split_whitespace().any(|it| it.rsplit('/').next().is_some_and(|it| it.starts_with("python2"))))
}

fn result(run: &Run, streams: Completion, stop: Option<Stop>) -> DryRun {
    let workspace = run.workspace();
    let unlabelled = workspace.unlabelled();
    if let Some(first) = unlabelled.first() {
        let more = if unlabelled.len() > 1 { format!(" and {} more", unlabelled.len() - 1) } else { String::new() };
        let message = format!("the SELinux label that the machine gives to {}{more} is not known", String::from_utf8_lossy(first));
        run.ledger().doubt(Doubt { code: "label-unknown".into(), line: None, message });
    }
    for path in workspace.asked_of_kernel() {
        let name = String::from_utf8_lossy(path).into_owned();
        // The guest may have said it already, of this path or of what lies below.
        let is_this = |told: &str| told.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let told = |ledger: &Ledger| {
            let paths = ledger.unmodelled.iter().filter_map(|it| it.argv.first()).any(|it| is_this(&String::from_utf8_lossy(it)));
            paths || ledger.assumptions.iter().any(|it| it.about == KERNEL_FACTS && is_this(&it.name))
        };
        let mut ledger = run.ledger();
        if !told(&ledger) {
            ledger.assume(Assumption { about: KERNEL_FACTS.into(), name, line: None });
        }
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
        steps: workspace.steps().0.to_vec(),
        steps_were_cut: workspace.steps().1,
        changes_made: workspace.changes_made(),
        fault_met: workspace.fault_met().cloned(),
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
    let env = [("HOME", "/root"), ("PATH", path.as_str()), ("TZ", "UTC"), ("LANG", setting.surroundings.locale.as_str())];
    let Actor { uid, gid, .. } = crate::guest::actor();
    Invocation {
        argv: vec![if setting.alteration == Some(Alteration::Renamed) { b"/var/tmp/another-name".to_vec() } else { name.as_bytes().to_vec() }],
        env: env.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        cwd: b"/".to_vec(),
        umask: setting.surroundings.umask,
        uid,
        gid,
        stdin: Vec::new(),
        line: None,
    }
}
