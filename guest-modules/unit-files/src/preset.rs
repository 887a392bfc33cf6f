//! preset (systemd.preset(5)): the first line of the preset files that fits decides.

use crate::{
    Done, Files, Layout, Stop,
    install::{apply, discover, simple},
    load::{Found, Mode, find},
    unlink,
};

/// preset of some units.
pub fn preset(files: &dyn Files, layout: &Layout, units: &[String]) -> Result<Done, Stop> {
    let lines = lines(files, layout)?;
    simple(files, layout, units, true)?;
    for unit in units {
        if matches!(find(files, layout, unit)?, Found::Missing) {
            return Err(Stop::Unmodelled(format!("preset of {unit}, which is not there")));
        }
    }
    let mut done = Done::default();
    let (mut plus, mut minus) = (Vec::new(), Vec::new());
    for unit in units {
        if crate::template(unit) || crate::instance(unit).is_some() {
            return Err(Stop::Unmodelled(format!("preset of {unit}")));
        }
        if !wants(&lines, unit) {
            minus.push(unit.clone());
            continue;
        }
        let Some(found) = discover(files, layout, unit, &mut done, false)? else { return Ok(done) };
        if found.mode == Mode::Masked {
            done.fail(format!("Failed to {{}} unit, unit {} is masked.", found.path));
            return Ok(done);
        }
        plus.push(found);
    }
    if !minus.is_empty() {
        let taken = unlink::disable(files, layout, &minus)?;
        done.changes.extend(taken.changes);
        done.failed |= taken.failed;
    }
    apply(files, layout, plus, false, &mut done)?;
    done.nothing_to_install = false;
    Ok(done)
}

/// Whether the rules enable a unit: the first that fits decides, and without one it is.
pub(crate) fn wants(rules: &[(bool, String)], unit: &str) -> bool {
    rules.iter().find(|it| fits(it.1.as_bytes(), unit.as_bytes())).is_none_or(|it| it.0)
}

/// The rules in order: whether it enables, and the pattern.
pub(crate) fn lines(files: &dyn Files, layout: &Layout) -> Result<Vec<(bool, String)>, Stop> {
    let mut names: Vec<(String, String)> = Vec::new();
    for folder in &layout.presets {
        for file in files.names(folder).into_iter().filter(|it| it.ends_with(".preset")) {
            if !names.iter().any(|it| it.0 == file) {
                names.push((file.clone(), format!("{folder}/{file}")));
            }
        }
    }
    names.sort();
    let mut lines = Vec::new();
    for text in names.iter().filter_map(|it| files.text(&it.1)) {
        for line in text.lines().map(str::trim) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                ["enable", pattern] => lines.push((true, pattern.to_owned())),
                ["disable", pattern] => lines.push((false, pattern.to_owned())),
                [] => {}
                [first, ..] if first.starts_with(['#', ';']) => {}
                _ => return Err(Stop::Unmodelled(format!("the preset `{line}`"))),
            }
        }
    }
    if let Some(odd) = lines.iter().find(|it| it.1.contains(['[', '\\'])) {
        return Err(Stop::Unmodelled(format!("the pattern {} of a preset", odd.1)));
    }
    Ok(lines)
}

/// fnmatch(3) with `*` and `?`.
pub(crate) fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => (0..=name.len()).any(|at| fits(rest, &name[at..])),
        (Some((b'?', rest)), Some((_, left))) => fits(rest, left),
        (Some((one, rest)), Some((other, left))) => one == other && fits(rest, left),
        _ => false,
    }
}
