//! Pathname expansion (bash(1), Pathname Expansion).

use crate::{
    fields::Unit,
    pattern::Pattern,
    world::{Kind, World},
};

/// What changes how names are matched (shopt).
#[derive(Debug, Clone, Copy, Default)]
pub struct Ways {
    pub dotglob: bool,
    pub extglob: bool,
    pub nocase: bool,
    pub globstar: bool,
}

/// Whether a word has a letter that makes it a pattern.
pub fn is_pattern(field: &[Unit], extglob: bool) -> bool {
    // A letter behind a backslash that came out of an expansion makes none.
    let mut field = field.to_vec();
    let mut at = 0;
    while at + 1 < field.len() {
        if field[at] == ('\\', false) {
            field[at + 1].1 = true;
            at += 1;
        }
        at += 1;
    }
    let open = field.iter().position(|it| *it == ('[', false));
    let bracket = open.is_some_and(|at| field[at..].contains(&(']', false)));
    bracket
        || field
            .iter()
            .enumerate()
            .any(|(at, it)| !it.1 && (matches!(it.0, '*' | '?') || extglob && matches!(it.0, '+' | '@' | '!') && field.get(at + 1) == Some(&('(', false))))
}

/// Names that a pattern matches, sorted by code point as in the C locale; empty where nothing does.
pub fn paths(field: &[Unit], cwd: &str, ways: Ways, world: &dyn World) -> Vec<String> {
    let mut parts: Vec<Vec<Unit>> = vec![Vec::new()];
    let mut depth = 0_usize;
    for (at, unit) in field.iter().enumerate() {
        match unit {
            ('(', false) if at > 0 && ways.extglob => depth += 1,
            (')', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if unit.0 == '/' && depth == 0 {
            parts.push(Vec::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(*unit);
        }
    }
    let absolute = field.first().is_some_and(|it| it.0 == '/');
    let mut found = vec![if absolute { "/".to_owned() } else { String::new() }];
    let last = parts.len() - 1;
    for (at, part) in parts.iter().enumerate() {
        if part.is_empty() {
            if at == last && at > 0 && !(absolute && at == 1) {
                // A slash at the end asks for directories.
                found.retain(|it| world.stat(&join(cwd, it), true).is_ok_and(|it| it.kind == Kind::Directory));
                found.iter_mut().for_each(|it| it.push('/'));
            }
            continue;
        }
        found = found.into_iter().flat_map(|base| step(&base, part, at == last, cwd, ways, world)).collect();
        if found.is_empty() {
            return found;
        }
    }
    found.sort();
    found
}

/// What one component leads to from a base.
fn step(base: &str, part: &[Unit], last: bool, cwd: &str, ways: Ways, world: &dyn World) -> Vec<String> {
    let onward = |name: &str| if base.is_empty() || base.ends_with('/') { format!("{base}{name}") } else { format!("{base}/{name}") };
    if ways.globstar && part.iter().map(|it| it.0).eq("**".chars()) && part.iter().all(|it| !it.1) {
        let mut out = Vec::new();
        below(base, &mut out, last, cwd, ways, world, 0);
        return out;
    }
    if !is_pattern(part, ways.extglob) {
        let mut name = String::new();
        let mut units = part.iter().peekable();
        while let Some(unit) = units.next() {
            match unit {
                ('\\', false) if units.peek().is_some() => name.extend(units.next().map(|it| it.0)),
                (letter, _) => name.push(*letter),
            }
        }
        let path = onward(&name);
        return if world.stat(&join(cwd, &path), !last).is_ok() { vec![path] } else { Vec::new() };
    }
    let pattern = Pattern::new(part, ways.extglob, ways.nocase);
    let folder = join(cwd, base);
    let Ok(mut names) = world.list(&folder) else { return Vec::new() };
    if part.first().is_some_and(|it| it.0 == '.') {
        names.extend([".".to_owned(), "..".to_owned()]);
    }
    names
        .iter()
        .filter(|it| pattern.matches_name(it, ways.dotglob))
        .map(|it| onward(it))
        .filter(|it| last || world.stat(&join(cwd, it), true).is_ok_and(|it| it.kind == Kind::Directory))
        .collect()
}

/// `**`: the base, and all that is below it; directories only where more follows.
fn below(base: &str, out: &mut Vec<String>, last: bool, cwd: &str, ways: Ways, world: &dyn World, depth: usize) {
    if depth > 256 {
        return;
    }
    if !last {
        out.push(base.to_owned());
    }
    let Ok(mut names) = world.list(&join(cwd, base)) else { return };
    names.sort();
    for name in names.into_iter().filter(|it| ways.dotglob || !it.starts_with('.')) {
        let path = if base.is_empty() || base.ends_with('/') { format!("{base}{name}") } else { format!("{base}/{name}") };
        let kind = world.stat(&join(cwd, &path), false).map(|it| it.kind);
        if last {
            out.push(path.clone());
        }
        if kind == Ok(Kind::Directory) {
            below(&path, out, last, cwd, ways, world, depth + 1);
        }
    }
}

/// A path as the kernel takes it: from the working directory where it does not begin with a slash.
pub fn join(cwd: &str, path: &str) -> String {
    if path.starts_with('/') {
        path.to_owned()
    } else if path.is_empty() {
        cwd.to_owned()
    } else {
        format!("{}/{path}", cwd.trim_end_matches('/'))
    }
}
