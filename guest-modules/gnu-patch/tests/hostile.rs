//! No text makes patch panic or work without end.

mod support;

use std::time::{Duration, Instant};

use support::{case, generate::Chance, ours};

#[test]
fn many_hunks_take_seconds() {
    let begin = Instant::now();
    let count: usize = std::env::var("HUNKS").ok().and_then(|it| it.parse().ok()).unwrap_or(50_000);
    let old: String = (0..count).map(|it| format!("line {it}\n")).collect();
    let mut patch = String::from("--- f\n+++ f\n");
    for number in 0..count {
        patch.push_str(&format!("@@ -{0} +{0} @@\n-line {number}\n+new {number}\n", number + 1));
    }
    let done = ours(&case("", &["-s"], &[("f", &old)], &patch));
    assert!(done.starts_with("status 0\n"), "{}", &done[..100]);
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}

#[test]
fn a_line_of_64_mebibytes_and_large_numbers_are_borne() {
    let line = "x".repeat(64 << 20);
    let done = ours(&case("", &["-s"], &[("f", "a\n")], &format!("--- f\n+++ f\n@@ -1 +1 @@\n-a\n+{line}\n")));
    assert!(done.starts_with("status 0\n"));
    for number in [i64::MAX, i64::MAX - 1, i64::MAX - 2, i64::MAX / 2] {
        for hunk in
            [format!("@@ -{number},0 +{number} @@\n+a\n"), format!("@@ -{number} +{number} @@\n-b\n+a\n"), format!("@@ -1,{number} +1,{number} @@\n-b\n+a\n")]
        {
            ours(&case("", &["-f"], &[("f", "a\n")], &format!("--- f\n+++ f\n@@ -1 +1 @@\n-a\n+c\n{hunk}")));
        }
        ours(&case("", &["f"], &[("f", "a\n")], &format!("{number}a{number}\n> x\n")));
        ours(&case("", &["f"], &[("f", "a\n")], &format!("*** f\n--- f\n***************\n*** {number} ****\n! a\n--- {number},{number} ----\n! b\n")));
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let parts = [
        "--- ",
        "+++ ",
        "*** ",
        "@@ -",
        "1,3",
        " +1",
        " @@",
        "\n",
        "\n",
        "\n",
        "***************\n",
        "diff --git a/f b/f\n",
        "index ",
        "0000000..1",
        "Index: f\n",
        "f",
        "/dev/null",
        "a",
        " ",
        "-",
        "+",
        "!",
        "\\",
        "\"",
        "\\3",
        "\t",
        "\r\n",
        "0,0",
        "1a2\n",
        "> ",
        "< ",
        "---\n",
        "9223372036854775807",
        "rename from f\n",
        "rename to g\n",
        "new file mode 100644\n",
        "X",
        "#",
        ".\n",
        "1970-01-01",
        "\u{0}",
        "\u{e9}",
    ];
    let words = [&["-p0"][..], &["f"], &["-R", "-p0"], &["-l", "-f"], &["-c", "-p0"], &["-n", "f"], &["-t", "--verbose"], &["-p0", "-oout"]];
    for seed in 0..20_000 {
        let mut chance = Chance(seed);
        let mut patch = String::new();
        for _ in 0..chance.below(40) {
            let part: &&str = chance.pick(&parts);
            patch.push_str(part);
        }
        let words = *chance.pick(&words);
        ours(&case("", words, &[("f", "a\na\n")], &patch));
    }
}
