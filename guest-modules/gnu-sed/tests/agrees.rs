//! What this sed makes of a call is what GNU sed 4.9 made of it.

mod recorded;

use std::collections::BTreeMap;

use gnu_sed::{Kind, Trouble, World};

/// Files in memory, as they lay where the cases were recorded.
struct Files {
    stdin: Vec<u8>,
    files: BTreeMap<Vec<u8>, Vec<u8>>,
}

const LAID: [(&[u8], &[u8]); 5] = [(b"rf", b"x"), (b"g1", b"u"), (b"g2", b"v"), (b"g3", b"a\nb\nc\n"), (b"sc", b"p\n")];

impl World for Files {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.clone()
    }

    fn kind(&mut self, name: &[u8]) -> Result<Kind, String> {
        match name {
            b"." => Ok(Kind::Directory),
            b"/dev/null" => Ok(Kind::Other),
            _ => self.read(name).map(|_| Kind::Regular),
        }
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        if name == b"/dev/null" {
            return Ok(Vec::new());
        }
        self.files.get(name).cloned().ok_or_else(|| "No such file or directory".to_owned())
    }

    fn create(&mut self, name: &[u8]) -> Result<(), String> {
        self.files.insert(name.to_vec(), Vec::new());
        Ok(())
    }

    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String> {
        self.files.entry(name.to_vec()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn replace(&mut self, name: &[u8], content: &[u8], backup: Option<&[u8]>, _: bool) -> Result<(), String> {
        let old = self.files.insert(name.to_vec(), content.to_vec());
        if let (Some(backup), Some(old)) = (backup, old) {
            self.files.insert(backup.to_vec(), old);
        }
        Ok(())
    }
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let laid: BTreeMap<Vec<u8>, Vec<u8>> = LAID.iter().map(|(name, text)| (name.to_vec(), text.to_vec())).collect();
    let mut wrong = Vec::new();
    for (words, input, output, status, changed) in recorded::CASES {
        let mut world = Files { stdin: input.to_vec(), files: laid.clone() };
        let words: Vec<Vec<u8>> = words.iter().map(|it| it.to_vec()).collect();
        let (out, ended) = match gnu_sed::read(&words, &mut world).and_then(|options| gnu_sed::run(&options, &mut world)) {
            Ok(done) => (done.out, done.status),
            Err(Trouble::Exit(_, status)) => (Vec::new(), status),
            Err(Trouble::Unmodelled(reason)) => panic!("{words:?}: {reason}"),
        };
        let files: Vec<(&[u8], &[u8])> =
            world.files.iter().filter(|(name, text)| laid.get(*name) != Some(*text)).map(|(name, text)| (&name[..], &text[..])).collect();
        if (&out[..], ended, &files[..]) != (*output, *status, *changed) {
            let text = |it: &[u8]| String::from_utf8_lossy(it).into_owned();
            let words: Vec<String> = words.iter().map(|it| text(it)).collect();
            wrong.push(format!("{words:?}: {:?} {ended}, not {:?} {status}", text(&out), text(output)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_runs_programs_is_owned_up_to() {
    let mut world = Files { stdin: b"a\n".to_vec(), files: BTreeMap::new() };
    for script in ["s/a/b/e", "e", "1e date"] {
        let options = gnu_sed::read(&[script.as_bytes().to_vec()], &mut world).expect("words that can be read");
        assert!(matches!(gnu_sed::run(&options, &mut world), Err(Trouble::Unmodelled(_))), "{script}");
    }
}

/// What a call prints, and its status; an error where it is not modelled.
fn sed(words: &[&str], stdin: &str) -> Result<(String, i32), Trouble> {
    let mut world = Files { stdin: stdin.into(), files: [(b"g".to_vec(), b"a\nb\nc\n".to_vec())].into() };
    let words: Vec<Vec<u8>> = words.iter().map(|it| it.as_bytes().to_vec()).collect();
    let options = gnu_sed::read(&words, &mut world)?;
    let done = gnu_sed::run(&options, &mut world)?;
    Ok((String::from_utf8_lossy(&done.out).into_owned(), done.status))
}

#[test]
fn what_calls_by_chance_showed_once() {
    assert_eq!(sed(&["q5", "none", "g"], ""), Ok(("a\n".to_owned(), 2)));
    assert_eq!(sed(&["q5", "g", "none"], ""), Ok(("a\n".to_owned(), 5)));
    assert_eq!(sed(&["-zn", "l 4"], "abcdef"), Ok(("abc\\\0def$\0".to_owned(), 0)));
    assert_eq!(sed(&["--posix", "N"], "a\nb\nc\n"), Ok(("a\nb\n".to_owned(), 0)));
    for words in [&["-i", "R g", "./g"][..], &["--posix", "1ctext"], &["\u{ff}"]] {
        assert!(matches!(sed(words, "a\n"), Err(Trouble::Unmodelled(_))), "{words:?}");
    }
}
