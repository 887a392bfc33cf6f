//! Trees and patches of them by chance, from a seed: changes, creations, removals, renames, copies, modes, links; the tree as it was, moved,
//! changed or patched already; the patch whole or damaged.

use std::fmt::Write as _;

use super::{
    Laid,
    generate::{Chance, Form, Text, disturbed, hunks, mangled, pair},
    world::World,
};

/// A tree and a patch for it.
#[derive(Clone, Debug)]
pub struct Made {
    pub seed: u64,
    pub world: World,
    pub patch: Vec<u8>,
}

impl Made {
    /// The case as a person reads it.
    pub fn told(&self) -> String {
        format!("== seed {}\n{}--\n{}", self.seed, self.world.shown(), self.patch.escape_ascii().to_string().replace("\\n", "\n"))
    }
}

const NAMES: [&str; 6] = ["f", "etc/g.conf", "d/h", "d/e/i", "a b", "etc/j"];

/// Makes a case.
pub fn made(seed: u64) -> Made {
    let mut chance = Chance(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x1234_5678);
    let chance = &mut chance;
    let (mut world, mut patch) = (World::default(), String::new());
    let git = chance.once_in(2);
    let mut names: Vec<&str> = NAMES.to_vec();
    if !git {
        names.retain(|it| *it != "a b");
    }
    for _ in 0..1 + usize::from(chance.once_in(3)) + usize::from(chance.once_in(6)) {
        let name = names.remove(chance.below(names.len()));
        section(name, git, &mut world, &mut patch, chance);
    }
    if chance.once_in(6) {
        patch = format!("From: somebody\nSubject: a fix\n\n{patch}-- \n2.47.3\n");
    }
    let returns = chance.once_in(12);
    if returns {
        // Files with carriage returns, and a patch that has them in its lines and not in its headers.
        for laid in world.0.values_mut() {
            if let Laid::File(bytes, _) = laid {
                *bytes = String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes();
            }
        }
        let content = |line: &str| matches!(line.as_bytes().first(), Some(b' ' | b'+' | b'-')) && !line.starts_with("--- ") && !line.starts_with("+++ ");
        patch = patch.split_inclusive('\n').map(|it| if content(it) { it.replace('\n', "\r\n") } else { it.to_owned() }).collect();
    }
    if chance.once_in(4) {
        patch = mangled(&patch, chance);
    }
    Made { seed, world, patch: patch.into_bytes() }
}

fn section(name: &str, git: bool, world: &mut World, patch: &mut String, chance: &mut Chance) {
    let (old, new, mut body) = pair(chance, Form::Unified);
    if chance.once_in(3) {
        // Most patches have three lines of context.
        body = whole(&old, &new).unwrap_or(body);
    }
    // patch(1) finds no name with blanks in git's header alone.
    let git = git && !(body.is_empty() && name.contains(' '));
    let (a, b) = (format!("a/{name}"), format!("b/{name}"));
    let executable = chance.once_in(6);
    let mode = if executable { 0o755 } else { 0o644 };
    let lay = |world: &mut World, name: &str, text: &Text, mode: u32| drop(world.0.insert(name.to_owned(), Laid::File(text.bytes(), mode)));
    let (born, dies) = (old.lines.is_empty(), new.lines.is_empty());
    let mut target = name.to_owned();
    if git {
        let _ = writeln!(patch, "diff --git {a} {b}");
        match chance.below(8) {
            0 if !born && !dies => {
                target = format!("{name}.new");
                *patch = patch.replace(&format!("{b}\n"), &format!("b/{target}\n"));
                let _ = write!(patch, "similarity index 90%\nrename from {name}\nrename to {target}\n");
            }
            1 if !born && !dies => {
                target = format!("{name}.copy");
                *patch = patch.replace(&format!("{b}\n"), &format!("b/{target}\n"));
                let _ = write!(patch, "similarity index 90%\ncopy from {name}\ncopy to {target}\n");
            }
            2 if !born && !dies => {
                let _ = write!(patch, "old mode {:o}\nnew mode {:o}\n", 0o100_000 | mode, 0o100_000 | (mode ^ 0o111));
                // patch(1) finds no name with blanks in git's header alone.
                if chance.once_in(2) && !name.contains(' ') {
                    body.clear();
                }
            }
            _ if born => {
                let _ = writeln!(patch, "new file mode {:o}", 0o100_000 | mode);
            }
            _ if dies => {
                let _ = writeln!(patch, "deleted file mode {:o}", 0o100_000 | mode);
            }
            _ => {
                let _ = writeln!(patch, "index 1234567..89abcde {:o}", 0o100_000 | mode);
            }
        }
    }
    // git puts a tab behind names with blanks.
    let stamp = if git && name.contains(' ') {
        "\t"
    } else if git || chance.once_in(3) {
        ""
    } else {
        "\t2024-01-02 03:04:05.000000000 +0000"
    };
    if !body.is_empty() {
        let from = if born && (git || !chance.once_in(3)) { "/dev/null".to_owned() } else { format!("{a}{stamp}") };
        let to = if dies && (git || !chance.once_in(3)) { "/dev/null".to_owned() } else { format!("b/{target}{stamp}") };
        let _ = write!(patch, "--- {from}\n+++ {to}\n{body}");
    }
    match chance.below(9) {
        0 => {
            // Applied already.
            if !dies {
                lay(world, &target, &new, mode);
            }
            if target.ends_with(".copy") {
                lay(world, name, &old, mode);
            }
        }
        1 | 2 => lay(world, name, &disturbed(&old, chance), mode),
        3 if chance.once_in(3) => {}
        4 if chance.once_in(6) => drop(world.0.insert(name.to_owned(), Laid::Link(b"elsewhere".to_vec()))),
        5 if born && chance.once_in(2) => lay(world, name, &new, mode),
        _ if born => {}
        _ => lay(world, name, &old, mode),
    }
}

/// The hunks between two texts with three lines of context, from the first line that differs to the last one.
fn whole(old: &Text, new: &Text) -> Option<String> {
    let line = |text: &Text, at: usize| (text.lines[at].clone(), at + 1 == text.lines.len() && !text.ended);
    let (mut from, mut old_to, mut new_to) = (0, old.lines.len(), new.lines.len());
    while from < old_to && from < new_to && line(old, from) == line(new, from) {
        from += 1;
    }
    while old_to > from && new_to > from && line(old, old_to - 1) == line(new, new_to - 1) {
        (old_to, new_to) = (old_to - 1, new_to - 1);
    }
    (from < old_to || from < new_to).then(|| hunks(old, new, &[(from, old_to, from, new_to)], 3, Form::Unified))
}
