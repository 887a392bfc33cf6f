//! Puts members into the tree, as GNU tar does it for root.

use crate::{
    archive::{Archive, Entry, group_number, owner_number},
    delayed::{Delayed, State, cannot_link, give, give_link},
    files::{Errno, Files, Kind, at},
    names,
    options::{Old, Options},
    read::skip,
    select::Folders,
    sparse,
    talk::{Step, Talk, not_modelled, said},
};

/// Most bytes that a sparse member is printed as.
const MOST_PRINTED: u64 = 64 << 20;

/// The state of a run that unpacks.
pub(crate) struct Extraction {
    delayed: Delayed,
    /// The mask of folders that are made on the way.
    umask: u32,
    /// The mask of members: none when permissions are kept.
    mask: u32,
}

/// What can be done about a refusal.
enum Recovery {
    Again,
    Skip,
    None,
}

/// The place of the member in hand.
struct Place<'a> {
    name: &'a [u8],
    path: Vec<u8>,
    folder: usize,
    /// Folders on the way were made: that helps once.
    made: bool,
}

impl Extraction {
    pub(crate) fn new(options: &Options, files: &mut impl Files) -> Extraction {
        if options.same_permissions && options.deed == crate::options::Deed::Extract {
            files.set_umask(0);
        }
        Extraction { delayed: Delayed::default(), umask: options.umask, mask: if options.same_permissions { 0 } else { options.umask } }
    }

    /// Gives directories their state and puts the links that were put off.
    pub(crate) fn finish(&mut self, options: &Options, folders: &Folders, files: &mut impl Files, talk: &mut Talk) {
        self.delayed.settle(options, b"", false, folders, files, talk);
        self.delayed.make_links(options, folders, files, talk);
        self.delayed.settle(options, b"", true, folders, files, talk);
        files.set_umask(self.umask);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a run, each with an owner of its own")]
    pub(crate) fn member(
        &mut self,
        options: &Options,
        archive: &mut Archive,
        entry: &Entry,
        folder: usize,
        folders: &Folders,
        files: &mut impl Files,
        talk: &mut Talk,
    ) -> Step {
        let state = self.state(options, entry, files, talk)?;
        if !options.delay_directories {
            self.delayed.settle(options, &entry.name, false, folders, files, talk);
        }
        let mut place = Place { name: &entry.name, path: at(&folders.paths[folder], &entry.name), folder, made: false };
        let is_file = entry.is_sparse() || matches!(entry.kind, 0 | b'0' | b'7') && !entry.trailing_slash || !matches!(entry.kind, 0 | b'0'..=b'7' | b'S');
        if !matches!(entry.kind, 0 | b'0'..=b'7') && !entry.is_sparse() && options.warns("unknown-cast") {
            let (shown, kind) = (talk.colon(&entry.name), talk.escaped(&[entry.kind]));
            talk.warn(said(&[&shown, b": Unknown file type '", &kind, b"', extracted as normal file"]));
        }
        if options.to_stdout {
            return if is_file { print(archive, entry, talk) } else { skip(archive, entry, talk) };
        }
        if !may_go_on(options, &place, state.mtime, files, talk) {
            return skip(archive, entry, talk);
        }
        if is_file {
            self.file(options, archive, entry, &mut place, state, files, talk)?;
            return told(options, &place);
        }
        match entry.kind {
            b'1' => self.hard_link(options, entry, &mut place, folders, files, talk),
            b'2' => self.link(options, entry, &mut place, state, files, talk),
            b'3' | b'4' => return not_modelled("a device in an archive is not modelled"),
            b'6' => self.fifo(options, &mut place, state, files, talk),
            _ => self.directory(options, &mut place, state, files, talk),
        }
        told(options, &place)
    }

    /// The state that a member tells of, owners by name where the target has the name.
    fn state(&self, options: &Options, entry: &Entry, files: &mut impl Files, talk: &mut Talk) -> Step<State> {
        let header = |from: usize| entry.header[from..from + 32].split(|it| *it == 0).next().unwrap_or_default().to_vec();
        let by_name = |field: usize| if entry.format == crate::options::Format::V7 || options.numeric_owner { Vec::new() } else { header(field) };
        let (uname, gname) = (by_name(265), by_name(297));
        let named = if uname.is_empty() { None } else { files.user_number(&uname) };
        let uid = match entry.pax_uid.or(named) {
            Some(number) => number,
            None => owner_number(entry, talk)?.unwrap_or(u32::MAX),
        };
        let named = if gname.is_empty() { None } else { files.group_number(&gname) };
        let gid = match entry.pax_gid.or(named) {
            Some(number) => number,
            None => group_number(entry, talk)?.unwrap_or(u32::MAX),
        };
        let bits = if options.same_permissions { 0o7777 } else { 0o777 };
        Ok(State { mode: entry.mode & bits & !self.mask, uid, gid, mtime: entry.mtime })
    }

    /// Tries to make room: removes what stands there, or makes the folders on the way.
    fn recover(
        &mut self,
        error: &Errno,
        options: &Options,
        place: &mut Place<'_>,
        newer: Option<(i64, u32)>,
        files: &mut impl Files,
        talk: &mut Talk,
    ) -> Recovery {
        if place.made {
            return Recovery::None;
        }
        match error {
            Errno::Exists | Errno::TooManyLinks => {
                if *error == Errno::TooManyLinks && (newer.is_none() || options.old != Old::Overwrite || options.dereference) {
                    return Recovery::None;
                }
                match options.old {
                    Old::Skip => {
                        if options.warns("existing-file") {
                            let shown = place.name.to_vec();
                            talk.warn(said(&[&shown, b": skipping existing file"]));
                        }
                        Recovery::Skip
                    }
                    Old::Keep | Old::UnlinkFirst => Recovery::None,
                    Old::KeepNewer if newer.is_some_and(|it| is_newer(&place.path, it, files)) => Recovery::None,
                    _ if remove(&place.path, place.name, files) => Recovery::Again,
                    _ => Recovery::None,
                }
            }
            Errno::NoEntry => {
                if self.folders_on_the_way(place, files) {
                    Recovery::Again
                } else {
                    Recovery::None
                }
            }
            _ => Recovery::None,
        }
    }

    /// Makes the folders that a name lies in.
    fn folders_on_the_way(&mut self, place: &mut Place<'_>, files: &mut impl Files) -> bool {
        let base = place.path.len() - place.name.len();
        let mode = 0o777 & !self.umask;
        for (end, byte) in place.name.iter().enumerate() {
            let last = place.name[..end].rsplit(|it| *it == b'/').next().unwrap_or_default();
            if *byte != b'/' || last.is_empty() || last == b"." || last == b".." {
                continue;
            }
            let path = &place.path[..base + end];
            match files.make_directory(path, mode) {
                Ok(()) => {
                    place.made = true;
                    let state = State { mode, uid: 0, gid: 0, mtime: (0, 0) };
                    self.delayed.directory(&place.name[..end], place.folder, path, state, true, files);
                }
                Err(Errno::Exists) => {}
                Err(_) => return false,
            }
        }
        place.made
    }

    fn directory(&mut self, options: &Options, place: &mut Place<'_>, mut state: State, files: &mut impl Files, talk: &mut Talk) {
        let private = if options.same_owner || options.same_permissions { 0o700 } else { 0o777 };
        loop {
            let error = match files.make_directory(&place.path, state.mode & private) {
                Ok(()) => break,
                Err(error) => error,
            };
            let keeps = place.made || options.keep_directory_symlink || matches!(options.old, Old::NoOverwriteDir | Old::Default | Old::Overwrite);
            if error == Errno::Exists && keeps {
                let is_link = files.stat(&place.path, false).is_ok_and(|it| it.kind == Kind::Symlink);
                let stat = files.stat(&place.path, options.dereference || options.keep_directory_symlink && is_link).ok();
                if options.keep_directory_symlink && is_link && stat.is_some_and(|it| it.kind == Kind::Directory) {
                    return;
                }
                if let Some(stat) = stat.filter(|it| it.kind == Kind::Directory) {
                    if place.made {
                        self.delayed.repair(stat.inode, state);
                        return;
                    }
                    if options.old == Old::NoOverwriteDir {
                        // The time is the member's all the same.
                        let bits = if options.same_permissions { 0o7777 } else { 0o777 };
                        state = State { mode: stat.mode & bits & !self.mask, uid: stat.uid, gid: stat.gid, mtime: state.mtime };
                        let _ = files.set_mode(&place.path, stat.mode & 0o700);
                    }
                    break;
                }
            }
            match self.recover(&error, options, place, Some(state.mtime).filter(|_| options.old == Old::KeepNewer), files, talk) {
                Recovery::Again => {}
                Recovery::Skip => return,
                Recovery::None if error == Errno::Exists => {
                    if matches!(options.old, Old::Default | Old::Overwrite) {
                        break;
                    }
                    return;
                }
                Recovery::None => return refused(place.name, b": Cannot mkdir: ", &error, talk),
            }
        }
        self.delayed.directory(place.name, place.folder, &place.path, state, false, files);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a run, each with an owner of its own")]
    fn file(
        &mut self,
        options: &Options,
        archive: &mut Archive,
        entry: &Entry,
        place: &mut Place<'_>,
        state: State,
        files: &mut impl Files,
        talk: &mut Talk,
    ) -> Step {
        if options.old == Old::Overwrite && files.stat(&place.path, false).is_ok_and(|it| it.mode & 0o6000 != 0) {
            return not_modelled("overwriting a set-id file in place is not modelled");
        }
        let mode = state.mode & 0o777 & if options.same_owner { 0o700 } else { 0o777 };
        while let Err(error) = open(options, &place.path, mode, files) {
            match self.recover(&error, options, place, Some(state.mtime), files, talk) {
                Recovery::Again => {}
                Recovery::Skip => return skip(archive, entry, talk),
                Recovery::None => {
                    skip(archive, entry, talk)?;
                    refused(place.name, b": Cannot open: ", &error, talk);
                    return Ok(());
                }
            }
        }
        if entry.is_sparse() {
            self.sparse(archive, entry, place, files, talk)?;
        } else {
            let (bytes, whole) = match archive.take(entry.stored_size) {
                Ok(bytes) => (bytes, true),
                Err(bytes) => (bytes, false),
            };
            if let Err(error) = files.write(&place.path, 0, bytes) {
                refused(place.name, b": Cannot write: ", &error, talk);
                return Ok(());
            }
            if !whole {
                // It is said twice: once by what writes, once by what goes behind the rest.
                talk.error("Unexpected EOF in archive");
                return talk.fatal("Unexpected EOF in archive");
            }
        }
        give(options, place.name, &place.path, state, false, files, talk);
        Ok(())
    }

    fn sparse(&mut self, archive: &mut Archive, entry: &Entry, place: &Place<'_>, files: &mut impl Files, talk: &mut Talk) -> Step {
        let Some((map, mut used)) = sparse::map(archive, entry, talk)? else {
            return not_modelled("a sparse member whose map makes no sense is not modelled");
        };
        for (offset, length) in map {
            if length == 0 {
                if let Err(error) = files.truncate(&place.path, offset) {
                    return not_modelled(format!("a sparse file could not be written: {error}"));
                }
                continue;
            }
            let Ok(bytes) = archive.take(length) else { return not_modelled("a sparse member that ends before its time is not modelled") };
            if let Err(error) = files.write(&place.path, offset, bytes) {
                return not_modelled(format!("a sparse file could not be written: {error}"));
            }
            used += length.div_ceil(512) * 512;
        }
        match archive.take(entry.stored_size.saturating_sub(used)) {
            Ok(_) => Ok(()),
            Err(_) => not_modelled("a sparse member that ends before its time is not modelled"),
        }
    }

    fn hard_link(&mut self, options: &Options, entry: &Entry, place: &mut Place<'_>, folders: &Folders, files: &mut impl Files, talk: &mut Talk) {
        let target = at(&folders.paths[place.folder], &entry.link);
        let target = if entry.link.is_empty() { Vec::new() } else { target };
        loop {
            let made = if target.is_empty() { Err(Errno::NoEntry) } else { files.make_hard_link(&target, &place.path) };
            let error = match made {
                Ok(()) => {
                    if let Ok(stat) = files.stat(&target, false) {
                        self.delayed.second_name(place.name, place.folder, stat.inode);
                    }
                    return;
                }
                Err(error) => error,
            };
            let inode = |path: &[u8], files: &mut dyn FnMut(&[u8]) -> Option<u64>| files(path);
            let mut look = |path: &[u8]| files.stat(path, false).ok().map(|it| it.inode);
            let same = !target.is_empty() && inode(&target, &mut look).is_some_and(|it| inode(&place.path, &mut look) == Some(it));
            if error == Errno::Exists && entry.link == place.name || same {
                return;
            }
            match self.recover(&error, options, place, Some(entry.mtime).filter(|_| options.old == Old::KeepNewer), files, talk) {
                Recovery::Again => {}
                Recovery::Skip => return,
                Recovery::None => {
                    let (shown, to) = (talk.colon(place.name), talk.quoted(&entry.link));
                    talk.error(said(&[&shown, b": Cannot hard link to ", &to, b": ", error.to_string().as_bytes()]));
                    return;
                }
            }
        }
    }

    fn link(&mut self, options: &Options, entry: &Entry, place: &mut Place<'_>, state: State, files: &mut impl Files, talk: &mut Talk) {
        let leads_out = !options.absolute_names && (entry.link.starts_with(b"/") || names::has_dot_dot(&entry.link));
        loop {
            let made = if leads_out { files.create(&place.path, 0, true) } else { files.make_link(&entry.link, &place.path) };
            let error = match made {
                Ok(()) => break,
                Err(error) => error,
            };
            if leads_out && error == Errno::Exists && files.stat(&place.path, false).is_ok_and(|it| self.delayed.is_placeholder(it.inode)) {
                return;
            }
            match self.recover(&error, options, place, Some(state.mtime).filter(|_| options.old == Old::KeepNewer), files, talk) {
                Recovery::Again => {}
                Recovery::Skip => return,
                Recovery::None if leads_out => return refused(place.name, b": Cannot open: ", &error, talk),
                Recovery::None => return cannot_link(place.name, &entry.link, &error, talk),
            }
        }
        if leads_out {
            let inode = files.stat(&place.path, false).map_or(0, |it| it.inode);
            self.delayed.link(place.name, place.folder, inode, &entry.link, state);
        } else {
            give_link(options, place.name, &place.path, state, files, talk);
        }
    }

    fn fifo(&mut self, options: &Options, place: &mut Place<'_>, state: State, files: &mut impl Files, talk: &mut Talk) {
        while let Err(error) = files.make_fifo(&place.path, state.mode & 0o700) {
            match self.recover(&error, options, place, Some(state.mtime).filter(|_| options.old == Old::KeepNewer), files, talk) {
                Recovery::Again => {}
                Recovery::Skip => return,
                Recovery::None => return refused(place.name, b": Cannot mkfifo: ", &error, talk),
            }
        }
        give(options, place.name, &place.path, state, false, files, talk);
    }
}

/// Folders that are made on the way have lines of their own in the longest listing.
fn told(options: &Options, place: &Place<'_>) -> Step {
    if place.made && options.verbose > 1 {
        return not_modelled("listing the folders that are made on the way (tar -xvv) is not modelled");
    }
    Ok(())
}

fn refused(name: &[u8], what: &[u8], error: &Errno, talk: &mut Talk) {
    let shown = talk.colon(name);
    talk.error(said(&[&shown, what, error.to_string().as_bytes()]));
}

/// open(2) as tar calls it: only what is not there yet, or with `--overwrite` what is.
fn open(options: &Options, path: &[u8], mode: u32, files: &mut impl Files) -> Result<(), Errno> {
    if options.old != Old::Overwrite {
        return files.create(path, mode, true);
    }
    let there = files.stat(path, false);
    match there.as_ref().map(|it| it.kind) {
        Ok(Kind::Symlink) if !options.dereference => Err(Errno::TooManyLinks),
        Ok(Kind::Fifo | Kind::Special) => Err(Errno::Exists),
        Ok(_) => files.create(path, mode, false),
        Err(_) => files.create(path, mode, false),
    }
}

/// Does what an option asks for before anything is made, and tells whether the member is still wanted.
fn may_go_on(options: &Options, place: &Place<'_>, mtime: (i64, u32), files: &mut impl Files, talk: &mut Talk) -> bool {
    match options.old {
        Old::UnlinkFirst => match unlink_first(options, place, files) {
            Ok(()) | Err(Errno::NoEntry) => true,
            Err(error) => {
                refused(place.name, b": Cannot unlink: ", &error, talk);
                false
            }
        },
        Old::KeepNewer if is_newer(&place.path, mtime, files) => {
            if options.warns("ignore-newer") {
                let shown = talk.quoted(place.name);
                talk.warn(said(&[b"Current ", &shown, b" is newer or same age"]));
            }
            false
        }
        _ => true,
    }
}

fn unlink_first(options: &Options, place: &Place<'_>, files: &mut impl Files) -> Result<(), Errno> {
    if place.name.split(|it| *it == b'/').all(|it| it.is_empty() || it == b".") {
        return Ok(());
    }
    match files.remove_directory(&place.path) {
        Err(Errno::NotDirectory) => files.remove_file(&place.path),
        Err(Errno::NotEmpty | Errno::Exists) if options.recursive_unlink => remove_all(&place.path, files),
        other => other,
    }
}

/// Removes a folder with all that is in it.
pub(crate) fn remove_all(path: &[u8], files: &mut impl Files) -> Result<(), Errno> {
    let mut waiting = vec![(path.to_vec(), false)];
    while let Some((path, emptied)) = waiting.pop() {
        if emptied {
            files.remove_directory(&path)?;
            continue;
        }
        match files.stat(&path, false)?.kind {
            Kind::Directory => {
                waiting.push((path.clone(), true));
                waiting.extend(files.list(&path)?.iter().map(|it| (at(&path, it), false)));
            }
            _ => files.remove_file(&path)?,
        }
    }
    Ok(())
}

/// A file that is no directory and not older than the member.
fn is_newer(path: &[u8], mtime: (i64, u32), files: &mut impl Files) -> bool {
    match files.stat(path, false) {
        Ok(stat) => stat.kind != Kind::Directory && mtime <= stat.mtime,
        Err(error) => error != Errno::NoEntry,
    }
}

/// Removes a file or an empty directory.
fn remove(path: &[u8], name: &[u8], files: &mut impl Files) -> bool {
    if name.split(|it| *it == b'/').all(|it| it.is_empty() || it == b".") {
        return false;
    }
    match files.remove_directory(path) {
        Ok(()) => true,
        Err(Errno::NotDirectory) => files.remove_file(path).is_ok(),
        Err(_) => false,
    }
}

/// Prints the content of a member.
fn print(archive: &mut Archive, entry: &Entry, talk: &mut Talk) -> Step {
    if entry.is_sparse() {
        return print_sparse(archive, entry, talk);
    }
    match archive.take(entry.stored_size) {
        Ok(bytes) => talk.out.extend_from_slice(bytes),
        Err(bytes) => {
            talk.out.extend_from_slice(bytes);
            talk.error("Unexpected EOF in archive");
            return talk.fatal("Unexpected EOF in archive");
        }
    }
    Ok(())
}

fn print_sparse(archive: &mut Archive, entry: &Entry, talk: &mut Talk) -> Step {
    let Some((map, mut used)) = sparse::map(archive, entry, talk)? else {
        return not_modelled("a sparse member whose map makes no sense is not modelled");
    };
    if entry.size > MOST_PRINTED {
        return not_modelled("printing a sparse member of this size is not modelled");
    }
    let from = talk.out.len();
    for (offset, length) in map {
        talk.out.resize((from + offset as usize).max(talk.out.len()), 0);
        let Ok(bytes) = archive.take(length) else { return not_modelled("a sparse member that ends before its time is not modelled") };
        talk.out.extend_from_slice(bytes);
        used += length.div_ceil(512) * 512;
    }
    match archive.take(entry.stored_size.saturating_sub(used)) {
        Ok(_) => Ok(()),
        Err(_) => not_modelled("a sparse member that ends before its time is not modelled"),
    }
}
