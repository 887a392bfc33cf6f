//! The section of `FIDELITY.md` about patches: one that was not run anew stays as it was.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use super::Classes;

const HEAD: &str = "## Patches\n";

/// The section of a page, or nothing.
pub(crate) fn kept(page: &str) -> String {
    let Some(start) = page.find(HEAD) else { return String::new() };
    let rest = &page[start + HEAD.len()..];
    let end = rest.find("\n## ").unwrap_or(rest.len());
    format!("\n{HEAD}{}\n", rest[..end].trim_end_matches('\n'))
}

/// Puts the section of this run into the page, before its history.
pub(crate) fn write(path: &Path, seed: u64, all: &[(&str, Classes)], when: &str, of: &str) -> Result<(), String> {
    let page = fs::read_to_string(path).unwrap_or_default();
    let without = page.replace(&kept(&page), "");
    let at = without.find("\n## History").unwrap_or(without.len());
    let page = format!("{}{}{}", &without[..at], text(seed, all, when, of), &without[at..]);
    fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))
}

fn text(seed: u64, all: &[(&str, Classes)], when: &str, of: &str) -> String {
    let mut out = format!(
        "\n{HEAD}\nPatches by chance, plain and git's, whole and damaged, each for a small tree that is as it was, changed, or patched already: given to the\n\
         real tool and to invitro (`git apply` against `--strict`). `taken here alone` and `another tree` must be none. Seed {seed}, {when}, {of}.\n\n| outcome |"
    );
    for it in all {
        let _ = write!(out, " {} |", it.0);
    }
    let _ = writeln!(out, "\n|---|{}", "--:|".repeat(all.len()));
    let classes: BTreeSet<&str> = all.iter().flat_map(|it| it.1.keys().map(String::as_str)).chain(["taken here alone", "another tree"]).collect();
    for class in classes {
        let _ = write!(out, "| {class} |");
        for it in all {
            let _ = write!(out, " {} |", it.1.get(class).copied().unwrap_or(0));
        }
        out.push('\n');
    }
    let _ = write!(out, "| **patches** |");
    for it in all {
        let _ = write!(out, " {} |", it.1.values().sum::<u64>());
    }
    out.push('\n');
    out
}
