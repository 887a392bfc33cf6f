//! cp(1) and mv(1).

use std::collections::HashMap;

use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType, Stat};

use super::{
    attribute::{DEFAULT_LIST, LABEL, add, copy_lists, is_list},
    call::{Answer, Call, base, exit, join, not_modelled},
    options::{Known, Parsed},
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
}

struct Copying<'a> {
    parsed: &'a Parsed,
    keep: Keep,
    recursive: bool,
    /// Copies of files that have several names: inode of the source, path of the copy.
    made: HashMap<u64, String>,
}

const CP: Known = Known {
    short: "apdrRfnuvTt:LPHbS:xi",
    long: &[
        ("archive", 'a'),
        ("recursive", 'r'),
        ("force", 'f'),
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
    ],
};

/// cp(1).
pub(crate) fn cp(call: &mut Call<'_>) -> Answer {
    let parsed = CP.read(call)?;
    if parsed.has('i') {
        return Err(not_modelled("cp that asks is not modelled"));
    }
    backs_up(&parsed)?;
    let mut copying = Copying { keep: keep(&parsed)?, recursive: parsed.has('a') || parsed.has('r') || parsed.has('R'), made: HashMap::new(), parsed: &parsed };
    let (sources, destination, inside) = places(call, &parsed)?;
    let mut seen: Vec<&str> = Vec::new();
    for source in &sources {
        let source = source.as_str();
        if seen.contains(&source) && !backs_up(&parsed)? && !call.is_directory(&call.path(source)) {
            call.say(&format!("warning: source file '{source}' specified more than once"));
            continue;
        }
        if inside && seen.iter().any(|it| base(it) == base(source)) {
            return Err(not_modelled(TWICE));
        }
        seen.push(source);
        let to = match (inside, parsed.has('^')) {
            (true, true) => {
                let to = join(&destination, source.trim_start_matches('/'));
                parents(call, source, &destination)?;
                to
            }
            (true, false) => join(&destination, base(source)),
            _ => destination.clone(),
        };
        copying.copy(call, source, &to, true)?;
    }
    Ok(())
}

const TWICE: &str = "several sources with one name are not modelled";

/// Answers whether what is in the way is kept; a suffix alone asks for it too (GNU coreutils 9.1).
fn backs_up(parsed: &Parsed) -> Answer<bool> {
    let asked = parsed.has('b') || parsed.has('S');
    if asked && parsed.last_of("fn") == Some('n') {
        return Err(exit("options --backup and --no-clobber are mutually exclusive\nTry 'cp --help' for more information."));
    }
    Ok(asked)
}

/// What `-p`, `-a`, `-d` and `--preserve` ask to keep.
fn keep(parsed: &Parsed) -> Answer<Keep> {
    let mut keep = Keep::default();
    for (letter, value) in &parsed.options {
        let words = if value.is_empty() { "mode,ownership,timestamps" } else { value.as_str() };
        match letter {
            'a' => keep = Keep { mode: true, owner: true, times: true, links: true, attributes: true, label: true },
            'd' => keep.links = true,
            'p' | '!' => {
                for word in words.split(',') {
                    let on = *letter == 'p';
                    match word {
                        "mode" => keep.mode = on,
                        "ownership" => keep.owner = on,
                        "timestamps" => keep.times = on,
                        "links" => keep.links = on,
                        "all" => keep = Keep { mode: on, owner: on, times: on, links: on, attributes: on, label: on },
                        "xattr" => keep.attributes = on,
                        "context" => keep.label = on,
                        other => return Err(not_modelled(format!("--preserve={other} is not modelled"))),
                    }
                }
            }
            _ => {}
        }
    }
    Ok(keep)
}

/// Sources, destination, and whether the sources go into it.
fn places(call: &Call<'_>, parsed: &Parsed) -> Answer<(Vec<String>, String, bool)> {
    let mut words = parsed.words.clone();
    if let Some(folder) = parsed.value('t') {
        if words.is_empty() {
            return Err(exit("missing file operand"));
        }
        return if call.is_directory(&call.path(folder)) {
            Ok((words, folder.to_owned(), true))
        } else {
            Err(exit(format!("target directory '{folder}': No such file or directory")))
        };
    }
    let Some(destination) = words.pop() else { return Err(exit(format!("missing file operand\nTry '{} --help' for more information.", call.name))) };
    if words.is_empty() {
        return Err(exit(format!("missing destination file operand after '{destination}'\nTry '{} --help' for more information.", call.name)));
    }
    let inside = !parsed.has('T') && call.is_directory(&call.path(&destination));
    if words.len() > 1 && !inside {
        return Err(exit(if parsed.has('T') {
            format!("extra operand '{destination}'")
        } else {
            format!("target '{destination}': {}", if call.is_there(&call.path(&destination)) { "Not a directory" } else { "No such file or directory" })
        }));
    }
    Ok((words, destination, inside))
}

/// The folders of `--parents`, with the modes of their originals.
fn parents(call: &mut Call<'_>, source: &str, destination: &str) -> Answer {
    let relative = source.trim_start_matches('/').to_owned();
    for (at, _) in relative.match_indices('/') {
        let original = if source.starts_with('/') { format!("/{}", &relative[..at]) } else { relative[..at].to_owned() };
        let mode = call.stat(&call.path(&original), true).map_or(0o755, |it| it.mode & 0o777);
        let to = call.path(&join(destination, &relative[..at]));
        if let Err(error) = call.kernel.workspace().make_directory(to.as_bytes(), mode)
            && error != Error::Exists
        {
            return Err(exit(format!("cannot make directory '{}': {}", join(destination, &relative[..at]), failure(error))));
        }
    }
    Ok(())
}

impl Copying<'_> {
    /// Answers whether links are followed in the source.
    fn follows(&self, top: bool) -> bool {
        match self.parsed.last_of("LPHd") {
            Some('L') => true,
            Some('P' | 'd') => false,
            Some('H') => top,
            _ => !self.recursive,
        }
    }

    fn copy(&mut self, call: &mut Call<'_>, source: &str, to: &str, top: bool) -> Answer {
        let from = call.path(source);
        let stat = match call.stat(&from, self.follows(top)) {
            Ok(stat) => stat,
            Err(error) => {
                call.refused(&format!("cannot stat '{source}'"), error);
                return Ok(());
            }
        };
        let full = call.path(to);
        match stat.type_ {
            FileType::Directory if !self.recursive => call.complain(&format!("-r not specified; omitting directory '{source}'")),
            FileType::Directory => self.directory(call, source, &stat, to, top)?,
            _ => {
                if call.stat(&full, true).is_ok_and(|there| there.inode == stat.inode)
                    && call.stat(&full, false).is_ok_and(|it| it.type_ != FileType::Symlink || stat.type_ != FileType::Symlink)
                {
                    if ['b', 'S', 'f', '~'].iter().any(|it| self.parsed.has(*it)) {
                        return Err(not_modelled("cp of a file onto itself that may take the copy's name away is not modelled"));
                    }
                    call.complain(&format!("'{source}' and '{to}' are the same file"));
                    return Ok(());
                }
                self.file(call, source, &from, &stat, to, &full)?;
            }
        }
        Ok(())
    }

    fn directory(&mut self, call: &mut Call<'_>, source: &str, stat: &Stat, to: &str, top: bool) -> Answer {
        let (from, full) = (call.path(source), call.path(to));
        let real = |call: &Call<'_>, path: &str| call.kernel.workspace().real_path(path.as_bytes()).unwrap_or_default();
        let (outer, inner) = (real(call, &from), real(call, &full));
        if top && inner.strip_prefix(outer.as_slice()).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/")) {
            return Err(not_modelled("cp of a folder into itself, of which a part is copied, is not modelled"));
        }
        let made = match call.stat(&full, true) {
            Ok(there) if there.type_ == FileType::Directory => false,
            Ok(_) => {
                call.complain(&format!("cannot overwrite non-directory '{to}' with directory '{source}'"));
                return Ok(());
            }
            Err(_) => match call.kernel.workspace().make_directory(full.as_bytes(), stat.mode & 0o777 | 0o700) {
                Ok(()) => {
                    if self.parsed.has('v') {
                        call.print(&format!("{} -> {}\n", gnu_text::quoted_file(source), gnu_text::quoted_file(to)));
                    }
                    true
                }
                Err(error) => {
                    call.refused(&format!("cannot create directory '{to}'"), error);
                    return Ok(());
                }
            },
        };
        match call.names(&from)? {
            Ok(names) => {
                for name in names {
                    self.copy(call, &join(source, &name), &join(to, &name), false)?;
                }
            }
            Err(error) => call.refused(&format!("cannot access '{source}'"), error),
        }
        self.state(call, stat, &from, &full);
        if made && !self.keep.mode {
            if call.kernel.workspace().list_attributes(full.as_bytes(), true).is_ok_and(|it| it.iter().any(|it| it == DEFAULT_LIST)) {
                return Err(not_modelled("cp of a directory below a default access list is not modelled"));
            }
            let inherited = call.stat(&full, true).map_or(0, |it| it.mode & 0o2000);
            let _ = call.kernel.workspace().set_mode(full.as_bytes(), stat.mode & 0o1777 & !call.kernel.umask() | inherited, true);
        }
        Ok(())
    }

    fn file(&mut self, call: &mut Call<'_>, source: &str, from: &str, stat: &Stat, to: &str, full: &str) -> Answer {
        let there = call.stat(full, false).ok();
        if let Some(there) = &there {
            if self.parsed.has('n') {
                return Ok(());
            }
            if self.parsed.has('u') && !is_newer(stat, there) {
                return Ok(());
            }
            if there.type_ == FileType::Directory {
                call.complain(&format!("cannot overwrite directory '{to}' with non-directory"));
                return Ok(());
            }
        }
        if there.is_some() && backs_up(self.parsed)? {
            backup(call, self.parsed, full)?;
        } else if there.is_some() && (self.parsed.has('~') || stat.type_ == FileType::Symlink) {
            if let Err(error) = call.kernel.workspace().remove_file(full.as_bytes()) {
                call.refused(&format!("cannot remove '{to}'"), error);
                return Ok(());
            }
        } else if there.is_some_and(|it| it.type_ == FileType::Symlink) && call.stat(full, true).is_err() {
            call.complain(&format!("not writing through dangling symlink '{to}'"));
            return Ok(());
        }
        if let (true, Some(copy)) = (self.keep.links && stat.links > 1, self.made.get(&stat.inode).cloned()) {
            let _ = call.kernel.workspace().remove_file(full.as_bytes());
            if let Err(error) = call.kernel.workspace().make_hard_link(copy.as_bytes(), full.as_bytes()) {
                call.refused(&format!("cannot create hard link '{to}'"), error);
            }
            return Ok(());
        }
        match self.bytes(call, from, stat, full) {
            Ok(()) => {
                self.made.insert(stat.inode, full.to_owned());
                self.state(call, stat, from, full);
                if self.parsed.has('v') {
                    call.print(&format!("{} -> {}\n", gnu_text::quoted_file(source), gnu_text::quoted_file(to)));
                }
            }
            Err(error) => call.refused(&format!("cannot create regular file '{to}'"), error),
        }
        Ok(())
    }

    fn bytes(&self, call: &Call<'_>, from: &str, stat: &Stat, full: &str) -> Result<(), Error> {
        match stat.type_ {
            FileType::Symlink => {
                let target = call.kernel.workspace().read_link(from.as_bytes())?;
                call.kernel.workspace().make_link(&target, full.as_bytes())
            }
            FileType::Regular => {
                let bytes = call.kernel.read(from)?;
                let plain = self.parsed.options.iter().any(|it| it.0 == '!' && it.1.split(',').any(|it| it == "mode" || it == "all"));
                call.kernel.overwrite(full, if plain { 0o666 } else { stat.mode & 0o777 }, &bytes)
            }
            FileType::Fifo => call.kernel.workspace().make_fifo(full.as_bytes(), stat.mode & 0o777),
            _ => Err(Error::Unreadable),
        }
    }

    /// Gives a copy what it is to keep; the owner first, as that clears set-id bits.
    fn state(&self, call: &Call<'_>, stat: &Stat, from: &str, full: &str) {
        let workspace = call.kernel.workspace();
        if self.keep.owner {
            let _ = workspace.set_owner(full.as_bytes(), Some(stat.uid), Some(stat.gid), false);
        }
        if self.keep.attributes || self.keep.label {
            // With the mode comes the access list; a file's own attributes that the original lacks stay (copy.c of GNU coreutils).
            let label = |name: &[u8]| if name == LABEL { self.keep.label } else { self.keep.attributes && !is_list(name) };
            let _ = add(call.kernel, from, full, &label);
        }
        if self.keep.mode && stat.type_ != FileType::Symlink {
            let _ = workspace.set_mode(full.as_bytes(), stat.mode, true);
            let _ = copy_lists(call.kernel, from, full);
        }
        if self.keep.times {
            let _ = workspace.set_times(full.as_bytes(), stat.mtime_seconds, stat.mtime_nanos, false);
        }
    }
}

fn is_newer(one: &Stat, other: &Stat) -> bool {
    (one.mtime_seconds, one.mtime_nanos) > (other.mtime_seconds, other.mtime_nanos)
}

/// Renames what is in the way (GNU coreutils, "Backup options"): `~` or the suffix; numbered where asked or where such exist.
pub(crate) fn backup(call: &Call<'_>, parsed: &Parsed, full: &str) -> Answer {
    let suffix = parsed.value('S').unwrap_or("~");
    let control = match parsed.value('b').filter(|it| !it.is_empty()) {
        Some(word) => word.to_owned(),
        None => call.env.get("VERSION_CONTROL").cloned().unwrap_or_else(|| "existing".to_owned()),
    };
    let free = || (1..).map(|number| format!("{full}.~{number}~")).find(|it| !call.is_there(it)).unwrap_or_default();
    let to = match control.as_str() {
        "none" | "off" => return Ok(()),
        "numbered" | "t" => free(),
        "existing" | "nil" if call.is_there(&format!("{full}.~1~")) => free(),
        _ => format!("{full}{suffix}"),
    };
    call.kernel.workspace().rename(full.as_bytes(), to.as_bytes()).map_err(|error| exit(format!("cannot backup '{full}': {}", failure(error))))
}

const MV: Known = Known {
    short: "fnuvTt:bS:i",
    long: &[
        ("force", 'f'),
        ("no-clobber", 'n'),
        ("update", 'u'),
        ("verbose", 'v'),
        ("no-target-directory", 'T'),
        ("target-directory=", 't'),
        ("backup?", 'b'),
        ("suffix=", 'S'),
        ("strip-trailing-slashes", ' '),
    ],
};

/// mv(1).
pub(crate) fn mv(call: &mut Call<'_>) -> Answer {
    let parsed = MV.read(call)?;
    if parsed.last_of("fni") == Some('i') {
        return Err(not_modelled("mv that asks is not modelled"));
    }
    if parsed.has('n') && (parsed.has('b') || parsed.has('S')) {
        return Err(not_modelled("mv with both --backup and --no-clobber is not modelled"));
    }
    let (sources, destination, inside) = places(call, &parsed)?;
    if inside && (1..sources.len()).any(|at| sources[..at].iter().any(|it| base(it) == base(&sources[at]))) {
        return Err(not_modelled(TWICE));
    }
    for source in sources {
        let to = if inside { join(&destination, base(&source)) } else { destination.clone() };
        move_one(call, &parsed, &source, &to)?;
    }
    Ok(())
}

fn move_one(call: &mut Call<'_>, parsed: &Parsed, source: &str, to: &str) -> Answer {
    let (from, full) = (call.path(source), call.path(to));
    let stat = match call.stat(&from, false) {
        Ok(stat) => stat,
        Err(error) => {
            call.refused(&format!("cannot stat '{source}'"), error);
            return Ok(());
        }
    };
    if let Ok(there) = call.stat(&full, false) {
        if there.inode == stat.inode {
            // Two names of one file: the source's name goes (mv(1), POSIX leaves it open; GNU removes it).
            if real(call, &from) == real(call, &full) {
                call.complain(&format!("'{source}' and '{to}' are the same file"));
            } else if let Err(error) = call.kernel.workspace().remove_file(from.as_bytes()) {
                call.refused(&format!("cannot remove '{source}'"), error);
            }
            return Ok(());
        }
        if parsed.last_of("fn") == Some('n') || parsed.has('u') && !is_newer(&stat, &there) {
            return Ok(());
        }
        match (stat.type_ == FileType::Directory, there.type_ == FileType::Directory) {
            (true, false) => {
                call.complain(&format!("cannot overwrite non-directory '{to}' with directory '{source}'"));
                return Ok(());
            }
            (false, true) => {
                call.complain(&format!("cannot overwrite directory '{to}' with non-directory"));
                return Ok(());
            }
            _ => {}
        }
        if parsed.has('b') || parsed.has('S') {
            backup(call, parsed, &full)?;
        }
    }
    match call.kernel.workspace().rename(from.as_bytes(), full.as_bytes()) {
        Ok(()) if parsed.has('v') => call.print(&format!("renamed {} -> {}\n", gnu_text::quoted_file(source), gnu_text::quoted_file(to))),
        Ok(()) => {}
        Err(Error::Invalid) => call.complain(&format!("cannot move '{source}' to a subdirectory of itself, '{to}'")),
        Err(error) => call.refused(&format!("cannot move '{source}' to '{to}'"), error),
    }
    Ok(())
}

/// The path of a name whose folder is resolved and which itself is not.
fn real(call: &Call<'_>, path: &str) -> Vec<u8> {
    let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let folder = if folder.is_empty() { "/" } else { folder };
    [call.kernel.workspace().real_path(folder.as_bytes()).unwrap_or_default(), b"/".to_vec(), name.as_bytes().to_vec()].concat()
}
