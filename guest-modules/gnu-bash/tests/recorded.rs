//! What bash 5.2.15 made of some 480 scripts, and dash 0.5.12 of some 120: output, status, and whether they complained.
//!
//! `tests/recorded/*.txt` hold the scripts and the answers of Debian 12's shells. A case that ends in `unmodelled` is one that the shell owns up
//! to: there the answer may differ, and it must be said. The world is in memory; of programs it has the few that the scripts call.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use gnu_bash::{Ended, Errno, Kind, Program, Shell, Stat, World, text};

const FILES: &[&str] = &[include_str!("recorded/lists.txt"), include_str!("recorded/words.txt"), include_str!("recorded/builtins.txt"), include_str!("recorded/mended.txt")];

/// The programs that there are.
const PROGRAMS: &[&str] = &["bash", "cat", "echo", "head", "ln", "mkdir", "printf", "seq", "sleep", "touch", "true", "yes"];

#[derive(Clone, Debug)]
enum Node {
    File(Vec<u8>, u32),
    Folder,
    Link(String),
}

struct Memory {
    nodes: RefCell<BTreeMap<String, Node>>,
    unsure: RefCell<Vec<String>>,
    umask: RefCell<u32>,
}

impl Memory {
    fn new() -> Memory {
        let mut nodes = BTreeMap::new();
        for folder in ["/", "/tmp", "/usr", "/bin", "/case", "/case/w", "/root"] {
            nodes.insert(folder.to_owned(), Node::Folder);
        }
        nodes.insert("/case/w/in1".to_owned(), Node::File(b"one\ntwo\nthree\n".to_vec(), 0o644));
        nodes.insert("/case/w/in2".to_owned(), Node::File(b"x 1\ny 2\n".to_vec(), 0o644));
        Memory { nodes: RefCell::new(nodes), unsure: RefCell::default(), umask: RefCell::new(0o022) }
    }

    /// The path without links and dots; the last component's link stays unless it is to be followed.
    fn real(&self, path: &str, follow: bool, depth: usize) -> Result<String, Errno> {
        if depth > 40 {
            return Err(Errno::Loop);
        }
        let mut at = String::new();
        let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty() && *it != ".").collect();
        for (number, part) in parts.iter().enumerate() {
            if *part == ".." {
                at.truncate(at.rfind('/').unwrap_or(0));
                continue;
            }
            let next = format!("{at}/{part}");
            let node = self.nodes.borrow().get(&next).cloned();
            let last = number + 1 == parts.len();
            match node {
                Some(Node::Link(target)) if !last || follow => {
                    let target = if target.starts_with('/') { target } else { format!("{at}/{target}") };
                    at = self.real(&target, true, depth + 1)?;
                    at = if at == "/" { String::new() } else { at };
                }
                Some(Node::File(..)) if !last => return Err(Errno::NotDirectory),
                None if !last => return Err(Errno::NoEntry),
                _ => at = next,
            }
        }
        if path.ends_with('/') && matches!(self.nodes.borrow().get(&at), Some(Node::File(..))) {
            return Err(Errno::NotDirectory);
        }
        Ok(if at.is_empty() { "/".to_owned() } else { at })
    }

    fn node(&self, path: &str, follow: bool) -> Result<(String, Node), Errno> {
        let path = self.real(path, follow, 0)?;
        let node = self.nodes.borrow().get(&path).cloned().ok_or(Errno::NoEntry)?;
        Ok((path, node))
    }
}

impl World for Memory {
    fn stat(&self, path: &str, follow: bool) -> Result<Stat, Errno> {
        if let Some(name) = path.strip_prefix("/usr/bin/").filter(|it| PROGRAMS.contains(it)) {
            return Ok(Stat { kind: Kind::Regular, mode: 0o755, uid: 0, gid: 0, size: name.len() as u64, inode: 1, changed: (0, 0) });
        }
        if path == "/dev/null" {
            return Ok(Stat { kind: Kind::Special, mode: 0o666, uid: 0, gid: 0, size: 0, inode: 0, changed: (0, 0) });
        }
        let (path, node) = self.node(path, follow)?;
        let (kind, mode, size) = match node {
            Node::File(bytes, mode) => (Kind::Regular, mode, bytes.len() as u64),
            Node::Folder => (Kind::Directory, 0o755, 0),
            Node::Link(_) => (Kind::Link, 0o777, 0),
        };
        let inode = path.bytes().fold(7_u64, |all, it| all.wrapping_mul(31) + u64::from(it));
        Ok(Stat { kind, mode, uid: 0, gid: 0, size, inode, changed: (0, 0) })
    }

    fn list(&self, path: &str) -> Result<Vec<String>, Errno> {
        let (path, _) = self.node(path, true)?;
        let base = if path == "/" { String::from("/") } else { format!("{path}/") };
        let nodes = self.nodes.borrow();
        let names: BTreeSet<String> = nodes.keys().filter_map(|it| it.strip_prefix(&base)).filter(|it| !it.is_empty() && !it.contains('/')).map(str::to_owned).collect();
        Ok(names.into_iter().collect())
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, Errno> {
        match self.node(path, true)?.1 {
            Node::File(bytes, _) => Ok(bytes),
            _ => Err(Errno::IsDirectory),
        }
    }

    fn create(&self, path: &str, _: bool) -> Result<(), Errno> {
        let path = self.real(path, true, 0)?;
        let mode = match self.nodes.borrow().get(&path) {
            Some(Node::File(_, mode)) => *mode,
            _ => 0o666 & !*self.umask.borrow(),
        };
        self.nodes.borrow_mut().insert(path, Node::File(Vec::new(), mode));
        Ok(())
    }

    fn write(&self, path: &str, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        let path = self.real(path, true, 0)?;
        let mut nodes = self.nodes.borrow_mut();
        let Some(Node::File(held, _)) = nodes.get_mut(&path) else { return Err(Errno::NoEntry) };
        let end = offset as usize + bytes.len();
        if held.len() < end {
            held.resize(end, 0);
        }
        held[offset as usize..end].copy_from_slice(bytes);
        Ok(())
    }

    fn access(&self, path: &str, mode: u32) -> bool {
        self.stat(path, true).is_ok_and(|it| mode != 1 || it.kind == Kind::Directory || it.mode & 0o111 != 0)
    }

    fn real_path(&self, path: &str) -> Result<String, Errno> {
        self.node(path, true).map(|it| it.0)
    }

    fn umask(&self) -> u32 {
        *self.umask.borrow()
    }

    fn set_umask(&self, mask: u32) {
        *self.umask.borrow_mut() = mask;
    }

    fn now(&self, _: u32) -> (i64, u32) {
        (1_700_000_000, 0)
    }

    fn random(&self) -> u32 {
        42
    }

    fn process_id(&self) -> u32 {
        100
    }

    fn user(&self) -> (u32, u32) {
        (0, 0)
    }

    fn host_name(&self) -> String {
        "host".to_owned()
    }

    fn home(&self, user: &str) -> Option<String> {
        (user == "root").then(|| "/root".to_owned())
    }

    fn login_shell(&self) -> String {
        "/bin/bash".to_owned()
    }

    fn unsure(&self, words: &[String], _: u32, reason: &str) {
        self.unsure.borrow_mut().push(format!("{}: {reason}", words.join(" ")));
    }

    fn assume(&self, _: &str, _: &str, _: u32) {}

    fn locate(&self, name: &str, search: &str) -> Option<String> {
        search.split(':').find(|it| *it == "/usr/bin").filter(|_| PROGRAMS.contains(&name)).map(|it| format!("{it}/{name}"))
    }

    fn run(&self, shell: &mut Shell, program: &Program) -> Ended {
        let words: Vec<&str> = program.argv.iter().map(String::as_str).collect();
        let full = |word: &str| gnu_bash::glob::join(shell.cwd(), word);
        let done = |status| Ended { status, ..Ended::default() };
        match &words[..] {
            ["cat", files @ ..] => {
                let files: Vec<String> = files.iter().map(|it| (*it).to_owned()).collect();
                let (mut out, mut status) = (Vec::new(), 0);
                for file in if files.is_empty() { vec!["-".to_owned()] } else { files } {
                    let number = if file == "-" { Some(0) } else { file.strip_prefix("/dev/fd/").and_then(|it| it.parse().ok()) };
                    let bytes = match number {
                        Some(number) => shell.read_all(number),
                        None if file == "/dev/null" => Ok(Vec::new()),
                        None => self.read(&gnu_bash::glob::join(shell.cwd(), &file)),
                    };
                    match bytes {
                        Ok(bytes) => out.extend(bytes),
                        Err(_) => status = 1,
                    }
                }
                let err = if status == 0 { Vec::new() } else { b"cat: failed\n".to_vec() };
                Ended { status, out, err, order: None }
            }
            ["head", "-n", many] => {
                let input = shell.ahead(0).unwrap_or_default();
                let out: Vec<u8> = input.split_inclusive(|it| *it == b'\n').take(many.parse().unwrap_or(0)).flatten().copied().collect();
                shell.skip(0, out.len());
                Ended { out, ..Ended::default() }
            }
            ["yes"] => {
                while !shell.emit(1, &b"y\n".repeat(256)) {}
                done(141)
            }
            ["touch", names @ ..] => {
                for name in names {
                    let _ = self.create(&full(name), false);
                }
                done(0)
            }
            ["mkdir", names @ ..] => {
                for name in names.iter().filter(|it| **it != "-p") {
                    let mut path = full("");
                    for part in name.split('/') {
                        path = format!("{path}/{part}");
                        self.nodes.borrow_mut().insert(path.clone(), Node::Folder);
                    }
                }
                done(0)
            }
            ["ln", "-s", target, name] => {
                self.nodes.borrow_mut().insert(full(name), Node::Link((*target).to_owned()));
                done(0)
            }
            ["echo", rest @ ..] => Ended { out: format!("{}\n", rest.join(" ")).into_bytes(), ..Ended::default() },
            ["seq" | "sleep" | "true", ..] => done(0),
            ["bash", options @ .., "-c", script] => done(shell.run_script(script, "bash", Vec::new(), options.first().map_or("", |it| &it[1..]), true, false)),
            ["bash", "-c", script, rest @ ..] => {
                let rest: Vec<String> = rest.iter().map(|it| (*it).to_owned()).collect();
                done(shell.run_script(script, &rest[0], rest[1..].to_vec(), "", true, false))
            }
            [name, ..] if name.contains('/') => {
                shell.report(&format!("{name}: No such file or directory"));
                done(127)
            }
            [name, ..] => {
                shell.report(&format!("{name}: command not found"));
                done(127)
            }
            [] => done(127),
        }
    }
}

/// A script with what bash made of it.
struct Case<'a> {
    name: &'a str,
    script: &'a str,
    status: i32,
    complains: bool,
    unmodelled: bool,
    out: &'a str,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    text.split("%%% ")
        .skip(1)
        .map(|it| {
            let (name, rest) = it.split_once('\n').expect("a case has a name");
            let (script, rest) = rest.split_once("=== ").expect("a case has an answer");
            let (head, out) = rest.split_once('\n').expect("an answer has a head");
            let words: Vec<&str> = head.split(' ').collect();
            Case { name, script, status: words[0].parse().expect("a status"), complains: words.contains(&"complains"), unmodelled: words.contains(&"unmodelled"), out }
        })
        .collect()
}

#[test]
fn scripts_end_as_in_bash() {
    assert!(check(FILES, false) > 400);
}

#[test]
fn scripts_of_sh_end_as_in_dash() {
    assert!(check(&[include_str!("recorded/dash.txt")], true) > 100);
}

/// Runs cases and compares them; how many there were.
fn check(files: &[&str], dash: bool) -> usize {
    let (mut wrong, mut all) = (Vec::new(), 0);
    for case in files.iter().flat_map(|it| cases(it)) {
        all += 1;
        let world = Rc::new(Memory::new());
        let environment: Vec<(String, String)> = [("PATH", "/usr/bin:/bin"), ("LC_ALL", "C.UTF-8"), ("HOME", "/root")].map(|it| (it.0.to_owned(), it.1.to_owned())).to_vec();
        let mut shell = Shell::new(world.clone(), "/case/script", &environment, "/case/w");
        if dash {
            shell.become_dash();
        }
        let (out, err) = (shell.open_file(1).expect("open"), shell.open_file(2).expect("open"));
        let status = shell.run(case.script);
        let said = !world.unsure.borrow().is_empty();
        let out = text::from_bytes(&out.borrow_mut().take());
        let complained = !err.borrow_mut().take().is_empty();
        if said != case.unmodelled {
            wrong.push(format!("{}: said to be unsure: {:?}", case.name, world.unsure.borrow()));
        } else if !said && (out.as_str(), status, complained) != (case.out, case.status, case.complains) {
            wrong.push(format!("{}\n{}--- bash {} {}\n{}--- here {status} {complained}\n{out}", case.name, case.script, case.status, case.complains, case.out));
        }
    }
    assert!(wrong.is_empty(), "{} of {all}:\n{}", wrong.len(), wrong.join("\n"));
    all
}
