//! What this patch makes of a call is what GNU patch 2.7.6 made of it. `UPDATE_EXPECT=1 cargo test -p gnu-patch --test agrees` asks the
//! real one and writes `tests/recorded/outcomes.txt` anew; without it nothing but that file is needed.

mod support;

use std::path::Path;

use support::{Case, case, generate, ours, theirs};

/// Patches by chance that are recorded.
const SEEDS: std::ops::Range<u64> = 100_000..100_140;

const SSHD: &str = "# the daemon\nPort 22\nPermitRootLogin yes\nX11Forwarding yes\nUsePAM yes\n";
const FIX: &str = "--- a/etc/ssh/sshd_config\n+++ b/etc/ssh/sshd_config\n@@ -1,5 +1,5 @@\n # the daemon\n Port 22\n-PermitRootLogin yes\n+PermitRootLogin no\n X11Forwarding yes\n UsePAM yes\n";
const MAKES: &str = "--- /dev/null\n+++ b/etc/new.d/one.conf\n@@ -0,0 +1 @@\n+x = 1\n";
const REMOVES: &str = "--- a/d/e/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n";
const RENAMES: &str = "diff --git a/one b/two\nsimilarity index 100%\nrename from one\nrename to two\n";
const MODE: &str = "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n";
const BINARY: &str = "diff --git a/x b/x\nindex 1234567..89abcde 100644\nGIT binary patch\nliteral 1\nIcmZQz0ssI200001\n\n";

fn cases() -> Vec<Case> {
    let sshd = [("etc/ssh/sshd_config", SSHD)];
    let done = SSHD.replace("Login yes", "Login no");
    let moved = format!("# one\n# two\n{SSHD}");
    let fuzzy = SSHD.replace("# the daemon", "# another");
    let other = SSHD.replace("PermitRootLogin yes", "PermitRootLogin maybe");
    let mut cases = vec![
        case("a fix", &["-p1"], &sshd, FIX),
        case("a fix without -p", &[], &sshd, FIX),
        case("a fix of the current folder's file", &[], &[("sshd_config", SSHD)], FIX),
        case("a fix of a named file", &["etc/ssh/sshd_config"], &sshd, FIX),
        case("in a folder", &["-d", "etc", "-p2"], &sshd, FIX),
        case("in a folder that is not there", &["-d", "none", "-p1"], &sshd, FIX),
        case("a fix that is in already", &["-p1"], &[("etc/ssh/sshd_config", &done)], FIX),
        case("the same, forward only", &["-p1", "-N"], &[("etc/ssh/sshd_config", &done)], FIX),
        case("the same, forced", &["-p1", "-f"], &[("etc/ssh/sshd_config", &done)], FIX),
        case("the same, in a batch", &["-p1", "-t"], &[("etc/ssh/sshd_config", &done)], FIX),
        case("taken back", &["-p1", "-R"], &[("etc/ssh/sshd_config", &done)], FIX),
        case("an offset", &["-p1"], &[("etc/ssh/sshd_config", &moved)], FIX),
        case("fuzz", &["-p1"], &[("etc/ssh/sshd_config", &fuzzy)], FIX),
        case("no fuzz", &["-p1", "-F0"], &[("etc/ssh/sshd_config", &fuzzy)], FIX),
        case("a hunk that fails", &["-p1"], &[("etc/ssh/sshd_config", &other)], FIX),
        case("a dry run", &["-p1", "--dry-run"], &sshd, FIX),
        case("a backup", &["-p1", "-b"], &sshd, FIX),
        case("a new file", &["-p1"], &[], MAKES),
        case("a new file that is there", &["-p1"], &[("etc/new.d/one.conf", "y\n")], MAKES),
        case("a new file taken back", &["-p1", "-R"], &[("etc/new.d/one.conf", "x = 1\n")], MAKES),
        case("a file that goes", &["-p1"], &[("d/e/gone", "x\n"), ("d/stays", "")], REMOVES),
        case("a file that should go and has more", &["-p1"], &[("d/e/gone", "x\ny\n")], REMOVES),
        case("a rename", &["-p1"], &[("one", "x\n")], RENAMES),
        case("a mode", &["-p1"], &[("run", "x\n")], MODE),
        case("a binary patch", &["-p1"], &[("x", "y")], BINARY),
        case("a name out of the tree", &["-p0"], &[("x", "a\n")], "--- ../x\n+++ ../x\n@@ -1 +1 @@\n-a\n+b\n"),
        case("an absolute name", &["-p0"], &[("x", "a\n")], "--- /nowhere/x\n+++ /nowhere/x\n@@ -1 +1 @@\n-a\n+b\n"),
        case("no file", &["-p1", "-f"], &[], FIX),
        case("nothing", &[], &[], ""),
        case("garbage", &[], &[], "hello\n"),
        case("a number that is too large", &[], &[("f", "a\n")], "--- f\n+++ f\n@@ -1,99999999999999999999 +1 @@\n-a\n+b\n"),
        case("a line that is no line of a hunk", &[], &[("f", "a\n")], "--- f\n+++ f\n@@ -1 +1 @@\n?a\n+b\n"),
        case("too many words", &["a", "b", "c"], &[], ""),
        case("no number", &["-p", "x"], &[], ""),
        case("a patch file that is not there", &["-i", "none"], &[], ""),
        case("blanks in a name", &["-p0"], &[("a b", "a\n")], "--- a b\t\n+++ a b\t\n@@ -1 +1 @@\n-a\n+b\n"),
        case("a quoted name", &["-p0"], &[("a\tb", "a\n")], "--- \"a\\tb\"\n+++ \"a\\tb\"\n@@ -1 +1 @@\n-a\n+b\n"),
        case(
            "a new file with a mode",
            &["-p1"],
            &[],
            "diff --git a/n b/n\nnew file mode 100755\nindex 0000000..1234567\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n",
        ),
    ];
    cases.push(Case {
        files: vec![("real".to_owned(), support::Laid::File(b"a\n".to_vec(), 0o644)), ("f".to_owned(), support::Laid::Link(b"real".to_vec()))],
        ..case("a link", &[], &[], "--- f\n+++ f\n@@ -1 +1 @@\n-a\n+b\n")
    });
    cases.push(Case { words: vec!["--follow-symlinks".to_owned()], name: "a link that is followed".to_owned(), ..cases[cases.len() - 1].clone() });
    cases.extend(SEEDS.map(generate::for_patch));
    cases
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded/outcomes.txt");
    let cases = cases();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let all: String = cases.iter().map(|it| format!("== {}\n{}", it.name, theirs(it))).collect();
        std::fs::write(&path, all).expect("a file can be written");
    }
    let recorded = std::fs::read_to_string(&path).expect("recorded outcomes");
    let recorded: std::collections::BTreeMap<&str, &str> = recorded.split("== ").skip(1).filter_map(|it| it.split_once('\n')).collect();
    assert_eq!(recorded.len(), cases.len(), "each case is recorded");
    let (mut wrong, mut unsupported) = (Vec::new(), 0);
    for case in &cases {
        let mine = ours(case);
        unsupported += usize::from(mine.starts_with("unsupported"));
        if !mine.starts_with("unsupported") && recorded.get(case.name.as_str()) != Some(&mine.as_str()) {
            wrong.push(format!("{}\n-- wanted\n{}-- got\n{mine}", case.told(), recorded.get(case.name.as_str()).unwrap_or(&"")));
        }
    }
    assert!(unsupported * 20 < cases.len(), "{unsupported} are refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_carried_out_is_refused_by_name() {
    for words in [&["-D", "x"][..], &["--merge"], &["-Z"], &["-T"], &["-e"], &["-x", "1"], &["-g1"], &["--frobnicate"], &["-Q"], &["--version"]] {
        let mine = ours(&case("", words, &[], FIX));
        assert!(mine.starts_with("unsupported the option `-"), "{words:?}: {mine}");
    }
    assert!(ours(&case("", &["f"], &[("f", "a\n")], "1d\n.\n")).starts_with("unsupported a script of ed(1)"));
}
