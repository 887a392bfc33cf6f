//! What GNU coreutils 9.1 (rev: util-linux 2.38.1) of Debian 12 made of calls made by chance is recorded in `recorded.tsv`, which holds
//! without them. With `GNU_ROOT` set to a Debian 12 root, and as root, `GNU_CALLS` calls from `GNU_SEED` are made in both;
//! `UPDATE_EXPECT=1` records anew. `GNU_TOOLS` names the tools that take part.

mod chance;

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::ffi::OsStrExt,
    path::Path,
    process::{Command, Stdio},
};

use chance::{Call, Chance, call, files, world::Memory};
use gnu_text::{Done, Unmodelled, run};

/// Calls that are made with the same files.
const A_ROUND: u64 = 100;

/// What a call left: what it printed, and the files afterwards.
type Left = (i32, Vec<u8>, Vec<u8>, BTreeMap<Vec<u8>, Vec<u8>>);

fn ours(call: &Call, seed: u64) -> Result<Left, Unmodelled> {
    let files = files(seed).into_iter().map(|it| (it.0.as_bytes().to_vec(), it.1)).collect();
    let mut world = Memory { files, stdin: call.stdin.clone() };
    let Done { out, err, status, .. } = run(call.tool, &call.words, &mut world)?;
    Ok((status, out, err, world.files))
}

fn prepare(folder: &Path, seed: u64) {
    std::fs::create_dir_all(folder.join("d")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::remove_file(path).unwrap();
        }
    }
    for (name, text) in files(seed) {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn theirs(call: &Call, folder: &Path) -> Left {
    let mut child = Command::new(format!("/usr/bin/{}", call.tool))
        .args(call.words.iter().map(|it| std::ffi::OsStr::from_bytes(it)))
        .current_dir(folder)
        .env_clear()
        .envs([("A", "1"), ("B", "two words"), ("LC_ALL", "C.UTF-8"), ("PATH", "/usr/bin:/bin")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(&call.stdin);
    let done = child.wait_with_output().unwrap();
    let mut after = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            after.insert(entry.file_name().as_bytes().to_vec(), std::fs::read(entry.path()).unwrap());
        }
    }
    // What getopt calls the program is its path.
    let long = format!("/usr/bin/{}", call.tool);
    let err = replaced(&done.stderr, long.as_bytes(), call.tool.as_bytes());
    (done.status.code().unwrap_or(-1), done.stdout, err, after)
}

fn replaced(text: &[u8], what: &[u8], by: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(what) {
            out.extend_from_slice(by);
            at += what.len();
        } else {
            out.push(text[at]);
            at += 1;
        }
    }
    out
}

fn field(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

fn words(call: &Call) -> String {
    std::iter::once(call.tool.to_owned()).chain(call.words.iter().map(|it| if it.is_empty() { "''".to_owned() } else { field(it).replace(' ', "\\x20") })).collect::<Vec<_>>().join(" ")
}

fn line(call: &Call, left: &Left, before: &BTreeMap<Vec<u8>, Vec<u8>>) -> String {
    let changed: Vec<String> = left.3.iter().filter(|it| before.get(it.0) != Some(it.1)).map(|it| format!("{}={}", field(it.0), field(it.1))).collect();
    format!("{}\t{}\t{}\t{}\t{}\t{}", words(call), field(&call.stdin), left.0, field(&left.1), field(&left.2), changed.join(" "))
}

#[test]
fn as_recorded() {
    let recorded = include_str!("recorded.tsv");
    let before: BTreeMap<Vec<u8>, Vec<u8>> = files(0).into_iter().map(|it| (it.0.as_bytes().to_vec(), it.1)).collect();
    let mut chance = Chance(0);
    let tools: Vec<&'static str> = gnu_text::names().collect();
    let mut lines = recorded.lines();
    let mut seen = 0;
    for _ in 0..2500 {
        let call = call(&mut chance, &tools);
        let Ok(left) = ours(&call, 0) else { continue };
        assert_eq!(Some(line(&call, &left, &before).as_str()), lines.next());
        seen += 1;
    }
    assert!(seen > 1800, "only {seen} calls are modelled");
    assert_eq!(lines.next(), None);
}

#[test]
fn as_the_tools_themselves() {
    let Some(root) = std::env::var_os("GNU_ROOT") else { return };
    let setting = |name: &str, default: u64| std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default);
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let expectations = std::fs::File::options().write(true).create(true).truncate(update).open("tests/recorded.tsv").unwrap();
    std::os::unix::fs::chroot(&root).unwrap();
    std::env::set_current_dir("/").unwrap();
    let folder = &Path::new("/tmp").join(format!("gnu-text-{}", std::process::id()));
    let chosen = std::env::var("GNU_TOOLS").unwrap_or_default();
    let tools: Vec<&'static str> = gnu_text::names().filter(|it| chosen.is_empty() || chosen.split(',').any(|other| other == *it)).collect();
    let (seed, calls) = if update { (0, 2500) } else { (setting("GNU_SEED", 1), setting("GNU_CALLS", 2000)) };
    let mut chance = Chance(seed);
    let mut table: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    let mut record = std::io::BufWriter::new(expectations);
    for number in 0..calls {
        let round = if update { 0 } else { seed + number / A_ROUND };
        let call = call(&mut chance, &tools);
        let row = table.entry(call.tool).or_default();
        row[0] += 1;
        let Ok(mine) = ours(&call, round) else {
            row[1] += 1;
            continue;
        };
        prepare(folder, round);
        let real = theirs(&call, folder);
        if update {
            let before: BTreeMap<Vec<u8>, Vec<u8>> = files(0).into_iter().map(|it| (it.0.as_bytes().to_vec(), it.1)).collect();
            writeln!(record, "{}", line(&call, &real, &before)).unwrap();
        }
        if mine != real {
            row[2] += 1;
            if row[2] <= setting("GNU_SHOW", 5) {
                println!("{number}: {} < {}", words(&call), field(&call.stdin));
                for (who, it) in [("ours", &mine), ("real", &real)] {
                    println!("   {who}: {} {:?} {:?}", it.0, field(&it.1), String::from_utf8_lossy(&it.2));
                }
                if mine.3 != real.3 {
                    println!("   files differ");
                }
                for word in &call.words {
                    if let Some(it) = files(round).into_iter().find(|it| it.0.as_bytes() == word.as_slice()) {
                        println!("   {}: {}", it.0, field(&it.1));
                    }
                }
            }
        }
    }
    let _ = std::fs::remove_dir_all(folder);
    let mut wrong = 0;
    for (tool, [calls, unmodelled, differ]) in &table {
        println!("{tool:<10} {calls:>6} calls {unmodelled:>6} unmodelled {differ:>4} differ");
        wrong += differ;
    }
    assert_eq!(wrong, 0, "calls that differ silently");
}
