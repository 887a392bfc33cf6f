//! `rpm -q`: rpm(8), QUERY OPTIONS.

use super::{
    database::{self, Found, Packages},
    format,
    header::{Header, tag},
};
use crate::{
    changed::{self, Change},
    pattern,
    world::{Answer, Done, World, absolute, has_program, said},
};

#[derive(Default)]
struct Options {
    all: bool,
    by_file: bool,
    by_provided: bool,
    list: bool,
    /// Bits of FILEFLAGS of which a listed file has one.
    flags: u64,
    state: bool,
    quiet: bool,
    format: Option<String>,
    names: Vec<String>,
}

fn options(words: &[String]) -> Result<Options, String> {
    let mut of = Options::default();
    let mut words = words.iter();
    let mut only_names = false;
    while let Some(word) = words.next() {
        match word.as_str() {
            it if only_names => of.names.push(it.to_owned()),
            "--" => only_names = true,
            "--query" | "--nosignature" | "--nodigest" => {}
            "--all" => of.all = true,
            "--file" => of.by_file = true,
            "--whatprovides" => of.by_provided = true,
            "--list" => of.list = true,
            "--configfiles" => (of.list, of.flags) = (true, of.flags | 1),
            "--docfiles" => (of.list, of.flags) = (true, of.flags | 2),
            "--state" => (of.list, of.state) = (true, true),
            "--quiet" => of.quiet = true,
            "--qf" | "--queryformat" => of.format = Some(words.next().ok_or("an option without its argument")?.clone()),
            it if it.starts_with("--qf=") || it.starts_with("--queryformat=") => of.format = it.split_once('=').map(|it| it.1.to_owned()),
            it if it.starts_with("--") => return Err(format!("the option `{it}`")),
            it if it.starts_with('-') && it.len() > 1 => {
                for letter in it[1..].chars() {
                    match letter {
                        'q' => {}
                        'a' => of.all = true,
                        'f' => of.by_file = true,
                        'l' => of.list = true,
                        'c' => (of.list, of.flags) = (true, of.flags | 1),
                        'd' => (of.list, of.flags) = (true, of.flags | 2),
                        's' => (of.list, of.state) = (true, true),
                        _ => return Err(format!("the option `-{letter}`")),
                    }
                }
            }
            it => of.names.push(it.to_owned()),
        }
    }
    Ok(of)
}

/// Carries out a question.
pub(super) fn query(world: &dyn World, words: &[String]) -> Answer {
    let of = options(words)?;
    if usize::from(of.all) + usize::from(of.by_file) + usize::from(of.by_provided) > 1 {
        return Err("a question of several kinds".into());
    }
    if of.state && of.format.is_some() || of.list && of.format.is_some() {
        return Err("a list with a format".into());
    }
    if !of.all && of.names.is_empty() {
        return said(1, "", "rpm: no arguments given for query\n");
    }
    let format = of.format.as_deref().map(format::read).transpose()?;
    if changed::is_all(world, "rpm") {
        return Err("a question after a change of all packages that was only recorded".into());
    }
    let (path, berkeley) = match database::find(world) {
        Found::Readable(path, berkeley) => (path, berkeley),
        Found::Foreign(what) => return Err(what.to_owned()),
        Found::Nothing => return without(world, &of),
    };
    let packages = Packages::open(world, &path, berkeley)?;
    let asking = Asking { world, of: &of, packages: &packages, format: format.as_deref() };
    let mut done = asking.answer()?;
    if of.quiet {
        done.out.clear();
    }
    Ok(done)
}

/// An answer without a database: of a name, that it is not installed.
fn without(world: &dyn World, of: &Options) -> Answer {
    if !has_program(world, "rpm") {
        return Err("a question without a package database".into());
    }
    world.assume("package-database", "/var/lib/rpm");
    if of.all || of.by_file || of.by_provided || changed::any(world, "rpm") {
        return Err("a question without a package database".into());
    }
    let out: String = of.names.iter().map(|it| format!("package {it} is not installed\n")).collect();
    said(of.names.len().min(255) as u32, if of.quiet { "" } else { &out }, "")
}

struct Asking<'a> {
    world: &'a dyn World,
    of: &'a Options,
    packages: &'a Packages<'a>,
    format: Option<&'a [format::Piece]>,
}

impl Asking<'_> {
    fn answer(&self) -> Answer {
        let mut done = Done::default();
        if self.of.all {
            if changed::any(self.world, "rpm") {
                return Err("a list of packages after a change of them that was only recorded".into());
            }
            if let Some(it) = self.of.names.iter().find(|it| !pattern::is_known(it) || !it.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '*' | '[' | ']'))) {
                return Err(format!("the pattern `{it}`"));
            }
            self.packages.each(&mut |header| {
                let name = header.name();
                if self.of.names.is_empty() || self.of.names.iter().any(|it| pattern::matches(it, name)) {
                    self.show(header, &mut done.out)?;
                }
                Ok(())
            })?;
            return Ok(done);
        }
        for name in &self.of.names {
            let found = if self.of.by_file { self.of_file(name, &mut done)? } else { self.of_word(name, &mut done)? };
            for header in &found {
                self.show(header, &mut done.out)?;
            }
            // The status is how many questions had no answer.
            done.status += u32::from(found.is_empty());
        }
        done.status = done.status.min(255);
        Ok(done)
    }

    /// Packages that own a file.
    fn of_file(&self, name: &str, done: &mut Done) -> Result<Vec<Header>, String> {
        if changed::any(self.world, "rpm") {
            return Err("the owner of a file after a change of packages that was only recorded".into());
        }
        if name.is_empty() {
            return Err("the owner of a file without a name".into());
        }
        let path = cleaned(&absolute(self.world, name))?;
        let (folder, base) = path.rsplit_once('/').unwrap_or_default();
        let place = self.canonical(folder)?;
        let mut found = Vec::new();
        for (header, at) in self.packages.by("Basenames", base)? {
            let normal = header.numbers(tag::FILESTATES).get(at).is_none_or(|it| *it == 0);
            let owned = header.files().get(at).cloned().unwrap_or_default();
            let (folder, _) = owned.rsplit_once('/').unwrap_or_default();
            if normal && self.canonical(folder)? == place {
                found.push(header);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        if !self.packages.by("Providename", &path)?.is_empty() {
            return Err("a file that a package provides by its name".into());
        }
        match self.world.stat(&path, false) {
            Some(_) => done.out.push_str(&format!("file {path} is not owned by any package\n")),
            None => done.err.push_str(&format!("error: file {path}: No such file or directory\n")),
        }
        Ok(found)
    }

    /// A folder with its links resolved, as rpm knows folders by their inode.
    fn canonical(&self, folder: &str) -> Result<String, String> {
        let mut done = String::new();
        let mut todo: Vec<String> = folder.split('/').filter(|it| !it.is_empty()).rev().map(str::to_owned).collect();
        let mut links = 0;
        while let Some(part) = todo.pop() {
            let next = format!("{done}/{part}");
            if part == ".." {
                done.truncate(done.rfind('/').unwrap_or(0));
            } else if part == "." {
            } else if let Some(target) = self.world.link(&next) {
                links += 1;
                if links > 40 {
                    return Err("a path that leads round in links".into());
                }
                if target.starts_with('/') {
                    done.clear();
                }
                todo.extend(target.split('/').filter(|it| !it.is_empty()).rev().map(str::to_owned));
            } else {
                done = next;
            }
        }
        Ok(done)
    }

    fn of_word(&self, name: &str, done: &mut Done) -> Result<Vec<Header>, String> {
        if self.of.by_provided {
            if changed::any(self.world, "rpm") || name.starts_with('/') || name.contains([' ', '(', ')']) {
                return Err("that question".into());
            }
            let mut found: Vec<Header> = Vec::new();
            for (header, _) in self.packages.by("Providename", name)? {
                if found.last().is_none_or(|it| it.nvra() != header.nvra()) {
                    found.push(header);
                }
            }
            if found.is_empty() {
                done.out.push_str(&format!("no package provides {name}\n"));
            }
            return Ok(found);
        }
        match changed::state(self.world, "rpm", name) {
            Some(Change::Installed) if self.of.quiet => return Ok(vec![Header::default()]),
            Some(Change::Installed) => return Err(format!("the version of {name}, whose installation was only recorded,")),
            Some(Change::Removed) => {
                done.out.push_str(&format!("package {name} is not installed\n"));
                return Ok(Vec::new());
            }
            None => {}
        }
        let found = self.labelled(name)?;
        if found.is_empty() {
            done.out.push_str(&format!("package {name} is not installed\n"));
        }
        Ok(found)
    }

    /// `NAME`, `NAME-VERSION` or `NAME-VERSION-RELEASE`, each perhaps with `.ARCH`.
    fn labelled(&self, label: &str) -> Result<Vec<Header>, String> {
        if label.contains(':') || label.bytes().any(|it| matches!(it, b'*' | b'?' | b'[' | b'\\' | b'<' | b'>' | b'=' | b'~' | b'^' | b' ' | b'/')) {
            return Err(format!("the label `{label}`"));
        }
        let found = self.of_label(label, None)?;
        if !found.is_empty() {
            return self.unchanged(found);
        }
        match label.rsplit_once('.') {
            Some((label, arch)) => {
                let found = self.of_label(label, Some(arch))?;
                self.unchanged(found)
            }
            None => Ok(found),
        }
    }

    fn unchanged(&self, found: Vec<Header>) -> Result<Vec<Header>, String> {
        if found.iter().any(|it| changed::state(self.world, "rpm", it.name()).is_some()) {
            return Err("a version of a package whose change was only recorded".into());
        }
        Ok(found)
    }

    fn of_label(&self, label: &str, arch: Option<&str>) -> Result<Vec<Header>, String> {
        let mut at = label.len();
        for parts in 0..3 {
            let name = &label[..at];
            let rest: Vec<&str> = label[at..].split('-').skip(1).collect();
            if name.is_empty() {
                break;
            }
            let mut found: Vec<Header> = self.packages.by("Name", name)?.into_iter().map(|it| it.0).collect();
            found.retain(|it| {
                arch.is_none_or(|arch| it.text(tag::ARCH) == Some(arch))
                    && rest.first().is_none_or(|version| it.text(tag::VERSION) == Some(version))
                    && rest.get(1).is_none_or(|release| it.text(tag::RELEASE) == Some(release))
            });
            if !found.is_empty() {
                return Ok(found);
            }
            match name.rfind('-') {
                Some(dash) if parts < 2 => at = dash,
                _ => break,
            }
        }
        Ok(Vec::new())
    }

    fn show(&self, header: &Header, out: &mut String) -> Result<(), String> {
        // A format that can't be filled is told even where nobody sees the answer.
        if let Some(format) = self.format {
            out.push_str(&format::fill(header, format)?);
        } else if self.of.list {
            self.files(header, out)?;
        } else {
            out.push_str(&format!("{}\n", header.nvra()));
        }
        Ok(())
    }

    fn files(&self, header: &Header, out: &mut String) -> Result<(), String> {
        let files = header.files();
        if files.is_empty() {
            out.push_str("(contains no files)\n");
            return Ok(());
        }
        let (flags, states) = (header.numbers(tag::FILEFLAGS), header.numbers(tag::FILESTATES));
        for (at, path) in files.iter().enumerate() {
            let has = flags.get(at).copied().unwrap_or(0);
            if self.of.flags != 0 && has & self.of.flags == 0 {
                continue;
            }
            if self.of.state {
                let state = match states.get(at) {
                    Some(0) => "normal        ",
                    Some(1) => "replaced      ",
                    Some(2) => "not installed ",
                    _ => return Err("the state of that file".into()),
                };
                out.push_str(state);
            }
            out.push_str(&format!("{path}\n"));
        }
        Ok(())
    }
}

/// A path without `//` and `.`; what rpm makes of `..` is not carried out here.
fn cleaned(path: &str) -> Result<String, String> {
    if path.split('/').any(|it| it == "..") {
        return Err("a path with `..`".into());
    }
    let parts: Vec<&str> = path.split('/').filter(|it| !it.is_empty() && *it != ".").collect();
    if parts.is_empty() {
        return Err("the owner of `/`".into());
    }
    Ok(format!("/{}", parts.join("/")))
}
