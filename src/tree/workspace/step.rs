//! Steps: every change that a run makes, one by one. They can be watched, which shows what a kill between two of them would leave; and one
//! of them can be made to fail, as a full or broken disk does.

use super::{Workspace, is_scratch};
use crate::tree::{
    node::{Body, Errno},
    view::Tree,
};

/// What kind of change a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A name is made, for what is new (open(2) with O_CREAT, mkdir(2), symlink(2), mkfifo(3)) or for what has one already (link(2)).
    Make,
    /// Content is cut off or filled up with zeros (O_TRUNC, ftruncate(2)).
    Truncate,
    /// Content is written (write(2)).
    Write,
    /// A name is taken away (unlink(2), rmdir(2)).
    Remove,
    /// A name takes the place of another (rename(2)).
    Rename,
    /// Mode, owner, attributes or flags are set.
    Metadata,
}

impl Act {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Act::Make => "creation",
            Act::Truncate => "truncation",
            Act::Write => "write",
            Act::Remove => "removal",
            Act::Rename => "rename",
            Act::Metadata => "change of metadata",
        }
    }

    /// Answers whether the kernel can answer a change of this kind so. A file that is open already is not denied any more, and what takes no
    /// room does not fail for want of it.
    pub fn can_fail(self, with: Failure) -> bool {
        match with {
            Failure::NoSpace => matches!(self, Act::Make | Act::Write | Act::Rename),
            Failure::Access => self != Act::Write,
            Failure::Io => true,
        }
    }
}

/// How a change fails (errno(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// ENOSPC, from this step on: a disk that is full stays so.
    NoSpace,
    /// EACCES, once.
    Access,
    /// EIO, once.
    Io,
}

impl Failure {
    /// All there are.
    pub const ALL: [Failure; 3] = [Failure::NoSpace, Failure::Access, Failure::Io];

    /// Returns the name of the error, as errno(3) has it.
    pub fn word(self) -> &'static str {
        match self {
            Failure::NoSpace => "ENOSPC",
            Failure::Access => "EACCES",
            Failure::Io => "EIO",
        }
    }

    fn errno(self) -> Errno {
        match self {
            Failure::NoSpace => Errno::NoSpace,
            Failure::Access => Errno::Access,
            // What a guest is told of a disk that can't be read or written.
            Failure::Io => Errno::Unreadable,
        }
    }
}

/// One change, before it is made.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number, counted from 1.
    pub number: u64,
    /// What kind of change.
    pub act: Act,
    /// The path, without links on its way; of a rename the new name.
    pub path: Vec<u8>,
    /// The tree before it.
    pub before: Tree,
}

/// A change that was made to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Struck {
    /// Its number, counted from 1.
    pub number: u64,
    /// What kind of change.
    pub act: Act,
    /// The path.
    pub path: Vec<u8>,
}

/// A failure that a run meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The step that fails.
    pub step: u64,
    /// How.
    pub failure: Failure,
}

/// Most bytes of content that watched steps hold beyond their trees: each step of a file keeps its bytes.
const MOST_HELD: u64 = 256 << 20;
/// Most steps that are watched.
const MOST_STEPS: usize = 4096;

/// What is done at each step.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    count: u64,
    fault: Option<Fault>,
    struck: Option<Struck>,
    watched: Option<Vec<Step>>,
    held: u64,
    cut: bool,
}

impl Workspace {
    /// Counts changes from here on. Each is kept with the tree before it, if they are watched; one of them fails, if a fault is given.
    pub fn begin_steps(&mut self, watched: bool, fault: Option<Fault>) {
        self.steps = Steps { watched: watched.then(Vec::new), fault, ..Steps::default() };
    }

    /// Returns the watched steps, and whether there were more than are held.
    pub fn steps(&self) -> (&[Step], bool) {
        (self.steps.watched.as_deref().unwrap_or_default(), self.steps.cut)
    }

    /// Returns how many changes were made.
    pub fn changes_made(&self) -> u64 {
        self.steps.count
    }

    /// Returns the first change that was made to fail.
    pub fn fault_met(&self) -> Option<&Struck> {
        self.steps.struck.as_ref()
    }

    /// Stands before every change, behind all that the kernel checks first.
    pub(super) fn step(&mut self, act: Act, path: &[u8], inode: Option<u64>) -> Result<(), Errno> {
        self.steps.count += 1;
        let number = self.steps.count;
        if let Some(fault) = self.steps.fault
            && (number == fault.step || fault.failure == Failure::NoSpace && number > fault.step)
            && act.can_fail(fault.failure)
        {
            self.steps.struck.get_or_insert_with(|| Struck { number, act, path: path.to_vec() });
            return Err(fault.failure.errno());
        }
        if self.steps.watched.is_none() || is_scratch(path) && act != Act::Rename {
            return Ok(());
        }
        let size = inode.and_then(|it| self.layer.over.get(&it)).map_or(0, |it| if let Body::Bytes(bytes) = &it.body { bytes.len() as u64 } else { 0 });
        let before = self.tree();
        let steps = &mut self.steps;
        let Some(watched) = &mut steps.watched else { return Ok(()) };
        if watched.len() == MOST_STEPS || steps.held + size > MOST_HELD {
            steps.cut = true;
        } else {
            steps.held += size;
            watched.push(Step { number, act, path: path.to_vec(), before });
        }
        Ok(())
    }
}
