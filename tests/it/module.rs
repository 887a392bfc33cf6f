//! `invitro module`: what it says of components, and of what is none.

use std::{fmt::Write as _, fs, path::Path};

use invitro::guest::built_in;

use crate::machine::run;

/// Writes a case for the validator of sshd's configuration.
fn case(folder: &Path) {
    for (tree, line) in [("before", "PermitRootLogin yes\n"), ("after", "PermitRootLogin no\n")] {
        fs::create_dir_all(folder.join(tree).join("etc/ssh")).expect("a folder can be made");
        fs::write(folder.join(tree).join("etc/ssh/sshd_config"), line).expect("a file can be written");
    }
    let finding = r#"{"schema":"invitro.findings/v1","findings":[{"rule":"sshd_disable_root_login"}]}"#;
    fs::write(folder.join("finding.json"), finding).expect("a file can be written");
}

fn component(name: &str) -> &'static [u8] {
    built_in().iter().find(|it| it.name == name).expect("a module of ours").component
}

#[test]
fn a_module_is_inspected_and_tested_on_a_case() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (module, folder) = (scratch.path().join("check.wasm"), scratch.path().join("case"));
    fs::write(&module, component("os-hardening-check")).expect("a file can be written");
    case(&folder);
    let (module, folder_name) = (module.display().to_string(), folder.display().to_string());
    let (status, out, err) = run(&["module", "inspect", &module]);
    assert_eq!((status, err.as_str()), (0, ""));
    for words in [
        "role       validator\n",
        "import     invitro:remediation/files@0.1.0  granted\n",
        "export     invitro:remediation/validate@0.1.0\n",
        "limits     fuel 2000000000",
    ] {
        assert!(out.contains(words), "{words}: {out}");
    }
    let (status, out, err) = run(&["module", "test", &module, &folder_name]);
    assert_eq!(status, 1, "nothing is expected yet: {out}{err}");
    assert!(err.contains("--update"), "{err}");
    assert_eq!(run(&["module", "test", &module, &folder_name, "--update"]).0, 0);
    let (status, out, err) = run(&["module", "test", &module, &folder_name]);
    assert_eq!((status, out.as_str()), (0, "as expected\n"), "{err}");
    assert!(err.contains("used: fuel "), "{err}");
    fs::write(folder.join("expect.json"), r#"{"before":"gone","after":"gone","notes":[]}"#).expect("a file can be written");
    let (status, out, _) = run(&["module", "test", &module, &folder_name]);
    assert_eq!(status, 1);
    assert!(out.contains("-  \"before\": \"gone\",\n+  \"before\": \"stands\",\n"), "{out}");
    let (status, out, _) = run(&["module", "test", &module, &folder_name, "--limit", "fuel=1000"]);
    assert_eq!(status, 1);
    assert!(out.contains("\"stopped\": \"fuel\""), "{out}");
}

#[test]
fn what_is_no_module_is_told_with_a_way_out() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let at = |name: &str, bytes: &[u8]| {
        let path = scratch.path().join(name);
        fs::write(&path, bytes).expect("a file can be written");
        path.display().to_string()
    };
    let good = component("hygiene");
    let folder = scratch.path().join("case");
    case(&folder);
    let (folder, nowhere) = (folder.display().to_string(), scratch.path().join("none").display().to_string());
    let core = wat::parse_str("(module)").expect("valid text");
    let other = wat::parse_str("(component)").expect("valid text");
    let files = [
        at("core.wasm", &core),
        at("cut.wasm", &good[..16]),
        at("elf.wasm", b"\x7fELF\x02\x01\x01"),
        at("empty.wasm", b""),
        at("text.wasm", b"hello"),
        at("other.wasm", &other),
    ];
    let planner = at("planner.wasm", component("inverse"));
    let root = scratch.path().display().to_string();
    let mut told = String::new();
    let mut tell = |words: &[&str]| {
        let (status, out, err) = run(words);
        assert_eq!(out, "", "nothing is data");
        let err = err.lines().filter(|it| !it.starts_with("compiling ")).collect::<Vec<_>>().join("\n");
        writeln!(told, "{status} {}", err.replace(&root, "")).expect("a string takes it");
    };
    files.iter().for_each(|it| tell(&["module", "test", it, &folder]));
    tell(&["module", "inspect", &nowhere]);
    tell(&["module", "test", &planner, &nowhere]);
    tell(&["module", "test", &planner, &folder, "--limit", "fule=1"]);
    tell(&["compile-module"]);
    insta::assert_snapshot!(told, @r"
    1 Error: read module `/core.wasm`: this is a core module, not a component; wrap it: wasm-tools component new FILE -o OUT.wasm
    1 Error: read module `/cut.wasm`: unexpected end-of-file (at offset 0xa); build it again
    1 Error: read module `/elf.wasm`: this is machine code, not WebAssembly; give the .wasm component it was made from
    1 Error: read module `/empty.wasm`: these bytes are not WebAssembly; give a .wasm component
    1 Error: read module `/text.wasm`: these bytes are not WebAssembly; give a .wasm component
    1 Error: the module /other.wasm exports no interface of a role; a module exports one of: propose (generator), analyze (analyzer), interpret (interpreter), model (command-model), validate (validator), plan-rollback (rollback-planner)
    1 Error: the module /none can't be read
      Caused by: No such file or directory (os error 2)
    1 Error: the case /none has no folder `before`: put the files there that the module is to see
    2 error: invalid value 'fule=1' for '--limit <NAME=VALUE>': unknown limit `fule`, valid here: fuel, deadline_ms, wall_ms, memory_bytes, table_elements, host_call_bytes, host_data_bytes, kept_bytes, handles, log_bytes, output_bytes, depth, spawns, workspace_bytes, workspace_files

    For more information, try '--help'.
    2 Error: `invitro compile-module` is how invitro compiles a module in a process of its own; it reads a pipe and has no use by hand
    Hint: invitro module inspect FILE, or invitro module test FILE CASE, which compiles the module too
    ");
}

#[test]
fn limits_are_set_by_flags_and_told_in_the_report() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (tree, fix) = (scratch.path().join("tree"), scratch.path().join("fix.sh"));
    fs::create_dir_all(tree.join("etc")).expect("a folder can be made");
    fs::write(&fix, "while :; do :; done\n").expect("a file can be written");
    let words =
        ["try", fix.to_str().expect("UTF-8"), "--on", tree.to_str().expect("UTF-8"), "--format", "json", "--limit", "fuel=5_000_000", "--limit", "spawns=7"];
    let (status, out, _) = run(&words);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((status, &report["dry_run"]["outcome"]), (12, &"stopped".into()));
    let used = report["dry_run"]["used"].as_object().expect("an object");
    assert_eq!((&used["fuel"]["limit"], &used["spawns"]["limit"]), (&5_000_000.into(), &7.into()));
    for name in invitro::guest::Limits::NAMES {
        assert!(used.get(name).is_some_and(|it| it["limit"].is_u64() && (it["used"].is_u64() || it["used"].is_null())), "{name}");
    }
}
