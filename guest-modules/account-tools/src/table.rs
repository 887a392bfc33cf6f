//! One account file: strict reading, and writing as shadow's commonio has it (back-up, new file, rename).

use crate::{Done, Kind, World};

/// A file of rows.
pub(crate) struct Table {
    path: &'static str,
    pub(crate) rows: Vec<Vec<String>>,
    changed: bool,
}

/// A number as the tools would write it again.
fn plain(text: &str, most: u64) -> bool {
    text.parse::<u64>().is_ok_and(|it| it <= most && it.to_string() == text)
}

fn fits(path: &str, row: &[String]) -> bool {
    let ids = u64::from(u32::MAX - 1);
    let named = !row[0].is_empty() && !row[0].starts_with(['+', '-', '#']) && !row[0].contains([' ', '\t', ',']);
    let empty_or_number = |it: &String| it.is_empty() || plain(it, i64::MAX as u64);
    // A list with an empty member is written otherwise than it stands.
    let list = |it: &String| it.is_empty() || it.split(',').all(|it| !it.is_empty());
    let unlike = |it: &String| it.split(',').enumerate().all(|(at, name)| !it.split(',').take(at).any(|other| other == name));
    named
        && match (path, row) {
            (PASSWD, [_, _, uid, gid, _, _, _]) => plain(uid, ids) && plain(gid, ids),
            (SHADOW, [_, _, numbers @ ..]) if numbers.len() == 7 => numbers.iter().all(empty_or_number),
            (GROUP, [_, _, gid, members]) => plain(gid, ids) && list(members) && unlike(members),
            (GSHADOW, [_, _, admins, members]) => list(admins) && list(members) && unlike(admins) && unlike(members),
            (SUBUID | SUBGID, [_, start, count]) => plain(start, ids) && plain(count, ids) && count != "0",
            _ => false,
        }
}

pub(crate) const PASSWD: &str = "/etc/passwd";
pub(crate) const SHADOW: &str = "/etc/shadow";
pub(crate) const GROUP: &str = "/etc/group";
pub(crate) const GSHADOW: &str = "/etc/gshadow";
pub(crate) const SUBUID: &str = "/etc/subuid";
pub(crate) const SUBGID: &str = "/etc/subgid";

/// Reads a file; none where the target has none.
pub(crate) fn read(world: &dyn World, path: &'static str) -> Result<Option<Table>, String> {
    let Some(meta) = world.stat(path, false) else { return Ok(None) };
    if meta.kind != Kind::File {
        return Err(format!("{path} that is no plain file"));
    }
    for sign in ["+", ".lock"] {
        if world.stat(&format!("{path}{sign}"), false).is_some() {
            return Err(format!("the left-over file {path}{sign}"));
        }
    }
    let backup = world.stat(&format!("{path}-"), false);
    if backup.is_some_and(|it| it.kind != Kind::File || it.links > 1) || meta.links > 1 {
        return Err(format!("{path} or its back-up with several names or a link"));
    }
    let text = world.read(path).and_then(|it| String::from_utf8(it).ok()).ok_or_else(|| format!("{path} that is no text"))?;
    let rows: Vec<Vec<String>> = text.lines().map(|it| it.split(':').map(str::to_owned).collect()).collect();
    if let Some(at) = rows.iter().position(|it| !fits(path, it) || it.iter().any(|it| it.chars().any(char::is_control))) {
        return Err(format!("{path} with the unusual line {}", at + 1));
    }
    let twice = !matches!(path, SUBUID | SUBGID) && rows.iter().enumerate().any(|(at, row)| rows[..at].iter().any(|it| it[0] == row[0]));
    if twice {
        return Err(format!("{path} with a name that stands twice"));
    }
    Ok(Some(Table { path, rows, changed: false }))
}

/// Reads a file that must be there.
pub(crate) fn must(world: &dyn World, path: &'static str) -> Result<Table, String> {
    read(world, path)?.ok_or_else(|| format!("a target without {path}"))
}

impl Table {
    pub(crate) fn get(&self, name: &str) -> Option<&Vec<String>> {
        self.rows.iter().find(|it| it[0] == name)
    }

    /// Changes a row, if only by writing it again.
    pub(crate) fn change(&mut self, name: &str, with: impl FnOnce(&mut Vec<String>)) {
        if let Some(row) = self.rows.iter_mut().find(|it| it[0] == name) {
            with(row);
            self.changed = true;
        }
    }

    pub(crate) fn touch(&mut self) {
        self.changed = true;
    }

    pub(crate) fn add(&mut self, row: &[&str]) {
        self.rows.push(row.iter().map(|it| (*it).to_owned()).collect());
        self.changed = true;
    }

    pub(crate) fn remove(&mut self, name: &str) {
        let had = self.rows.len();
        self.rows.retain(|it| it[0] != name);
        self.changed |= self.rows.len() < had;
    }

    /// The row with a number in the third field.
    pub(crate) fn by_id(&self, id: u32) -> Option<&Vec<String>> {
        self.rows.iter().find(|it| it[2] == id.to_string())
    }

    /// A group by number or name, as shadow's getgr_nam_gid has it.
    pub(crate) fn group(&self, word: &str) -> Option<&Vec<String>> {
        match crate::options::id(word) {
            Some(id) => self.by_id(id),
            None => self.get(word),
        }
    }

    /// Writes the file if something changed: the old content goes to the back-up, both with the old owner and no more than mode 0664.
    pub(crate) fn close(self, world: &dyn World) -> Done {
        if !self.changed {
            return Ok(());
        }
        let meta = world.stat(self.path, false).ok_or("a file that vanished")?;
        let old = world.read(self.path).ok_or("a file that vanished")?;
        let (backup, new) = (format!("{}-", self.path), format!("{}+", self.path));
        let text: String = self.rows.iter().map(|it| it.join(":") + "\n").collect();
        for (path, bytes) in [(&backup, &old[..]), (&new, text.as_bytes())] {
            world.write(path, bytes)?;
            world.set_owner(path, meta.uid, meta.gid)?;
            world.set_mode(path, meta.mode & 0o664)?;
        }
        world.rename(&new, self.path)
    }
}

/// Takes the lock of lckpwdf(3), whose file stays.
pub(crate) fn lock(world: &dyn World) -> Done {
    if world.stat("/etc/.pwd.lock", true).is_none() { world.write("/etc/.pwd.lock", b"") } else { Ok(()) }
}

/// Answers whether a list of names has one.
pub(crate) fn lists(list: &str, name: &str) -> bool {
    list.split(',').any(|it| it == name)
}

/// Adds a name to a list.
pub(crate) fn with(list: &str, name: &str) -> String {
    if lists(list, name) { list.to_owned() } else if list.is_empty() { name.to_owned() } else { format!("{list},{name}") }
}

/// Takes a name from a list.
pub(crate) fn without(list: &str, name: &str) -> String {
    list.split(',').filter(|it| *it != name).collect::<Vec<_>>().join(",")
}
