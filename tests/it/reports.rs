//! Reports as other programs read them, and the README's word for it.

use std::{fs, path::Path};

use crate::machine::{copy, run};

fn at(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Runs `fix` on the example, in a format.
fn example(format: &str) -> String {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    copy(&at("examples/hardening/tree"), &tree);
    let words = ["examples/hardening/xccdf.xml", "examples/hardening/trivy.json"].map(|it| at(it).display().to_string());
    let (status, out, err) = run(&["fix", &words[0], &words[1], "--on", &tree.display().to_string(), "--format", format]);
    assert_eq!(status, 12, "{err}");
    out
}

#[test]
fn json_is_as_its_schema_says() {
    let (_, schema, _) = run(&["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let list: serde_json::Value = serde_json::from_str(&example("json")).expect("JSON");
    let reports = list["reports"].as_array().expect("reports");
    let tried: Vec<_> = reports.iter().filter(|it| !it["verdict"].is_null()).collect();
    assert!(tried.len() > 5);
    for it in tried {
        let wrong: Vec<String> = schema.iter_errors(it).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
    let mut broken = reports[0].clone();
    broken["proofs"]["fixed"]["holds"] = "yes".into();
    assert!(!schema.is_valid(&broken), "the schema refuses what is wrong");
    let sum: u64 = list["summary"]["results"].as_object().expect("results").values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!((sum, list["summary"]["findings"].as_u64()), (reports.len() as u64, Some(reports.len() as u64)));
}

#[test]
fn sarif_has_what_the_standard_requires() {
    let log: serde_json::Value = serde_json::from_str(&example("sarif")).expect("JSON");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["name"], "invitro");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    let mut fixes = 0;
    for it in results {
        let rule = it["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[rule]["id"], it["ruleId"], "section 3.27.6");
        assert!(it["message"]["text"].is_string() && ["note", "warning", "error"].contains(&it["level"].as_str().expect("a level")));
        for change in it["fixes"].as_array().into_iter().flatten().flat_map(|it| it["artifactChanges"].as_array().expect("changes")) {
            fixes += 1;
            assert!(change["artifactLocation"]["uri"].is_string());
            let replacements = change["replacements"].as_array().expect("replacements");
            assert!(!replacements.is_empty(), "section 3.56.3");
            assert!(replacements.iter().all(|it| it["deletedRegion"]["startLine"].as_u64() >= Some(1)), "section 3.57.3");
        }
    }
    assert!(results.len() > 5 && fixes > 3, "{} results, {fixes} fixes", results.len());
}

/// The standard's own schema lies outside this repository: INVITRO_SARIF_SCHEMA names it where there is a copy.
#[test]
#[expect(clippy::print_stdout, reason = "what is skipped is said aloud")]
fn sarif_is_as_the_schema_of_the_standard_says() {
    let Some(path) = std::env::var_os("INVITRO_SARIF_SCHEMA") else {
        return println!("skipped: INVITRO_SARIF_SCHEMA names no copy of sarif-schema-2.1.0.json");
    };
    let schema = serde_json::from_slice(&fs::read(path).expect("the schema is readable")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let log = serde_json::from_str(&example("sarif")).expect("JSON");
    let wrong: Vec<String> = schema.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = fs::read_to_string(at("README.md")).expect("a README");
    let shown = readme.split("```\n$ invitro try fix.sh --on /\n").nth(1).and_then(|it| it.split("```").next()).expect("the example");
    let scratch = tempfile::tempdir().expect("a scratch folder");
    fs::create_dir(scratch.path().join("etc")).expect("a folder can be made");
    fs::write(scratch.path().join("etc/sysctl.conf"), "# kernel settings\nnet.ipv4.ip_forward = 1\n").expect("a file can be written");
    let fix = scratch.path().join("fix.sh");
    fs::write(&fix, "#!/bin/bash\necho 'net.ipv4.ip_forward = 0' >> /etc/sysctl.conf\n").expect("a file can be written");
    let (status, out, _) = run(&["try", &fix.display().to_string(), "--on", &scratch.path().display().to_string()]);
    assert_eq!(status, 11);
    let out = out.replace(&fix.display().to_string(), "fix.sh");
    assert!(out.starts_with(shown), "the README shows\n{shown}\nbut this is printed\n{out}");
}

#[test]
fn no_cut_report_breaks_the_reader() {
    for name in ["examples/hardening/xccdf.xml", "examples/hardening/trivy.json"] {
        let bytes = fs::read(at(name)).expect("a report");
        for end in 0..bytes.len() {
            // An answer or an error, and no panic; a cut JSON is never a report.
            let read = invitro::finding::read(name, &bytes[..end]);
            assert!(!name.ends_with(".json") || bytes[end..].trim_ascii().is_empty() || read.is_err(), "{name} cut at {end} is read as if it were whole");
        }
    }
}

#[test]
fn no_report_carries_a_secret_that_a_fix_prints_or_copies() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let tree = scratch.path().join("tree");
    fs::create_dir_all(tree.join("etc")).expect("a folder can be made");
    let hash = "saltsalt$abcdefghijABCDEF0123456789";
    fs::write(tree.join("etc/shadow"), format!("ada:$6${hash}:19000:0:99999:7:::\n")).expect("a file can be written");
    let fix = scratch.path().join("fix.sh");
    let script = "#!/bin/bash\ncat /etc/shadow\ncut -d: -f2 /etc/shadow >&2\ncp /etc/shadow /etc/accounts\nlogger \"$(cut -d: -f2 /etc/shadow)\"\nfrobnicate \"$(cat /etc/shadow)\"\n";
    fs::write(&fix, script).expect("a file can be written");
    for format in ["text", "json", "sarif", "junit", "markdown", "html", "github"] {
        let (_, out, err) = run(&["try", &fix.display().to_string(), "--on", &tree.display().to_string(), "--format", format]);
        assert!(!out.contains("abcdefghij") && !err.contains("abcdefghij"), "{format}: {out}");
        assert!(out.contains("withheld") || !["text", "json", "html"].contains(&format), "{format}: {out}");
    }
}
