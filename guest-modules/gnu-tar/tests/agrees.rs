//! What this tar makes of a call is what GNU tar 1.34 made of it.
//!
//! `recorded/cases` holds the calls, `recorded/outcomes` what GNU tar made of them; `GNU_ROOT=… UPDATE_EXPECT=1` records them anew in a
//! Debian 12 root. `GNU_ROOT=… cargo test -p gnu-tar -- --ignored` compares random calls.

mod world;

use world::{Laid, Real, Step, World, memory::Memory, outcome};

/// The tree that every recorded case finds.
fn laid() -> Vec<Laid> {
    let file = |name, mode, owner, text: &[u8]| Laid::File(name, mode, owner, 1_500_000_000 + text.len() as i64, text.to_vec());
    let long = "w/a-folder-with-a-long-name-that-is-so-long-that-it-will-never-fit/into-one-field-of-a-header-of-an-archive-as-v7-had-them";
    let longer = "w/a-folder-with-a-long-name-that-is-so-long-that-it-will-never-fit/into-one-field-of-a-header-of-an-archive-as-v7-had-them/f";
    vec![
        Laid::Folder("w", 0o755, 0, 1_400_000_001),
        file("w/f", 0o644, 3, b"one\n"),
        file("w/empty", 0o600, 0, b""),
        file("w/tool", 0o4755, 0, b"#!/bin/sh\n"),
        Laid::Folder("w/s", 0o1777, 1, 1_400_000_002),
        file("w/s/g.c", 0o640, 65534, b"two\n"),
        file("w/s/é x", 0o644, 12345, b"three\n"),
        Laid::Hard("w/s/hard", "w/f"),
        Laid::Link("w/rel", "f"),
        Laid::Link("w/up", "../x"),
        Laid::Link("w/abs", "/nowhere/a"),
        Laid::Link("w/there", "s"),
        file("w/big", 0o644, 0, &b"0123456789abcde\n".repeat(800)),
        file("names", 0o644, 0, b"w/f\nw/s\n\n"),
        file("patterns", 0o644, 0, b"*.c  \n\nempty\n"),
        Laid::Folder("o", 0o755, 0, 1_400_000_003),
        Laid::Folder("o/w", 0o700, 0, 1_400_000_004),
        file("o/w/f", 0o600, 0, b"old\n"),
        Laid::Folder("o/w/empty", 0o755, 0, 1_400_000_005),
        Laid::Folder("o/real", 0o755, 0, 1_400_000_006),
        Laid::Link("o/w/s", "../real"),
        Laid::Link("o/w/tool", "/nowhere/b"),
        Laid::Folder("n", 0o755, 0, 1_400_000_007),
        Laid::Folder("w/a-folder-with-a-long-name-that-is-so-long-that-it-will-never-fit", 0o755, 0, 1_400_000_008),
        Laid::Folder(long, 0o755, 0, 1_400_000_009),
        file(longer, 0o644, 0, b"deep\n"),
    ]
}

fn steps(case: &str) -> Vec<Step> {
    let step = |line: &str| {
        let words: Vec<String> = line.split(' ').filter(|it| !it.is_empty()).map(|it| it.replace("\\s", " ")).collect();
        match words[0].as_str() {
            "cut" => Step::Cut(words[1].clone(), words[2].parse().expect("a length")),
            "poke" => Step::Poke(words[1].clone(), words[2].parse().expect("a place"), words[3].replace("\\0", "\0").into_bytes()),
            "tar" => Step::Tar(words[1..].to_vec()),
            other => panic!("no step: {other}"),
        }
    };
    case.lines().map(step).collect()
}

const CASES: &str = include_str!("recorded/cases");

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded/outcomes");
    let laid = laid();
    let cases: Vec<&str> = CASES.trim_end().split("\n\n").collect();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let mut real = Real::new().expect("GNU_ROOT is a root with tar in it");
        let all: Vec<String> = cases.iter().map(|it| outcome(&mut real, &laid, &steps(it)).expect("an outcome")).collect();
        std::fs::write(path, all.join("\n")).expect("a file of this repository");
    }
    let recorded = std::fs::read_to_string(path).expect("recorded outcomes");
    let recorded: Vec<&str> = recorded.split("\n\n").collect();
    assert_eq!(recorded.len(), cases.len(), "record the outcomes anew");
    let mut wrong = 0;
    for (case, expected) in cases.iter().zip(recorded) {
        let got = outcome(&mut Memory::default(), &laid, &steps(case)).unwrap_or_else(|reason| format!("unmodelled: {reason}"));
        if got.trim_end() != expected.trim_end() {
            wrong += 1;
            println!("{case}\n{}", differences(expected, &got));
        }
    }
    assert_eq!(wrong, 0, "cases that come out otherwise");
}

fn differences(expected: &str, got: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), got.lines().collect());
    let gone = old.iter().filter(|it| !new.contains(it)).map(|it| format!("  gnu : {it}\n"));
    let come = new.iter().filter(|it| !old.contains(it)).map(|it| format!("  here: {it}\n"));
    let all: String = gone.chain(come).collect();
    if all.is_empty() {
        format!("  (order) {}\n---{}\n", expected.split("\nd ").next().unwrap_or_default(), got.split("\nd ").next().unwrap_or_default())
    } else {
        all
    }
}

/// A small generator of numbers (xorshift64*), so that a seed tells a call.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.roll(of.len())]
    }
}

const WRITING: &[&str] = &[
    "--format=gnu",
    "--format=ustar",
    "--format=v7",
    "--format=pax --pax-option=delete=atime,delete=ctime",
    "-v",
    "-vv",
    "-h",
    "-P",
    "--owner=root",
    "--owner=5:6",
    "--owner=nosuch",
    "--group=mail",
    "--group=:77",
    "--numeric-owner",
    "--mode=go-w",
    "--mode=u+x,g=u",
    "--mode=0700",
    "--mtime=@1234567890",
    "--mtime=2020-01-02",
    "--clamp-mtime",
    "--exclude=*.c",
    "--exclude=s",
    "--exclude=w/f",
    "--anchored",
    "--no-wildcards",
    "-X patterns",
    "--exclude-vcs",
    "--no-recursion",
    "-C w",
    "-C .",
    "--hard-dereference",
    "-b1",
    "-b 3",
    "--remove-files",
    "--ignore-failed-read",
    "--no-anchored",
    "--ignore-case",
    "-T names",
    "--exclude-backups",
    "--no-wildcards-match-slash",
    "--exclude=*",
    "--recursion",
    "--show-transformed",
    "--full-time",
    "--warning=no-failed-read",
];
const WRITTEN: &[&str] = &[
    "w",
    "w/",
    "w/f",
    "w/s",
    "./w",
    "nofile",
    "w/rel",
    "w/abs",
    "w/there",
    "names",
    "f",
    "s",
    "../tar-agrees/w/s",
    "/tmp/tar-agrees/w/f",
    "w/./s",
    "w/s/hard",
];
const READING: &[&str] = &[
    "-v",
    "-vv",
    "-C o",
    "-C n",
    "-C o/w",
    "-p",
    "--no-same-permissions",
    "--no-same-owner",
    "--same-owner",
    "--numeric-owner",
    "-m",
    "-k",
    "-U",
    "--overwrite",
    "--skip-old-files",
    "--keep-newer-files",
    "--no-overwrite-dir",
    "--strip-components=1",
    "--strip=2",
    "--exclude=*.c",
    "--exclude=s",
    "--wildcards",
    "-P",
    "-O",
    "-h",
    "--keep-directory-symlink",
    "--recursive-unlink",
    "--one-top-level=q",
    "--show-transformed",
    "--no-recursion",
    "-i",
    "-X patterns",
    "-T names",
    "--delay-directory-restore",
    "--full-time",
    "--anchored",
    "--exclude=w/s",
    "-S",
    "--warning=no-existing-file",
    "--unlink-first",
    "--no-anchored",
    "-o",
];
const READ: &[&str] = &["w", "w/f", "w/s/", "*.c", "*", "w/s/hard", "nothing", "w/*", "[w]/f", "w/there", "s"];

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// A random case: an archive is written, sometimes damaged, then read or added to.
fn random(dice: &mut Dice) -> Vec<Step> {
    let mut call = words("-c --sort=name -f n/a.tar");
    for _ in 0..dice.roll(4) {
        call.extend(words(dice.pick(WRITING)));
    }
    for _ in 0..1 + dice.roll(3) {
        call.push(dice.pick(WRITTEN).to_owned());
        if dice.roll(12) == 0 {
            call.extend(words(dice.pick(WRITING)));
        }
    }
    let mut steps = vec![Step::Tar(call)];
    // What is gone changes the times of folders, which an update would hold.
    let removes = matches!(&steps[0], Step::Tar(words) if words.iter().any(|it| it == "--remove-files"));
    if dice.roll(4) == 0 && !removes {
        let mut call = words(if dice.roll(2) == 0 { "--sort=name -rf n/a.tar" } else { "-u --sort=name -f n/a.tar" });
        for _ in 0..dice.roll(3) {
            call.extend(words(dice.pick(WRITING)));
        }
        call.push(dice.pick(WRITTEN).to_owned());
        steps.push(Step::Tar(call));
    }
    match dice.roll(8) {
        0 => steps.push(Step::Cut("n/a.tar".to_owned(), dice.roll(12_000))),
        1 => steps.push(Step::Poke("n/a.tar".to_owned(), dice.roll(6) * 512 + dice.roll(512), vec![b'0' + dice.roll(8) as u8])),
        _ => {}
    }
    let mut call = words(if dice.roll(4) == 0 { "-tf n/a.tar" } else { "-xf n/a.tar" });
    for _ in 0..dice.roll(4) {
        call.extend(words(dice.pick(READING)));
    }
    for _ in 0..dice.roll(3) {
        call.push(dice.pick(READ).to_owned());
    }
    steps.push(Step::Tar(call));
    steps
}

#[test]
#[ignore = "needs a Debian 12 root (GNU_ROOT) and root"]
fn random_calls_come_out_alike() {
    let Some(mut real) = Real::new() else {
        println!("skipped: GNU_ROOT names no root with tar in it");
        return;
    };
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default);
    let (from, rounds) = (number("SEED", 1), number("ROUNDS", 1_200));
    let (laid, mut wrong, mut unmodelled, mut calls) = (laid(), 0, 0, 0);
    for seed in from..from + rounds {
        let steps = random(&mut Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
        calls += steps.iter().filter(|it| matches!(it, Step::Tar(_))).count();
        match outcome(&mut Memory::default(), &laid, &steps) {
            Err(reason) => {
                unmodelled += 1;
                println!("{seed}: unmodelled: {reason}");
            }
            Ok(got) => {
                let expected = outcome(&mut real, &laid, &steps).expect("an outcome");
                if got != expected {
                    wrong += 1;
                    println!("{seed}: {steps:?}\n{}", differences(&expected, &got));
                }
            }
        }
    }
    println!("{calls} calls in {rounds} rounds, {unmodelled} rounds unmodelled, {wrong} otherwise");
    assert_eq!(wrong, 0);
}

#[test]
fn damaged_archives_neither_panic_nor_run_on() {
    let mut made = Memory::default();
    made.lay(&laid());
    let mut archives = Vec::new();
    for format in ["--format=gnu", "--format=ustar", "--format=pax --pax-option=delete=atime,delete=ctime"] {
        let mut call = words("--sort=name -cf n/a.tar w");
        call.extend(words(format));
        made.tar(&call).expect("an archive");
        archives.push(made.get("n/a.tar").expect("an archive"));
    }
    let mut dice = Dice(7);
    for round in 0..600 {
        let mut bytes = archives[round % archives.len()].clone();
        for _ in 0..1 + dice.roll(3) {
            let block = dice.roll(bytes.len() / 512) * 512;
            let at = block + dice.pick(&["0", "100", "108", "124", "136", "156", "157", "257", "345", "386", "482", "483"]).parse::<usize>().expect("a number");
            let new: &[u8] = [
                &b"77777777777"[..],
                b"\x80\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                b"S",
                b"x",
                b"L",
                b"../..",
                b"\xff\xff\xff\xff\xff\xff\xff\xff",
                b"2",
                b"1",
            ][dice.roll(9)];
            bytes[at..at + new.len()].copy_from_slice(new);
            // The sum is made right again, so that the header is believed.
            bytes[block + 148..block + 156].fill(b' ');
            let sum: u32 = bytes[block..block + 512].iter().map(|it| u32::from(*it)).sum();
            bytes[block + 148..block + 155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        }
        let mut memory = Memory::default();
        memory.lay(&laid());
        memory.put("n/a.tar", &bytes);
        for call in ["-tvf n/a.tar", "-xf n/a.tar -C o", "-xOf n/a.tar", "-rf n/a.tar w/f"] {
            let _ = memory.tar(&words(call));
        }
    }
}
