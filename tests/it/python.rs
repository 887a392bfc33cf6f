//! Python in the sandbox: that its prelude is what its source says, and that whoever goes around the prelude is not believed.
//!
//! `UPDATE_EXPECT=1 cargo test --test it python` compiles the prelude anew, with the Python that it is for.

use std::{fs, path::Path};

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
