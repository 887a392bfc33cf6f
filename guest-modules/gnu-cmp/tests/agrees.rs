//! What this cmp makes of a call is what GNU cmp 3.8 made of it.

mod recorded;

use gnu_cmp::{Trouble, World};

struct Files<'a> {
    one: &'a [u8],
    other: &'a [u8],
    stdin: &'a [u8],
}

impl World for Files<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        self.stdin.to_vec()
    }

    fn open(&mut self, name: &[u8]) -> Result<(u64, bool), String> {
        match name {
            b"a" => Ok((1, false)),
            b"b" => Ok((2, false)),
            b"d" => Ok((3, true)),
            b"/dev/null" => Ok((4, false)),
            _ => Err("No such file or directory".to_owned()),
        }
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        Ok(match name {
            b"a" => self.one.to_vec(),
            b"b" => self.other.to_vec(),
            _ => Vec::new(),
        })
    }
}

fn cmp(words: &[&str], world: &mut Files<'_>, discarded: bool) -> Result<(Vec<u8>, Vec<u8>, i32), String> {
    let words: Vec<Vec<u8>> = words.iter().map(|it| it.as_bytes().to_vec()).collect();
    match gnu_cmp::run(&words, world, discarded) {
        Ok(done) => Ok((done.out, done.err, done.status)),
        Err(Trouble::Exit(err, status)) => Ok((Vec::new(), err, status)),
        Err(Trouble::Unmodelled(reason)) => Err(reason),
    }
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let mut wrong = Vec::new();
    for (words, one, other, stdin, out, err, status) in recorded::CASES {
        let ours = cmp(words, &mut Files { one, other, stdin }, false);
        let real = (out.to_vec(), err.to_vec(), *status);
        if ours.as_ref() != Ok(&real) {
            wrong.push(format!("{words:?}: {ours:?}, not {real:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn what_is_not_known_is_owned_up_to() {
    let mut files = Files { one: b"a", other: b"b", stdin: b"c" };
    for words in [&["-l", "a", "-"][..], &["--help"], &["a"], &["-n", "012", "a", "b"], &["-n", "1q", "a", "b"], &["-i", "1:2", "-", "-"]] {
        assert!(cmp(words, &mut files, false).is_err(), "{words:?}");
    }
}
