//! cp(1), as GNU coreutils 9.1 has it (cp.c, copy.c).

use std::collections::{HashMap, HashSet};

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType, Stat};

use super::{
    attribute::{DEFAULT_LIST, LABEL, add, copy_lists, is_list},
    backup,
    call::{Answer, Call, base, exit, join, not_modelled},
    options::{Known, Parsed},
    sameness::{Rules, Sameness, compare, name_of},
};
use crate::filesystem::failure;

/// What one copy keeps.
#[derive(Clone, Copy, Default)]
struct Keep {
    mode: bool,
    owner: bool,
    times: bool,
    links: bool,
    /// Extended attributes but the label.
    attributes: bool,
    /// The label of SELinux.
    label: bool,
    /// Modes are those of new files, as was said.
    no_mode: bool,
}

/// Which links of the source are followed.
#[derive(Clone, Copy, PartialEq)]
enum Follows {
    Never,
    Named,
    Always,
}

struct Copying<'a> {
    parsed: &'a Parsed,
    keep: Keep,
    recursive: bool,
    follows: Follows,
    backs_up: Option<char>,
    /// `-l` and `-s`.
    hard: bool,
    symbolic: bool,
    unlinks_first: bool,
    /// Copies of files that have several names: inode of the source, path of the copy.
    made: HashMap<u64, String>,
    /// Names that were made, with what is there; and sources, both where several are copied.
    created: Option<HashSet<(String, u64)>>,
    seen: HashSet<(Vec<u8>, u64)>,
    /// Folders that are being copied.
    above: Vec<u64>,
    /// The source and its copy as named.
    top: (String, String),
}

const CP: Known = Known {
    short: "apdrRfnuvTt:LPHbS:xils",
    long: &[
        ("archive", 'a'),
        ("recursive", 'r'),
        ("force", 'f'),
        ("link", 'l'),
        ("symbolic-link", 's'),
        ("no-clobber", 'n'),
        ("update", 'u'),
        ("verbose", 'v'),
        ("no-target-directory", 'T'),
        ("target-directory=", 't'),
        ("dereference", 'L'),
        ("no-dereference", 'P'),
        ("preserve?", 'p'),
        ("no-preserve=", '!'),
        ("parents", '^'),
        ("remove-destination", '~'),
        ("backup?", 'b'),
        ("suffix=", 'S'),
        ("one-file-system", 'x'),
        ("strip-trailing-slashes", '/'),
    ],
};

/// cp(1).
pub(crate) fn cp(call: &mut Call<'_>) -> Answer {
    let parsed = CP.read(call)?;
    if parsed.has('i') {
        return Err(not_modelled("cp that asks is not modelled"));
    }
    let keep = keep(call, &parsed)?;
    let (hard, symbolic) = (parsed.has('l'), parsed.has('s'));
    if hard && symbolic {
        return Err(call.misused("cannot make both hard and symbolic links"));
    }
    if backup::is_asked(&parsed) && parsed.has('n') {
        return Err(call.misused("options --backup and --no-clobber are mutually exclusive"));
    }
    let backs_up = backup::way(call, &parsed)?;
    let recursive = ['a', 'r', 'R'].iter().any(|it| parsed.has(*it));
    let follows = match parsed.last_of("LPHda") {
        Some('L') => Follows::Always,
        Some('H') => Follows::Named,
        Some(_) => Follows::Never,
        None if recursive && !hard => Follows::Never,
        None => Follows::Always,
    };
    if (hard || symbolic) && follows == Follows::Named {
        return Err(not_modelled("cp that makes links, with -H, is not modelled"));
    }
    let place = places(call, &parsed)?;
    if parsed.has('^') && !place.inside {
        return Err(call.misused("with --parents, the destination must be a directory"));
    }
    let several = place.inside && place.sources.len() > 1;
    let mut copying = Copying {
        keep,
        recursive,
        follows,
        backs_up,
        hard,
        symbolic,
        unlinks_first: parsed.has('~') || parsed.has('f') && (hard || symbolic),
        made: HashMap::new(),
        created: several.then(HashSet::new),
        seen: HashSet::new(),
        above: Vec::new(),
        top: Default::default(),
        parsed: &parsed,
    };
    for source in &place.sources {
        copying.named(call, source, &place)?;
    }
    Ok(())
}

/// What `-p`, `-a`, `-d` and `--preserve` ask to keep.
fn keep(call: &Call<'_>, parsed: &Parsed) -> Answer<Keep> {
    const WORDS: [&str; 7] = ["mode", "timestamps", "ownership", "links", "context", "xattr", "all"];
    let mut keep = Keep::default();
    for (letter, value) in &parsed.options {
        let words = if value.is_empty() { "mode,ownership,timestamps" } else { value.as_str() };
        match letter {
            'a' => keep = Keep { mode: true, owner: true, times: true, links: true, attributes: true, label: true, no_mode: false },
            'd' => keep.links = true,
            'p' | '!' => {
                let on = *letter == 'p';
                for word in words.split(',') {
                    let begun: Vec<&&str> = WORDS.iter().filter(|it| it.starts_with(word)).collect();
                    let known = WORDS.iter().find(|it| **it == word).or(if let [one] = begun[..] { Some(one) } else { None });
                    match known.copied() {
                        Some("mode") => (keep.mode, keep.no_mode) = (on, !on),
                        Some("ownership") => keep.owner = on,
                        Some("timestamps") => keep.times = on,
                        Some("links") => keep.links = on,
                        Some("all") => keep = Keep { mode: on, owner: on, times: on, links: on, attributes: on, label: on, no_mode: !on },
                        Some("xattr") => keep.attributes = on,
                        Some("context") => return Err(not_modelled("cp --preserve=context is not modelled")),
                        _ => {
                            let what = if begun.is_empty() { "invalid" } else { "ambiguous" };
                            let option = if on { "--preserve" } else { "--no-preserve" };
                            let mut text = format!("{what} argument {} for {}\nValid arguments are:", call.quote(word), call.quote(option));
                            for it in WORDS {
                                text.push_str(&format!("\n  - {}", call.quote(it)));
                            }
                            return Err(call.misused(text));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(keep)
}

/// Where files go.
pub(super) struct Place {
    pub(super) sources: Vec<String>,
    pub(super) destination: String,
    /// The destination is a folder that they go into.
    pub(super) inside: bool,
}

/// Sources, destination, and whether the sources go into it.
pub(super) fn places(call: &Call<'_>, parsed: &Parsed) -> Answer<Place> {
    let mut sources = parsed.words.clone();
    if sources.is_empty() {
        return Err(call.misused("missing file operand"));
    }
    if let Some(folder) = parsed.value('t') {
        if parsed.has('T') {
            return Err(exit("cannot combine --target-directory (-t) and --no-target-directory (-T)"));
        }
        return match call.stat(&call.path(folder), true) {
            Ok(it) if it.type_ == FileType::Directory => Ok(Place { sources, destination: folder.to_owned(), inside: true }),
            Ok(_) => Err(exit(format!("target directory {}: {}", call.q(folder), failure(Error::NotDirectory)))),
            Err(error) => Err(exit(format!("target directory {}: {}", call.q(folder), failure(error)))),
        };
    }
    if sources.len() == 1 {
        return Err(call.misused(format!("missing destination file operand after {}", call.q(&sources[0]))));
    }
    if parsed.has('T') && sources.len() > 2 {
        return Err(call.misused(format!("extra operand {}", call.q(&sources[2]))));
    }
    let destination = sources.pop().unwrap_or_default();
    let found = call.stat(&call.path(&destination), true);
    let inside = !parsed.has('T') && found.as_ref().is_ok_and(|it| it.type_ == FileType::Directory);
    if sources.len() > 1 && !inside {
        let error = found.err().unwrap_or(Error::NotDirectory);
        return Err(exit(format!("target {}: {}", call.q(&destination), failure(error))));
    }
    Ok(Place { sources, destination, inside })
}

/// A path without slashes behind it.
pub(super) fn stripped(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { &path[..path.len().min(1)] } else { trimmed }
}

/// The last name of a path.
pub(super) fn last_of(path: &str) -> &str {
    base(path)
}

/// Answers whether a source is the simple copy of what it would replace (copy.c, `source_is_dst_backup`).
pub(super) fn is_copy_of(call: &Call<'_>, parsed: &Parsed, source: &str, stat: &Stat, full: &str) -> bool {
    let suffix = backup::suffix(call, parsed);
    base(source) == format!("{}{suffix}", base(full)) && call.stat(&format!("{full}{suffix}"), true).is_ok_and(|it| it.inode == stat.inode)
}

impl Copying<'_> {
    /// Copies one of the sources that were named.
    fn named(&mut self, call: &mut Call<'_>, source: &str, place: &Place) -> Answer {
        let source = if self.parsed.has('/') && place.inside { stripped(source) } else { source };
        if !place.inside {
            let destination = &place.destination;
            let full = call.path(destination);
            // `cp -fb FILE FILE` copies the file to what its copy is named.
            if self.parsed.has('f') && source == destination && call.stat(&full, true).is_ok_and(|it| it.type_ == FileType::Regular)
                && let Some(way) = self.backs_up
            {
                let to = format!("{destination}{}", backup::ending(call, self.parsed, way, &full));
                self.backs_up = None;
                return self.copy(call, source, &to, true);
            }
            return self.copy(call, source, destination, true);
        }
        if !self.parsed.has('^') {
            let name = base(source);
            let name = if name == ".." { "." } else { name };
            return self.copy(call, source, &join(&place.destination, name), true);
        }
        let plain = stripped(source);
        let Some(folders) = self.parents(call, plain, &place.destination)? else { return Ok(()) };
        self.copy(call, source, &join(&place.destination, plain.trim_start_matches('/')), true)?;
        for (from, stat, full) in folders.iter().rev() {
            self.state(call, stat, from, full);
        }
        Ok(())
    }

    /// The folders of `--parents`, with the modes of their originals; nothing where they could not be made.
    fn parents(&self, call: &mut Call<'_>, source: &str, destination: &str) -> Answer<Option<Vec<(String, Stat, String)>>> {
        let mut folders = Vec::new();
        let lead = source.len() - source.trim_start_matches('/').len();
        for (at, _) in source.match_indices('/').filter(|it| it.0 >= lead) {
            let (original, to) = (&source[..at], join(destination, &source[lead..at]));
            if original.ends_with('/') {
                continue;
            }
            let (from, full) = (call.path(original), call.path(&to));
            let stat = match call.stat(&from, true) {
                Ok(it) if it.type_ == FileType::Directory => it,
                found => {
                    call.refused(&format!("failed to get attributes of {}", call.q(original)), found.err().unwrap_or(Error::NotDirectory));
                    return Ok(None);
                }
            };
            match call.stat(&full, true) {
                Ok(it) if it.type_ == FileType::Directory => {}
                Ok(_) => {
                    call.complain(&format!("{} exists but is not a directory", call.q(&to)));
                    return Ok(None);
                }
                Err(_) => {
                    let mode = if self.keep.no_mode { 0o777 } else { stat.mode & 0o1777 };
                    if let Err(error) = call.kernel.workspace().make_directory(&to_bytes(&full), mode) {
                        call.refused(&format!("cannot make directory {}", call.q(&to)), error);
                        return Ok(None);
                    }
                    if self.parsed.has('v') {
                        call.print(&format!("{original} -> {to}\n"));
                    }
                    if !self.keep.mode && stat.mode & 0o700 != 0o700 {
                        return Err(not_modelled("cp --parents of a folder that its owner may not use is not modelled"));
                    }
                }
            }
            if self.keep.mode || self.keep.owner || self.keep.times {
                folders.push((from, stat, full));
            }
        }
        Ok(Some(folders))
    }

    fn rules(&self) -> Rules {
        Rules {
            never_follows: self.follows == Follows::Never,
            moves: false,
            links_hard: self.hard,
            links_symbolic: self.symbolic,
            unlinks_first: self.unlinks_first,
            backs_up: self.backs_up.is_some(),
        }
    }

    fn copy(&mut self, call: &mut Call<'_>, source: &str, to: &str, top: bool) -> Answer {
        if top {
            self.top = (source.to_owned(), to.to_owned());
        }
        let from = call.path(source);
        let follows = match self.follows {
            Follows::Never => false,
            Follows::Named => top,
            Follows::Always => true,
        };
        let stat = match call.stat(&from, follows) {
            Ok(stat) => stat,
            Err(error) => {
                call.refused(&format!("cannot stat {}", call.q(source)), error);
                return Ok(());
            }
        };
        if stat.type_ == FileType::Directory && !self.recursive {
            call.complain(&format!("-r not specified; omitting directory {}", call.q(source)));
            return Ok(());
        }
        if top && self.created.is_some() && stat.type_ != FileType::Directory && self.backs_up.is_none() && !self.seen.insert((name_of(call, &from), stat.inode)) {
            call.say(&format!("warning: source file {} specified more than once", call.q(source)));
            return Ok(());
        }
        let full = call.path(to);
        if stat.type_ == FileType::Directory { self.directory(call, source, &stat, to, top) } else { self.file(call, source, &from, &stat, to, &full, top) }
    }

    fn directory(&mut self, call: &mut Call<'_>, source: &str, stat: &Stat, to: &str, top: bool) -> Answer {
        let (from, full) = (call.path(source), call.path(to));
        let real = |call: &Call<'_>, path: &str| call.kernel.workspace().real_path(&to_bytes(path)).unwrap_or_default();
        let (outer, inner) = (real(call, &from), real(call, &full));
        let inner = if inner.is_empty() { name_of(call, &full) } else { inner };
        if top && inner.strip_prefix(outer.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/")) {
            return Err(not_modelled("cp of a folder into itself, of which a part is copied, is not modelled"));
        }
        if self.above.contains(&stat.inode) {
            call.complain(&format!("cannot copy cyclic symbolic link {}", call.q(source)));
            return Ok(());
        }
        let made = match call.stat(&full, false) {
            Ok(there) => {
                if compare(call, &from, stat, &full, &there, self.rules()) == Sameness::Same {
                    call.complain(&format!("{} and {} are the same file", call.q(source), call.q(to)));
                    return Ok(());
                }
                if there.type_ != FileType::Directory {
                    let is_link_to_folder = there.type_ == FileType::Symlink && call.is_directory(&full);
                    if is_link_to_folder {
                        return Err(not_modelled("cp of a folder onto a link to one is not modelled"));
                    }
                    call.complain(&format!("cannot overwrite non-directory {} with directory {}", call.q(to), call.q(source)));
                    return Ok(());
                }
                false
            }
            Err(Error::NoEntry) => match call.kernel.workspace().make_directory(&to_bytes(&full), stat.mode & 0o777 | 0o700) {
                Ok(()) => {
                    if self.parsed.has('v') {
                        call.print(&format!("{} -> {}\n", call.q(source), call.q(to)));
                    }
                    true
                }
                Err(error) => {
                    call.refused(&format!("cannot create directory {}", call.q(to)), error);
                    return Ok(());
                }
            },
            Err(error) => {
                call.refused(&format!("cannot stat {}", call.q(to)), error);
                return Ok(());
            }
        };
        if top && let Some(earlier) = self.made.get(&stat.inode) {
            if *earlier != full {
                return Err(not_modelled("cp of one folder to two places is not modelled"));
            }
            call.say(&format!("warning: source directory {} specified more than once", call.q(source)));
            return Ok(());
        }
        if self.follows != Follows::Never && !top && self.made.contains_key(&stat.inode) {
            return Err(not_modelled("cp that comes to one folder twice is not modelled"));
        }
        self.made.insert(stat.inode, full.clone());
        self.above.push(stat.inode);
        match call.names(&from)? {
            Ok(names) => {
                for name in names {
                    self.copy(call, &join(source, &name), &join(to, &name), false)?;
                }
            }
            Err(error) => call.refused(&format!("cannot access {}", call.q(source)), error),
        }
        self.above.pop();
        self.state(call, stat, &from, &full);
        if made && !self.keep.mode {
            if call.kernel.workspace().list_attributes(&to_bytes(&full), true).is_ok_and(|it| it.iter().any(|it| it == DEFAULT_LIST)) {
                return Err(not_modelled("cp of a directory below a default access list is not modelled"));
            }
            let inherited = call.stat(&full, true).map_or(0, |it| it.mode & 0o2000);
            let wanted = if self.keep.no_mode { 0o777 } else { stat.mode & 0o1777 };
            let _ = call.kernel.workspace().set_mode(&to_bytes(&full), wanted & !call.kernel.umask() | inherited, true);
        }
        Ok(())
    }

    /// What is in the way, as copy.c looks at it: a link is followed only where a regular file is copied over it.
    fn there(&self, call: &Call<'_>, stat: &Stat, full: &str) -> Result<Option<Stat>, Error> {
        let as_regular = !self.recursive;
        let sees_links = stat.type_ != FileType::Regular && (!as_regular || stat.type_ == FileType::Symlink)
            || self.symbolic
            || self.hard
            || self.backs_up.is_some()
            || self.unlinks_first;
        match call.stat(full, !sees_links) {
            Ok(it) => Ok(Some(it)),
            Err(Error::NoEntry) => Ok(None),
            Err(Error::TooManyLinks) if self.parsed.has('f') => call.stat(full, false).map(Some),
            Err(error) => Err(error),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "two files, each by its name, its path and what it is")]
    fn file(&mut self, call: &mut Call<'_>, source: &str, from: &str, stat: &Stat, to: &str, full: &str, top: bool) -> Answer {
        let there = match self.there(call, stat, full) {
            Ok(it) => it,
            Err(error) => {
                call.refused(&format!("cannot stat {}", call.q(to)), error);
                return Ok(());
            }
        };
        let mut is_new = there.is_none();
        let mut kept = None;
        if let Some(there) = there {
            let sameness = if self.parsed.has('n') { Sameness::Other } else { compare(call, from, stat, full, &there, self.rules()) };
            if sameness == Sameness::Same {
                call.complain(&format!("{} and {} are the same file", call.q(source), call.q(to)));
                return Ok(());
            }
            if self.parsed.has('u') && !self.parsed.has('n') && !is_newer(stat, &there) {
                if self.keep.links && stat.links > 1 {
                    return Err(not_modelled("cp -u that keeps links of a file that is no newer is not modelled"));
                }
                return Ok(());
            }
            if self.parsed.has('n') || sameness == Sameness::Done {
                return Ok(());
            }
            let onto_folder = there.type_ == FileType::Directory;
            if top && !onto_folder && self.backs_up != Some('#') && self.was_created(full, there.inode) {
                call.complain(&format!("will not overwrite just-created {} with {}", call.q(to), call.q(source)));
                return Ok(());
            }
            if onto_folder {
                call.complain(&format!("cannot overwrite directory {} with non-directory", call.q(to)));
                return Ok(());
            }
            if self.backs_up.is_some() && !matches!(base(source), "." | "..") {
                if self.backs_up != Some('#') && is_copy_of(call, self.parsed, source, stat, full) {
                    call.complain(&format!("backing up {} might destroy source;  {} not copied", call.q(to), call.q(source)));
                    return Ok(());
                }
                kept = backup::make(call, self.parsed, full, to)?;
                is_new = true;
            } else if self.unlinks_first || self.keep.links && there.links > 1 || self.follows == Follows::Never && stat.type_ != FileType::Regular {
                if let Err(error) = call.kernel.workspace().remove_file(&to_bytes(full)) {
                    call.refused(&format!("cannot remove {}", call.q(to)), error);
                    return Ok(());
                }
                if self.parsed.has('v') {
                    call.print(&format!("removed {}\n", call.q(to)));
                }
                is_new = true;
            }
        }
        if top && self.created.is_some() && self.backs_up.is_none()
            && call.stat(full, false).is_ok_and(|it| it.type_ == FileType::Symlink && self.was_created(full, it.inode))
        {
            call.complain(&format!("will not copy {} through just-created symlink {}", call.q(source), call.q(to)));
            return Ok(());
        }
        if self.parsed.has('v') {
            let kept = kept.as_ref().map_or(String::new(), |it| format!(" (backup: {})", call.q(&format!("{to}{it}"))));
            call.print(&format!("{} -> {}{kept}\n", call.q(source), call.q(to)));
        }
        let done = self.content(call, (source, from, stat), (to, full), is_new)?;
        if !done {
            call.status = 1;
            if let Some(ending) = kept {
                let copy = format!("{full}{ending}");
                if call.kernel.workspace().rename(&to_bytes(&copy), &to_bytes(full)).is_ok() && self.parsed.has('v') {
                    call.print(&format!("{} -> {} (unbackup)\n", call.q(&format!("{to}{ending}")), call.q(to)));
                }
            }
            return Ok(());
        }
        if top && let (Some(created), Ok(it)) = (&mut self.created, call.stat(full, false)) {
            created.insert((full.to_owned(), it.inode));
        }
        Ok(())
    }

    fn was_created(&self, full: &str, inode: u64) -> bool {
        self.created.as_ref().is_some_and(|it| it.contains(&(full.to_owned(), inode)))
    }

    /// Makes the copy itself; false where it was told that it can't be made.
    fn content(&mut self, call: &mut Call<'_>, (source, from, stat): (&str, &str, &Stat), (to, full): (&str, &str), is_new: bool) -> Answer<bool> {
        let target = to_bytes(full);
        if self.keep.links && !self.hard && (stat.links > 1 || self.follows != Follows::Never)
            && let Some(copy) = self.made.get(&stat.inode).cloned()
        {
            let _ = call.kernel.workspace().remove_file(&target);
            if let Err(error) = call.kernel.workspace().make_hard_link(&to_bytes(&copy), &target) {
                call.refused(&format!("cannot create hard link {}", call.q(to)), error);
            }
            return Ok(true);
        }
        if self.symbolic {
            let folder = full.trim_end_matches('/').rsplit_once('/').map_or("/", |it| if it.0.is_empty() { "/" } else { it.0 });
            let here = call.stat(&call.cwd, true).ok().map(|it| it.inode);
            if !source.starts_with('/') && call.stat(folder, true).is_ok_and(|it| Some(it.inode) != here) {
                call.say(&format!("{}: can make relative symbolic links only in current directory", call.name(to)));
                return Ok(false);
            }
            let made = self.forced(call, &target, |kernel| kernel.workspace().make_link(&to_bytes(source), &target));
            return Ok(told(call, made, |call| format!("cannot create symbolic link {} to {}", call.q(to), call.q(source))));
        }
        if self.hard {
            let original = if stat.type_ == FileType::Symlink || self.follows == Follows::Never {
                to_bytes(from)
            } else {
                call.kernel.workspace().real_path(&to_bytes(from)).unwrap_or_default()
            };
            let made = self.forced(call, &target, |kernel| kernel.workspace().make_hard_link(&original, &target));
            return Ok(told(call, made, |call| format!("cannot create hard link {} to {}", call.q(to), call.q(source))));
        }
        let made = match stat.type_ {
            FileType::Symlink => {
                let text = call.kernel.workspace().read_link(&to_bytes(from)).unwrap_or_default();
                let made = self.forced(call, &target, |kernel| kernel.workspace().make_link(&text, &target));
                told(call, made, |call| format!("cannot create symbolic link {}", call.q(to)))
            }
            FileType::Regular => self.regular(call, from, stat, (to, full), is_new)?,
            FileType::Fifo if self.recursive => {
                let made = call.kernel.workspace().make_fifo(&target, stat.mode & 0o777);
                told(call, made, |call| format!("cannot create fifo {}", call.q(to)))
            }
            FileType::Fifo | FileType::Special if !self.recursive => {
                let made = call.kernel.read(from).and_then(|bytes| call.kernel.overwrite(full, stat.mode & 0o777, &bytes));
                told(call, made, |call| format!("cannot create regular file {}", call.q(to)))
            }
            _ => return Err(not_modelled("cp of a device is not modelled")),
        };
        if made {
            self.made.insert(stat.inode, full.to_owned());
            self.state(call, stat, from, full);
        }
        Ok(made)
    }

    /// With `-f` what is in the way of a link is replaced.
    fn forced(&self, call: &Call<'_>, target: &[u8], make: impl Fn(&crate::kernel::Kernel) -> Result<(), Error>) -> Result<(), Error> {
        match make(call.kernel) {
            Err(Error::Exists) if self.parsed.has('f') => call.kernel.workspace().remove_file(target).and_then(|()| make(call.kernel)),
            answer => answer,
        }
    }

    fn regular(&self, call: &mut Call<'_>, from: &str, stat: &Stat, (to, full): (&str, &str), is_new: bool) -> Answer<bool> {
        let target = to_bytes(full);
        let bytes = match call.kernel.read(from) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(told(call, Err(error), |call| format!("cannot open {} for reading", call.q(from)))),
        };
        if !is_new && self.parsed.has('f') && call.stat(full, true).is_err_and(|it| it == Error::TooManyLinks) {
            if self.parsed.has('v') {
                call.print(&format!("removed {}\n", call.q(to)));
            }
            let _ = call.kernel.workspace().remove_file(&target);
        } else if is_new && call.stat(full, false).is_ok_and(|it| it.type_ == FileType::Symlink) {
            call.say(&format!("not writing through dangling symlink {}", call.q(to)));
            return Ok(false);
        }
        let mode = if self.keep.no_mode { 0o666 } else { stat.mode & 0o777 };
        let made = if is_new && to.ends_with('/') { Err(Error::NotDirectory) } else { call.kernel.overwrite(full, mode, &bytes) };
        Ok(told(call, made, |call| format!("cannot create regular file {}", call.q(to))))
    }

    /// Gives a copy what it is to keep; the owner first, as that clears set-id bits.
    fn state(&self, call: &Call<'_>, stat: &Stat, from: &str, full: &str) {
        let workspace = call.kernel.workspace();
        let target = to_bytes(full);
        let now = call.stat(full, false).ok();
        if self.keep.owner && now.as_ref().is_none_or(|it| (it.uid, it.gid) != (stat.uid, stat.gid)) {
            let _ = workspace.set_owner(&target, Some(stat.uid), Some(stat.gid), false);
        }
        if self.keep.attributes || self.keep.label {
            // With the mode comes the access list; a file's own attributes that the original lacks stay (copy.c of GNU coreutils).
            let label = |name: &[u8]| if name == LABEL { self.keep.label } else { self.keep.attributes && !is_list(name) };
            let _ = add(call.kernel, from, full, &label);
        }
        if self.keep.mode && stat.type_ != FileType::Symlink {
            // Without a special bit it is given as an access list, which leaves those that are there (set-permissions.c of gnulib).
            let special = if stat.mode & 0o7000 == 0 { call.stat(full, false).map_or(0, |it| it.mode & 0o7000) } else { 0 };
            let _ = workspace.set_mode(&target, stat.mode | special, true);
            let _ = copy_lists(call.kernel, from, full);
        }
        if self.keep.times {
            let _ = workspace.set_times(&target, stat.mtime_seconds, stat.mtime_nanos, false);
        }
    }
}

/// Tells of what could not be done, without a status; answers whether it was done.
fn told(call: &mut Call<'_>, made: Result<(), Error>, what: impl Fn(&Call<'_>) -> String) -> bool {
    if let Err(error) = made {
        let text = format!("{}: {}", what(call), failure(error));
        call.say(&text);
        return false;
    }
    true
}

pub(super) fn is_newer(one: &Stat, other: &Stat) -> bool {
    (one.mtime_seconds, one.mtime_nanos) > (other.mtime_seconds, other.mtime_nanos)
}
