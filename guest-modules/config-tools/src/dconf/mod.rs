//! `dconf update` of dconf 0.40 (dconf(1)): folders of keyfiles become databases.
//!
//! The order in the database comes out of GLib's hash table (2.74); `order` holds how that table goes through its keys.

mod database;
mod keyfile;
mod order;
mod value;

use crate::{Answer, Kind, Said, World};
use database::{Content, File, Table};

/// Where the system's databases are.
const FOLDER: &str = "/etc/dconf/db";
/// More lock files than this are not tried in all their orders.
const MOST_ORDERS: usize = 4;

/// Carries out dconf(1).
pub fn run(world: &dyn World, words: &[String]) -> Answer {
    match words {
        [verb] if verb == "update" => update(world, FOLDER),
        [verb, folder] if verb == "update" && folder.starts_with('/') && !folder.ends_with('/') => update(world, folder),
        [verb, ..] => Err(format!("this form of `{verb}`")),
        [] => Err("a call without words".to_owned()),
    }
}

fn update(world: &dyn World, folder: &str) -> Answer {
    if world.stat(folder, true).is_none() {
        let stderr = format!("error: Error opening directory “{folder}”: No such file or directory\n");
        return Ok(Said { status: 1, stdout: String::new(), stderr });
    }
    let mut names = world.list(folder).ok_or_else(|| format!("the folder {folder}"))?;
    names.sort();
    let sources: Vec<String> = names.into_iter().filter(|it| !it.starts_with('.') && it.ends_with(".d")).map(|it| format!("{folder}/{it}")).collect();
    let mut made = Vec::new();
    for source in sources.iter().filter(|it| world.stat(it, true).is_some_and(|it| it.kind == Kind::Folder)) {
        made.push((source, source.trim_end_matches(".d"), compiled(world, source)?));
    }
    for (source, path, file) in &made {
        check(world, source, path, file)?;
    }
    for (_, path, file) in &made {
        if file.hole.is_some() {
            if world.read(path).is_some_and(|it| file.is(&it)) {
                continue;
            }
            world.blind(&format!("eight bytes of {path}, a database without any key, are left to chance"));
        }
        let new = format!("{path}.NEW");
        world.write(&new, &file.bytes, 0o666)?;
        world.rename(&new, path)?;
    }
    Ok(Said::default())
}

/// Says why a database can't be replaced as the tool would do it.
fn check(world: &dyn World, source: &str, path: &str, file: &File) -> Result<(), String> {
    if path.ends_with('/') {
        return Err(format!("the folder {source}"));
    }
    let same = world.read(path).is_some_and(|it| file.is(&it));
    let Some(old) = world.stat(path, false) else { return Ok(()) };
    if old.kind != Kind::File || old.links > 1 {
        return Err(format!("{path}, which is no plain file with one name,"));
    }
    // Versions before 0.34 leave a database that is newer than its folder, and which version a target has is not asked.
    let newest = [source.to_owned(), format!("{source}/locks")].iter().filter_map(|it| world.stat(it, true)).map(|it| age(world, it.changed)).max();
    if !same && newest.is_some_and(|it| it < age(world, old.changed)) {
        return Err(format!("{path}, which is newer than its folder,"));
    }
    Ok(())
}

/// When something was changed, as a value to compare: what the run itself changed is later than all that the target had, whatever the
/// virtual clock says.
fn age(world: &dyn World, changed: i64) -> (bool, i64) {
    ((0..86_400).contains(&(world.now() - changed)), changed)
}

/// The database of a folder.
fn compiled(world: &dyn World, folder: &str) -> Result<File, String> {
    let mut table = Table::new();
    table.insert("/", Content::Folder(Vec::new()));
    let mut names = world.list(folder).ok_or_else(|| format!("the folder {folder}"))?;
    names.retain(|it| !it.starts_with('.') && world.stat(&format!("{folder}/{it}"), true).is_some_and(|it| it.kind == Kind::File));
    names.sort();
    for name in names.iter().rev() {
        let path = format!("{folder}/{name}");
        for (group, keys) in keyfile::read(&text(world, &path)?).map_err(|why| format!("{path} with {why}"))? {
            for (key, text) in keys {
                let full = format!("/{group}/{key}");
                // A value that an earlier file hides has to be one too.
                let value = value::parse(&text).map_err(|why| format!("the value of [{group}] {key} in {path} ({why})"))?;
                if table.has(&full) {
                    continue;
                }
                table.insert(&full, Content::Value(value));
                table.adopt(&full);
            }
        }
    }
    let locks = format!("{folder}/locks");
    if world.stat(&locks, true).is_none() {
        return table.file();
    }
    let mut files = Vec::new();
    for name in world.list(&locks).ok_or_else(|| format!("the folder {locks}"))? {
        let path = format!("{locks}/{name}");
        if !name.starts_with('.') && world.stat(&path, true).is_some_and(|it| it.kind == Kind::File) {
            let lines = text(world, &path)?;
            files.push(lines.split('\n').filter(|it| it.starts_with('/')).map(str::to_owned).collect::<Vec<String>>());
        }
    }
    files.sort();
    if files.len() > MOST_ORDERS {
        return Err(format!("{locks} with more than {MOST_ORDERS} files"));
    }
    // The files are read in the order of readdir, which is the machine's own.
    let mut all = orders(&files).into_iter().map(|files| {
        let mut locks = Table::new();
        for line in files.iter().flat_map(|it| it.iter()) {
            locks.insert(line, Content::Value(value::string("")));
        }
        let mut whole = table.clone();
        whole.insert(".locks", Content::Table(locks));
        whole.file()
    });
    let first = all.next().unwrap_or_else(|| Err("no order".to_owned()))?;
    match all.all(|it| it.as_ref() == Ok(&first)) {
        true => Ok(first),
        false => Err(format!("{locks} with files whose order shows in the database")),
    }
}

/// All orders of a few things.
fn orders<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    if of.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for at in 0..of.len() {
        let mut rest = of.to_vec();
        let first = rest.remove(at);
        for mut tail in orders(&rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}

fn text(world: &dyn World, path: &str) -> Result<String, String> {
    let bytes = world.read(path).ok_or_else(|| format!("{path}, which can't be read,"))?;
    match String::from_utf8(bytes) {
        Ok(it) if !it.contains('\0') => Ok(it),
        _ => Err(format!("{path}, which is no text,")),
    }
}
