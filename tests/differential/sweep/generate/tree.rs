//! Small trees and their texts.

use crate::sweep::{
    call::{Entry, Kind, Word},
    chance::Chance,
};

/// What trees are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A few files with texts, and hardly more.
    Texts,
    /// Folders, links, modes, owners.
    Deep,
}

/// A tree that grows.
#[derive(Clone, Debug, Default)]
pub(super) struct Grove {
    pub(super) entries: Vec<Entry>,
    pub(super) wants_stdin: bool,
}

const NAMES: &[&[u8]] = &[
    b"a",
    b"b",
    b"c.txt",
    b"d.conf",
    b"e.log",
    b"a b",
    b"-n",
    b"-rf",
    b".hid",
    b"x~",
    b"new\nline",
    b"\xff\xfe",
    "ü".as_bytes(),
    b"*",
    b"[a]",
    b"A",
    b"it's",
    b"back\\slash",
    b"10-a.rules",
    b"9-b.rules",
    b"--help",
];
const PLAIN: &[&[u8]] = &[b"a", b"b", b"c.txt", b"d.conf", b"e.log", b"f"];
const FOLDERS: &[&[u8]] = &[b"sub", b"sub/deep", b"dir.d", b"s p", b"sub/.git2", b"e"];
const OWNERS: &[(u32, u32)] = &[(1, 1), (2, 2), (0, 42), (65534, 65534), (4242, 4343), (8, 8), (1000, 0)];

/// Lines as configuration and lists have them, and others.
const LINES: &[&[u8]] = &[
    b"PermitRootLogin yes",
    b"#PermitRootLogin no",
    b"permitrootlogin no",
    b"key = value",
    b"key=value",
    b"key=",
    b"  indented\twith tab",
    b"",
    b"",
    b"aaa",
    b"abab",
    b"abcabc abc",
    b"foo bar foo",
    b"foo",
    b"foobar",
    b"a.b*c[d]",
    b"/etc/passwd /usr/bin",
    b"root:x:0:0:root:/root:/bin/bash",
    b"daemon:x:1:1::/:/usr/sbin/nologin",
    b"a:b:c:d",
    b"a:b",
    b"1 2 3",
    b"10 9 8",
    b"9",
    b"10",
    b"-5",
    b"+7",
    b"007",
    b"0x1F",
    b"1e3",
    b"3.14 2.71",
    b"1K",
    b"\\",
    b"\\n back\\slash",
    b"$HOME & `id` \"q\" 'r'",
    b"A1b2 C3",
    b"UPPER lower MiXeD",
    b"[section]",
    b"[other section]",
    b"# comment",
    b"; comment",
    b"-w /etc/shadow -p wa -k identity",
    b"-e opt",
    b"word_word word-word word.word",
    b"trailing space ",
    b"trailing tab\t",
    b"a,b,,c",
    b"tab\tone\ttwo",
    b"x\ry",
    b"{ }",
    b"(a|b)",
    b"a+b?c",
    b"^anchor$",
    "\u{fc}n\u{ef}code \u{df} \u{df}".as_bytes(),
    "\u{dc}N\u{cf}CODE".as_bytes(),
    "\u{20ac}5 \u{1f600}".as_bytes(),
    b"\xff\xfe raw",
    b"half \xc3",
    b"latin \xe9t\xe9",
    b"bell\x07 esc\x1b[0m",
];

/// A text of some lines.
pub(super) fn text(chance: &mut Chance) -> Vec<u8> {
    if chance.percent(8) {
        return Vec::new();
    }
    let ascii = chance.percent(70);
    let cr = chance.percent(8);
    let few: Vec<&[u8]> = (0..chance.range(2, 6)).map(|_| chance.of(LINES)).collect();
    let count = if chance.percent(4) { chance.range(20, 60) } else { chance.range(1, 9) };
    let mut out = Vec::new();
    for _ in 0..count {
        let line = if chance.percent(40) { chance.of(&few) } else { chance.of(LINES) };
        if ascii && !line.is_ascii() {
            continue;
        }
        out.extend(line);
        if cr {
            out.push(b'\r');
        }
        out.push(b'\n');
    }
    if chance.percent(22) {
        out.pop();
    }
    if chance.percent(4) {
        let at = chance.below(out.len() + 1);
        out.insert(at, 0);
    }
    out
}

/// A tree by chance.
pub(super) fn grove(chance: &mut Chance, shape: Shape) -> Grove {
    let mut grove = Grove::default();
    let odd = chance.percent(if shape == Shape::Deep { 45 } else { 20 });
    if shape == Shape::Deep || chance.percent(25) {
        for folder in FOLDERS {
            if chance.percent(40) && has_parent(&grove, folder) {
                let mode = if chance.percent(65) { 0o755 } else { chance.value(&[0o700, 0o777, 0o1777, 0o2775, 0o000, 0o555, 0o4755, 0o3711]) };
                push(chance, &mut grove, folder.to_vec(), Kind::Folder, mode);
            }
        }
    }
    for _ in 0..chance.range(1, if shape == Shape::Deep { 6 } else { 3 }) {
        let name = if odd { chance.of(NAMES) } else { chance.of(PLAIN) };
        let path = placed(chance, &grove, name);
        let mode =
            if chance.percent(60) { 0o644 } else { chance.value(&[0o600, 0o755, 0o000, 0o4755, 0o2755, 0o6711, 0o1644, 0o640, 0o777, 0o666, 0o4644, 0o444]) };
        let text = text(chance);
        push(chance, &mut grove, path, Kind::File(text), mode);
    }
    if shape == Shape::Deep || chance.percent(15) {
        for _ in 0..chance.below(4) {
            let name: &[u8] = chance.of(&[b"l1".as_slice(), b"l2", b"l3", b"a", b"link.conf"]);
            let path = placed(chance, &grove, name);
            let kind = match chance.below(9) {
                0 => Kind::Link(b"nowhere".to_vec()),
                1 => Kind::Link(path.rsplit(|it| *it == b'/').next().unwrap_or_default().to_vec()),
                2 => Kind::Link(b"..".to_vec()),
                3 => Kind::Link(b".".to_vec()),
                4 | 5 => match some_file(chance, &grove) {
                    Some(of) => Kind::Name(of),
                    None => continue,
                },
                6 if shape == Shape::Deep => Kind::Fifo,
                6 => continue,
                7 => Kind::Link(chance.of(FOLDERS).to_vec()),
                _ => {
                    let up = if path.contains(&b'/') { b"../".to_vec() } else { Vec::new() };
                    Kind::Link([&up[..], &some_path(chance, &grove)].concat())
                }
            };
            push(chance, &mut grove, path, kind, 0o644);
        }
    }
    grove
}

fn has_parent(grove: &Grove, path: &[u8]) -> bool {
    match path.iter().rposition(|it| *it == b'/') {
        Some(at) => grove.entries.iter().any(|it| it.kind == Kind::Folder && it.path == path[..at]),
        None => true,
    }
}

fn placed(chance: &mut Chance, grove: &Grove, name: &[u8]) -> Vec<u8> {
    let folders: Vec<&[u8]> = grove.entries.iter().filter(|it| it.kind == Kind::Folder).map(|it| it.path.as_slice()).collect();
    if folders.is_empty() || chance.percent(55) {
        return name.to_vec();
    }
    [chance.of(&folders), b"/", name].concat()
}

fn push(chance: &mut Chance, grove: &mut Grove, path: Vec<u8>, kind: Kind, mode: u32) {
    if grove.entries.iter().any(|it| it.path == path) {
        return;
    }
    let owner = if chance.percent(80) { (0, 0) } else { chance.value(OWNERS) };
    let day = if chance.percent(60) { 0 } else { i64::try_from(chance.range(1, 9)).unwrap_or(0) - 5 };
    grove.entries.push(Entry { path, kind, mode, owner, day });
}

impl Grove {
    /// Lays a file besides.
    pub(super) fn file(&mut self, path: &str, text: Vec<u8>) {
        self.entries.retain(|it| it.path != path.as_bytes());
        self.entries.push(Entry { path: path.into(), kind: Kind::File(text), mode: 0o644, owner: (0, 0), day: 0 });
    }
}

fn some_file(chance: &mut Chance, grove: &Grove) -> Option<Vec<u8>> {
    let files: Vec<&Vec<u8>> = grove.entries.iter().filter(|it| matches!(it.kind, Kind::File(_))).map(|it| &it.path).collect();
    (!files.is_empty()).then(|| chance.of(&files).clone())
}

/// A path of the tree; now and then one that is not there.
pub(super) fn some_path(chance: &mut Chance, grove: &Grove) -> Vec<u8> {
    if grove.entries.is_empty() || chance.percent(8) {
        return chance.of(&[b"nothing".as_slice(), b"sub/nothing", b"a/", b"", b".", b"./a", b"sub/", b"a/b", b".."]).to_vec();
    }
    let all: Vec<&Vec<u8>> = grove.entries.iter().map(|it| &it.path).collect();
    chance.of(&all).clone()
}

/// An operand: a path of the tree, made safe from being an option most of the time.
pub(super) fn operand(chance: &mut Chance, grove: &Grove) -> Word {
    let path = some_path(chance, grove);
    match chance.below(12) {
        // Of an empty path a slash would make the root, which is not the call's.
        2 if path.is_empty() => Word::Plain(path),
        0 => Word::Under(path),
        1 => Word::Plain([b"./", &path[..]].concat()),
        2 => Word::Plain([&path[..], b"/"].concat()),
        _ if path.starts_with(b"-") && chance.percent(60) => Word::Plain([b"./", &path[..]].concat()),
        _ => Word::Plain(path),
    }
}

/// A path of a file: what readers of texts are given.
pub(super) fn text_operand(chance: &mut Chance, grove: &Grove) -> Word {
    match some_file(chance, grove) {
        Some(path) if chance.percent(90) => {
            if path.starts_with(b"-") && chance.percent(60) {
                return Word::Plain([b"./", &path[..]].concat());
            }
            Word::Plain(path)
        }
        _ => operand(chance, grove),
    }
}

/// Files for a reader, or its standard input.
pub(super) fn readers(chance: &mut Chance, grove: &mut Grove, words: &mut Vec<Word>, most: usize) {
    let count = chance.below(most + 1);
    if count == 0 {
        grove.wants_stdin = true;
    }
    for _ in 0..count {
        if chance.percent(4) {
            grove.wants_stdin = true;
            words.push("-".into());
        } else {
            let it = text_operand(chance, grove);
            words.push(it);
        }
    }
}
