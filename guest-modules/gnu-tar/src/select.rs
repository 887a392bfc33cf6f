//! Which members and files are meant: names, folders they are looked for in, and what is left out.

use crate::{
    files::{Files, at},
    glob::{Matching, has_wildcards, matches},
    options::{Item, Options, lines},
    talk::{Step, Talk, not_modelled, said},
};

/// A name that was given.
pub(crate) struct Name {
    pub(crate) name: Vec<u8>,
    pub(crate) folder: usize,
    pub(crate) found: bool,
    how: Matching,
}

/// The folders that `-C` tells, each resolved against the one before; the first is where the run began.
pub(crate) struct Folders {
    pub(crate) paths: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    checked: Vec<bool>,
}

impl Folders {
    pub(crate) fn from(cwd: &[u8]) -> Folders {
        Folders { paths: vec![cwd.to_vec()], words: vec![Vec::new()], checked: vec![true] }
    }

    pub(crate) fn push(&mut self, word: &[u8]) -> usize {
        let path = at(&self.paths[self.paths.len() - 1], word);
        self.paths.push(path);
        self.words.push(word.to_vec());
        self.checked.push(false);
        self.paths.len() - 1
    }

    /// Goes there, and through all folders before it.
    pub(crate) fn enter(&mut self, number: usize, files: &mut impl Files, talk: &mut Talk) -> Step {
        for at in 1..=number {
            if self.checked[at] {
                continue;
            }
            let answer = files.stat(&self.paths[at], true);
            let error = match answer {
                Ok(stat) if stat.kind == crate::files::Kind::Directory => {
                    self.checked[at] = true;
                    continue;
                }
                Ok(_) => crate::files::Errno::NotDirectory,
                Err(error) => error,
            };
            let shown = talk.colon(&self.words[at]);
            return talk.fatal(said(&[&shown, b": Cannot open: ", error.to_string().as_bytes()]));
        }
        Ok(())
    }
}

/// Patterns that leave out.
#[derive(Default)]
pub(crate) struct Exclusions(Vec<(Vec<u8>, Matching)>);

impl Exclusions {
    pub(crate) fn push(&mut self, pattern: &[u8], how: Matching) {
        self.0.push((pattern.to_vec(), how));
    }

    pub(crate) fn read(&mut self, file: &[u8], how: Matching, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step {
        match lines(file, false, cwd, files) {
            Ok(lines) => lines.iter().map(|it| it.trim_ascii_end()).filter(|it| !it.is_empty()).for_each(|it| self.push(it, how)),
            Err(error) => {
                let shown = talk.colon(file);
                return talk.fatal(said(&[&shown, b": ", error.to_string().as_bytes()]));
            }
        }
        Ok(())
    }

    pub(crate) fn has(&self, name: &[u8]) -> bool {
        self.0.iter().any(|(pattern, how)| matches(pattern, name, *how))
    }
}

/// Names and exclusions, all gathered before an archive is read.
pub(crate) struct Selection {
    pub(crate) names: Vec<Name>,
    pub(crate) folders: Folders,
    pub(crate) exclusions: Exclusions,
    pub(crate) last_folder: usize,
}

/// The names of a file, one a line.
pub(crate) fn listed(file: &[u8], nul: bool, verbatim: bool, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step<Vec<Vec<u8>>> {
    let names = match lines(file, nul, cwd, files) {
        Ok(names) => names,
        Err(error) => {
            let shown = talk.colon(file);
            return talk.fatal(said(&[&shown, b": Cannot stat: ", error.to_string().as_bytes()]));
        }
    };
    if !verbatim && names.iter().any(|it| it.starts_with(b"-") || it.contains(&b'\\')) || !nul && names.iter().any(|it| it.contains(&0)) {
        return not_modelled("a list of names with options, backslashes or NUL bytes in it is not modelled");
    }
    Ok(names)
}

/// A name as it is looked for: without trailing slashes.
pub(crate) fn bare(name: &[u8]) -> Vec<u8> {
    let end = name.iter().rposition(|it| *it != b'/').map_or(1, |it| it + 1);
    name[..end.min(name.len())].to_vec()
}

impl Selection {
    pub(crate) fn gather(options: &Options, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step<Selection> {
        let mut all = Selection { names: Vec::new(), folders: Folders::from(cwd), exclusions: Exclusions::default(), last_folder: 0 };
        for item in &options.items {
            match item {
                Item::Name(name, how) => all.push(name, *how),
                Item::Folder(word) => all.last_folder = all.folders.push(word),
                Item::Names { file, nul, verbatim, how } => {
                    for name in listed(file, *nul, *verbatim, cwd, files, talk)? {
                        all.push(&name, *how);
                    }
                }
                Item::Exclude(pattern, how, _) => all.exclusions.push(pattern, *how),
                Item::ExcludeFrom(file, how) => all.exclusions.read(file, *how, cwd, files, talk)?,
                Item::Recursion(..) | Item::Spelled(_) => {}
            }
        }
        Ok(all)
    }

    fn push(&mut self, name: &[u8], how: Matching) {
        self.names.push(Name { name: bare(name), folder: self.last_folder, found: false, how });
    }

    /// Tells the folder that a member goes to, if it is meant.
    pub(crate) fn folder_of(&mut self, member: &[u8]) -> Option<usize> {
        if self.names.is_empty() {
            return Some(self.last_folder);
        }
        let name = self.names.iter_mut().find(|it| matches(&it.name, member, it.how))?;
        name.found = true;
        Some(name.folder)
    }

    /// Complains about names that no member had, and warns of wildcards that are none.
    pub(crate) fn missing(&self, warns: bool, talk: &mut Talk) {
        for name in self.names.iter().filter(|it| !it.found) {
            if warns && has_wildcards(&name.name) {
                talk.warn("Pattern matching characters used in file names");
                talk.warn("Use --wildcards to enable pattern matching, or --no-wildcards to suppress this warning");
            }
            let shown = talk.colon(&name.name);
            talk.error(said(&[&shown, b": Not found in archive"]));
        }
    }
}
