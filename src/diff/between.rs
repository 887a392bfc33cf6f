//! Compares two trees. Over one source only what was touched is looked at, so the cost follows the change.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::change::{Change, FileState};
use crate::{
    digest::Digest,
    tree::{Errno, FileType, Stat, Tree, is_scratch},
};

/// Returns every path that differs, sorted.
pub fn between(before: &Tree, after: &Tree) -> Vec<Change> {
    let mut paths: BTreeSet<Vec<u8>> = before.touched().chain(after.touched()).cloned().collect();
    if !before.same_source(after) {
        paths.insert(b"/".to_vec());
    }
    let mut roots: Vec<Vec<u8>> = paths.iter().cloned().collect();
    while let Some(path) = roots.pop() {
        for child in below(before, after, &path) {
            if paths.insert(child.clone()) {
                roots.push(child);
            }
        }
    }
    let groups = (groups(before, &paths), groups(after, &paths));
    paths.extend(groups.0.keys().chain(groups.1.keys()).cloned());
    paths
        .into_iter()
        .filter(|path| !is_scratch(path))
        .filter_map(|path| {
            let (was, is) = (state(before, &path, &groups.0), state(after, &path, &groups.1));
            (was != is).then_some(Change { path, before: was, after: is })
        })
        .collect()
}

/// Names below a directory that is not one and the same inode in both trees.
fn below(before: &Tree, after: &Tree, path: &[u8]) -> Vec<Vec<u8>> {
    let inode = |tree: &Tree| at(tree, path).ok().filter(|it| it.kind == FileType::Directory).map(|it| it.inode);
    let (was, is) = (inode(before), inode(after));
    if (was == is && before.same_source(after)) || is_scratch(path) {
        return Vec::new();
    }
    let list = |tree: &Tree, there: Option<u64>| there.and_then(|_| tree.list(path).ok()).unwrap_or_default();
    list(before, was).into_iter().chain(list(after, is)).map(|entry| join(path, &entry.name)).collect()
}

/// What has this path without a link on its way: what a link leads to is something else, whose path is another.
fn at(tree: &Tree, path: &[u8]) -> Result<Stat, Errno> {
    let (found, _) = tree.find(path, false)?;
    if found.path == path { tree.stat(path, false) } else { Err(Errno::NoEntry) }
}

fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    let slash: &[u8] = if folder == b"/" { b"" } else { b"/" };
    [folder, slash, name].concat()
}

/// The other names of the files among `paths` that have several: path → first name of its group.
fn groups(tree: &Tree, paths: &BTreeSet<Vec<u8>>) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let several = |path: &Vec<u8>| at(tree, path).ok().filter(|it| it.links > 1 && it.kind != FileType::Directory).map(|it| it.inode);
    let wanted: BTreeSet<u64> = paths.iter().filter_map(several).collect();
    if wanted.is_empty() {
        return BTreeMap::new();
    }
    let mut names: BTreeMap<u64, Vec<Vec<u8>>> = BTreeMap::new();
    walk(tree, b"/", &mut |path, inode| {
        if wanted.contains(&inode) {
            names.entry(inode).or_default().push(path);
        }
    });
    let mut groups = BTreeMap::new();
    for mut group in names.into_values().filter(|it| it.len() > 1) {
        group.sort();
        for name in &group {
            groups.insert(name.clone(), group[0].clone());
        }
    }
    groups
}

fn walk(tree: &Tree, folder: &[u8], see: &mut dyn FnMut(Vec<u8>, u64)) {
    for entry in tree.list(folder).unwrap_or_default() {
        let path = join(folder, &entry.name);
        if is_scratch(&path) {
            continue;
        }
        match entry.kind {
            FileType::Directory => walk(tree, &path, see),
            _ => see(path, entry.inode),
        }
    }
}

fn state(tree: &Tree, path: &[u8], groups: &BTreeMap<Vec<u8>, Vec<u8>>) -> Option<FileState> {
    let stat = at(tree, path).ok()?;
    let sha256 = (stat.kind == FileType::Regular).then(|| tree.read_all(path)).and_then(Result::ok).map(|it: Arc<Vec<u8>>| Digest::of(&it));
    let target = (stat.kind == FileType::Symlink).then(|| tree.read_link(path)).and_then(Result::ok);
    // The kernel gives no meaning to the mode of a link.
    let mode = if stat.kind == FileType::Symlink { 0o777 } else { stat.mode };
    let attributes = tree.attributes(path, false).ok();
    let xattrs = attributes.as_ref().map(|it| it.named.iter().map(|(name, value)| (name.clone(), Digest::of(value))).collect());
    let flags = attributes.map(|it| it.flags).unwrap_or_default();
    Some(FileState { kind: stat.kind, mode, uid: stat.uid, gid: stat.gid, size: stat.size, sha256, target, linked: groups.get(path).cloned(), xattrs, flags })
}

/// Returns what equality looks at, at one path; hard-link groups are not looked for.
pub(crate) fn state_of(tree: &Tree, path: &[u8]) -> Option<FileState> {
    state(tree, path, &BTreeMap::new())
}

/// Returns a digest that binds the state of these paths, absent ones and listings included.
pub fn digest_of_paths<'a>(tree: &Tree, paths: impl Iterator<Item = &'a Vec<u8>>) -> Digest {
    let mut text = Vec::new();
    for path in paths.filter(|it| !is_scratch(it)) {
        text.extend((path.len() as u64).to_le_bytes());
        text.extend(path);
        match state(tree, path, &BTreeMap::new()) {
            None => text.extend(match at(tree, path) {
                Err(Errno::Unreadable) => b"unreadable".as_slice(),
                _ => b"absent",
            }),
            Some(state) => text.extend(format!("{state:?}").into_bytes()),
        }
        if let Some(FileType::Directory) = tree.kind(path) {
            for entry in tree.list(path).unwrap_or_default().iter().filter(|it| !is_scratch(&join(path, &it.name))) {
                text.extend((entry.name.len() as u64).to_le_bytes());
                text.extend(&entry.name);
            }
        }
    }
    Digest::of(&text)
}

#[cfg(test)]
mod tests {
    use super::between;
    use crate::{
        diff::apply,
        tree::{Actor, Quotas, Tree, Workspace},
    };

    #[test]
    fn what_lies_behind_a_link_is_not_at_the_path_through_it() {
        let root = Actor { uid: 0, gid: 0, umask: 0o022 };
        let mut workspace = Workspace::over(&Tree::empty(), Quotas::default());
        workspace.make_directory(&root, b"/c", 0o755).expect("a folder");
        workspace.create(&root, b"/c/a", 0o644, true).expect("a file");
        workspace.make_link(&root, b"c", b"/e").expect("a link");
        let before = workspace.tree();
        workspace.remove_file(&root, b"/e").expect("a removal");
        workspace.make_directory(&root, b"/e", 0o755).expect("a folder");
        workspace.create(&root, b"/e/a", 0o644, true).expect("a file");
        let after = workspace.tree();
        let changes = between(&before, &after);
        let told: Vec<_> = changes.iter().map(|it| (String::from_utf8_lossy(&it.path).into_owned(), it.before.is_some(), it.after.is_some())).collect();
        assert_eq!(told, [("/e".to_owned(), true, true), ("/e/a".to_owned(), false, true)]);
        let applied = apply(&changes, &before, &after).expect("it is applied");
        assert_eq!(between(&applied, &after), []);
        assert!(applied.stat(b"/e/a", false).is_ok(), "the file in the new folder was made");
    }
}
