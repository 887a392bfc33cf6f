//! Hostile guests, each a few lines of text in `tests/hostile`: what stops it is told by kind, the host's memory does not grow, and the
//! next honest call works. Time is counted in fuel and ticks; nothing here measures it.
//!
//! A file is a component, or a core module whose head names the world that it is wrapped for. To add a guest: its file, and its line
//! in [`CASES`].

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use invitro::{
    exercise::{Case, Exercised, exercise},
    finding,
    guest::{Compiler, Error, Limits, Module, Role, built_in, inspect},
    sandbox::{Later, Modules},
    tree::Tree,
};

use crate::components;

/// The most that the host's memory may grow while a guest is loaded, called and thrown away.
const MOST_GROWTH: usize = 64 << 20;

/// What is to come of a guest.
enum Expect {
    /// It is stopped, and this is the kind.
    Stopped(&'static str),
    /// It traps, and the message has these words.
    Trapped(&'static str),
    /// It is not even loaded, and the message has these words.
    Refused(&'static str),
    /// It answers, and the answer has these words.
    Answers(&'static str),
}
use Expect::{Answers, Refused, Stopped, Trapped};

/// Number in the list of cases (M01 to M85), file, the limits that are not the suite's, and what is to come of it.
type Line = (&'static str, &'static str, &'static [(&'static str, u64)], Expect);

/// The limits of the suite where a case says nothing: fuel is small, so that time never decides.
const SUITE: &[(&str, u64)] = &[("fuel", 50_000_000), ("memory_bytes", 16 << 20), ("deadline_ms", 3_600_000), ("wall_ms", 3_600_000), ("kept_bytes", 8 << 20)];
/// Fuel that nobody ever uses up: something else stops the guest.
const ENDLESS: u64 = i64::MAX as u64;

#[rustfmt::skip]
const CASES: &[Line] = &[
    ("M01", "endless-loop", &[], Stopped("fuel")),
    ("M01", "endless-loop", &[("fuel", ENDLESS), ("deadline_ms", 10)], Stopped("deadline")),
    ("M01", "endless-loop", &[("fuel", ENDLESS), ("wall_ms", 10)], Stopped("wall-clock")),
    ("M02", "loop-in-start", &[], Stopped("fuel")),
    ("M02", "loop-in-start", &[("fuel", ENDLESS), ("deadline_ms", 10)], Stopped("deadline")),
    ("M03", "mutual-recursion", &[], Stopped("stack")),
    ("M04", "indirect-recursion", &[], Stopped("stack")),
    ("M05", "cheap-host-calls", &[], Stopped("fuel")),
    ("M06", "dear-host-call", &[("fuel", 5_000_000)], Stopped("fuel")),
    ("M07", "bulk-memory", &[("fuel", ENDLESS), ("deadline_ms", 10)], Stopped("deadline")),
    ("M08", "table-branch-spin", &[], Stopped("fuel")),
    ("M08", "tail-call-spin", &[], Stopped("fuel")),
    ("M09", "counted-loop", &[], Answers("gone")),
    ("M10", "grow-all", &[], Stopped("memory")),
    ("M11", "grow-in-steps", &[], Stopped("memory")),
    ("M12", "declared-memory", &[], Stopped("memory")),
    ("M13", "table-growth", &[], Stopped("table")),
    ("M13", "declared-table", &[("table_elements", 1000)], Stopped("table")),
    ("M14", "two-memories", &[], Stopped("memory")),
    ("M14", "three-memories", &[], Refused("memories")),
    ("M14", "many-instances", &[], Refused("instances")),
    ("M16", "data-out-of-range", &[], Trapped("out of bounds memory access")),
    ("M17", "memory64", &[], Refused("memory64 must be enabled")),
    ("M17", "multi-memory", &[], Refused("multiple memories")),
    ("M17", "shared-memory", &[], Refused("threads must be enabled")),
    ("M17", "custom-page-size", &[], Refused("custom page sizes")),
    ("M20", "long-argument", &[("host_call_bytes", 1 << 20)], Stopped("host-data")),
    ("M20", "argument-out-of-range", &[], Trapped("out of bounds")),
    ("M21", "one-string-many-times", &[], Stopped("host-data")),
    ("M22", "list-without-data", &[], Trapped("out of bounds")),
    ("M23", "length-overflow", &[], Trapped("out of bounds")),
    ("M23", "misaligned-answer", &[], Trapped("pointer not aligned")),
    ("M24", "invalid-utf-8", &[], Trapped("utf-8")),
    ("M25", "invalid-enum", &[], Trapped("discriminant")),
    ("M25", "invalid-variant", &[], Trapped("discriminant")),
    ("M26", "own-handles", &[], Stopped("handles")),
    ("M26", "use-after-drop", &[("handles", 1)], Stopped("handles")),
    ("M27", "use-after-drop", &[], Trapped("unknown handle index")),
    ("M27", "double-drop", &[], Trapped("unknown handle index")),
    ("M27", "forged-handle", &[], Trapped("unknown handle index")),
    ("M27", "handle-of-another-type", &[], Trapped("handle index")),
    ("M28", "host-call-from-realloc", &[], Trapped("cannot leave component instance")),
    ("M28", "host-call-from-post-return", &[], Trapped("cannot leave component instance")),
    ("M29", "realloc-out-of-range", &[], Trapped("beyond end of memory")),
    ("M29", "realloc-unaligned", &[], Trapped("not aligned")),
    ("M29", "realloc-traps", &[], Trapped("unreachable")),
    ("M29", "realloc-loops", &[], Stopped("fuel")),
    ("M30", "log-bytes", &[("host_data_bytes", 4 << 20)], Stopped("host-data")),
    ("M31", "cheap-host-calls", &[("fuel", ENDLESS), ("host_data_bytes", 1 << 20)], Stopped("host-data")),
    ("M32", "many-names", &[("host_call_bytes", 4 << 20)], Stopped("host-data")),
    ("M32", "too-many-names", &[], Stopped("answer")),
    ("M32", "too-many-dependents", &[], Stopped("answer")),
    ("M06", "analyzer-that-spins", &[("fuel", 500_000)], Stopped("fuel")),
    ("M32", "long-output", &[("output_bytes", 1 << 20)], Stopped("output")),
    ("M36", "fills-the-workspace", &[("fuel", ENDLESS), ("workspace_bytes", 8 << 20), ("host_data_bytes", 64 << 20)], Stopped("host-data")),
    ("M36", "far-away-byte", &[], Answers(r#""exit_code":1"#)),
    ("M37", "ever-new-paths", &[("fuel", ENDLESS)], Stopped("kept")),
    ("M37", "floods-the-ledger", &[("fuel", ENDLESS)], Stopped("kept")),
    ("M37", "hoards-running-state", &[("fuel", ENDLESS)], Stopped("kept")),
    ("M40", "wasi-sleeps", &[], Stopped("wall-clock")),
    ("M41", "wasi-many-pollables", &[], Stopped("handles")),
    ("M42", "wasi-zero-timers", &[], Stopped("fuel")),
    ("M43", "wasi-closed-stdin", &[], Answers(r#""exit_code":0"#)),
    ("M44", "wasi-never-ready", &[], Stopped("wall-clock")),
    ("M51", "links-and-renames", &[], Answers(r#""exit_code":6"#)),
    ("M52", "writes-git-hooks", &[], Answers(r#""exit_code":8"#)),
    ("M50", "paths-that-climb", &[], Answers(r#""path":"/escaped-it""#)),
    ("M54", "ungranted-import", &[], Refused("wants `invitro:remediation/commands@0.1.0`, which is not granted to this role")),
    ("M57", "wants-sockets", &[], Refused("wants `wasi:sockets/network@0.2.0`, which is unknown to this host")),
    ("M57", "wants-http", &[], Refused("wants `wasi:http/outgoing-handler@0.2.0`, which is unknown to this host")),
    ("M57", "wants-wasi-of-tomorrow", &[], Refused("wants `wasi:cli/environment@0.3.0`, which is unknown to this host")),
    ("M55", "wrong-version", &[], Refused("this host speaks version 0.1.x")),
    ("M55", "missing-export", &[], Refused("`review`")),
    ("M55", "another-world", &[], Refused("it is a module of role generator")),
    ("M55", "wrong-types", &[], Trapped("expected 2-tuple")),
    ("M55", "no-role", &[], Refused("exports no interface of a role")),
    ("M58", "clock-and-random", &[], Answers("stdout")),
    ("M70", "stash", &[], Answers(r#""names":["1"]"#)),
    ("M71", "residue-one", &[], Answers(r#""before":"gone""#)),
    ("M71", "residue-two", &[], Answers(r#""before":"gone""#)),
    ("M72", "residue-then-trap", &[], Trapped("unreachable")),
    ("M73", "spawn-bomb", &[("spawns", 20)], Stopped("spawn")),
    ("M73", "spawns-a-model", &[("spawns", 20)], Stopped("spawn")),
    ("M73", "spawn-bomb", &[("depth", 0)], Stopped("spawn")),
];

/// The cases of the list that have no guest here, each with the reason or the place of its test.
const ELSEWHERE: &[(&str, &str)] = &[
    ("M15", "`compile_bombs_are_refused_before_they_are_compiled`"),
    ("M33", "src/report/hostile.rs: control characters and bidi marks through every format"),
    ("M34", "src/report/hostile.rs: HTML, Markdown and workflow commands; there are no tickets yet"),
    ("M35", "src/diff/secret.rs and tests/cases: content of secret-bearing paths is in no report; a guest is given the tree, which it needs to read"),
    ("M53", "tests/cases/bad-set-uid and bad-new-executable: a workspace takes the bits, the verdict refuses them"),
    ("M56", "tests/it/module.rs: `what_is_no_module_is_told_with_a_way_out`"),
    ("M60", "`compile_bombs_are_refused_before_they_are_compiled`"),
    ("M61", "`compile_bombs_are_refused_before_they_are_compiled`"),
    ("M62", "`compile_bombs_are_refused_before_they_are_compiled`"),
    ("M63", "`compile_bombs_are_refused_before_they_are_compiled`"),
    ("M64", "`odd_shapes_are_compiled_within_limits_or_refused`"),
    ("M65", "`odd_shapes_are_compiled_within_limits_or_refused`"),
    ("M66", "`compile_bombs_are_refused_before_they_are_compiled`"),
    ("M67", "`odd_shapes_are_compiled_within_limits_or_refused`"),
    ("M80", "tests/cases/bad-random-in-file, bad-pid-in-file, bad-listing-order: the proof `deterministic` replays"),
    ("M81", "decision 8 of ARCHITECTURE.md: a finding is fixed only if a mutant stands again"),
    ("M82", "the line has one finding at a time; what a fix breaks besides is told by the validators' notes"),
    ("M83", "the proof `reversible` compares the tree after the rollback with the original"),
    ("M84", "nothing is applied yet; evidence is bound to the digests of what was tried"),
    ("M85", "an answer that came from us is told otherwise in a replay: tests/cases/bad-hangs-on-tool, bad-hangs-on-service"),
];

/// The list: its numbers, each range with both ends.
const LIST: [(u32, u32); 7] = [(1, 17), (20, 37), (40, 44), (50, 58), (60, 67), (70, 73), (80, 85)];

/// Every kind that a limit stops with.
const KINDS: [&str; 12] = ["fuel", "deadline", "wall-clock", "memory", "stack", "table", "host-data", "kept", "handles", "output", "answer", "spawn"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn compiler() -> Compiler {
    Compiler::with(env!("CARGO_BIN_EXE_invitro"))
}

fn limits(of: &[(&str, u64)]) -> Limits {
    let mut limits = Limits::default();
    for (name, value) in SUITE.iter().chain(of) {
        limits.set(name, *value).unwrap_or_else(|error| panic!("{error}"));
    }
    limits
}

/// The bench of the suite: a case that any role can be asked about, and an honest module.
struct Bench {
    case: Case,
    honest: Module,
    _scratch: tempfile::TempDir,
    /// One test at a time: the memory of the process is measured.
    _turn: MutexGuard<'static, ()>,
}

static TURN: Mutex<()> = Mutex::new(());

impl Bench {
    fn new() -> Bench {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let tree = |name: &str, line: &str| {
            let root = scratch.path().join(name);
            fs::create_dir_all(root.join("etc/ssh")).expect("a folder can be made");
            fs::create_dir_all(root.join("var/lib/dpkg")).expect("a folder can be made");
            fs::create_dir_all(root.join(".git/hooks")).expect("a folder can be made");
            fs::write(root.join("etc/ssh/sshd_config"), line).expect("a file can be written");
            let package = |number: usize| format!("Package: p{number}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n");
            fs::write(root.join("var/lib/dpkg/status"), (0..500).map(package).collect::<String>()).expect("a file can be written");
            Tree::open(&root).expect("a tree")
        };
        let report = br#"{"schema":"invitro.findings/v1","findings":[{"rule":"sshd_disable_root_login"}]}"#;
        let finding = finding::read("finding", report).expect("a finding").findings.pop();
        let case = Case {
            before: tree("before", "PermitRootLogin yes\n"),
            after: Some(tree("after", "PermitRootLogin no\n")),
            finding,
            script: Some(b"true\n".to_vec()),
            command: vec![b"hostile".to_vec()],
            write_set: vec!["/etc/ssh/sshd_config".into()],
        };
        let found = built_in().iter().find(|it| it.name == "os-hardening-check").expect("a validator of ours");
        let honest = Module::built_in(found, None, &|_| {}).expect("an honest module");
        Bench { case, honest, _scratch: scratch, _turn: turn }
    }

    fn load(&self, file: &str, bytes: &[u8]) -> Result<Module, Error> {
        // What has no role of its own is taken for a validator, which it must not become.
        let role = inspect(file, bytes)?.role.unwrap_or(Role::Validator);
        let role = if file == "another-world" { Role::Validator } else { role };
        Module::foreign(file, role, bytes, &compiler(), None)
    }

    fn ask(&self, module: &Module, limits: Limits) -> Exercised {
        // A blind `check` alone shows all that a validator does here; a second call would double what it used.
        let case = if module.role == Role::Validator { Case { after: None, ..self.case.clone() } } else { self.case.clone() };
        exercise(module, &alone(module), limits, &case).expect("the case serves every role")
    }

    fn is_honest_call_well(&self) -> bool {
        let done = exercise(&self.honest, &alone(&self.honest), Limits::default(), &self.case).expect("the case serves every role");
        let answer = done.answer.expect("an honest module is not stopped");
        answer["before"] == "stands" && answer["after"] == "gone"
    }
}

/// A module without others: its commands have no models.
fn alone(module: &Module) -> Modules {
    Modules {
        bash: module.clone(),
        artifacts: BTreeMap::new(),
        python: Later::python(None).expect("it is built in"),
        models: BTreeMap::new(),
        generators: vec![],
        validators: vec![],
        planner: None,
        analyzers: vec![],
    }
}

/// Resident bytes of this process now, and the most since the last call.
fn resident() -> (usize, usize) {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has /proc");
    let field = |name: &str| {
        let line = status.lines().find(|it| it.starts_with(name)).expect("a field of proc(5)");
        line.split_whitespace().nth(1).and_then(|it| it.parse::<usize>().ok()).expect("a number") << 10
    };
    let seen = (field("VmRSS:"), field("VmHWM:"));
    // Sets the peak back to what is resident now (proc(5), clear_refs); where that is forbidden, the peak of the whole process counts.
    let _ = fs::write("/proc/self/clear_refs", "5");
    seen
}

/// Loads and asks one guest; says what is wrong with what came of it.
fn judge(bench: &Bench, (number, file, of, expect): &Line) -> Result<(), String> {
    let bytes = components::of_file(file);
    resident();
    let (before, _) = resident();
    let loaded = bench.load(file, &bytes);
    let result = match loaded {
        Err(error) => format!("refused: {error}"),
        Ok(module) => match bench.ask(&module, limits(of)).answer {
            Ok(answer) => format!("answers: {answer}"),
            Err(stop) => format!("{}: {stop}", stop.kind()),
        },
    };
    let (_, peak) = resident();
    let wrong = |what: String| Err(format!("{number} {file} {of:?}: {what}"));
    let fits = match expect {
        Stopped(kind) => result.starts_with(&format!("{kind}: ")),
        Trapped(words) => result.starts_with("trap: ") && result.contains(words),
        Refused(words) => result.starts_with("refused: ") && result.contains(words),
        Answers(words) => result.starts_with("answers: ") && result.contains(words),
    };
    if !fits {
        return wrong(result);
    }
    if peak.saturating_sub(before) > MOST_GROWTH {
        return wrong(format!("the host grew by {} MiB", (peak - before) >> 20));
    }
    if !bench.is_honest_call_well() {
        return wrong("the next honest call does not work".into());
    }
    Ok(())
}

#[test]
fn each_hostile_guest_is_stopped() {
    let bench = Bench::new();
    assert!(bench.is_honest_call_well());
    let wrong: Vec<String> = CASES.iter().filter_map(|it| judge(&bench, it).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn no_hostile_file_is_forgotten_and_each_limit_kills() {
    let files = fs::read_dir(root().join("tests/hostile")).expect("a readable folder").map(|it| it.expect("an entry").path());
    let forgotten: Vec<PathBuf> = files.filter(|path| !CASES.iter().any(|it| Some(it.1.as_ref()) == path.file_stem())).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
    let spared: Vec<&str> = KINDS.into_iter().filter(|kind| !CASES.iter().any(|it| matches!(it.3, Stopped(found) if found == *kind))).collect();
    assert!(spared.is_empty(), "nobody is stopped with {spared:?}");
}

#[test]
fn every_case_of_the_list_has_its_place() {
    let numbers = LIST.into_iter().flat_map(|(from, to)| from..=to).map(|it| format!("M{it:02}"));
    let lost: Vec<String> = numbers.filter(|it| !CASES.iter().map(|it| it.0).chain(ELSEWHERE.iter().map(|it| it.0)).any(|found| found == it)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

#[test]
fn no_slot_of_the_pool_shows_what_another_guest_left() {
    let bench = Bench::new();
    let [one, two, trapping] = ["residue-one", "residue-two", "residue-then-trap"].map(|it| bench.load(it, &components::of_file(it)).expect("a module"));
    let finds = |module: &Module| match bench.ask(module, limits(&[])).answer {
        Ok(answer) => answer["before"].as_str().unwrap_or("no word").to_owned(),
        Err(stop) => stop.kind().to_owned(),
    };
    for round in 0..8 {
        // The same module gets its own slot again, with pages that were kept; the order makes them take each other's too.
        let found = [&one, &one, &trapping, &one, &two, &trapping, &trapping, &two].map(finds);
        assert_eq!(found, ["gone", "gone", "trap", "gone", "gone", "trap", "trap", "gone"], "round {round}");
    }
    // Several at once: each takes whichever slot is free.
    std::thread::scope(|scope| {
        let asked: Vec<_> = [&one, &two, &one, &two].into_iter().map(|it| scope.spawn(move || (0..4).map(|_| finds(it)).collect::<String>())).collect();
        for it in asked {
            assert_eq!(it.join().expect("it does not fall"), "gone".repeat(4));
        }
    });
    assert!(bench.is_honest_call_well());
}

#[test]
fn fuel_is_counted_to_the_unit() {
    let bench = Bench::new();
    let module = bench.load("counted-loop", &components::of_file("counted-loop")).expect("a module");
    let ask = |fuel: u64| {
        let done = bench.ask(&module, limits(&[("fuel", fuel)]));
        (done.answer.err().map(|it| it.kind()), done.used.fuel)
    };
    let (_, fuel) = ask(50_000_000);
    assert_eq!(ask(fuel), (None, fuel));
    // Fuel is looked at where a loop or a function begins: the last few instructions may run on nothing.
    let edge = (1..100).map(|it| fuel - it).find(|it| ask(*it).0.is_some()).expect("an edge");
    assert_eq!((ask(edge + 1).0, ask(edge).0), (None, Some("fuel")));
    assert_eq!(ask(edge), ask(edge), "it stops at the same place");
}

#[test]
fn a_flood_of_messages_keeps_head_and_tail() {
    let bench = Bench::new();
    let module = bench.load("cheap-host-calls", &components::of_file("cheap-host-calls")).expect("a module");
    let done = bench.ask(&module, limits(&[("log_bytes", 1024)]));
    assert!(done.used.log_bytes > 100_000, "{} bytes", done.used.log_bytes);
    assert!(done.messages.len() <= 1024 / 64 + 1, "{} messages are kept", done.messages.len());
    assert!(done.messages.iter().any(|it| it.contains("were dropped")));
}

#[test]
fn clock_and_random_are_the_runs_and_no_call_sees_another() {
    let bench = Bench::new();
    for file in ["clock-and-random", "stash"] {
        let module = bench.load(file, &components::of_file(file)).expect("a module");
        let ask = || bench.ask(&module, limits(&[])).answer.expect("an answer");
        assert_eq!(ask(), ask(), "{file}");
    }
}

/// A component whose core module has these fields besides.
fn with(fields: &str) -> Vec<u8> {
    let module = format!("(core module $m (func (export \"f\")) {fields})");
    let role = r#"(instance $role (export "check" (func $f)) (export "review" (func $f))) (export "invitro:remediation/validate@0.1.0" (instance $role))"#;
    wat::parse_str(format!("(component {module} (core instance $a (instantiate $m)) (func $f (canon lift (core func $a \"f\"))) {role})")).expect("valid text")
}

/// A component whose functions are a compiler's nightmare, below the bounds of the pre-check or beyond them.
fn bomb(functions: usize, locals: usize, body: &str) -> Vec<u8> {
    let locals = if locals > 0 { format!("(local {})", "i32 ".repeat(locals)) } else { String::new() };
    with(&format!("(func {locals} {body})").repeat(functions))
}

/// A component that nobody's text format would write: sections of it are made by hand.
fn raw(sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
    for (id, body) in sections {
        bytes.push(*id);
        leb128(&mut bytes, body.len());
        bytes.extend(body);
    }
    bytes
}

fn leb128(into: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

#[test]
fn odd_shapes_are_compiled_within_limits_or_refused() {
    let bench = Bench::new();
    resident();
    let (before, _) = resident();
    let become_of = |name: &str, bytes: &[u8]| match bench.load(name, bytes) {
        // `check` has the wrong type, which is the last thing that is looked at: the module was compiled.
        Err(Error::WrongWorld { .. }) => "compiled".to_owned(),
        Ok(_) => "compiled".to_owned(),
        Err(error) => error.to_string(),
    };
    let table = |targets: usize| with(&format!("(func (param i32) (block (br_table {} (local.get 0))))", "0 ".repeat(targets)));
    // Lists of lists: each type is a defined type (0x70) of the one before.
    let nested = |depth: usize| {
        let mut types = Vec::new();
        leb128(&mut types, depth + 1);
        types.push(0x73); // string
        for it in 0..depth {
            types.push(0x70); // list
            // A type's number is signed: five bytes say any of them.
            types.extend([0, 7, 14, 21].map(|shift| (it >> shift) as u8 | 0x80));
            types.push(0);
        }
        raw(&[(7, types)])
    };
    // Component types within component types (0x41, one declaration each, a type).
    let folded = |depth: usize| {
        let mut body = vec![1];
        for _ in 0..depth {
            body.extend([0x41, 1, 1]);
        }
        body.extend([0x41, 0]);
        raw(&[(7, body)])
    };
    let mut names = with("");
    // A section `name` whose content is no such thing.
    let junk: Vec<u8> = b"\x04name".iter().copied().chain((0..500_000u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8)).collect();
    names.push(0);
    leb128(&mut names, junk.len());
    names.extend(junk);
    let told = [
        ("M64 table of 60,000 branches", become_of("branches", &table(60_000))),
        ("M64 table of 200,000 branches", become_of("branches", &table(200_000))),
        ("M64 table of 300,000 branches", become_of("branches", &table(300_000))),
        ("M65 lists of lists, 50,000 deep", become_of("lists", &nested(50_000))),
        ("M65 component types, 5,000 deep", become_of("folded", &folded(5_000))),
        ("M67 junk for names", become_of("junk", &names)),
    ];
    let (_, peak) = resident();
    let told: String = told.iter().map(|(name, text)| format!("{name}: {text}\n")).collect();
    insta::assert_snapshot!(told, @r#"
    M64 table of 60,000 branches: compiled
    M64 table of 200,000 branches: compile module `branches`: Error: compile module `of the parent`: failed to compile: wasm[0]::function[1]: WebAssembly translation error: Unsupported feature: `br_table` has 199999 targets, which exceeds the implementation limit of 65520
    M64 table of 300,000 branches: read module `branches`: function 2 has 300011 bytes, at most 262144 are taken
    M65 lists of lists, 50,000 deep: read module `lists`: not valid: type nesting is too deep (at offset 0x262)
    M65 component types, 5,000 deep: read module `folded`: not valid: component type nesting is too deep (at offset 0x139)
    M67 junk for names: compiled
    "#);
    assert!(peak.saturating_sub(before) <= MOST_GROWTH, "the host grew by {} MiB", peak.saturating_sub(before) >> 20);
    assert!(bench.is_honest_call_well());
}

#[test]
fn compile_bombs_are_refused_before_they_are_compiled() {
    let bench = Bench::new();
    let refused = |name: &str, bytes: &[u8]| bench.load(name, bytes).expect_err("a bomb").to_string();
    let nested = |depth: usize| "(loop ".repeat(depth) + &")".repeat(depth);
    let custom = {
        let mut bytes = bomb(0, 0, "");
        // A custom section (id 0) of 2 MiB with an empty name, its size in LEB128.
        bytes.extend([0, 0x81, 0x80, 0x80, 0x01, 0]);
        bytes.extend(std::iter::repeat_n(0, 2 << 20));
        bytes
    };
    let told = [
        ("M15 100k globals", refused("globals", &with(&"(global i32 (i32.const 0))".repeat(100_001)))),
        ("M15 100k types", refused("types", &with(&(0..100_001).map(|it| format!("(type (func (param {})))", "i32 ".repeat(it % 9))).collect::<String>()))),
        ("M60 nested loops", refused("nested", &bomb(1, 0, &nested(2000)))),
        ("M61 huge function", refused("huge", &bomb(1, 0, &"(drop (i32.const 1))".repeat(100_000)))),
        ("M62 50,000 locals", refused("locals", &bomb(1, 50_000, ""))),
        ("M63 100k functions", refused("functions", &bomb(100_000, 0, ""))),
        ("M66 custom section", refused("custom", &custom)),
    ];
    let told: String = told.iter().map(|(name, text)| format!("{name}: {text}\n")).collect();
    insta::assert_snapshot!(told, @r"
    M15 100k globals: read module `globals`: more than 100000 types, imports and globals; split it, or build it with less in it
    M15 100k types: read module `types`: more than 100000 types, imports and globals; split it, or build it with less in it
    M60 nested loops: read module `nested`: function 2 nests deeper than 1000 blocks
    M61 huge function: read module `huge`: function 2 has 300002 bytes, at most 262144 are taken
    M62 50,000 locals: read module `locals`: function 2 has 50000 locals, at most 2000 are taken
    M63 100k functions: read module `functions`: more than 50000 functions; split it, or build it with less in it
    M66 custom section: read module `custom`: more than 1048576 bytes of custom sections; strip it
    ");
    assert!(bench.is_honest_call_well());
}

#[test]
fn a_compiler_that_takes_too_much_is_stopped_and_lost_alone() {
    let bench = Bench::new();
    // Within every bound of the pre-check, and still much to do.
    let body = "(loop (br_if 0 (i32.eqz (local.get 0))) (local.set 1 (i32.mul (local.get 2) (local.get 3))))".repeat(60);
    let heavy = bomb(4_000, 8, &body);
    let kind = |compiler: Compiler| match Module::foreign("heavy", Role::Validator, &heavy, &compiler, None) {
        Ok(_) => "it was compiled".to_owned(),
        Err(Error::CompileStopped { stopped, .. }) => format!("{stopped:?}").split([' ', '(']).next().expect("a word").to_owned(),
        Err(other) => other.to_string(),
    };
    assert_eq!(kind(Compiler { cpu: Duration::from_secs(1), ..compiler() }), "Cpu");
    assert_eq!(kind(Compiler { wall: Duration::from_millis(100), ..compiler() }), "Wall");
    assert_eq!(kind(Compiler { memory_bytes: 64 << 20, ..compiler() }), "Fell");
    assert!(bench.is_honest_call_well());
}
