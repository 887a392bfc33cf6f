//! The section of `FIDELITY.md` about sweeps: one that was not run anew stays as it was.

use std::{fmt::Write as _, fs, path::Path};

use super::tally::Tally;

const HEAD: &str = "## Sweeps\n";

/// The section of a page, or nothing.
pub(crate) fn kept(page: &str) -> String {
    let Some(start) = page.find(HEAD) else { return String::new() };
    let rest = &page[start + HEAD.len()..];
    let end = rest.find("\n## ").unwrap_or(rest.len());
    format!("\n{HEAD}{}\n", rest[..end].trim_end_matches('\n'))
}

/// Puts the section of this run into the page, before its history.
pub(crate) fn write(path: &Path, seed: u64, tally: &Tally, when: &str, of: &str) -> Result<(), String> {
    let page = fs::read_to_string(path).unwrap_or_default();
    let without = page.replace(&kept(&page), "");
    let at = without.find("\n## History").unwrap_or(without.len());
    let page = format!("{}{}{}", &without[..at], text(seed, tally, when, of), &without[at..]);
    fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))
}

fn text(seed: u64, tally: &Tally, when: &str, of: &str) -> String {
    let mut out = format!(
        "\n{HEAD}\nCalls by chance, each in a small tree by chance, made by the real tool and in invitro: every path, mode, owner and name of a\n\
         file afterwards, standard output, standard error and exit status. `missed`: they differ, and invitro said nothing. Seed {seed}, {when}, {of}.\n\n\
         | tool | calls | exact | unmodelled | missed | endless |\n|---|--:|--:|--:|--:|--:|\n"
    );
    for row in tally.rows() {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out
}
