//! The numbers that invitro is held to: medians, and ratios within one run, as the machine is shared and its speed is not ours.
//!
//! No figure fails anything: each is printed beside its target, and `!` marks a miss. `INVITRO_BENCH=quick` measures with
//! fewer rounds and smaller trees. `make bench` runs all.

#![expect(clippy::print_stdout, reason = "figures are what this program is for")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

#[path = "../tests/it/components.rs"]
mod components;

use invitro::{
    engine::{Bench, trial},
    exercise::{Case, exercise},
    finding::{Finding, read},
    gate::Policy,
    guest::{Cache, Compiler, Context, Limits, Module, built_in, inspect},
    remediation::{Artifact, Language, Remediation, Scope},
    sandbox::{Modules, Setting, command_names, rehearse},
    strain::Wanted,
    tree::Tree,
    validate::standing,
};

/// A script of thirty lines, as fixes of a host are: guarded, idempotent, with the usual tools.
const THIRTY_LINES: &str = include_str!("thirty-lines.sh");
/// Where the script works; nothing in the sandbox, a folder for real bash.
const ROOT: &str = "@ROOT@";

fn main() {
    let quick = std::env::var_os("INVITRO_BENCH").is_some_and(|it| it == "quick");
    let rounds = if quick { 10 } else { 50 };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let cache = scratch.path().join("cache");
    let modules = Modules::built_in(Some(&Cache::at(&cache)), &|_| ()).expect("the built-in modules");
    println!("{:<58} {:>12} {:>12}", "what (median)", "figure", "target");
    loading(&cache, rounds);
    calls(&modules, rounds * 20);
    stops(&modules, scratch.path(), rounds.min(10));
    scripts(&modules, scratch.path(), rounds);
    processes(scratch.path(), &cache, rounds);
    sizes(&modules, scratch.path(), rounds, if quick { 10_000 } else { 100_000 });
    findings(scratch.path(), &cache, if quick { 200 } else { 1_000 });
}

/// Prints a figure beside its target, with `!` where it is missed.
fn line(what: &str, figure: f64, target: Option<f64>, unit: &str) {
    let shown = |it: f64| format!("{it:.2} {unit}");
    let missed = if target.is_some_and(|it| figure > it) { " !" } else { "" };
    println!("{what:<58} {:>12} {:>12}{missed}", shown(figure), target.map_or("-".to_owned(), shown));
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all[all.len() / 2]
}

/// The median of some rounds, after one that warms up.
fn time<T>(rounds: usize, mut act: impl FnMut() -> T) -> Duration {
    drop(act());
    median(
        (0..rounds)
            .map(|_| {
                let start = Instant::now();
                std::hint::black_box(act());
                start.elapsed()
            })
            .collect(),
    )
}

fn ms(of: Duration) -> f64 {
    of.as_secs_f64() * 1e3
}

fn micros(of: Duration) -> f64 {
    of.as_secs_f64() * 1e6
}

/// How long it takes to have the bash interpreter, and all modules, from the cache.
fn loading(cache: &Path, rounds: usize) {
    let cache = Cache::at(cache);
    let bash = built_in().iter().find(|it| it.name == "bash").expect("bash is built in");
    line("load the bash interpreter from the cache", ms(time(rounds, || Module::built_in(bash, Some(&cache), &|_| ()).expect("bash"))), Some(20.0), "ms");
    line("load all modules from the cache", ms(time(rounds, || Modules::built_in(Some(&cache), &|_| ()).expect("modules"))), None, "ms");
}

/// Fresh instances of small modules, beside bare wasmtime with the same bytes.
fn calls(modules: &Modules, rounds: usize) {
    let system = built_in().iter().find(|it| it.name == "system").expect("the model is built in");
    let model = modules.models.values().find(|it| &*it.name == "system").expect("the model is loaded");
    let ours = time(rounds, || command_names(model).expect("names"));
    let bare = bare(system.component, rounds);
    line("fresh call of a small module", micros(ours), Some(25.0), "us");
    line("  the same bytes on bare wasmtime, its own pool", micros(bare), None, "us");
    line("  ratio", ours.as_secs_f64() / bare.as_secs_f64(), None, "x");
    let finding = finding();
    let folder = tempfile::tempdir().expect("a scratch folder");
    lay(folder.path(), 0);
    let tree = Tree::open(folder.path()).expect("a tree");
    let validators: Vec<Module> = modules.validators.iter().filter(|it| &*it.name == "os-hardening-check").cloned().collect();
    line(
        "  with host calls and a judgement (a validator's `check`)",
        micros(time(rounds, || standing(&validators, Limits::default(), &finding, &tree))),
        None,
        "us",
    );
}

/// Bare wasmtime: a store, an instance and one call, with a pool but without limits, fuel or epochs.
fn bare(component: &[u8], rounds: usize) -> Duration {
    use wasmtime::{
        Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store,
        component::{Component, Linker},
    };
    let mut pool = PoolingAllocationConfig::new();
    pool.total_memories(8).total_core_instances(32).total_tables(32).max_memory_size(256 << 20);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    let engine = Engine::new(&config).expect("an engine");
    let component = Component::new(&engine, component).expect("it compiles");
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.define_unknown_imports_as_traps(&component).expect("its imports are known");
    let pre = linker.instantiate_pre(&component).expect("it links");
    let interface = component.get_export_index(None, "invitro:remediation/model@0.1.0").expect("a command model");
    let names = component.get_export_index(Some(&interface), "names").expect("names");
    time(rounds, || {
        let mut store = Store::new(&engine, ());
        let instance = pre.instantiate(&mut store).expect("it starts");
        let call = instance.get_typed_func::<(), (Vec<String>,)>(&mut store, names).expect("its type");
        call.call(&mut store, ()).expect("names").0
    })
}

/// How long after its deadline a guest is gone that would never end, all its memory given back, and how much the host grew meanwhile.
fn stops(modules: &Modules, scratch: &Path, rounds: usize) {
    let deadline = Duration::from_millis(200);
    let mut limits = Limits { deadline, fuel: i64::MAX as u64, ..Limits::default() };
    // The deadline alone is to stop it.
    limits.set("spawns", u32::MAX.into()).expect("a limit in its range");
    lay(&scratch.join("stopped"), 0);
    let tree = Tree::open(&scratch.join("stopped")).expect("a tree");
    let case = Case { finding: Some(finding()), script: Some(b"true\n".to_vec()), ..Case::on(tree) };
    let compiler = Compiler::with(env!("CARGO_BIN_EXE_invitro"));
    for (what, file) in [("an endless loop", "endless-loop"), ("a loop of host calls", "cheap-host-calls"), ("a loop of spawned commands", "spawns-a-model")] {
        let bytes = components::of_file(file);
        let role = inspect(file, &bytes).expect("a component").role.expect("a role");
        let module = Module::foreign(file, role, &bytes, &compiler, None).expect("a module");
        let act = || {
            let done = exercise(&module, modules, limits, &case).expect("the case serves every role");
            assert_eq!(done.answer.expect_err("it never ends").kind(), "deadline", "{file}");
        };
        peak_memory();
        let before = peak_memory();
        let took = time(rounds, act);
        line(&format!("{what} is stopped after its deadline"), ms(took.saturating_sub(deadline)), Some(100.0), "ms");
        line("  the host grew by", (peak_memory() - before).max(0.0), Some(64.0), "MiB");
    }
}

/// The most MiB that this process had resident since the last look (proc(5), VmHWM and clear_refs).
fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|it| it.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
    // Where it is forbidden the peak of the whole process stays, and what grew beyond it still shows.
    let _ = fs::write("/proc/self/clear_refs", "5");
    kib.unwrap_or_default() / 1024.0
}

fn finding() -> Finding {
    let text = br#"{"schema":"invitro.findings/v1","findings":[{"rule":"file_permissions_sshd_config"}]}"#;
    read("finding", text).expect("a finding").findings.remove(0)
}

fn script(text: &str) -> Remediation {
    let artifact = Artifact::Script { language: Language::Bash, name: "fix.sh".into(), text: text.replace(ROOT, "").into_bytes() };
    Remediation::of(artifact, "fix.sh", Some(Scope::default()))
}

/// A host's tree: what the script touches, and `extra` files beside it, a hundred in a folder.
fn lay(root: &Path, extra: usize) {
    let put = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    };
    put("etc/ssh/sshd_config", "# sshd\nPort 22\nPermitRootLogin yes\nX11Forwarding yes\n#MaxAuthTries 6\n");
    put("etc/sysctl.conf", "# kernel\nnet.ipv4.ip_forward = 1\n");
    put("etc/login.defs", "PASS_MAX_DAYS\t99999\nPASS_MIN_DAYS\t0\nUMASK\t\t022\n");
    put("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
    put("etc/group", "root:x:0:\n");
    put("etc/issue", "Debian GNU/Linux 12\n");
    put("etc/security/limits.conf", "# limits\n");
    for number in 0..extra {
        put(&format!("usr/share/doc/{}/{number}", number / 100), "text\n");
    }
}

/// Runs in one warm process, beside real bash with GNU tools on a copy of the tree.
fn scripts(modules: &Modules, scratch: &Path, rounds: usize) {
    let root = scratch.join("host");
    lay(&root, 100);
    let policy = Policy::default();
    let tree = Tree::open(&root).expect("a tree");
    let setting = Setting::new(modules, Limits::default(), Context::default());
    line("a trivial bash script, dry run", ms(time(rounds, || rehearse(&setting, &tree, &script("true\n")))), Some(2.0), "ms");
    let thirty = script(THIRTY_LINES);
    let once = rehearse(&setting, &tree, &thirty);
    assert_eq!((once.status, once.ledger.unmodelled.len()), (Some(0), 0), "the script of the benchmark runs: {}", String::from_utf8_lossy(&once.stderr));
    let dry = time(rounds, || rehearse(&setting, &tree, &thirty));
    line("a script of 30 lines, dry run", ms(dry), None, "ms");
    let real = time(rounds.min(20), || copied(scratch, &root, true));
    let copy = time(rounds.min(20), || copied(scratch, &root, false));
    line("  real bash with GNU tools on a copy of the tree", ms(real), None, "ms");
    line("  of which the copy", ms(copy), None, "ms");
    line("  ratio of the dry run to real bash", dry.as_secs_f64() / real.as_secs_f64(), None, "x");
    let bench = Bench { modules, policy: &policy, context: Context::default(), wanted: Wanted::default() };
    line("a script of 30 lines, five proofs and verdict", ms(time(rounds, || trial(&bench, &tree, None, &thirty))), Some(25.0), "ms");
}

/// Copies the tree and perhaps runs the script of thirty lines on the copy.
fn copied(scratch: &Path, root: &Path, run: bool) {
    let copy = scratch.join("copy");
    let _ = fs::remove_dir_all(&copy);
    assert!(Command::new("cp").arg("-a").args([root, &copy]).status().is_ok_and(|it| it.success()), "cp copies");
    if run {
        let text = THIRTY_LINES.replace(ROOT, &copy.display().to_string());
        let ended = Command::new("bash").arg("-c").arg(text).stdout(Stdio::null()).status();
        assert!(ended.is_ok_and(|it| it.success()), "bash runs the script");
    }
}

/// A command of the program: its time, its peak memory in MiB, and its exit status.
fn process(cache: &Path, words: &[&str]) -> (Duration, f64, i32) {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_invitro"))
        .args(words)
        .env("INVITRO_CACHE", cache)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut peak = 0.0_f64;
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return (start.elapsed(), peak, status.code().unwrap_or(-1));
        }
        // The kernel's high-water mark only grows, so the last look is the peak but for the last instant (proc(5)).
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let kib = status.lines().find_map(|it| it.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(kib.unwrap_or_default() / 1024.0);
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// `invitro try` as a person runs it.
fn processes(scratch: &Path, cache: &Path, rounds: usize) {
    let fix = scratch.join("fix.sh");
    fs::write(&fix, format!("#!/bin/bash\n{}", THIRTY_LINES.replace(ROOT, ""))).expect("a file can be written");
    let (fix, tree) = (fix.display().to_string(), scratch.join("host").display().to_string());
    let mut peak = 0.0_f64;
    let took = time(rounds, || peak = peak.max(process(cache, &["try", &fix, "--on", &tree]).1));
    line("`invitro try`, whole process, warm cache", ms(took), Some(60.0), "ms");
    line("  peak memory", peak, None, "MiB");
}

/// The same script on a small and on a large target.
fn sizes(modules: &Modules, scratch: &Path, rounds: usize, large: usize) {
    let policy = Policy::default();
    let bench = Bench { modules, policy: &policy, context: Context::default(), wanted: Wanted::default() };
    let thirty = script(THIRTY_LINES);
    let roots: Vec<PathBuf> = [100, large].into_iter().map(|it| scratch.join(format!("host-{it}"))).collect();
    lay(&roots[0], 100);
    lay(&roots[1], large);
    let mut took = [Vec::new(), Vec::new()];
    for _ in 0..rounds.min(20) {
        // In turns, so that both meet the same weather.
        for (root, took) in roots.iter().zip(&mut took) {
            let start = Instant::now();
            let tree = Tree::open(root).expect("a tree");
            std::hint::black_box(trial(&bench, &tree, None, &thirty));
            took.push(start.elapsed());
        }
    }
    let [small, large_took] = took.map(median);
    line("five proofs on a tree of 100 files, tree opened anew", ms(small), None, "ms");
    line(&format!("  on a tree of {large} files"), ms(large_took), None, "ms");
    line("  ratio", large_took.as_secs_f64() / small.as_secs_f64(), Some(1.2), "x");
}

/// `invitro fix` on a few and on many findings of one report: memory must stay flat.
fn findings(scratch: &Path, cache: &Path, many: usize) {
    let tree = scratch.join("host").display().to_string();
    let rules = ["sshd_disable_root_login", "sshd_disable_x11_forwarding", "sshd_set_max_auth_tries", "file_permissions_sshd_config"];
    let run = |count: usize| {
        let all: Vec<String> = (0..count).map(|it| format!("{{\"rule\":\"{}\",\"message\":\"{it}\"}}", rules[it % rules.len()])).collect();
        let report = scratch.join(format!("findings-{count}.json"));
        fs::write(&report, format!("{{\"schema\":\"invitro.findings/v1\",\"findings\":[{}]}}", all.join(","))).expect("a file can be written");
        process(cache, &["fix", &report.display().to_string(), "--on", &tree, "--format", "json"])
    };
    let (few, lots) = (run(many / 10), run(many));
    println!("`invitro fix`: exit status {} and {}", few.2, lots.2);
    line(&format!("`invitro fix` on {many} findings"), lots.0.as_secs_f64(), Some(30.0 * many as f64 / 1_000.0), "s");
    line(&format!("  peak memory on {} findings", many / 10), few.1, None, "MiB");
    line(&format!("  peak memory on {many} findings"), lots.1, None, "MiB");
    line("  ratio", lots.1 / few.1, Some(1.2), "x");
}
