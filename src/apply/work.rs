//! Carries steps out, each written into the journal before it is done; after a kill it finds out how far a step came.

use rustix::{
    fs::{AtFlags, RenameFlags},
    io::Errno,
};

use super::{
    blobs::Blobs,
    dress::{Dress, dress, set_flags},
    error::{Drift, Error},
    journal::{Journal, Record},
    look::{Inode, agrees, inode_at, is_between, look, look_at},
    make::{discard, make, sync_name},
    pace::Pace,
    root::{Place, Root},
    script::{Act, Step},
};
use crate::{diff::FileState, tree::FileType};

/// A target, the journal of what is done to it, and content.
pub(super) struct Work<'a> {
    pub(super) root: &'a Root,
    pub(super) journal: &'a mut Journal,
    pub(super) content: &'a Blobs,
    pub(super) pace: &'a Pace,
}

impl Work<'_> {
    /// Carries out what is left of the last script of the journal.
    pub(super) fn go_on(&mut self) -> Result<(), Error> {
        let course = self.journal.past.course().cloned().unwrap_or_default();
        for (number, step) in course.steps.iter().enumerate() {
            if course.done[number] {
                continue;
            }
            let is_begun = course.started == Some(number) || course.ready.is_some_and(|it| it.0 == number);
            if !(is_begun && self.settle(number, step)?) {
                self.step(number, step, course.started == Some(number))?;
            }
            self.journal.note(Record::Done { step: number })?;
            self.pace.pass()?;
        }
        Ok(())
    }

    /// Settles the step at which a process ended, so that each path is old or new and no name of ours is left.
    pub(super) fn settle_last(&mut self) -> Result<(), Error> {
        let Some(course) = self.journal.past.course().cloned() else { return Ok(()) };
        let Some(number) = course.done.iter().position(|it| !it) else { return Ok(()) };
        let is_begun = course.started == Some(number) || course.ready.is_some_and(|it| it.0 == number);
        let step = &course.steps[number];
        if is_begun {
            if self.settle(number, step)? {
                self.journal.note(Record::Done { step: number })?;
            }
        } else if let Ok(place) = self.beside(number, step) {
            discard(&place).map_err(Error::system("clear the way at", &step.path))?;
        }
        Ok(())
    }

    /// The name beside a path that a step makes something under. It ends in `~` and begins with a dot, so that those who read whole folders
    /// (cron(8), run-parts(8), sudoers(5), logrotate(8)) pass it over.
    fn beside(&self, number: usize, step: &Step) -> Result<Place, Error> {
        let mut place = self.root.place(&step.path).map_err(Error::system("open the folder of", &step.path))?;
        let script = self.journal.past.courses.len();
        place.name = format!(".invitro-{}-{script}-{number}~", self.journal.past.id).into_bytes();
        Ok(place)
    }

    fn step(&mut self, number: usize, step: &Step, again: bool) -> Result<(), Error> {
        let place = self.root.place(&step.path).map_err(Error::system("open the folder of", &step.path))?;
        if let Act::Put | Act::Link(_) = step.act {
            return self.put(number, step, &place);
        }
        self.journal.write(Record::Started { step: number })?;
        self.pace.pass()?;
        let fail = |what| Error::system::<Errno>(what, &step.path);
        match &step.act {
            Act::Remove if step.was.as_ref().is_some_and(|it| it.kind == FileType::Directory) => {
                self.expect(step, &place, again)?;
                match rustix::fs::unlinkat(&place.folder, place.name.as_slice(), AtFlags::REMOVEDIR) {
                    Err(Errno::NOTEMPTY | Errno::EXIST) => {
                        let path = step.path.clone();
                        return Err(Error::Raced(Drift { path, expected: "an empty folder".into(), found: "names in it that nobody tried".into() }));
                    }
                    answer => answer.map_err(fail("remove"))?,
                }
            }
            Act::Remove => {
                let beside = self.beside(number, step)?;
                let from = place.name.as_slice();
                match rustix::fs::renameat_with(&place.folder, from, &beside.folder, beside.name.as_slice(), RenameFlags::NOREPLACE) {
                    Err(Errno::NOENT) => return Err(self.raced(step, &place)),
                    answer => answer.map_err(without_exchange("remove", &step.path))?,
                }
                self.pace.pass()?;
                self.swapped_out(step, &place, &beside, None)?;
            }
            Act::Metadata => {
                let inode = Some(self.expect(step, &place, again)?);
                if let Some(is) = &step.is {
                    dress(&step.path, &place, Dress { is, mtime: None, inode }, self.content, self.pace)?;
                    sync_name(&place).map_err(fail("sync"))?;
                }
            }
            Act::Thaw | Act::Freeze => {
                let inode = self.expect(step, &place, true)?;
                let flags = step.is.as_ref().map(|it| it.flags).unwrap_or_default();
                set_flags(&place, flags, inode).map_err(fail("set the flags of"))?;
                sync_name(&place).map_err(fail("sync"))?;
            }
            Act::Put | Act::Link(_) => {}
        }
        rustix::fs::fsync(&place.folder).map_err(fail("sync the folder of"))
    }

    /// Checks that what stays in its place is what was tried. Where the step was begun once, it may be between.
    fn expect(&self, step: &Step, place: &Place, again: bool) -> Result<Inode, Error> {
        let seen = look_at(&place.folder, &place.name).map_err(Error::system("look at", &step.path))?;
        let (inode, found) = seen.map(|it| (it.inode, it.state)).unzip();
        let is_known = |was: &FileState, found: &FileState| agrees(was, found, false) || again && is_between(was, step.is.as_ref().unwrap_or(was), found);
        match (&step.was, &found, inode) {
            (Some(was), Some(found), Some(inode)) if is_known(was, found) => Ok(inode),
            (was, found, _) => Err(Error::Raced(Drift::of(&step.path, was.as_ref(), found.as_ref()))),
        }
    }

    /// Makes something beside a path and exchanges the two; what was swapped out must be what was tried, or it is put back.
    fn put(&mut self, number: usize, step: &Step, place: &Place) -> Result<(), Error> {
        let beside = self.beside(number, step)?;
        // What a process left that ended while it made it.
        discard(&beside).map_err(Error::system("clear the way at", &step.path))?;
        let made = match (&step.act, &step.is) {
            (Act::Link(of), _) => self.link(step, of, &beside),
            (_, Some(is)) => make(&step.path, &beside, is, self.content, step.mtime, self.pace),
            _ => Err(Error::system("make", &step.path)(Errno::INVAL)),
        };
        let inode = match made {
            Err(Error::Killed(at)) => return Err(Error::Killed(at)),
            Err(error) => {
                let _ = discard(&beside);
                return Err(error);
            }
            Ok(inode) => inode,
        };
        if let Err(error) = self.journal.write(Record::Ready { step: number, inode }) {
            let _ = discard(&beside);
            return Err(error);
        }
        self.pace.pass()?;
        let how = if step.was.is_some() { RenameFlags::EXCHANGE } else { RenameFlags::NOREPLACE };
        match rustix::fs::renameat_with(&beside.folder, beside.name.as_slice(), &place.folder, place.name.as_slice(), how) {
            Ok(()) => {}
            Err(error) => {
                let _ = discard(&beside);
                return Err(match error {
                    Errno::NOENT | Errno::EXIST => self.raced(step, place),
                    error => without_exchange("replace", &step.path)(error),
                });
            }
        }
        self.pace.pass()?;
        self.swapped_out(step, place, &beside, Some(inode))?;
        rustix::fs::fsync(&place.folder).map_err(Error::system("sync the folder of", &step.path))
    }

    fn link(&self, step: &Step, of: &[u8], beside: &Place) -> Result<Inode, Error> {
        let first = self.root.place(of).map_err(Error::system("open the folder of", of))?;
        let fail = || Error::system::<Errno>("link", &step.path);
        rustix::fs::linkat(&first.folder, first.name.as_slice(), &beside.folder, beside.name.as_slice(), AtFlags::empty()).map_err(fail())?;
        inode_at(beside).map_err(fail())?.ok_or_else(|| fail()(Errno::NOENT))
    }

    /// Looks at what was swapped out. Is it what was tried, it goes; else somebody changed it in the meantime, and it gets its place back.
    fn swapped_out(&self, step: &Step, place: &Place, beside: &Place, ours: Option<Inode>) -> Result<(), Error> {
        let fail = |what| Error::system::<Errno>(what, &step.path);
        let Some(was) = &step.was else { return Ok(()) };
        let found = look_at(&beside.folder, &beside.name).map_err(Error::system("look at", &step.path))?.map(|it| it.state);
        let Some(found) = found else { return Ok(()) };
        let is_as_tried = agrees(was, &found, false);
        if is_as_tried {
            self.pace.pass()?;
            match discard(beside) {
                Ok(()) => return Ok(()),
                // Somebody made names in a folder that was empty.
                Err(Errno::NOTEMPTY | Errno::EXIST) => {}
                Err(error) => return Err(fail("remove what was at")(error)),
            }
        }
        let back = match ours {
            Some(ours) if inode_at(place).map_err(fail("look at"))? == Some(ours) => {
                rustix::fs::renameat_with(&beside.folder, beside.name.as_slice(), &place.folder, place.name.as_slice(), RenameFlags::EXCHANGE)
                    .and_then(|()| discard(beside))
            }
            _ => rustix::fs::renameat_with(&beside.folder, beside.name.as_slice(), &place.folder, place.name.as_slice(), RenameFlags::NOREPLACE),
        };
        let _ = rustix::fs::fsync(&place.folder);
        let mut drift = Drift::of(&step.path, Some(was), Some(&found));
        if is_as_tried {
            drift.found = "names in it that nobody tried".into();
        }
        if back.is_err() {
            let name = String::from_utf8_lossy(&beside.name).into_owned();
            drift.found = format!("{}, kept as {name} beside it, as somebody put a third there", drift.found);
        }
        Err(Error::Raced(drift))
    }

    /// Finds out how far a step came at which a process ended, and completes it where its change is done: then it answers true.
    fn settle(&mut self, number: usize, step: &Step) -> Result<bool, Error> {
        let fail = |what| Error::system::<Errno>(what, &step.path);
        let place = self.root.place(&step.path).map_err(fail("open the folder of"))?;
        let beside = self.beside(number, step)?;
        let ready = self.journal.past.course().and_then(|it| it.ready).filter(|it| it.0 == number).map(|it| it.1);
        let (here, there) = (inode_at(&place).map_err(fail("look at"))?, inode_at(&beside).map_err(fail("look at"))?);
        match (&step.act, ready) {
            (Act::Put | Act::Link(_), Some(ours)) => {
                // A name that was a name of that file already is exchanged with itself.
                if here == Some(ours) && there == Some(ours) && step.was.is_some() {
                    discard(&beside).map_err(fail("clear the way at"))?;
                } else if here == Some(ours) {
                    self.swapped_out(step, &place, &beside, Some(ours))?;
                } else if there == Some(ours) {
                    discard(&beside).map_err(fail("clear the way at"))?;
                    return Ok(false);
                } else if there.is_none() {
                    // Neither is there: it was cleared away, or others replaced what was put there. Its own look will tell.
                    return Ok(false);
                } else {
                    // Ours was put there, somebody replaced it, and what was there first is still beside.
                    discard_known(step, &beside)?;
                    return Err(self.raced(step, &place));
                }
                rustix::fs::fsync(&place.folder).map_err(fail("sync the folder of"))?;
                Ok(true)
            }
            (Act::Remove, _) => {
                if there.is_some() {
                    self.swapped_out(step, &place, &beside, None)?;
                } else if here.is_some() {
                    return Ok(false);
                }
                rustix::fs::fsync(&place.folder).map_err(fail("sync the folder of"))?;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    fn raced(&self, step: &Step, place: &Place) -> Error {
        let found = look_at(&place.folder, &place.name).ok().flatten().map(|it| it.state);
        Error::Raced(Drift::of(&step.path, step.was.as_ref(), found.as_ref()))
    }
}

/// Takes away what was tried and swapped out; anything else stays, as it is not ours.
fn discard_known(step: &Step, beside: &Place) -> Result<(), Error> {
    let found = look_at(&beside.folder, &beside.name).map_err(Error::system("look at", &step.path))?;
    match (found, &step.was) {
        (Some(found), Some(was)) if agrees(was, &found.state, false) => discard(beside).map_err(Error::system("clear the way at", &step.path)),
        _ => Ok(()),
    }
}

/// Says of a file system that can't exchange names that it is not for us: without that, an edit of others could be overwritten.
fn without_exchange(what: &'static str, path: &[u8]) -> impl FnOnce(Errno) -> Error {
    move |error| match error {
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => {
            let what = "its file system can't exchange names (renameat2(2)), so an edit of others could be overwritten; change it by hand".to_owned();
            Error::Unfit { path: path.to_vec(), what }
        }
        error => Error::system(what, path)(error),
    }
}

/// What is not as it should be: states, flags, and which names are of one file.
pub(super) fn differences(root: &Root, wanted: &[(Vec<u8>, Option<FileState>)]) -> Result<Vec<Drift>, Error> {
    let mut drift = Vec::new();
    for (path, wanted) in wanted {
        let told = |text: String| Drift { path: path.clone(), expected: "what was tried".into(), found: text };
        let found = match look(root, path) {
            Ok(found) => found,
            Err(error) => {
                drift.push(told(error.to_string()));
                continue;
            }
        };
        match (wanted, &found) {
            (None, None) => {}
            (Some(wanted), Some(found)) if agrees(wanted, &found.state, true) => {
                let first = wanted.linked.as_deref().filter(|it| it != path);
                let other = first.map(|first| look(root, first)).transpose().map_err(Error::system("look at", path))?.flatten();
                let is_alone = wanted.kind != FileType::Directory && wanted.linked.is_none() && found.links > 1;
                let is_split = first.is_some() && other.map(|it| it.inode) != Some(found.inode);
                let names = |it: &str| Drift { path: path.clone(), expected: it.into(), found: format!("a file of {} names", found.links) };
                if is_alone {
                    drift.push(names("a file with no other name"));
                } else if is_split {
                    drift.push(names(&format!("a further name of {}", String::from_utf8_lossy(wanted.linked.as_deref().unwrap_or_default()).escape_debug())));
                }
            }
            (wanted, found) => drift.push(Drift::of(path, wanted.as_ref(), found.as_ref().map(|it| &it.state))),
        }
    }
    Ok(drift)
}
