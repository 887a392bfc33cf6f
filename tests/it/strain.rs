//! A fix under strain, and the doubts that a run raises: as the program says them.

use std::{fs, path::Path};

use serde_json::Value;

use crate::machine::run;

/// A target of three files.
const TREE: [(&str, &str); 3] = [("etc/app.conf", "# app\nmode = open\nuser = web\n"), ("etc/hostname", "web01\n"), ("etc/group.list", "a\nb\n")];

struct Bench {
    scratch: tempfile::TempDir,
}

impl Bench {
    fn new() -> Bench {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        for (path, text) in TREE {
            let path = scratch.path().join("tree").join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
            fs::write(path, text).expect("a file can be written");
        }
        Bench { scratch }
    }

    fn path(&self, name: &str) -> String {
        self.scratch.path().join(name).display().to_string()
    }

    fn put(&self, name: &str, text: &str) -> String {
        fs::write(self.scratch.path().join(name), text).expect("a file can be written");
        self.path(name)
    }

    /// Tries a fix and returns exit status and report.
    fn report(&self, fix: &str, words: &[&str]) -> (i32, Value) {
        let (fix, tree) = (self.put("fix.sh", fix), self.path("tree"));
        let (status, out, err) = run(&[&["try", &fix, "--on", &tree, "--format", "json"], words].concat());
        (status, serde_json::from_str(&out).unwrap_or_else(|_| panic!("JSON, not {out}{err}")))
    }

    /// Tries a fix, and returns what its strains showed, a line for each strain and each case.
    fn strains(&self, fix: &str, words: &[&str]) -> String {
        let (_, report) = self.report(fix, words);
        let list = |of: &Value| of.as_array().expect("a list").clone();
        let case = |it: &Value| format!("  {}: {}: {}\n", it["doubt"].as_str().unwrap_or("-"), text(&it["name"]), text(&it["reason"]));
        let strain = |it: &Value| {
            let cases: String = list(&it["cases"]).iter().map(case).collect();
            format!("{} {}: {}\n{cases}", text(&it["name"]), it["holds"], text(&it["reason"]))
        };
        list(&report["strains"]).iter().map(strain).collect()
    }

    /// Tries a fix, and returns its doubts.
    fn doubts(&self, fix: &str) -> String {
        let (_, report) = self.report(fix, &[]);
        let doubts = report["doubts"].as_array().expect("doubts");
        doubts.iter().map(|it| format!("{} {}: {}\n", text(&it["code"]), it["line"], text(&it["message"]))).collect()
    }
}

fn text(of: &Value) -> &str {
    of.as_str().expect("a text")
}

#[test]
fn a_fix_that_renames_and_stops_at_an_error_stands_kills_and_failures() {
    let told = Bench::new().strains("set -e\nsed -i 's/mode = open/mode = shut/' /etc/app.conf\n", &["--faults"]);
    assert_eq!(
        told,
        "kills true: 4 kills between two changes, and all went well; 4 leave a tool's own new file behind\n\
         failures true: 12 failures of a change, and all went well\n"
    );
}

#[test]
fn a_fix_that_writes_over_a_file_tears_it() {
    let told = Bench::new().strains("sed 's/open/shut/' /etc/app.conf > /tmp/new\ncat /tmp/new > /etc/app.conf\ntrue\n", &["--faults"]);
    assert_eq!(
        told,
        "kills false: 1 kills between two changes, and 2 did not go well\n  \
           kill-tears: a kill before change 4 (write of /etc/app.conf): neither what was held nor what shall be: /etc/app.conf\n  \
           kill-not-resumed: a kill before change 4 (write of /etc/app.conf): a new run does not finish what was begun: not as it would be: /etc/app.conf\n\
         failures false: 9 failures of a change, and 4 did not go well\n  \
           failure-unnoticed: ENOSPC, EACCES, EIO at change 1 (creation of /tmp/new): the fix exits with 0, and not as it would be: /etc/app.conf\n  \
           failure-unnoticed: ENOSPC, EIO at change 2 (write of /tmp/new): the fix exits with 0, and not as it would be: /etc/app.conf\n  \
           failure-unnoticed: EACCES, EIO at change 3 (truncation of /etc/app.conf): the fix exits with 0, and not as it would be: /etc/app.conf\n  \
           failure-unnoticed: ENOSPC, EIO at change 4 (write of /etc/app.conf): the fix exits with 0, and not as it would be: /etc/app.conf\n"
    );
}

#[test]
fn variants_show_what_the_next_machine_would() {
    let told = Bench::new()
        .strains("grep -q '^shut' /etc/app.conf || echo 'shut = yes' >> /etc/app.conf\nsed -i 's/^mode = .*/mode = shut/' /etc/app.conf\n", &["--variants"]);
    assert_eq!(
        told,
        "variants false: 8 variants of the target, and 3 did not go well\n  \
           variant-fails: /etc/app.conf without a final newline: not idempotent: a second run changes /etc/app.conf: line 4 of /etc/app.conf, `shut = yes`; nothing changes from run 2 on\n  \
           variant-fails: /etc/app.conf without a final newline: the file had no line end at its end, and what was appended is glued to its last line (newline-glue)\n  \
           variant-fails: /etc/app.conf as a link: the link is replaced by a file, and /etc/app.conf.linked stays as it was\n"
    );
}

#[test]
fn surroundings_show_what_a_fix_takes_for_granted() {
    let told = Bench::new().strains("echo \"host $(hostname)\" > /etc/motd\ninstall -m 644 /etc/motd /etc/issue\n", &["--surroundings"]);
    assert_eq!(
        told,
        "surroundings false: 3 other surroundings, and 2 did not go well\n  \
           surroundings-matter: the host is named `elsewhere`: not as in the first run: /etc/issue, /etc/motd\n  \
           surroundings-matter: umask 027: not as in the first run: /etc/motd\n"
    );
}

#[test]
fn fixes_that_meet_are_run_in_both_orders() {
    let bench = Bench::new();
    let (one, two) = (bench.put("one.sh", "echo 'mode = shut' > /etc/app.conf\n"), bench.put("two.sh", "sed -i 's/shut/ajar/' /etc/app.conf\n"));
    let far = bench.put("far.sh", "echo c >> /etc/group.list\n");
    let (_, out, _) = run(&["try", &one, &two, &far, "--on", &bench.path("tree"), "--order", "--format", "json"]);
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let strain = &report["strains"][0];
    assert_eq!((text(&strain["name"]), strain["holds"].as_bool()), ("order", Some(false)), "{strain}");
    assert_eq!(strain["cases"].as_array().map(Vec::len), Some(1), "{strain}");
    let case = &strain["cases"][0];
    assert_eq!((text(&case["name"]), text(&case["reason"])), ("one.sh and two.sh", "the orders differ in /etc/app.conf"));
}

#[test]
fn what_is_learnt_is_what_is_allowed() {
    let bench = Bench::new();
    let fix = bench.put("fix.sh", "cp /etc/app.conf \"$(mktemp /etc/app.conf.XXXXXX)\"\necho x >> /etc/group.list\n");
    let (status, out, err) = run(&["try", &fix, "--on", &bench.path("tree"), "--learn"]);
    assert_eq!((status, out.as_str(), err.as_str()), (0, "/etc/app.conf.*\n/etc/group.list\n", ""));
    let allow: Vec<&str> = out.lines().flat_map(|it| ["--allow", it]).collect();
    let (_, report, _) = run(&[&["try", &fix, "--on", &bench.path("tree"), "--format", "json"], &allow[..]].concat());
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["proofs"]["contained"]["holds"], true, "{report}");
    let (status, out, err) = run(&["try", &bench.put("bad.sh", "frobnicate\necho x >> /etc/group.list\n"), "--on", &bench.path("tree"), "--learn"]);
    assert_eq!((status, out.as_str()), (12, "/etc/group.list\n"), "{err}");
    assert!(err.contains("what it would change on the machine may be more"), "{err}");
}

#[test]
fn a_policy_makes_doubts_block() {
    let bench = Bench::new();
    let fix = "set -e\necho 'mode = shut' > /etc/app.conf\n";
    assert_eq!(bench.report(fix, &["--faults"]).0, 0, "a doubt is told, and blocks nothing by itself");
    let policy = bench.put("policy.toml", "[doubts]\nblock = [\"kill-tears\"]\n");
    let (status, report) = bench.report(fix, &["--faults", "--policy", &policy]);
    assert_eq!((status, text(&report["verdict"])), (12, "unproven"));
    assert_eq!(report["doubts"][0]["blocking"], true, "{}", report["doubts"]);
    let policy = bench.put("wrong.toml", "[doubts]\nblock = [\"kill-tear\"]\n");
    let (status, _, err) = run(&["try", &bench.path("fix.sh"), "--on", &bench.path("tree"), "--policy", &policy]);
    assert!(status == 1 && err.contains(":2:9: unknown doubt `kill-tear`, valid here: compliant-before, "), "{err}");
}

#[test]
fn a_policy_may_let_a_fix_settle_in_two_runs() {
    let bench = Bench::new();
    let fix = "if grep -q shut /etc/app.conf; then sed -i 's/^user = .*/user = nobody/' /etc/app.conf; fi\nsed -i 's/mode = open/mode = shut/' /etc/app.conf\n";
    let (status, report) = bench.report(fix, &[]);
    assert_eq!((status, &report["proofs"]["idempotent"]["holds"]), (11, &false.into()));
    let policy = bench.put("policy.toml", "[proofs]\nruns = 2\n");
    let (status, report) = bench.report(fix, &["--policy", &policy]);
    assert_eq!((status, &report["proofs"]["idempotent"]["holds"]), (0, &true.into()));
    assert!(text(&report["proofs"]["idempotent"]["reason"]).ends_with("nothing changes from run 2 on, and the policy allows 2 runs"), "{report}");
    let (_, report) = bench.report("echo x >> /etc/group.list\n", &["--policy", &policy]);
    let told = text(&report["proofs"]["idempotent"]["reason"]);
    assert!(told.ends_with("/etc/group.list grows with each run"), "{told}");
}

#[test]
fn doubts_name_what_looks_wrong() {
    let bench = Bench::new();
    let cases = [
        ("DIR=\ncp /etc/app.conf \"$DIR/etc/app.bak\"\n", "empty-variable-path 2: `DIR` is empty, so `$DIR/etc/app.bak` is `/etc/app.bak`\n"),
        ("touch ${PREFIX}/etc/flag\n", "empty-variable-path 1: `PREFIX` is not set, so `${PREFIX}/etc/flag` is `/etc/flag`\n"),
        ("touch ${PREFIX:-/etc}/flag\n", ""),
        (
            "for it in /etc/app.d/*.conf; do\n  [ -e \"$it\" ] && rm \"$it\"\ndone\necho x > /etc/new\n",
            "glob-without-match 1: `/etc/app.d/*.conf` matches no file, and is taken as it stands\n",
        ),
        ("shopt -s nullglob\nfor it in /etc/app.d/*.conf; do rm \"$it\"; done\necho x > /etc/new\n", ""),
        ("sed -i 's/absent/x/' /etc/app.conf\necho x > /etc/new\n", "rewritten-unchanged null: written though nothing of it changes: /etc/app.conf\n"),
        (
            "echo 'db_password = hunter22' >> /etc/app.conf\n",
            "secret-in-clear null: line 4 of /etc/app.conf sets `db_password` in clear, and every user may read it\n",
        ),
        ("umask 077\necho 'db_password = hunter22' > /etc/own.conf\n", ""),
        (
            "sed -i 's/a/b/' /etc/none\necho x > /etc/new\n",
            "error-output-exit-0 null: the fix exits with 0 and says `sed: can't read /etc/none: No such file or directory`\n",
        ),
    ];
    for (fix, expected) in cases {
        assert_eq!(bench.doubts(fix), expected, "{fix}");
    }
    assert!(Path::new(&bench.path("tree/etc/app.conf")).exists(), "the target itself is as it was");
}
