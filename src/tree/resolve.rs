//! Path resolution as the Linux kernel does it (path_resolution(7)), over a layer; it never leaves the root.

use std::collections::VecDeque;

use super::{
    node::{Body, Errno, FileType},
    view::Layer,
};

/// Links that may be met on one path.
const MOST_LINKS: usize = 40;

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
    if path.first() != Some(&b'/') || path.contains(&0) {
        return Err(if path.is_empty() { Errno::NoEntry } else { Errno::Invalid });
    }
    if path.len() > 4095 {
        return Err(Errno::NameTooLong);
    }
    let slash = path.len() > 1 && path.ends_with(b"/");
    let mut queue: VecDeque<Vec<u8>> = parts(path).collect();
    let mut stack: Vec<(u64, Vec<u8>)> = vec![(1, Vec::new())];
    let mut links = 0;
    let mut must_follow = follow || slash;
    while let Some(part) = queue.pop_front() {
        let (at, _) = stack.last().ok_or(Errno::Invalid)?;
        let at = *at;
        if part == b"." || part == b".." {
            layer.names(at)?;
            if part == b".." && stack.len() > 1 {
                stack.pop();
            }
            continue;
        }
        if part.len() > 255 {
            return Err(Errno::NameTooLong);
        }
        let names = layer.names(at)?;
        layer.allow(at, who, 1)?;
        let last = queue.is_empty();
        let Some((inode, kind)) = names.get(&part).copied() else {
            if !last {
                met(joined(&stack, &part));
                return Err(Errno::NoEntry);
            }
            return Ok(Found { path: joined(&stack, &part), parent: at, name: part, inode: None, slash });
        };
        if kind == FileType::Symlink && (!last || must_follow) {
            links += 1;
            if links > MOST_LINKS {
                return Err(Errno::TooManyLinks);
            }
            met(joined(&stack, &part));
            let Body::Link(target) = layer.node(inode)?.body else { return Err(Errno::Invalid) };
            if target.is_empty() {
                return Err(Errno::NoEntry);
            }
            if target.first() == Some(&b'/') {
                stack.truncate(1);
            }
            // A target that ends in `/` demands that what it names is followed too.
            must_follow |= target.ends_with(b"/");
            for part in parts(&target).rev() {
                queue.push_front(part);
            }
            continue;
        }
        if !last && kind != FileType::Directory {
            return Err(Errno::NotDirectory);
        }
        stack.push((inode, part));
    }
    let path = stack_path(&stack);
    let (inode, name) = stack.pop().ok_or(Errno::Invalid)?;
    let parent = stack.last().map_or(1, |it| it.0);
    if slash && layer.node(inode)?.kind() != FileType::Directory {
        return Err(Errno::NotDirectory);
    }
    Ok(Found { path, parent, name, inode: Some(inode), slash })
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
