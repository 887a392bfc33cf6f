//! The journal of one application: what will be done stands in it, on the disk, before it is done.
//!
//! One record a line: sixteen hex digits of a sum over the line and the sum before it, a space, JSON. A line that was cut off by a kill is
//! the last one, and does not count. Beside it lie snapshots of what was there, and all content that is needed to finish or to go back.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    blobs::{Blobs, folder_of, private_folder, sync_folder},
    effect::Ran,
    error::Error,
    look::Inode,
    plan::Plan,
    script::Step,
    wire,
};
use crate::{diff::FileState, digest::Digest};

/// The file of records in the folder of a journal.
const FILE: &str = "journal.log";
/// The folder of content beside it.
const BLOBS: &str = "blobs";
/// Hex digits of a sum.
const SUM: usize = 16;
/// The form of journals.
const SCHEMA: &str = "invitro.journal/v1";

/// What a path was before anything was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Snapshot {
    #[serde(with = "wire::bytes")]
    pub(super) path: Vec<u8>,
    #[serde(with = "wire::state")]
    pub(super) state: Option<FileState>,
    /// When its content changed last.
    pub(super) mtime: Option<(i64, i64)>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum End {
    /// All was done, and is as it was to be.
    Done,
    /// All was taken back.
    Back,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "record")]
pub(super) enum Record {
    /// A plan is to be carried out on this root; a rollback is such a plan too.
    Begun {
        schema: String,
        id: String,
        #[serde(with = "wire::bytes")]
        root: Vec<u8>,
        inode: Inode,
        plan: Box<Plan>,
    },
    /// What was there.
    Snapshots { of: Vec<Snapshot> },
    /// Steps that follow; `back` says that they take back what was done before.
    Script { back: bool, steps: Vec<Step> },
    /// Something was made under another name, and will now get its own.
    Ready { step: usize, inode: Inode },
    /// A step begins that makes nothing under another name.
    Started { step: usize },
    /// A step is done.
    Done { step: usize },
    /// The files are as they were to be.
    Verified,
    /// A command is about to be run.
    Running { number: usize },
    /// A command ran.
    Ran { number: usize, ran: Ran },
    /// It is over.
    Ended { how: End },
}

/// Steps, and how far they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Course {
    pub(super) back: bool,
    pub(super) steps: Vec<Step>,
    pub(super) done: Vec<bool>,
    pub(super) started: Option<usize>,
    pub(super) ready: Option<(usize, Inode)>,
}

/// All that a journal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Past {
    pub(super) id: String,
    pub(super) root: PathBuf,
    pub(super) inode: Inode,
    pub(super) plan: Option<Plan>,
    pub(super) snapshots: BTreeMap<Vec<u8>, Snapshot>,
    pub(super) courses: Vec<Course>,
    pub(super) verified: bool,
    pub(super) running: Option<usize>,
    pub(super) ran: BTreeMap<usize, Ran>,
    pub(super) ended: Option<End>,
}

/// An open journal.
#[derive(Debug)]
pub(super) struct Journal {
    pub(super) folder: PathBuf,
    file: File,
    sum: String,
    pub(super) past: Past,
}

impl Journal {
    /// Begins a journal in a folder that has none.
    pub(super) fn begin(folder: &Path) -> Result<Journal, Error> {
        private_folder(folder)?;
        let path = folder.join(FILE);
        // A process that ended before its first record changed nothing.
        if path.exists() && Journal::peek(folder)?.plan.is_none() {
            return Journal::open(folder);
        }
        let file = OpenOptions::new().append(true).create_new(true).mode(0o600).open(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                Error::Place { place: folder.into(), what: "it holds the journal of another application: resume or abort that, or give an empty folder".into() }
            }
            _ => Error::own("begin the journal", &path)(error),
        })?;
        sync_folder(folder)?;
        sync_folder(folder_of(folder))?;
        Ok(Journal { folder: folder.into(), file, sum: "0".repeat(SUM), past: Past::default() })
    }

    /// Reads a journal, which somebody else may be at work on.
    pub(super) fn peek(folder: &Path) -> Result<Past, Error> {
        private_folder(folder)?;
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(Error::own("read the journal", &path))?;
        Ok(whole(folder, &text)?.0)
    }

    /// Opens a journal to go on with it, and forgets a last line that was cut off.
    pub(super) fn open(folder: &Path) -> Result<Journal, Error> {
        private_folder(folder)?;
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(Error::own("read the journal", &path))?;
        let (past, sum, kept) = whole(folder, &text)?;
        let file = OpenOptions::new().append(true).open(&path).map_err(Error::own("open the journal", &path))?;
        file.set_len(kept as u64).and_then(|()| file.sync_all()).map_err(Error::own("mend the journal", &path))?;
        Ok(Journal { folder: folder.into(), file, sum, past })
    }

    /// Writes a record, which is on the disk when this returns.
    pub(super) fn write(&mut self, record: Record) -> Result<(), Error> {
        self.note(record)?;
        self.file.sync_data().map_err(Error::own("sync the journal in", &self.folder))
    }

    /// Writes a record that may be lost: what it says can be seen at the target too.
    pub(super) fn note(&mut self, record: Record) -> Result<(), Error> {
        let text = serde_json::to_string(&record).expect("a record is plain data");
        let sum = sum(&self.sum, text.as_bytes());
        self.file.write_all(format!("{sum} {text}\n").as_bytes()).map_err(Error::own("write the journal in", &self.folder))?;
        self.sum = sum;
        self.past.take(record);
        Ok(())
    }

    /// The content that lies beside it.
    pub(super) fn content(&self) -> Result<Blobs, Error> {
        Blobs::open(&self.folder.join(BLOBS))
    }

    /// The first record.
    pub(super) fn begun(id: &str, root: &Path, inode: Inode, plan: Plan) -> Record {
        use std::os::unix::ffi::OsStrExt as _;
        Record::Begun { schema: SCHEMA.into(), id: id.into(), root: root.as_os_str().as_bytes().to_vec(), inode, plan: Box::new(plan) }
    }
}

impl Past {
    /// The steps that are at work, or were last.
    pub(super) fn course(&self) -> Option<&Course> {
        self.courses.last()
    }

    fn take(&mut self, record: Record) {
        match record {
            Record::Begun { id, root, inode, plan, .. } => {
                use std::os::unix::ffi::OsStringExt as _;
                (self.id, self.root, self.inode, self.plan) = (id, std::ffi::OsString::from_vec(root).into(), inode, Some(*plan));
            }
            Record::Snapshots { of } => self.snapshots.extend(of.into_iter().map(|it| (it.path.clone(), it))),
            Record::Script { back, steps } => self.courses.push(Course { back, done: vec![false; steps.len()], steps, ..Course::default() }),
            Record::Verified => self.verified = true,
            Record::Running { number } => self.running = Some(number),
            Record::Ran { number, ran } => {
                self.running = None;
                self.ran.insert(number, ran);
            }
            Record::Ended { how } => self.ended = Some(how),
            Record::Ready { .. } | Record::Started { .. } | Record::Done { .. } => {
                let Some(course) = self.courses.last_mut() else { return };
                match record {
                    Record::Ready { step, inode } => course.ready = Some((step, inode)),
                    Record::Started { step } => course.started = Some(step),
                    Record::Done { step } => {
                        if let Some(done) = course.done.get_mut(step) {
                            *done = true;
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// All whole lines, the last sum, and where they end.
fn whole(folder: &Path, text: &[u8]) -> Result<(Past, String, usize), Error> {
    let (mut past, mut sum, mut kept) = (Past::default(), "0".repeat(SUM), 0);
    let lines: Vec<&[u8]> = text.split_inclusive(|it| *it == b'\n').collect();
    for (number, line) in lines.iter().enumerate() {
        match read(line, &sum) {
            Some((record, next)) => {
                past.take(record);
                sum = next;
                kept += line.len();
            }
            None if number + 1 == lines.len() => break,
            None => return Err(Error::Journal { journal: folder.into(), line: number + 1, what: "its sum is wrong".into() }),
        }
    }
    Ok((past, sum, kept))
}

fn sum(before: &str, text: &[u8]) -> String {
    Digest::of(&[before.as_bytes(), text].concat()).hex().chars().take(SUM).collect()
}

/// Reads a line; none where it is not whole.
fn read(line: &[u8], before: &str) -> Option<(Record, String)> {
    let text = std::str::from_utf8(line.strip_suffix(b"\n")?).ok()?;
    let (told, text) = text.split_once(' ')?;
    let is = sum(before, text.as_bytes());
    (told == is).then_some(())?;
    Some((serde_json::from_str(text).ok()?, is))
}
