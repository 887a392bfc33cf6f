//! Writes archives: new ones, and more behind what an archive has.

use std::collections::HashMap;

use crate::{
    archive::{Archive, BLOCK, Found},
    files::{Errno, Files, Kind, Stat, at},
    header::{self, Member},
    list::{Row, Width, long_line},
    names::{Told, safer},
    options::{Deed, Format, Item, Options, Who},
    read::skip,
    select::{Exclusions, Folders, Selection, bare, listed},
    talk::{Step, Talk, not_modelled, said},
};

/// Folders below each other that are gone into: a tree that has more goes round in links.
const DEEPEST: usize = 500;

/// The state of a run that writes.
struct Writer<'a> {
    options: &'a Options,
    cwd: &'a [u8],
    format: Format,
    bytes: Vec<u8>,
    /// The archive itself, which is not put into itself.
    own: Option<u64>,
    exclusions: Exclusions,
    folders: Folders,
    recursion: bool,
    /// Several names were given: the same file could come twice.
    many: bool,
    links: HashMap<u64, Vec<u8>>,
    told: Told,
    width: Width,
    /// Files that go once the archive stands: path, name, whether a directory.
    removals: Vec<(Vec<u8>, Vec<u8>, bool)>,
    /// Where the names of the line lead, if files are removed.
    tops: Vec<Vec<u8>>,
}

/// Carries out a call that writes.
pub(crate) fn write(options: &Options, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step {
    if options.gzip {
        return not_modelled("writing a compressed archive is not modelled");
    }
    let path = at(cwd, &options.archive);
    let is_stream = options.archive == b"-";
    let is_null = options.archive == b"/dev/null";
    let many = options.items.iter().any(|it| matches!(it, Item::Names { .. })) || options.items.iter().filter(|it| matches!(it, Item::Name(..))).count() > 1;
    let mut writer = Writer {
        options,
        cwd,
        format: options.format,
        bytes: Vec::new(),
        own: None,
        exclusions: Exclusions::default(),
        folders: Folders::from(cwd),
        recursion: true,
        many,
        links: HashMap::new(),
        told: Told::default(),
        width: Width::default(),
        removals: Vec::new(),
        tops: Vec::new(),
    };
    let went = if options.deed == Deed::Create {
        if !is_stream && !is_null {
            writer.begin(&path, true, files, talk)?;
        }
        writer.items(files, talk)
    } else {
        if is_stream || is_null {
            return not_modelled("adding to an archive that is a stream is not modelled");
        }
        writer.begin(&path, false, files, talk)?;
        writer.append(&path, files, talk)
    };
    let whole = went.is_ok();
    let mut bytes = std::mem::take(&mut writer.bytes);
    if whole {
        bytes.resize(bytes.len() + 2 * BLOCK, 0);
        bytes.resize(bytes.len().div_ceil(options.record) * options.record, 0);
    } else {
        // What did not fill a record was never written.
        bytes.truncate(bytes.len() / options.record * options.record);
    }
    if is_stream {
        talk.out.extend(bytes);
    } else if !is_null && let Err(error) = files.write(&path, 0, &bytes) {
        return not_modelled(format!("an archive could not be written: {error}"));
    }
    went?;
    writer.remove(files, talk);
    Ok(())
}

impl Writer<'_> {
    /// Opens the archive.
    fn begin(&mut self, path: &[u8], empty: bool, files: &mut impl Files, talk: &mut Talk) -> Step {
        let there = files.stat(path, true);
        let made = match &there {
            Ok(stat) if stat.kind == Kind::Directory => Err(Errno::IsDirectory),
            Ok(stat) if stat.kind != Kind::Regular => return not_modelled("an archive that is no regular file is not modelled"),
            Ok(_) if !empty => Ok(()),
            _ => files.create(path, 0o666, false),
        };
        if let Err(error) = made {
            let shown = talk.colon(&self.options.archive);
            return talk.fatal(said(&[&shown, b": Cannot open: ", error.to_string().as_bytes()]));
        }
        self.own = files.stat(path, true).ok().map(|it| it.inode);
        Ok(())
    }

    /// Takes the words of the line in their order.
    fn items(&mut self, files: &mut impl Files, talk: &mut Talk) -> Step {
        let mut folder = 0;
        for item in &self.options.items {
            match item {
                Item::Name(name, _) => self.top(name, folder, files, talk)?,
                Item::Names { file, nul, verbatim, .. } => {
                    for name in listed(file, *nul, *verbatim, self.cwd, files, talk)? {
                        self.top(&name, folder, files, talk)?;
                    }
                }
                Item::Folder(word) => folder = self.folders.push(word),
                Item::Exclude(pattern, how, _) => self.exclusions.push(pattern, *how),
                Item::ExcludeFrom(file, how) => self.exclusions.read(file, *how, self.cwd, files, talk)?,
                Item::Recursion(on, _) => self.recursion = *on,
                Item::Spelled(_) => {}
            }
        }
        self.complain(talk);
        Ok(())
    }

    /// Complains about options behind all names, which mean nothing there.
    fn complain(&self, talk: &mut Talk) {
        let last = self.options.items.iter().rposition(|it| matches!(it, Item::Name(..) | Item::Names { .. }));
        let behind = &self.options.items[last.map_or(0, |it| it + 1)..];
        let mut told: Vec<Vec<u8>> = Vec::new();
        for item in behind {
            let option = match item {
                Item::Folder(word) => said(&[b"-C ", &talk.quoted(word)]),
                Item::Exclude(word, _, option) if option.is_empty() => said(&[b"--exclude ", &talk.quoted(word)]),
                Item::Exclude(_, _, option) => said(&[b"--", option.as_bytes()]),
                Item::ExcludeFrom(word, _) => said(&[b"--exclude-from ", &talk.quoted(word)]),
                Item::Recursion(_, option) | Item::Spelled(option) => said(&[b"--", option.as_bytes()]),
                Item::Name(..) | Item::Names { .. } => continue,
            };
            if option != b"--" && !(matches!(item, Item::Exclude(_, _, option) if !option.is_empty()) && told.last() == Some(&option)) {
                told.push(option);
            }
        }
        if told.is_empty() {
            return;
        }
        talk.error(
            "The following options were used after any non-optional arguments in archive create or update mode.  These options are positional and affect \
             only arguments that follow them.  Please, rearrange them properly.",
        );
        for option in told {
            talk.error(said(&[&option, b" has no effect"]));
        }
    }

    /// Goes to the end of an archive and adds what is not there, or not as new.
    fn append(&mut self, path: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step {
        let mut selection = Selection::gather(self.options, self.cwd, files, talk)?;
        self.recursion = self.options.items.iter().rev().find_map(|it| if let Item::Recursion(on, _) = it { Some(*on) } else { None }).unwrap_or(true);
        let bytes = match files.read(path) {
            Ok(bytes) => bytes,
            Err(error) => return not_modelled(format!("an archive could not be read: {error}")),
        };
        if gnu_gzip::is_gzip(&bytes) {
            return talk.fatal("Cannot update compressed archives");
        }
        let length = bytes.len();
        if self.options.deed == Deed::Update {
            for name in &selection.names {
                let path = at(&selection.folders.paths[name.folder], &name.name);
                if files.stat(&path, self.options.dereference).is_ok_and(|it| it.kind == Kind::Directory) {
                    return not_modelled("updating a directory in an archive is not modelled");
                }
            }
        }
        let mut archive = Archive::of(bytes, self.options.warns("unknown-keyword"));
        let mut dropped = vec![false; selection.names.len()];
        let end = loop {
            let from = archive.at;
            match archive.next(talk)? {
                Found::Zero | Found::End => break from,
                Found::Failure => return not_modelled("adding to a damaged archive is not modelled"),
                Found::Entry(entry) => {
                    self.format = entry.format;
                    safer(&entry.name, false, self.options, &mut self.told, talk);
                    if entry.kind == b'1' {
                        safer(&entry.link, true, self.options, &mut self.told, talk);
                    }
                    if self.options.deed == Deed::Update {
                        self.newer(&entry.name, entry.mtime, &mut selection, &mut dropped, files, talk)?;
                    }
                    skip(&mut archive, &entry, talk)?;
                }
            }
        };
        if end == 0 && length > 0 && length < BLOCK {
            return not_modelled("adding to a damaged archive is not modelled");
        }
        if self.format == Format::Pax && self.options.format != Format::Pax {
            return not_modelled("adding to a pax archive, which holds access and change times, is not modelled");
        }
        self.bytes = archive.bytes[..end].to_vec();
        self.exclusions = selection.exclusions;
        self.folders = selection.folders;
        for (name, dropped) in selection.names.iter().zip(dropped) {
            if !dropped {
                self.top(&name.name, name.folder, files, talk)?;
            }
        }
        if length > self.bytes.len().div_ceil(self.options.record) * self.options.record + self.options.record {
            return not_modelled("adding to an archive with much behind its end is not modelled");
        }
        Ok(())
    }

    /// Drops a name from those to be added when the archive has it as new.
    fn newer(&mut self, name: &[u8], mtime: (i64, u32), selection: &mut Selection, dropped: &mut [bool], files: &mut impl Files, talk: &mut Talk) -> Step {
        let Some(place) = selection.names.iter().position(|it| it.name == name).filter(|it| !dropped[*it]) else { return Ok(()) };
        let folder = selection.names[place].folder;
        selection.folders.enter(folder, files, talk)?;
        match files.stat(&at(&selection.folders.paths[folder], name), self.options.dereference) {
            Ok(stat) => {
                dropped[place] = stat.mtime <= mtime;
                Ok(())
            }
            Err(_) => Ok(()),
        }
    }

    /// Adds what a name of the line tells.
    fn top(&mut self, name: &[u8], folder: usize, files: &mut impl Files, talk: &mut Talk) -> Step {
        self.folders.enter(folder, files, talk)?;
        let name = bare(name);
        if self.options.remove_files {
            let path = lexical(&at(&self.folders.paths[folder], &name));
            let below = |one: &[u8], other: &[u8]| one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest[0] == b'/');
            if self.tops.iter().any(|it| below(it, &path) || below(&path, it)) {
                return not_modelled("removing files that several names tell of is not modelled");
            }
            self.tops.push(path);
        }
        if self.options.remove_files && name.split(|it| *it == b'/').all(|it| matches!(it, b"" | b"." | b"..")) {
            return not_modelled("removing the working directory with --remove-files is not modelled");
        }
        if self.exclusions.has(&name) {
            return Ok(());
        }
        let path = at(&self.folders.paths[folder], &name);
        self.add(&name, &path, 0, files, talk)
    }

    /// Adds a file, and all below it.
    fn add(&mut self, name: &[u8], path: &[u8], depth: usize, files: &mut impl Files, talk: &mut Talk) -> Step {
        if depth > DEEPEST {
            return not_modelled("a tree of this depth is not modelled");
        }
        let safe = safer(name, false, self.options, &mut self.told, talk).to_vec();
        let stat = match files.stat(path, self.options.dereference) {
            Ok(stat) => stat,
            Err(error) => {
                self.unreadable(name, b"Cannot stat", &error, depth, talk);
                return Ok(());
            }
        };
        if self.own == Some(stat.inode) {
            if self.options.warns("ignore-archive") {
                let shown = talk.colon(name);
                talk.warn(said(&[&shown, b": file is the archive; not dumped"]));
            }
            return Ok(());
        }
        if stat.kind == Kind::Directory {
            return self.directory(name, &safe, path, &stat, depth, files, talk);
        }
        let trivial = u32::from(!self.many && !self.options.dereference);
        let counted = !self.options.hard_dereference && stat.links > trivial;
        if (counted || self.options.remove_files && !self.options.hard_dereference)
            && let Some(first) = self.links.get(&stat.inode).cloned()
        {
            self.put(name, &safe, &first, b'1', &stat, 0, files, talk)?;
            self.queue(path, name, false);
            return Ok(());
        }
        match stat.kind {
            Kind::Regular => {
                let bytes = match files.read(path) {
                    Ok(bytes) => bytes,
                    Err(error) => {
                        self.unreadable(name, b"Cannot open", &error, depth, talk);
                        return Ok(());
                    }
                };
                if !self.put(name, &safe, b"", b'0', &stat, bytes.len() as u64, files, talk)? {
                    return Ok(());
                }
                self.bytes.extend(bytes);
                self.bytes.resize(self.bytes.len().div_ceil(BLOCK) * BLOCK, 0);
            }
            Kind::Symlink => {
                let target = match files.read_link(path) {
                    Ok(target) => target,
                    Err(error) => {
                        self.unreadable(name, b"Cannot readlink", &error, depth, talk);
                        return Ok(());
                    }
                };
                if !self.put(name, &safe, &target, b'2', &stat, 0, files, talk)? {
                    return Ok(());
                }
            }
            Kind::Fifo if self.format != Format::V7 => {
                if !self.put(name, &safe, b"", b'6', &stat, 0, files, talk)? {
                    return Ok(());
                }
            }
            _ => return not_modelled("putting a device or a socket into an archive is not modelled"),
        }
        self.queue(path, name, false);
        if counted {
            let target = safer(name, true, self.options, &mut self.told, talk).to_vec();
            self.links.entry(stat.inode).or_insert(target);
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a run, each with an owner of its own")]
    fn directory(&mut self, name: &[u8], safe: &[u8], path: &[u8], stat: &Stat, depth: usize, files: &mut impl Files, talk: &mut Talk) -> Step {
        let (name, safe) = (with_slash(name), with_slash(safe));
        let mut entries = match files.list(path) {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable(&name, b"Cannot open", &error, depth, talk);
                return Ok(());
            }
        };
        if !self.put(&name, &safe, b"", b'5', stat, 0, files, talk)? {
            return Ok(());
        }
        if self.recursion {
            if self.options.sort {
                entries.sort();
            }
            for entry in entries {
                let below = said(&[&name, &entry]);
                if !self.exclusions.has(&below) {
                    self.add(&below, &at(path, &entry), depth + 1, files, talk)?;
                }
            }
        }
        self.queue(path, &bare(&name), true);
        Ok(())
    }

    /// Writes a header. False, when the member can't be held.
    #[expect(clippy::too_many_arguments, reason = "the parts of a run, each with an owner of its own")]
    fn put(&mut self, shown: &[u8], name: &[u8], link: &[u8], kind: u8, stat: &Stat, size: u64, files: &mut impl Files, talk: &mut Talk) -> Step<bool> {
        let options = self.options;
        let (uid, uname) = owner(options.owner.as_ref(), stat.uid, |it| files.user_name(it));
        let (gid, gname) = owner(options.group.as_ref(), stat.gid, |it| files.group_name(it));
        let mode = options.mode.as_ref().map_or(stat.mode, |it| it.apply(stat.mode, kind == b'5', options.umask));
        let mtime = match options.mtime {
            Some(set) if !options.clamp || stat.mtime > set => set,
            _ => stat.mtime,
        };
        let member = Member { name: name.to_vec(), link: link.to_vec(), kind, mode, uid, gid, uname, gname, size, mtime };
        let (root, wheel) = (files.user_name(0).unwrap_or_default(), files.group_name(0).unwrap_or_default());
        let Some(blocks) = header::blocks(&member, self.format, (&root, &wheel), options.numeric_owner, talk)? else { return Ok(false) };
        self.bytes.extend(blocks);
        if options.verbose > 0 {
            let line = self.line(&member, stat.mtime, if options.show_transformed { name } else { shown }, talk);
            if options.archive == b"-" { talk.err.extend(line) } else { talk.out.extend(line) }
        }
        Ok(true)
    }

    /// The line of a member; its time is the file's own, whatever the archive gets.
    fn line(&mut self, member: &Member, mtime: (i64, u32), shown: &[u8], talk: &mut Talk) -> Vec<u8> {
        if self.options.verbose == 1 {
            return said(&[&talk.escaped(shown), b"\n"]);
        }
        let nameless = self.options.numeric_owner || self.format == Format::V7;
        let user = |name: &[u8], number: u32| if nameless || name.is_empty() { number.to_string().into_bytes() } else { name.to_vec() };
        let row = Row {
            kind: member.kind,
            mode: member.mode,
            user: user(&member.uname, member.uid),
            group: user(&member.gname, member.gid),
            size: member.size.to_string().into_bytes(),
            mtime,
            name: shown,
            link: &member.link,
        };
        long_line(&row, self.options, &mut self.width, talk)
    }

    /// Tells that a file could not be had. One that was listed and is gone only makes the run differ.
    fn unreadable(&self, name: &[u8], what: &[u8], error: &Errno, depth: usize, talk: &mut Talk) {
        let shown = talk.colon(name);
        let reason = error.to_string();
        if depth > 0 && *error == Errno::NoEntry {
            if self.options.warns("file-removed") {
                talk.warn(said(&[&shown, b": File removed before we read it"]));
            }
            if !self.options.ignore_failed_read {
                talk.status = talk.status.max(1);
            }
        } else if self.options.ignore_failed_read {
            if self.options.warns("failed-read") {
                talk.warn(said(&[&shown, b": Warning: ", what, b": ", reason.as_bytes()]));
            }
        } else {
            talk.error(said(&[&shown, b": ", what, b": ", reason.as_bytes()]));
        }
    }

    fn queue(&mut self, path: &[u8], name: &[u8], is_directory: bool) {
        if self.options.remove_files {
            self.removals.push((path.to_vec(), name.to_vec(), is_directory));
        }
    }

    /// Removes what was put into the archive.
    fn remove(&mut self, files: &mut impl Files, talk: &mut Talk) {
        for (path, name, is_directory) in std::mem::take(&mut self.removals) {
            let gone = if is_directory { files.remove_directory(&path) } else { files.remove_file(&path) };
            let Err(error) = gone else { continue };
            if error == Errno::NoEntry {
                continue;
            }
            let parts: Vec<&[u8]> = name.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").collect();
            let shown = talk.colon(&said(&[if name.starts_with(b"/") { b"/" } else { b"" }, &parts.join(&b'/')]));
            let what: &[u8] = if is_directory { b": Cannot rmdir: " } else { b": Cannot unlink: " };
            talk.error(said(&[&shown, what, error.to_string().as_bytes()]));
        }
    }
}

/// A path without `.`, `..` and doubled slashes, links left aside.
fn lexical(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|it| *it == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    said(&[b"/", &parts.join(&b'/')])
}

/// A name with one slash at its end.
fn with_slash(name: &[u8]) -> Vec<u8> {
    let end = name.iter().rposition(|it| *it != b'/').map_or(0, |it| it + 1);
    said(&[&name[..end], b"/"])
}

/// The number and the name that a member gets.
fn owner(wanted: Option<&Who>, number: u32, mut name_of: impl FnMut(u32) -> Option<Vec<u8>>) -> (u32, Vec<u8>) {
    let number_wanted = wanted.and_then(|it| it.number).unwrap_or(number);
    let name = wanted.and_then(|it| it.name.clone());
    (number_wanted, name.or_else(|| name_of(number_wanted)).unwrap_or_default())
}
