//! Homes and mail spools: made, filled from the skeleton, taken away.

use crate::{Done, Kind, World};

/// Makes a home with all folders on the way, root's and 0755, and fills it.
pub(crate) fn make(world: &dyn World, home: &str, uid: u32, gid: u32, mode: u32, skeleton: &str) -> Done {
    let mut path = String::new();
    for name in home.split('/').filter(|it| !it.is_empty()) {
        path = format!("{path}/{name}");
        match world.stat(&path, true) {
            Some(it) if it.kind == Kind::Folder => {}
            Some(_) => return Err(format!("a home below {path}, which is no folder")),
            None if world.stat(&path, false).is_some() => return Err(format!("a home below the dangling link {path}")),
            None => {
                world.make_folder(&path)?;
                world.set_owner(&path, 0, 0)?;
                world.set_mode(&path, 0o755)?;
            }
        }
    }
    world.set_owner(home, uid, gid)?;
    world.set_mode(home, mode & 0o7777)?;
    if world.stat(skeleton, true).is_some_and(|it| it.kind == Kind::Folder) { copy(world, skeleton, home, uid, gid, (skeleton, home)) } else { Ok(()) }
}

/// Answers whether a skeleton has nothing that the copy is not held for.
pub(crate) fn is_plain(world: &dyn World, folder: &str, deep: u32) -> bool {
    let Some(names) = world.list(folder) else { return world.stat(folder, true).is_none() };
    deep < 16
        && names.iter().all(|name| {
            let path = format!("{folder}/{name}");
            world.stat(&path, false).is_some_and(|it| match it.kind {
                Kind::File => it.links == 1,
                Kind::Folder => is_plain(world, &path, deep + 1),
                Kind::Link => true,
                Kind::Other => false,
            })
        })
}

fn copy(world: &dyn World, from: &str, to: &str, uid: u32, gid: u32, roots: (&str, &str)) -> Done {
    for name in world.list(from).ok_or("a skeleton with odd names")? {
        let (source, goal) = (format!("{from}/{name}"), format!("{to}/{name}"));
        let meta = world.stat(&source, false).ok_or("a skeleton that vanished")?;
        match meta.kind {
            Kind::Folder => {
                world.make_folder(&goal)?;
                world.set_owner(&goal, uid, gid)?;
                world.set_mode(&goal, meta.mode)?;
                copy(world, &source, &goal, uid, gid, roots)?;
            }
            Kind::File => {
                world.write(&goal, &world.read(&source).ok_or("a skeleton that can't be read")?)?;
                world.set_owner(&goal, uid, gid)?;
                world.set_mode(&goal, meta.mode)?;
            }
            Kind::Link => {
                let target = world.read_link(&source).ok_or("a skeleton with odd links")?;
                // A link into the skeleton itself is turned towards the home.
                let target = target.strip_prefix(roots.0).map_or(target.clone(), |rest| format!("{}{rest}", roots.1));
                world.make_link(&target, &goal)?;
                world.set_owner(&goal, uid, gid)?;
            }
            Kind::Other => return Err("a skeleton with a special file".to_owned()),
        }
    }
    Ok(())
}

/// Takes a tree away.
pub(crate) fn remove(world: &dyn World, folder: &str) -> Done {
    for name in world.list(folder).ok_or("a home with names that are no text")? {
        let path = format!("{folder}/{name}");
        match world.stat(&path, false).ok_or("a home that changes")?.kind {
            Kind::Folder => remove(world, &path)?,
            _ => world.remove(&path)?,
        }
    }
    world.remove_folder(folder)
}

/// Sets the records of a number back in lastlog or faillog, where the file is long enough to have them.
pub(crate) fn forget(world: &dyn World, path: &str, size: usize, uid: u32) -> Done {
    let Some(mut bytes) = world.read(path) else { return Ok(()) };
    let start = size * uid as usize;
    if bytes.len() <= start {
        return Ok(());
    }
    if bytes.len() < start + size {
        bytes.resize(start + size, 0);
    }
    bytes[start..start + size].fill(0);
    world.write(path, &bytes)
}
