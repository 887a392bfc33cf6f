//! Hostile scripts through the bash that is built in: each ends by itself, says which limit it met, and is never proven.
//!
//! A line is a name, a script and words of a reason. Fuel and memory are small, so that
//! the whole list takes seconds; the memory of each process is watched.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The most that a process may hold: the guest's 64 MiB, the program with its modules, and what the host keeps of a guest.
const MOST_RESIDENT: usize = 320 << 20;

/// Text around text, this many levels deep.
fn nested(open: &str, inner: &str, close: &str) -> String {
    const LEVELS: usize = 10_000;
    format!("{}{inner}{}", open.repeat(LEVELS), close.repeat(LEVELS))
}

type Line = (&'static str, String, &'static str);

fn lines() -> Vec<Line> {
    let of = |name, script: &str, words| (name, script.to_owned(), words);
    vec![
        ("subshells", nested("(", "true", ")"), "stack: calls are nested"),
        ("subshells apart", nested("( ", "true", " )"), "nested deeper than 200 levels"),
        ("groups", nested("{ ", "true;", " }"), "nested deeper than 200 levels"),
        ("substitutions", format!("x={}", nested("$(echo ", "a", ")")), "nested deeper than 200 levels"),
        ("defaults", format!("x={}", nested("${a:-", "b", "}")), "nested deeper than 200 levels"),
        ("conditionals", nested("if true; then ", "true; ", "fi; "), "nested deeper than 200 levels"),
        ("functions", nested("f() { ", "true; ", "}; "), "nested deeper than 200 levels"),
        ("conditions", format!("[[ {} ]]", nested("( ", "1", " )")), "nested deeper than 200 levels"),
        ("a long condition", format!("[[ {}1 ]]", "1 && ".repeat(10_000)), "a condition has more than 500 parts"),
        ("choices of numbers", format!("echo $(({}1))", "0?1:".repeat(10_000)), "an arithmetic expression nests deeper than 1100 levels"),
        ("groups of a pattern", format!("shopt -s extglob; x=a; echo ${{x//{}/b}}", nested("@(", "a", ")")), "the groups of a pattern are nested"),
        ("operands of test", format!("[ {}1 ]", "! ".repeat(10_000)), "stack: calls are nested"),
        ("groups of grep", format!("echo a | grep -E '{}'", nested("(", "a", ")")), "a regular expression that is too big here"),
        ("groups of sed", format!("echo a | sed -E 's/{}/b/'", nested("(", "a", ")")), "a regular expression that is too big here"),
        of("intervals", "echo a | sed -E 's/(a{1,255}){1,255}{1,255}/b/' || : > /etc/x", "a regular expression that is too big here"),
        of("references", "x=$(printf %2000s | tr ' ' a); r='(.*)(.*)(.*)(.*)\\1\\2\\3\\4x'; [[ $x =~ $r ]]; : > /etc/x", "fuel: the limit"),
        of("a pattern that goes back", "printf %5000s | tr ' ' a | grep -P '(a|aa)+b'", "fuel: the limit"),
        of("braces", "echo {1..1000000000}", "makes more than 65536 words"),
        of("products of braces", "echo {1..1000}{1..1000}{1..1000}", "makes more than 65536 words"),
        of("a wide field", "printf %1000000000d 1 > /etc/x", "a field is too wide"),
        of("a fork bomb", ":() { :|:& }; :", "functions and subshells are nested deeper than 250"),
        of("a function", "f() { f; }; f", "functions and subshells are nested deeper than 250"),
        of("eval", "x='eval \"$x\"'; eval \"$x\"", "functions and subshells are nested deeper than 250"),
        of("a file that reads itself", "echo '. /etc/r' > /etc/r; . /etc/r", "functions and subshells are nested deeper than 250"),
        of(
            "a program that runs itself",
            "printf '#!/bin/sh\\n/etc/r\\n' > /etc/r; chmod +x /etc/r; /etc/r",
            "functions and subshells are nested deeper than 250",
        ),
        of("a loop", "while :; do :; done", "fuel: the limit"),
        of("a loop of sed", "echo a | sed ':a;ba'", "fuel: the limit"),
        of("a loop of awk", "awk 'BEGIN { while (1) x = 1 }'", "fuel: the limit"),
        of("text that doubles", "x=a; while :; do x=$x$x; done", "fuel: the limit"),
        of("text of awk that doubles", "awk 'BEGIN { x = \"a\"; while (1) x = x x }'", "memory: "),
        of("yes into a file", "yes > /etc/x", "yes writes without end"),
        of("yes that is counted", "yes | wc -l > /etc/x", "a pipe whose writer goes on without end"),
        of("one file after the other", "while :; do : > /etc/f$((i++)); done", "fuel: the limit"),
        of("sleep", "sleep infinity", "wall-clock: the limit"),
        of("children that sleep", "while :; do sleep 10 & done", "wall-clock: the limit"),
        of("a pipe without a writer", "mkfifo /etc/p; cat /etc/p; : > /etc/x", "a named pipe is read"),
        of("a folder below the other", "cd /etc; d=$(printf %0200d 1); while mkdir $d && cd $d; do :; done", "the path of the working directory"),
        of("a hole of a tebibyte", "truncate -s 1T /etc/x; : > /etc/y", "the size 1T is not modelled"),
        of("a name with a NUL", "echo a\0b > /etc/x\n\0\0echo c\n", "no command model"),
    ]
}

/// The most that a process held, looked at until it ends.
fn resident(child: &mut Child) -> usize {
    let (place, mut most) = (format!("/proc/{}/status", child.id()), 0);
    while child.try_wait().expect("it can be waited for").is_none() {
        let status = fs::read_to_string(&place).unwrap_or_default();
        let held = status.lines().find_map(|it| it.strip_prefix("VmHWM:")).and_then(|it| it.split_whitespace().next()?.parse::<usize>().ok());
        most = most.max(held.unwrap_or_default() << 10);
        std::thread::sleep(Duration::from_millis(5));
    }
    most
}

/// Tries one script; says what is wrong with what came of it.
fn judge(root: &Path, (name, script, words): &Line) -> Result<(), String> {
    let (fix, out) = (root.join("fix.sh"), root.join("out"));
    fs::write(&fix, script).expect("a file can be written");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let mut child = Command::new(env!("CARGO_BIN_EXE_invitro"))
        .args(["try", &fix.display().to_string(), "--on", &root.join("tree").display().to_string()])
        .args(["--policy", &root.join("policy.toml").display().to_string(), "--format", "json"])
        .env("INVITRO_CACHE", cache)
        .stdout(fs::File::create(&out).expect("a file can be made"))
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let most = resident(&mut child);
    let status = child.wait().expect("it ended").code();
    let text = fs::read_to_string(&out).unwrap_or_default();
    let Ok(report) = serde_json::from_str::<serde_json::Value>(&text) else { return Err(format!("{name}: no report, status {status:?}")) };
    let reasons = report["reasons"].as_array().into_iter().flatten().filter_map(|it| it["message"].as_str()).collect::<Vec<_>>().join("\n");
    if status != Some(12) || !reasons.contains(words) {
        return Err(format!("{name}: status {status:?}: {}", reasons.chars().take(300).collect::<String>()));
    }
    if most > MOST_RESIDENT {
        return Err(format!("{name}: the process held {} MiB", most >> 20));
    }
    Ok(())
}

#[test]
fn each_hostile_script_ends_at_a_limit_with_a_name() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path();
    fs::create_dir_all(root.join("tree/etc")).expect("a folder can be made");
    fs::write(root.join("policy.toml"), "[limits]\nfuel = 400_000_000\nmemory_bytes = 67_108_864\n").expect("a file can be written");
    // The modules are compiled before memory is looked at.
    fs::write(root.join("fix.sh"), "true\n").expect("a file can be written");
    crate::machine::run(&["try", &root.join("fix.sh").display().to_string(), "--on", &root.join("tree").display().to_string()]);
    let all = lines();
    let wrong: Vec<String> = all.iter().filter_map(|it| judge(root, it).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

#[test]
fn a_script_of_64_mebibytes_is_refused_with_a_way_out() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let fix = scratch.path().join("fix.sh");
    fs::File::create(&fix).and_then(|it| it.set_len(64 << 20)).expect("a file can be made");
    let (status, out, err) = crate::machine::run(&["try", &fix.display().to_string(), "--on", &scratch.path().display().to_string()]);
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("67108864") && err.contains("1048576"), "size and limit are told: {err}");
}
