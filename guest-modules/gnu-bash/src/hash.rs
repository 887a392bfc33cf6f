//! Where commands were found. A shell remembers the path of each program that it ran, and does not look again until PATH is assigned or `hash -r`
//! is run (bash(1), hash; dash(1) likewise): a program that is put in front of it on PATH goes unseen.

use crate::{
    glob::join,
    shell::Shell,
    variables::bucket_of,
    world::Kind,
};

/// Buckets of bash's table of commands (`FILENAME_HASH_BUCKETS`).
const BUCKETS: u32 = 256;

/// `command -p` (confstr(3), `_CS_PATH`).
pub(crate) const STANDARD_PATH: &str = "/bin:/usr/bin";

#[derive(Debug, Clone)]
struct Entry {
    bucket: u32,
    name: String,
    path: String,
    hits: u32,
    /// Whether it was found in `.`.
    dot: bool,
}

/// What a shell remembers, in the order in which bash walks its table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hashed(Vec<Entry>);

impl Hashed {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// A new entry comes first in its bucket.
    pub(crate) fn insert(&mut self, name: &str, path: &str, dot: bool, hits: u32) {
        if let Some(entry) = self.0.iter_mut().find(|it| it.name == name) {
            path.clone_into(&mut entry.path);
            (entry.dot, entry.hits) = (dot, hits);
            return;
        }
        let bucket = bucket_of(name, BUCKETS);
        let at = self.0.iter().position(|it| it.bucket >= bucket).unwrap_or(self.0.len());
        self.0.insert(at, Entry { bucket, name: name.to_owned(), path: path.to_owned(), hits, dot });
    }

    pub(crate) fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|it| it.name != name);
        self.0.len() < before
    }

    /// Dash looks anew for what it found by a path that begins in the working directory.
    pub(crate) fn drop_relative(&mut self) {
        self.0.retain(|it| it.path.starts_with('/'));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names, paths and how often each was asked for.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str, u32)> {
        self.0.iter().map(|it| (it.name.as_str(), it.path.as_str(), it.hits))
    }
}

/// What a search on PATH came to.
pub(crate) struct Located {
    pub path: String,
    /// Whether it is there, and not to be executed.
    pub barred: bool,
}

impl Shell {
    /// Forgets all paths where PATH was assigned since.
    fn settle(&mut self) {
        if self.variables.path_was_set() {
            self.hashed.clear();
        }
    }

    /// The path that is remembered for a name, as bash's `phash_search` has it; each question counts.
    pub(crate) fn remembered(&mut self, name: &str) -> Option<String> {
        self.settle();
        if !self.options.hashall {
            return None;
        }
        let entry = self.hashed.0.iter_mut().find(|it| it.name == name)?;
        entry.hits += 1;
        let (path, dot) = (entry.path.clone(), entry.dot);
        if !dot && path.starts_with('/') {
            return Some(path);
        }
        // What was found by a relative path is looked for from where the shell is now.
        let tail = if path.starts_with('/') { name } else { &path };
        let here = if tail.starts_with("./") { tail.to_owned() } else { format!("./{tail}") };
        if self.executable(&here) {
            return Some(here);
        }
        (!path.starts_with('.')).then_some(path)
    }

    pub(crate) fn remember(&mut self, name: &str, path: &str, hits: u32) {
        self.settle();
        self.hashed.insert(name, path, path.starts_with("./"), hits);
    }

    fn executable(&self, path: &str) -> bool {
        let full = join(&self.cwd, path);
        self.world.stat(&full, true).is_ok_and(|it| it.kind != Kind::Directory) && self.world.access(&full, 1)
    }

    /// Looks for a program in the folders of a search path: the first that may be executed, else the first that is there.
    pub(crate) fn locate(&mut self, name: &str, search: &str) -> Option<Located> {
        let found = |path: String| Some(Located { path, barred: false });
        let mut absolute: Vec<&str> = Vec::new();
        self.world.at_line(self.line);
        for folder in search.split(':') {
            if folder.starts_with('/') {
                absolute.push(folder);
                continue;
            }
            if !absolute.is_empty()
                && let Some(path) = self.world.locate(name, &std::mem::take(&mut absolute).join(":"))
            {
                return found(path);
            }
            let path = if folder.is_empty() { format!("./{name}") } else { format!("{}/{name}", folder.trim_end_matches('/')) };
            if self.executable(&path) {
                return found(path);
            }
        }
        if !absolute.is_empty()
            && let Some(path) = self.world.locate(name, &absolute.join(":"))
        {
            return found(path);
        }
        let barred = search.split(':').map(|it| if it.is_empty() { format!("./{name}") } else { format!("{}/{name}", it.trim_end_matches('/')) });
        for path in barred {
            let full = join(&self.cwd, &path);
            if self.world.stat(&full, true).is_ok_and(|it| it.kind != Kind::Directory) && !self.world.access(&full, 1) {
                return Some(Located { path, barred: true });
            }
        }
        None
    }

    /// The path by which a command without a slash is run; it is remembered from then on.
    pub(crate) fn path_of(&mut self, name: &str, search: Option<&str>, own: bool) -> Option<String> {
        if self.dash {
            return self.dash_path_of(name, search, own);
        }
        if !own && search.is_none() {
            let mut held = self.remembered(name);
            if held.as_deref().is_some_and(|it| (self.options.checkhash || self.options.posix) && !self.executable(it)) {
                self.hashed.remove(name);
                held = None;
            }
            if held.is_some() {
                return held;
            }
        }
        let usual = self.text("PATH").unwrap_or_default();
        let search = search.unwrap_or(&usual);
        let located = self.locate(name, search)?;
        let kept = !located.barred || !(self.options.checkhash || self.options.posix);
        if self.options.hashall && !own && kept {
            self.remember(name, &located.path, 1);
        }
        Some(located.path)
    }

    /// Dash remembers the folder of PATH, and goes on from there where nothing is in it any more.
    fn dash_path_of(&mut self, name: &str, search: Option<&str>, own: bool) -> Option<String> {
        if own || search.is_some() {
            let usual = self.text("PATH").unwrap_or_default();
            return self.locate(name, search.unwrap_or(&usual)).map(|it| it.path);
        }
        self.settle();
        let held = self.hashed.0.iter().find(|it| it.name == name).map(|it| it.path.clone());
        let usual = self.text("PATH").unwrap_or_default();
        if let Some(path) = held {
            if self.world.stat(&join(&self.cwd, &path), true).is_ok() {
                return Some(path);
            }
            let folder = path.strip_suffix(name).unwrap_or_default().trim_end_matches('/');
            let rest: Vec<&str> = usual.split(':').skip_while(|it| it.trim_end_matches('/') != folder).skip(1).collect();
            return self.locate(name, &rest.join(":")).filter(|_| !rest.is_empty()).map(|it| it.path);
        }
        let located = self.locate(name, &usual)?;
        if !located.barred {
            self.hashed.insert(name, &located.path, false, 1);
        }
        Some(located.path)
    }

    /// What dash remembers, without looking for more.
    pub(crate) fn dash_holds(&mut self, name: &str) -> bool {
        self.settle();
        self.hashed.0.iter().any(|it| it.name == name)
    }
}
