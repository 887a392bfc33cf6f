//! What this grep makes of a call is what GNU grep 3.8 made of it.

mod recorded;

use std::collections::{BTreeMap, BTreeSet};

use gnu_grep::{Kind, Output, Stat, Trouble, World};

/// Files in memory.
#[derive(Default)]
struct Files {
    stdin: Vec<u8>,
    files: BTreeMap<Vec<u8>, Vec<u8>>,
}

const FOLDERS: [&[u8]; 3] = [b".", b"d", b"d/e"];

fn plain(name: &[u8]) -> Vec<u8> {
    let name = name.strip_prefix(b"./").unwrap_or(name);
    let name = name.strip_suffix(b"/").unwrap_or(name);
    if name.is_empty() { b".".to_vec() } else { name.to_vec() }
}

impl World for Files {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn stat(&mut self, name: &[u8], _: bool) -> Result<Stat, String> {
        let name = plain(name);
        let kind = if FOLDERS.contains(&&name[..]) {
            Kind::Directory
        } else if name == b"/dev/null" {
            Kind::Other
        } else {
            self.read(&name)?;
            Kind::Regular
        };
        Ok(Stat { kind, inode: 7 })
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        if name == b"/dev/null" {
            return Ok(Vec::new());
        }
        self.files.get(&plain(name)).cloned().ok_or_else(|| "No such file or directory".to_owned())
    }

    fn names(&mut self, name: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let folder = plain(name);
        let prefix = if folder == b"." { Vec::new() } else { [&folder[..], b"/"].concat() };
        let all = self.files.keys().map(|it| &it[..]).chain(FOLDERS);
        let names: BTreeSet<Vec<u8>> = all
            .filter_map(|it| it.strip_prefix(&prefix[..]))
            .filter_map(|it| it.split(|it| *it == b'/').next())
            .filter(|it| !it.is_empty() && *it != b".")
            .map(<[u8]>::to_vec)
            .collect();
        Ok(names.into_iter().collect())
    }
}

fn grep(words: &[&[u8]], world: &mut Files, output: Output) -> Result<(Vec<u8>, Vec<u8>, i32), String> {
    let words: Vec<Vec<u8>> = words.iter().map(|it| it.to_vec()).collect();
    let done = gnu_grep::read("grep", &words, world).and_then(|mut options| {
        options.output = output;
        gnu_grep::run(&options, world)
    });
    match done {
        Ok(done) => Ok((done.out, done.err, done.status)),
        Err(Trouble::Exit(err, status)) => Ok((Vec::new(), err, status)),
        Err(Trouble::Unmodelled(reason)) => Err(reason),
    }
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let mut wrong = Vec::new();
    for (words, files, input, out, err, status) in recorded::CASES {
        let mut world = Files { stdin: input.to_vec(), files: files.iter().map(|(name, text)| (name.to_vec(), text.to_vec())).collect() };
        let ours = grep(words, &mut world, Output::Open);
        let real = (out.to_vec(), err.to_vec(), *status);
        // One cause is known and given back.
        if ours.as_ref() != Ok(&real) && ours != Err(gnu_grep::EMPTY_WORD.to_owned()) {
            let words: Vec<_> = words.iter().map(|it| it.escape_ascii().to_string()).collect();
            wrong.push(format!("{words:?}: {ours:?}, not {real:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn laid() -> Files {
    Files { stdin: Vec::new(), files: [(b"a".to_vec(), b"one\ntwo\n".to_vec()), (b"b".to_vec(), b"one\n".to_vec())].into() }
}

#[test]
fn where_output_goes_matters_as_it_does_to_the_real_one() {
    assert_eq!(grep(&[b"one", b"a", b"missing"], &mut laid(), Output::Discarded), Ok((Vec::new(), Vec::new(), 0)));
    let told = b"grep: a: input file is also the output\ngrep: b: input file is also the output\n".to_vec();
    assert_eq!(grep(&[b"one", b"a", b"b"], &mut laid(), Output::File(7)), Ok((Vec::new(), told, 2)));
    assert_eq!(grep(&[b"-c", b"one", b"a"], &mut laid(), Output::File(7)), Ok((b"1\n".to_vec(), Vec::new(), 0)));
}

#[test]
fn no_pattern_and_an_empty_one_are_not_the_same() {
    let mut files = || Files { files: [(b"none".to_vec(), Vec::new()), (b"a".to_vec(), b"one\n".to_vec())].into(), ..Files::default() };
    assert_eq!(grep(&[b"-cv", b"-f", b"none", b"a"], &mut files(), Output::Open), Ok((b"1\n".to_vec(), Vec::new(), 0)));
    assert_eq!(grep(&[b"-cv", b"", b"a"], &mut files(), Output::Open), Ok((Vec::new(), Vec::new(), 1)));
}

#[test]
fn what_is_not_known_is_owned_up_to() {
    for words in [
        &[b"--color=always".as_slice(), b"one", b"a"][..],
        &[b"-T", b"one", b"a"],
        &[b"-P", b"(?R)?", b"a"],
        &[b"-P", b"\\p{L}", b"a"],
        &[b"-P", b"(*COMMIT)a", b"a"],
        &[b"-P", b"(?<=a*)b", b"a"],
        &[b"-E", b"a$*", b"a"],
        &[b"-i", b"\\tl", b"a"],
        &[b"--include=*.c", b"--exclude=a.c", b"-r", b"one"],
    ] {
        assert!(grep(words, &mut laid(), Output::Open).is_err(), "{words:?}");
    }
}

#[test]
fn a_pattern_that_explodes_ends() {
    let mut world = Files { stdin: [&b"a".repeat(2000)[..], b"!\n"].concat(), ..Files::default() };
    assert_eq!(grep(&[b"-cE", b"^(a+)+$"], &mut world, Output::Open), Ok((b"0\n".to_vec(), Vec::new(), 1)));
    assert!(grep(&[b"-P", b"^(a+)+$"], &mut world, Output::Open).is_err());
    assert!(grep(&[b"-E", b"^(a*)*(a*)*\\1$"], &mut world, Output::Open).is_err());
}
