//! Puts what was made in its place: backups first, folders as needed, deletions at the end.
//!
//! Files of a git diff wait until all of it was read, as a rename or copy takes its source as it was before the patch.

use std::collections::HashMap;

use crate::{Attributes, Failure, Files, Options, Stat, Type, name, select::stat_file, talk::Talk};

/// What became of a file in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is ours.
    Made,
    /// It lost its name to one of ours.
    Overwritten,
    /// It goes at the end.
    Doomed,
}

/// What takes a name.
pub(crate) enum Made {
    File(Vec<u8>, Attributes),
    Link(Vec<u8>),
}

struct Waiting {
    name: Vec<u8>,
    made: Option<Made>,
    backup: bool,
}

struct Doomed {
    name: Vec<u8>,
    stat: Stat,
    backup: bool,
}

/// What was put out so far.
#[derive(Default)]
pub(crate) struct Outputs {
    fates: HashMap<u64, Fate>,
    waiting: Vec<Waiting>,
    /// Inodes that a waiting file of a git diff belongs to.
    queued: Vec<u64>,
    doomed: Vec<Doomed>,
}

/// What ends a run: a message.
pub(crate) type Answer<T = ()> = Result<T, Vec<u8>>;

impl Outputs {
    pub(crate) fn is_doomed(&self, stat: &Stat) -> bool {
        self.fates.get(&stat.inode) == Some(&Fate::Doomed)
    }

    pub(crate) fn is_made(&self, stat: &Stat) -> bool {
        self.fates.get(&stat.inode) == Some(&Fate::Made)
    }

    pub(crate) fn mark_made(&mut self, inode: u64) {
        self.fates.insert(inode, Fate::Made);
    }

    /// Notes that a git diff is about a file; answers whether one before was about it too.
    pub(crate) fn is_queued(&self, stat: &Stat) -> bool {
        self.queued.contains(&stat.inode)
    }

    pub(crate) fn queue(&mut self, stat: &Stat) {
        self.queued.push(stat.inode);
    }

    /// Puts a file out at the end of the git diff.
    pub(crate) fn later(&mut self, name: &[u8], made: Option<Made>, backup: bool) {
        self.waiting.push(Waiting { name: name.to_vec(), made, backup });
    }

    /// Puts out what waits.
    pub(crate) fn flush(&mut self, files: &mut impl Files, options: &Options) -> Answer {
        for waiting in std::mem::take(&mut self.waiting) {
            self.now(&waiting.name, waiting.made, waiting.backup, files, options)?;
        }
        self.queued.clear();
        Ok(())
    }

    /// Lets a name go at the end of the run, if nothing takes it before.
    pub(crate) fn delete(&mut self, name: &[u8], stat: &Stat, backup: bool) {
        self.fates.insert(stat.inode, Fate::Doomed);
        self.doomed.push(Doomed { name: name.to_vec(), stat: *stat, backup });
    }

    /// Puts a file in its place; with nothing made, only its backup is.
    pub(crate) fn now(&mut self, name: &[u8], made: Option<Made>, backup: bool, files: &mut impl Files, options: &Options) -> Answer {
        let before = stat_file(name, files, options).ok();
        if backup {
            self.back_up(name, before.as_ref(), made.is_none(), files, options)?;
        }
        let Some(made) = made else { return Ok(()) };
        if let Some(stat) = &before {
            self.fates.insert(stat.inode, Fate::Overwritten);
        }
        let inode = match put(name, &made, files) {
            Err(Failure::NoEntry) => {
                make_folders(name, files);
                put(name, &made, files)
            }
            other => other,
        };
        let inode = inode.map_err(|error| failed("Can't rename file", name, &error))?;
        self.fates.insert(inode, Fate::Made);
        Ok(())
    }

    /// Keeps the file of a name, once in a run. Where there is none, an empty file stands for that.
    fn back_up(&mut self, name: &[u8], stat: Option<&Stat>, leave: bool, files: &mut impl Files, options: &Options) -> Answer {
        if stat.is_some_and(|it| !matches!(it.kind, Type::Regular | Type::Link)) {
            return Err([b"File ", &name::shell(name)[..], b" is not a regular file -- refusing to create backup"].concat());
        }
        if !leave && stat.is_some_and(|it| self.is_made(it)) {
            return Ok(());
        }
        let (backup, folders) = options.naming.name(name, files);
        if folders || stat.is_none() {
            make_folders(&backup, files);
        }
        let done = match stat {
            None => {
                let _ = files.remove(&backup);
                files.overwrite(&backup, b"")
            }
            Some(stat) if leave => files.read(name).and_then(|content| {
                // The copy has the attributes of the new file that was not needed.
                let attributes = Attributes { mode: stat.mode & 0o777, masked: true, owner: None };
                files.put(&backup, &content, attributes).map(drop)
            }),
            Some(_) => files.rename(name, &backup),
        };
        done.map_err(|error| [&failed("Can't rename file", name, &error)[..]].concat())
    }

    /// Lets the names go that are to go, and the folders that come to nothing.
    pub(crate) fn delete_all(&mut self, files: &mut impl Files, options: &Options, talk: &mut Talk) -> Answer {
        for doomed in std::mem::take(&mut self.doomed) {
            if !self.is_doomed(&doomed.stat) {
                continue;
            }
            let what = if doomed.stat.kind == Type::Link { "symbolic link" } else { "file" };
            talk.verbose([b"Removing ", what.as_bytes(), b" ", &name::shell(&doomed.name)[..], b"\n"].concat());
            let stat = stat_file(&doomed.name, files, options).ok();
            if doomed.backup {
                self.back_up(&doomed.name, stat.as_ref(), false, files, options)?;
            } else {
                files.remove(&doomed.name).map_err(|error| failed("Can't remove file", &doomed.name, &error))?;
            }
            remove_folders(&doomed.name, files, talk);
        }
        Ok(())
    }
}

fn put(name: &[u8], made: &Made, files: &mut impl Files) -> Result<u64, Failure> {
    match made {
        Made::File(content, attributes) => files.put(name, content, *attributes),
        Made::Link(target) => files.put_link(name, target),
    }
}

pub(crate) fn failed(what: &str, name: &[u8], error: &Failure) -> Vec<u8> {
    [what.as_bytes(), b" ", &name::shell(name)[..], b" : ", error.to_string().as_bytes()].concat()
}

/// Makes the folders of a name.
pub(crate) fn make_folders(name: &[u8], files: &mut impl Files) {
    for (at, _) in name.iter().enumerate().filter(|(at, it)| **it == b'/' && *at > 0 && name[at - 1] != b'/') {
        let _ = files.make_directory(&name[..at]);
    }
}

/// Lets the folders of a name go, as far as they are empty.
fn remove_folders(name: &[u8], files: &mut impl Files, talk: &mut Talk) {
    for at in (1..name.len()).rev().filter(|at| name[*at] == b'/' && name[at - 1] != b'/') {
        let folder = &name[..at];
        if matches!(name::base(folder), b"." | b"..") {
            continue;
        }
        if files.remove_directory(folder).is_ok() {
            talk.verbose([b"Removed empty directory ", &name::shell(folder)[..], b"\n"].concat());
        }
    }
}
