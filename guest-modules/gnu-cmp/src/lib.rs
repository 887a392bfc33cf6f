//! cmp(1) as GNU cmp 3.8 (diffutils) of Debian 12 carries it out. Files are reached through [`World`].
//!
//! Sources: `info diffutils`; and the answers of GNU cmp 3.8 itself, which the tests are compared with.

mod options;

use options::Options;

/// Why a call ends before its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The call is wrong or a file can't be read: the whole text of standard error, and the status.
    Exit(Vec<u8>, i32),
    /// It can't be carried out truly here, and why.
    Unmodelled(String),
}

/// The files of a run. Errors are the words of strerror(3).
pub trait World {
    /// Standard input, whole.
    fn stdin(&mut self) -> Vec<u8>;
    /// Opens a file: its inode number and whether it is a directory.
    fn open(&mut self, name: &[u8]) -> Result<(u64, bool), String>;
    /// Reads a file, whole.
    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String>;
}

/// What a run printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// Exit status.
    pub status: i32,
}

/// Carries a call out; `discarded` says that standard output is `/dev/null`.
pub fn run(words: &[Vec<u8>], world: &mut impl World, discarded: bool) -> Result<Done, Trouble> {
    let options = options::read(words)?;
    let mut inodes = Vec::new();
    for name in &options.files {
        if name == b"-" {
            inodes.push(None);
            continue;
        }
        match world.open(name) {
            Ok(it) => inodes.push(Some(it)),
            Err(_) if options.silent => return Err(Trouble::Exit(Vec::new(), 2)),
            Err(error) => return Err(complaint(name, &error)),
        }
    }
    // One file at one place is equal to itself without being read, whatever it is.
    let same = options.files[0] == options.files[1] || inodes[0].is_some() && inodes[0] == inodes[1];
    if same && options.skip[0] == options.skip[1] {
        return Ok(Done::default());
    }
    if same && inodes[0].is_none() {
        return Err(Trouble::Unmodelled("standard input beside itself is not modelled".to_owned()));
    }
    let mut contents = Vec::new();
    for (name, inode) in options.files.iter().zip(&inodes) {
        if inode.is_some_and(|it| it.1) {
            return Err(complaint(name, "Is a directory"));
        }
        let bytes = if name == b"-" { Ok(world.stdin()) } else { world.read(name) };
        contents.push(bytes.map_err(|error| complaint(name, &error))?);
    }
    let cut = |at: usize| {
        let bytes = &contents[at][usize::try_from(options.skip[at]).unwrap_or(usize::MAX).min(contents[at].len())..];
        &bytes[..usize::try_from(options.most.unwrap_or(u64::MAX)).unwrap_or(usize::MAX).min(bytes.len())]
    };
    // The sizes of the files, where they are known, are the width of numbers: a list is made for files alone.
    if options.list && inodes.contains(&None) {
        return Err(Trouble::Unmodelled("-l with standard input is not modelled".to_owned()));
    }
    Ok(compare(&options, cut(0), cut(1), options.silent || discarded))
}

fn complaint(name: &[u8], error: &str) -> Trouble {
    Trouble::Exit([b"cmp: ", name, b": ", error.as_bytes(), b"\n"].concat(), 2)
}

fn compare(options: &Options, one: &[u8], other: &[u8], silent: bool) -> Done {
    let mut done = Done::default();
    let common = one.len().min(other.len());
    if silent {
        done.status = i32::from(one != other);
        if !options.silent && one.len() != other.len() && one[..common] == other[..common] {
            ended(options, one, other, &mut done);
        }
        return done;
    }
    let first = one.iter().zip(other).position(|(one, other)| one != other);
    if options.list {
        let longest = common as u64;
        let width = longest.to_string().len();
        for (at, (one, other)) in one.iter().zip(other).enumerate().filter(|(_, (one, other))| one != other) {
            done.status = 1;
            let line = if options.bytes {
                format!("{:width$} {one:3o} {:<4} {other:3o} {}\n", at + 1, shown(*one), shown(*other))
            } else {
                format!("{:width$} {one:3o} {other:3o}\n", at + 1)
            };
            done.out.extend_from_slice(line.as_bytes());
        }
    } else if let Some(at) = first {
        let line = one[..at].iter().filter(|it| **it == b'\n').count() + 1;
        let [name, second] = &options.files;
        done.out.extend_from_slice(&[name, &b" "[..], second, b" differ: "].concat());
        done.out.extend_from_slice(format!("byte {}, line {line}", at + 1).as_bytes());
        if options.bytes {
            done.out.extend_from_slice(format!(" is {:3o} {} {:3o} {}", one[at], shown(one[at]), other[at], shown(other[at])).as_bytes());
        }
        done.out.push(b'\n');
        done.status = 1;
        return done;
    }
    if one.len() != other.len() {
        ended(options, one, other, &mut done);
    }
    done
}

/// Says which file ended first.
fn ended(options: &Options, one: &[u8], other: &[u8], done: &mut Done) {
    let (name, bytes) = if one.len() < other.len() { (&options.files[0], one) } else { (&options.files[1], other) };
    done.status = 1;
    done.err.extend_from_slice(&[b"cmp: EOF on ", &name[..]].concat());
    let lines = bytes.iter().filter(|it| **it == b'\n').count();
    let text = if bytes.is_empty() {
        " which is empty\n".to_owned()
    } else if options.list {
        format!(" after byte {}\n", bytes.len())
    } else if bytes.ends_with(b"\n") {
        format!(" after byte {}, line {lines}\n", bytes.len())
    } else {
        format!(" after byte {}, in line {}\n", bytes.len(), lines + 1)
    };
    done.err.extend_from_slice(text.as_bytes());
}

/// A byte as `cat -t` shows it.
fn shown(byte: u8) -> String {
    let (mark, low) = if byte >= 0x80 { ("M-", byte - 0x80) } else { ("", byte) };
    match low {
        0..32 => format!("{mark}^{}", char::from(low + 64)),
        127 => format!("{mark}^?"),
        _ => format!("{mark}{}", char::from(low)),
    }
}
