//! Python in the sandbox: that its prelude is what its source says, and that whoever goes around the prelude is not believed.
//!
//! `UPDATE_EXPECT=1 cargo test --test it python` compiles the prelude anew, with the Python that it is for.

use std::{fs, path::Path};

use invitro::guest::{Granted, Role, built_in, inspect};

use crate::machine::run;

/// What the build asks for: the digest of the source that the code is of (FNV-1a of 64 bits).
fn digest(bytes: &[u8]) -> String {
    format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |all, it| (all ^ u64::from(*it)).wrapping_mul(0x0100_0000_01b3)))
}

/// Tries a script of Python on a small tree: the report.
fn attempt(script: &str) -> serde_json::Value {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let etc = scratch.path().join("tree/etc");
    fs::create_dir_all(&etc).expect("a folder can be made");
    fs::write(etc.join("app.conf"), "level=1\n").expect("a file can be written");
    let fix = scratch.path().join("fix.py");
    fs::write(&fix, script).expect("a file can be written");
    let words = ["try", fix.to_str().expect("UTF-8"), "--on", scratch.path().join("tree").to_str().expect("UTF-8"), "--format", "json"].map(String::from);
    let (_, out, err) = run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

#[test]
fn the_prelude_is_compiled_from_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("guest-modules/interpreters/python/prelude");
    let mut files: Vec<_> = fs::read_dir(&folder).expect("the prelude").map(|it| it.expect("an entry").path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "py"));
    files.sort();
    let source: String = files.iter().map(|it| fs::read_to_string(it).expect("a readable file")).collect();
    // Two objects of code are equal where all that they do is; their bytes may differ by what else was alive.
    let code = folder.join("code.b64");
    let recorded = fs::read_to_string(&code).unwrap_or_default();
    let (named, body) = recorded.split_once('\n').unwrap_or_default();
    let quoted = format!("{source:?}").replace("\\'", "'");
    assert!(!quoted.contains("\\u{"), "the prelude is plain text, so that Rust and Python quote it alike");
    let script = format!(
        "import base64, marshal\nmade = compile({quoted}, '<invitro>', 'exec', dont_inherit=True, optimize=2)\nkept = base64.b64decode({body:?})\nprint(bool(kept) and marshal.loads(kept) == made)\nprint(base64.b64encode(marshal.dumps(made)).decode())\n"
    );
    let report = attempt(&script);
    let out = report["dry_run"]["stdout"].as_str().expect("text");
    let (same, made) = out.split_once('\n').unwrap_or_else(|| panic!("{report:#}"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let lines: Vec<String> = made.trim().as_bytes().chunks(160).map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        fs::write(&code, format!("{}\n{}\n", digest(source.as_bytes()), lines.join("\n"))).expect("a file can be written");
        return;
    }
    assert_eq!((named, same), (digest(source.as_bytes()).as_str(), "True"), "UPDATE_EXPECT=1 cargo test --test it python, then make guests");
}

#[test]
fn the_interpreter_is_what_any_author_may_make() {
    let python = built_in().iter().find(|it| it.role == Role::Interpreter && it.name == "python").expect("it is built in");
    let seen = inspect("python", python.component).expect("it passes what a stranger's module passes");
    assert_eq!(seen.role, Some(Role::Interpreter));
    let ours = |name: &str| name.starts_with("invitro:remediation/");
    assert!(seen.imports.iter().all(|(name, granted)| ours(name) && *granted == Granted::Yes), "{:?}", seen.imports);
}

#[test]
fn an_untouched_posix_is_caught_and_told() {
    let report = attempt(
        "import importlib.machinery\nloader = importlib.machinery.BuiltinImporter\nspec = importlib.machinery.ModuleSpec('posix', loader)\nraw = loader.create_module(spec)\nloader.exec_module(raw)\nraw.chmod('/etc/app.conf', 0o600)\nprint(oct(raw.stat('/etc/app.conf').st_mode))\n",
    );
    let reasons: Vec<&str> = report["dry_run"]["unmodelled"].as_array().expect("a list").iter().filter_map(|it| it["reason"].as_str()).collect();
    assert_eq!(report["verdict"], "unproven");
    assert_eq!(reasons, ["the script gets posix anew, around what is watched", "a call around what is watched"]);
    assert_eq!(report["changes"], serde_json::json!([]), "what went around did nothing");
}

#[test]
fn a_script_has_the_lines_of_what_it_met() {
    let report = attempt("import os\n\ntry:\n    import no_such_module_at_all\nexcept ImportError:\n    pass\nos.chmod('/etc/app.conf', 0o600)\n");
    let met = &report["dry_run"]["unmodelled"][0];
    assert_eq!((met["argv"][0].as_str(), met["line"].as_u64()), (Some("no_such_module_at_all"), Some(4)));
    assert_eq!(report["changes"][0]["after"]["mode"], "0600", "it is shown all the same");
}
