//! A run in both dialects, where nobody knows which awk a machine has: what both do is done, what they differ in is not modelled.

use std::collections::BTreeMap;

use crate::{Command, Dialect, Done, Kind, Trouble, World, read, run};

/// What a run did, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Act {
    Out(Vec<u8>),
    Err(Vec<u8>),
    Complain,
    Open(Vec<u8>, bool),
    Append(Vec<u8>, Vec<u8>),
}

/// What both dialects came to.
pub struct Common {
    acts: Vec<Act>,
    message: Vec<u8>,
    /// How the run ended.
    pub done: Done,
}

/// A world that nothing is written to: writes are remembered, and seen by what reads the file again.
struct Rehearsal<'a> {
    real: &'a mut dyn World,
    acts: Vec<Act>,
    message: Vec<u8>,
    files: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Standard input, which can be read only once.
    input: Option<Vec<u8>>,
    failed: Option<String>,
}

/// Runs a call in both dialects without an effect. Both must do the same.
pub fn rehearse(name: &str, words: &[Vec<u8>], world: &mut dyn World) -> Result<Common, Trouble> {
    let mut one = Rehearsal { real: world, acts: Vec::new(), message: Vec::new(), files: BTreeMap::new(), input: None, failed: None };
    let first = one.play(name, words, Dialect::Mawk);
    let (acts, message) = (std::mem::take(&mut one.acts), std::mem::take(&mut one.message));
    let mut other = Rehearsal { acts: Vec::new(), message: Vec::new(), files: BTreeMap::new(), failed: None, ..one };
    let second = other.play(name, words, Dialect::Gawk);
    let differ = || Trouble::Unmodelled("mawk and gawk differ in what this program does, and nothing tells which one it is".to_owned());
    let (Ok(first), Ok(second)) = (first.as_ref(), second.as_ref()) else {
        return Err(match (first, second) {
            (Err(Trouble::Unmodelled(reason)), _) | (_, Err(Trouble::Unmodelled(reason))) => Trouble::Unmodelled(reason),
            // Before it has done anything, each says in its own words that it can't.
            (Err(Trouble::Exit(message, status)), Err(Trouble::Exit(_, same))) if status == same && acts.is_empty() && other.acts.is_empty() => {
                Trouble::Exit(message.clone(), status)
            }
            _ => differ(),
        });
    };
    if first != second || joined(&acts) != joined(&other.acts) {
        return Err(differ());
    }
    Ok(Common { acts, message, done: *first })
}

/// Writes to one place that follow each other are one.
fn joined(acts: &[Act]) -> Vec<Act> {
    let mut out: Vec<Act> = Vec::new();
    for act in acts {
        match (out.last_mut(), act) {
            (Some(Act::Out(held)), Act::Out(more)) | (Some(Act::Err(held)), Act::Err(more)) => held.extend_from_slice(more),
            (Some(Act::Append(name, held)), Act::Append(other, more)) if name == other => held.extend_from_slice(more),
            (_, act) => out.push(act.clone()),
        }
    }
    out
}

impl Common {
    /// Does what both do.
    pub fn perform(self, world: &mut dyn World) -> Result<Done, Trouble> {
        let broken = |error: String| Trouble::Unmodelled(format!("awk could not write: {error}"));
        for act in self.acts {
            match act {
                Act::Out(bytes) => {
                    if !world.out(&bytes) {
                        return Err(Trouble::Unmodelled("awk writes to a pipe that nobody reads on".to_owned()));
                    }
                }
                Act::Err(bytes) => world.err(&bytes),
                Act::Complain => world.complain(&self.message),
                Act::Open(name, truncate) => world.open(&name, truncate).map_err(broken)?,
                Act::Append(name, bytes) => world.append(&name, &bytes).map_err(broken)?,
            }
        }
        Ok(self.done)
    }
}

impl Rehearsal<'_> {
    fn play(&mut self, name: &str, words: &[Vec<u8>], dialect: Dialect) -> Result<Done, Trouble> {
        let options = read(name, words, dialect)?;
        let done = run(&options, self);
        match self.failed.take() {
            Some(reason) => Err(Trouble::Unmodelled(reason)),
            None => done,
        }
    }
}

impl World for Rehearsal<'_> {
    fn stdin(&mut self) -> Vec<u8> {
        let real = &mut self.real;
        self.input.get_or_insert_with(|| real.stdin()).clone()
    }

    fn kind(&mut self, name: &[u8]) -> Result<Kind, String> {
        if self.files.contains_key(name) { Ok(Kind::Regular) } else { self.real.kind(name) }
    }

    fn read(&mut self, name: &[u8]) -> Result<Vec<u8>, String> {
        match self.files.get(name) {
            Some(bytes) => Ok(bytes.clone()),
            None => {
                if !self.files.is_empty() && self.files.keys().any(|it| it.rsplit(|it| *it == b'/').next() == name.rsplit(|it| *it == b'/').next()) {
                    self.failed = Some("a file that awk wrote, under another name, is not modelled".to_owned());
                }
                self.real.read(name)
            }
        }
    }

    fn open(&mut self, name: &[u8], truncate: bool) -> Result<(), String> {
        let old = match self.files.get(name) {
            Some(bytes) => bytes.clone(),
            None => match self.real.kind(name) {
                Ok(Kind::Regular) if truncate => Vec::new(),
                Ok(Kind::Regular) => self.real.read(name)?,
                Ok(_) => {
                    self.failed = Some("what awk writes to is no regular file".to_owned());
                    Vec::new()
                }
                Err(_) => Vec::new(),
            },
        };
        self.files.insert(name.to_vec(), if truncate { Vec::new() } else { old });
        self.acts.push(Act::Open(name.to_vec(), truncate));
        Ok(())
    }

    fn append(&mut self, name: &[u8], bytes: &[u8]) -> Result<(), String> {
        self.files.entry(name.to_vec()).or_default().extend_from_slice(bytes);
        self.acts.push(Act::Append(name.to_vec(), bytes.to_vec()));
        Ok(())
    }

    fn out(&mut self, bytes: &[u8]) -> bool {
        self.acts.push(Act::Out(bytes.to_vec()));
        true
    }

    fn err(&mut self, bytes: &[u8]) {
        self.acts.push(Act::Err(bytes.to_vec()));
    }

    fn complain(&mut self, bytes: &[u8]) {
        if !matches!(self.acts.last(), Some(Act::Complain)) {
            self.acts.push(Act::Complain);
        }
        self.message.extend_from_slice(bytes);
    }

    fn command(&mut self, _: Command<'_>) -> Result<(Vec<u8>, i32), String> {
        Err("a command that is run by an awk that nobody knows is not modelled".to_owned())
    }

    fn environment(&mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.real.environment()
    }

    fn now(&mut self) -> i64 {
        self.real.now()
    }

    fn written(&mut self, format: &[u8], moment: i64, utc: bool) -> Result<Vec<u8>, String> {
        self.real.written(format, moment, utc)
    }

    fn moment(&mut self, parts: [i64; 6], utc: bool) -> Result<i64, String> {
        self.real.moment(parts, utc)
    }

    fn is_mixed(&mut self) -> bool {
        self.real.is_mixed()
    }
}
