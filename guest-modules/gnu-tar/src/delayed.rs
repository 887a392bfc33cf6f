//! What unpacking puts off: the state of directories, and links that could lead outside, for which empty files stand meanwhile.

use crate::{
    files::{Errno, Files, at},
    options::Options,
    select::Folders,
    talk::{Talk, said},
};

/// The state that an inode is to have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) mtime: (i64, u32),
}

/// A directory whose state comes later.
struct Directory {
    name: Vec<u8>,
    folder: usize,
    inode: u64,
    state: State,
    /// It was made only since members lie in it: its owner and time stay.
    between: bool,
    after_links: bool,
}

/// A link for which an empty file stands.
struct Link {
    inode: u64,
    folder: usize,
    /// The names of the empty file, the last one first.
    names: Vec<Vec<u8>>,
    target: Vec<u8>,
    state: State,
}

/// All that is put off.
#[derive(Default)]
pub(crate) struct Delayed {
    /// The newest is last.
    directories: Vec<Directory>,
    links: Vec<Link>,
}

/// The name of the working directory or the root, however it is spelled.
fn is_dot_or_slash(name: &[u8]) -> bool {
    name.split(|it| *it == b'/').all(|it| it.is_empty() || it == b".")
}

impl Delayed {
    /// Remembers the state of a directory.
    pub(crate) fn directory(&mut self, name: &[u8], folder: usize, path: &[u8], state: State, between: bool, files: &mut impl Files) {
        let inode = files.stat(path, false).map_or(0, |it| it.inode);
        if let Some(known) = self.directories.iter_mut().find(|it| it.name == name && it.folder == folder) {
            (known.inode, known.state, known.between) = (inode, state, between);
            return;
        }
        let after_links = is_dot_or_slash(name);
        self.directories.push(Directory { name: name.to_vec(), folder, inode, state, between, after_links });
    }

    /// A directory that was made on the way is told about by its own member: it has that member's state.
    pub(crate) fn repair(&mut self, inode: u64, state: State) {
        if let Some(known) = self.directories.iter_mut().rev().find(|it| it.inode == inode) {
            (known.state, known.between) = (state, false);
        }
    }

    /// Remembers a link for which an empty file was made.
    pub(crate) fn link(&mut self, name: &[u8], folder: usize, inode: u64, target: &[u8], state: State) {
        self.links.push(Link { inode, folder, names: vec![name.to_vec()], target: target.to_vec(), state });
        let parent = name.iter().rposition(|it| *it == b'/').map(|it| &name[..it]);
        let Some(place) = parent.and_then(|parent| self.directories.iter().rposition(|it| it.name == parent)) else { return };
        for directory in self.directories[..=place].iter_mut().rev() {
            if std::mem::replace(&mut directory.after_links, true) && directory.name != parent.unwrap_or_default() {
                break;
            }
        }
    }

    /// A second name was made for an inode: if that is an empty file of ours, it becomes a link too.
    pub(crate) fn second_name(&mut self, name: &[u8], folder: usize, inode: u64) {
        if let Some(link) = self.links.iter_mut().find(|it| it.inode == inode && it.folder == folder) {
            link.names.insert(1, name.to_vec());
        }
    }

    pub(crate) fn is_placeholder(&self, inode: u64) -> bool {
        self.links.iter().any(|it| it.inode == inode)
    }

    /// Gives their state to directories that a name does not lie in, from the newest on, up to the first that it lies in.
    pub(crate) fn settle(&mut self, options: &Options, name: &[u8], after_links: bool, folders: &Folders, files: &mut impl Files, talk: &mut Talk) {
        let mut checks = false;
        while let Some(directory) = self.directories.last() {
            checks |= directory.after_links;
            let holds =
                name.strip_prefix(&directory.name[..]).is_some_and(|rest| !rest.is_empty() && (rest[0] == b'/' || directory.name.last() == Some(&b'/')));
            if !after_links && directory.after_links || holds {
                return;
            }
            let Some(directory) = self.directories.pop() else { return };
            let path = at(&folders.paths[directory.folder], &directory.name);
            if checks {
                match files.stat(&path, false) {
                    Ok(stat) if stat.inode == directory.inode => {}
                    Ok(_) => {
                        let shown = talk.colon(&directory.name);
                        talk.error(said(&[&shown, b": Directory renamed before its status could be extracted"]));
                        continue;
                    }
                    Err(error) => {
                        let shown = talk.colon(&directory.name);
                        talk.error(said(&[&shown, b": Cannot stat: ", error.to_string().as_bytes()]));
                        continue;
                    }
                }
            }
            give(options, &directory.name, &path, directory.state, directory.between, files, talk);
        }
    }

    /// Puts the links where empty files still stand for them.
    pub(crate) fn make_links(&mut self, options: &Options, folders: &Folders, files: &mut impl Files, talk: &mut Talk) {
        for link in std::mem::take(&mut self.links) {
            let mut first: Option<Vec<u8>> = None;
            for name in &link.names {
                let path = at(&folders.paths[link.folder], name);
                if !files.stat(&path, false).is_ok_and(|it| it.inode == link.inode) {
                    continue;
                }
                let mut put = || -> Result<bool, Errno> {
                    files.remove_file(&path)?;
                    if first.as_ref().is_some_and(|it| files.make_hard_link(it, &path).is_ok()) {
                        return Ok(false);
                    }
                    files.make_link(&link.target, &path).map(|()| true)
                };
                match put() {
                    Ok(true) => {
                        give_link(options, name, &path, link.state, files, talk);
                        first = Some(path);
                    }
                    Ok(false) => {}
                    Err(error) => cannot_link(name, &link.target, &error, talk),
                }
            }
        }
    }
}

pub(crate) fn cannot_link(name: &[u8], target: &[u8], error: &Errno, talk: &mut Talk) {
    let (shown, to) = (talk.colon(name), talk.quoted(target));
    talk.error(said(&[&shown, b": Cannot create symlink to ", &to, b": ", error.to_string().as_bytes()]));
}

/// Gives an inode its time, owner and mode.
pub(crate) fn give(options: &Options, name: &[u8], path: &[u8], state: State, between: bool, files: &mut impl Files, talk: &mut Talk) {
    if !between {
        time(options, name, path, state, files, talk);
        owner(options, name, path, state, files, talk);
    }
    // Without the members' permissions the set-id and sticky bits of what stands there stay.
    let kept = if options.same_permissions { 0 } else { files.stat(path, false).map_or(0, |it| it.mode & 0o7000) };
    if let Err(error) = files.set_mode(path, state.mode | kept) {
        let shown = talk.colon(name);
        talk.error(said(&[&shown, format!(": Cannot change mode to {}: {error}", spelled(state.mode)).as_bytes()]));
    }
}

/// Gives a link its time and owner.
pub(crate) fn give_link(options: &Options, name: &[u8], path: &[u8], state: State, files: &mut impl Files, talk: &mut Talk) {
    time(options, name, path, state, files, talk);
    owner(options, name, path, state, files, talk);
}

fn owner(options: &Options, name: &[u8], path: &[u8], state: State, files: &mut impl Files, talk: &mut Talk) {
    if !options.same_owner {
        return;
    }
    if let Err(error) = files.set_owner(path, state.uid, state.gid) {
        let shown = talk.colon(name);
        talk.error(said(&[&shown, format!(": Cannot change ownership to uid {}, gid {}: {error}", state.uid, state.gid).as_bytes()]));
    }
}

fn time(options: &Options, name: &[u8], path: &[u8], state: State, files: &mut impl Files, talk: &mut Talk) {
    if options.touch {
        return;
    }
    if let Err(error) = files.set_times(path, state.mtime) {
        let shown = talk.colon(name);
        talk.warn(said(&[&shown, format!(": Cannot utime: {error}").as_bytes()]));
        return;
    }
    if !options.warns("timestamp") {
        return;
    }
    if state.mtime.0 < 0 {
        let shown = talk.colon(name);
        talk.warn(said(&[&shown, b": implausibly old time stamp ", &crate::date::print(state.mtime, true)]));
        return;
    }
    let now = files.now();
    if now < state.mtime {
        let (mut seconds, mut nanos) = (state.mtime.0.wrapping_sub(now.0), i64::from(state.mtime.1) - i64::from(now.1));
        if nanos < 0 {
            (seconds, nanos) = (seconds - 1, nanos + 1_000_000_000);
        }
        let fraction = format!(".{nanos:09}");
        let fraction = if nanos == 0 { "" } else { fraction.trim_end_matches('0') };
        let shown = talk.colon(name);
        let text = format!(" is {seconds}{fraction} s in the future");
        talk.warn(said(&[&shown, b": time stamp ", &crate::date::print(state.mtime, true), text.as_bytes()]));
    }
}

/// A mode as messages spell it.
fn spelled(mode: u32) -> String {
    let letter = |shift: u32, place: usize| if mode >> shift & 4 >> place == 0 { '-' } else { ['r', 'w', 'x'][place] };
    [6, 3, 0].iter().flat_map(|shift| (0..3).map(move |place| letter(*shift, place))).collect()
}
