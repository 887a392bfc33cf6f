//! The laboratory's own line: corpora in, a table out.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use invitro::{gate::Policy, guest::Cache, sandbox::Modules};
use rustix::mount::{MountFlags, mount};

use crate::{
    cases,
    compare::{Row, compare},
    corpus, dry,
    machine::Machine,
    options::{Mode, Options},
    page, python, real, root, scap,
    script::{Layers, Script},
    sweep, table, trees,
};

/// A trial that takes longer is named.
const SLOW: Duration = Duration::from_secs(10);

/// How many of the streams' scripts the quick mode takes.
const QUICK: usize = 260;

/// Runs all that is asked for. True is what must hold; an error says what this machine lacks.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    if !rustix::process::geteuid().is_root() {
        return Err("it must be root: owners can't be laid otherwise".to_owned());
    }
    for tool in ["bwrap", "mmdebstrap", "apt-get", "timeout", "unshare"] {
        if !std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|it| it.join(tool).exists()) {
            return Err(format!("`{tool}` is not here; apt-get install bubblewrap mmdebstrap"));
        }
    }
    if std::env::var_os(APART).is_none() {
        return apart();
    }
    let root = root::root()?;
    let scratch = scratch()?;
    if options.mode == Mode::Sweep {
        return swept(options, &modules()?, &root, scratch.path());
    }
    let scripts = scripts(options, &root)?;
    let modules = modules()?;
    let rows = match all(options, &modules, &root, scratch.path(), &scripts) {
        Ok(rows) => rows,
        Err(error) => {
            eprintln!("differential: {error}");
            return Ok(false);
        }
    };
    table::print(options, &rows);
    if let Some(path) = &options.table {
        page::write(path, &rows)?;
    }
    let good = !rows.is_empty() && rows.iter().all(|it| !it.is_false_proven());
    Ok(good & (options.mode != Mode::Nightly || swept(options, &modules, &root, scratch.path())?))
}

fn modules() -> Result<Modules, String> {
    let cache = Cache::at(Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache").as_path());
    Modules::built_in(Some(&cache), &|_| ()).map_err(|error| error.to_string())
}

/// A sweep that could not go on is no skipped one.
fn swept(options: &Options, modules: &Modules, root: &Path, scratch: &Path) -> Result<bool, String> {
    sweep::run(options, modules, root, scratch).or_else(|error| {
        eprintln!("differential: {error}");
        Ok(false)
    })
}

/// Set where the program runs in a mount namespace of its own.
const APART: &str = "INVITRO_FIDELITY_APART";

/// Starts this program again in a mount namespace of its own: what it mounts ends with it.
fn apart() -> Result<bool, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new("unshare");
    command.args(["--mount", "--propagation", "private"]).arg(program).args(std::env::args_os().skip(1)).env(APART, "1");
    Ok(command.status().map_err(|error| format!("`unshare` can't be run: {error}"))?.success())
}

/// Makes scratch in memory.
fn scratch() -> Result<tempfile::TempDir, String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    mount("tmpfs", scratch.path(), "tmpfs", MountFlags::empty(), None).map_err(|error| format!("a tmpfs can't be mounted: {error}"))?;
    Ok(scratch)
}

/// Gathers the scripts.
fn scripts(options: &Options, root: &Path) -> Result<Vec<Script>, String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("INVITRO_CORPUS").map(PathBuf::from);
    let mut scripts = cases::read(&project.join("tests/cases"))?;
    scripts.extend(python::read(project)?);
    if let Some(folder) = &shared {
        scripts.extend(corpus::read(folder)?);
    }
    let streams = scap::read(&root::streams()?, &Arc::new(trees::debian(project)), &Arc::new(trees::rhel(project, root::rpms(root)?)))?;
    let step = if options.mode == Mode::Quick { streams.len().div_ceil(QUICK) } else { 1 };
    scripts.extend(streams.into_iter().step_by(step.max(1)));
    scripts.retain(|it| options.corpus.as_deref().is_none_or(|corpus| it.corpus == corpus));
    if let Some(only) = &options.only {
        scripts.retain(|it| it.name.contains(only.as_str()) || String::from_utf8_lossy(&it.text).contains(only.as_str()));
    }
    Ok(scripts)
}

/// Runs every script, machine by machine, on some threads.
fn all(options: &Options, modules: &Modules, root: &Path, scratch: &Path, scripts: &[Script]) -> Result<Vec<Row>, String> {
    let mut machines: Vec<(&Layers, Vec<&Script>)> = Vec::new();
    for script in scripts {
        match machines.iter_mut().find(|it| it.0 == &*script.layers) {
            Some((_, all)) => all.push(script),
            None => machines.push((&script.layers, vec![script])),
        }
    }
    let policy = Policy::default();
    let rows = Mutex::new(Vec::new());
    let progress = Progress::new(scripts.len());
    for (layers, scripts) in machines {
        let machine = Machine::make(root, layers, scratch)?;
        let next = AtomicUsize::new(0);
        let failed = Mutex::new(None);
        std::thread::scope(|scope| {
            for _ in 0..options.jobs.min(scripts.len()) {
                scope.spawn(|| {
                    while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                        match one(modules, &policy, &machine, script, scratch, options.show) {
                            Ok(row) => {
                                progress.done(&row);
                                rows.lock().expect("no thread panics with it").push(row);
                            }
                            Err(error) => *failed.lock().expect("no thread panics with it") = Some(format!("{}: {error}", script.name)),
                        }
                    }
                });
            }
        });
        if let Some(error) = failed.into_inner().expect("no thread panics with it") {
            return Err(error);
        }
    }
    let mut rows = rows.into_inner().expect("no thread panics with it");
    rows.sort_by(|a, b| (a.corpus, &a.name).cmp(&(b.corpus, &b.name)));
    Ok(rows)
}

/// Says how far it is, now and then, and what is slow.
struct Progress {
    whole: usize,
    done: AtomicUsize,
    start: Instant,
    said: AtomicUsize,
}

impl Progress {
    fn new(whole: usize) -> Self {
        Self { whole, done: AtomicUsize::new(0), start: Instant::now(), said: AtomicUsize::new(0) }
    }

    fn done(&self, row: &Row) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if row.took > SLOW {
            eprintln!("differential: {} took {:.0} s", row.name, row.took.as_secs_f64());
        }
        let minutes = usize::try_from(self.start.elapsed().as_secs() / 60).unwrap_or(usize::MAX);
        if self.said.fetch_max(minutes, Ordering::Relaxed) < minutes {
            eprintln!("differential: {done} of {} scripts in {minutes} min", self.whole);
        }
    }
}

fn one(modules: &Modules, policy: &Policy, machine: &Machine, script: &Script, scratch: &Path, show: bool) -> Result<Row, String> {
    let truth = real::run(machine, script, scratch)?;
    let ours = dry::run(modules, policy, machine, script);
    if show {
        println!("== {}", script.name);
        for change in &ours.evidence.changes {
            println!("{}\n{}", String::from_utf8_lossy(&change.change.path), change.diff.as_deref().unwrap_or_default());
        }
        println!("-- real stdout\n{}-- real stderr\n{}", String::from_utf8_lossy(&truth.first.stdout), String::from_utf8_lossy(&truth.first.stderr));
        println!("-- here stdout\n{}-- here stderr\n{}", String::from_utf8_lossy(&ours.evidence.stdout), String::from_utf8_lossy(&ours.evidence.stderr));
        let again = &truth.second;
        println!("-- real second run: {}\n{}{}", again.status, String::from_utf8_lossy(&again.stdout), String::from_utf8_lossy(&again.stderr));
        for reason in &ours.evidence.reasons {
            println!("{}: {}", reason.code, reason.message);
        }
    }
    Ok(compare(script, &truth, &ours))
}
