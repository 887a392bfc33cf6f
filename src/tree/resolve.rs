//! Path resolution as the Linux kernel does it (path_resolution(7)), over a layer; it never leaves the root.

use std::{collections::VecDeque, sync::Arc};

use super::{
    node::{Body, Errno, FileType},
    view::Layer,
};

/// Links that may be met on one path.
const MOST_LINKS: usize = 40;

/// What the last component of a path is (the kernel's LAST_NORM, LAST_DOT, LAST_DOTDOT, LAST_ROOT).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Last {
    Name,
    Dot,
    DotDot,
    Root,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    /// The path without links, `.` and `..`.
    pub(crate) path: Vec<u8>,
    /// The directory that has, or would have, the name.
    pub(crate) parent: u64,
    /// The last name; empty for the root.
    pub(crate) name: Vec<u8>,
    /// The inode, when there is one.
    pub(crate) inode: Option<u64>,
    /// True when the path ended in `/`.
    pub(crate) slash: bool,
    /// What the path ended in. Only a name can be made, removed or renamed.
    pub(crate) last: Last,
}

/// Who asks: search permission is his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// Root, who may search everything.
pub(crate) const ROOT: Who = Who { uid: 0, gid: 0 };

/// Resolves a path. `follow` decides about a link in the last component. Links on the way are given to `met`.
pub(crate) fn resolve(layer: &Layer, who: Who, path: &[u8], follow: bool, met: &mut dyn FnMut(Vec<u8>)) -> Result<Found, Errno> {
    let mut found = Walk::new(layer, who, met).end_of(path, follow)?;
    if let Some(inode) = found.inode
        && found.slash
        && layer.node(inode)?.kind() != FileType::Directory
    {
        return Err(Errno::NotDirectory);
    }
    found.slash |= path.len() > 1 && path.ends_with(b"/");
    Ok(found)
}

/// Resolves the folder of a path and looks the last component up in it, whatever that is: for what makes, removes or renames a name.
pub(crate) fn resolve_name(layer: &Layer, who: Who, path: &[u8], met: &mut dyn FnMut(Vec<u8>)) -> Result<Found, Errno> {
    Walk::new(layer, who, met).name_of(path)
}

/// Resolves a path whose file is made when it is not there (open(2), O_CREAT): no name at its end, or at the end of a link, may have a slash.
pub(crate) fn resolve_open(layer: &Layer, who: Who, path: &[u8], met: &mut dyn FnMut(Vec<u8>)) -> Result<Found, Errno> {
    let mut walk = Walk::new(layer, who, met);
    walk.makes = true;
    walk.end_of(path, true)
}

/// A walk along a path: where it stands, with the way back, and how many links it met.
struct Walk<'a> {
    layer: &'a Layer,
    who: Who,
    stack: Vec<(u64, Vec<u8>)>,
    links: usize,
    /// True when a file is made where the path ends.
    makes: bool,
    met: &'a mut dyn FnMut(Vec<u8>),
}

impl<'a> Walk<'a> {
    fn new(layer: &'a Layer, who: Who, met: &'a mut dyn FnMut(Vec<u8>)) -> Walk<'a> {
        Walk { layer, who, stack: vec![(1, Vec::new())], links: 0, makes: false, met }
    }

    fn at(&self) -> u64 {
        self.stack.last().map_or(1, |it| it.0)
    }

    fn name_of(&mut self, path: &[u8]) -> Result<Found, Errno> {
        check(path)?;
        let mut parts: VecDeque<Vec<u8>> = parts(path).collect();
        let slash = path.ends_with(b"/");
        let Some(last) = parts.pop_back() else { return Ok(self.here(slash, Last::Root)) };
        self.through(parts)?;
        self.layer.allow(self.at(), self.who, 1)?;
        let kind = match last.as_slice() {
            b"." => Last::Dot,
            b".." => Last::DotDot,
            _ => {
                // A name that is too long is told by who asked: a rename looks at both folders first.
                let inode = self.layer.names(self.at())?.get(&last).map(|it| it.0);
                return Ok(Found { path: joined(&self.stack, &last), parent: self.at(), name: last, inode, slash, last: Last::Name });
            }
        };
        self.up(kind == Last::DotDot)?;
        Ok(self.here(slash, kind))
    }

    fn end_of(&mut self, path: &[u8], follow: bool) -> Result<Found, Errno> {
        check(path)?;
        let mut slash = path.ends_with(b"/");
        let mut queue: VecDeque<Vec<u8>> = parts(path).collect();
        loop {
            let Some(last) = queue.pop_back() else { return Ok(self.here(slash, Last::Root)) };
            self.through(std::mem::take(&mut queue))?;
            self.layer.allow(self.at(), self.who, 1)?;
            if last == b"." || last == b".." {
                self.up(last == b"..")?;
                return Ok(self.here(slash, if last == b"." { Last::Dot } else { Last::DotDot }));
            }
            if self.makes && slash {
                return Err(Errno::IsDirectory);
            }
            match self.look_up(&last)? {
                Some((inode, FileType::Symlink)) if follow || slash => {
                    let target = self.target(inode, &last)?;
                    // A target that ends in `/` demands that what it names is followed too, and is a directory.
                    slash |= target.ends_with(b"/");
                    queue = parts(&target).collect();
                }
                found => {
                    let inode = found.map(|it| it.0);
                    return Ok(Found { path: joined(&self.stack, &last), parent: self.at(), name: last, inode, slash, last: Last::Name });
                }
            }
        }
    }

    /// Walks into each of these, which must all lead to directories.
    fn through(&mut self, mut queue: VecDeque<Vec<u8>>) -> Result<(), Errno> {
        while let Some(part) = queue.pop_front() {
            self.layer.allow(self.at(), self.who, 1)?;
            if part == b"." || part == b".." {
                self.up(part == b"..")?;
                continue;
            }
            match self.look_up(&part)? {
                None => {
                    (self.met)(joined(&self.stack, &part));
                    return Err(Errno::NoEntry);
                }
                Some((inode, FileType::Symlink)) => {
                    for part in parts(&self.target(inode, &part)?).rev() {
                        queue.push_front(part);
                    }
                }
                Some((inode, FileType::Directory)) => self.stack.push((inode, part)),
                Some(_) => {
                    (self.met)(joined(&self.stack, &part));
                    return Err(Errno::NotDirectory);
                }
            }
        }
        Ok(())
    }

    fn up(&mut self, parent: bool) -> Result<(), Errno> {
        self.layer.names(self.at())?;
        if parent && self.stack.len() > 1 {
            self.stack.pop();
        }
        Ok(())
    }

    fn look_up(&self, name: &[u8]) -> Result<Option<(u64, FileType)>, Errno> {
        let names = self.layer.names(self.at())?;
        if name.len() > 255 {
            return Err(Errno::NameTooLong);
        }
        Ok(names.get(name).copied())
    }

    /// Reads a link that is followed, and goes to where its target begins.
    fn target(&mut self, inode: u64, name: &[u8]) -> Result<Arc<[u8]>, Errno> {
        self.links += 1;
        if self.links > MOST_LINKS {
            return Err(Errno::TooManyLinks);
        }
        (self.met)(joined(&self.stack, name));
        let Body::Link(target) = self.layer.node(inode)?.body else { return Err(Errno::Invalid) };
        match target.first() {
            None => return Err(Errno::NoEntry),
            Some(b'/') => self.stack.truncate(1),
            Some(_) => {}
        }
        Ok(target)
    }

    /// The directory where the walk stands.
    fn here(&mut self, slash: bool, last: Last) -> Found {
        let path = stack_path(&self.stack);
        let (inode, name) = self.stack.pop().unwrap_or((1, Vec::new()));
        Found { path, parent: self.at(), name, inode: Some(inode), slash, last }
    }
}

fn check(path: &[u8]) -> Result<(), Errno> {
    if path.first() != Some(&b'/') || path.contains(&0) {
        return Err(if path.is_empty() { Errno::NoEntry } else { Errno::Invalid });
    }
    // PATH_MAX counts the NUL at the end.
    if path.len() > 4095 { Err(Errno::NameTooLong) } else { Ok(()) }
}

fn parts(path: &[u8]) -> impl DoubleEndedIterator<Item = Vec<u8>> + '_ {
    path.split(|it| *it == b'/').filter(|it| !it.is_empty()).map(<[u8]>::to_vec)
}

fn stack_path(stack: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut path = Vec::new();
    for (_, name) in stack.iter().skip(1) {
        path.push(b'/');
        path.extend(name);
    }
    if path.is_empty() {
        path.push(b'/');
    }
    path
}

fn joined(stack: &[(u64, Vec<u8>)], name: &[u8]) -> Vec<u8> {
    let mut path = stack_path(stack);
    if path.len() > 1 {
        path.push(b'/');
    }
    path.extend(name);
    path
}
