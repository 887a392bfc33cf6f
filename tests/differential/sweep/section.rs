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

/// Programs whose calls are made, by their packages.
const PACKAGES: [&str; 7] = ["bash", "coreutils", "findutils", "grep", "mawk", "sed", "util-linux"];
/// Rows of earlier sweeps that are kept.
const HISTORY: usize = 12;
/// Where the rows of sweeps begin.
const HISTORY_HEAD: &str = "| when | of | seed | calls | exact | unmodelled | missed | endless |\n|---|---|--:|--:|--:|--:|--:|--:|\n";

/// Puts the section of this run into the page, before its history.
pub(crate) fn write(path: &Path, root: &Path, seed: u64, tally: &Tally, when: &str, of: &str) -> Result<(), String> {
    let page = fs::read_to_string(path).unwrap_or_default();
    let before = kept(&page);
    let without = page.replace(&before, "");
    let at = without.find("\n## History").unwrap_or(without.len());
    let text = text(seed, tally, when, of, &versions(root), &before);
    let page = format!("{}{text}{}", &without[..at], &without[at..]);
    fs::write(path, page).map_err(|error| format!("{}: {error}", path.display()))
}

/// The releases of the tools, out of the root's own database of packages.
fn versions(root: &Path) -> String {
    let status = fs::read_to_string(root.join("var/lib/dpkg/status")).unwrap_or_default();
    let version = |package: &str| {
        let head = format!("Package: {package}");
        let paragraph = status.split("\n\n").find(|it| it.lines().next() == Some(head.as_str()))?;
        paragraph.lines().find_map(|it| it.strip_prefix("Version: "))
    };
    PACKAGES.iter().map(|it| format!("{it} {}", version(it).unwrap_or("unknown"))).collect::<Vec<_>>().join(", ")
}

fn text(seed: u64, tally: &Tally, when: &str, of: &str, versions: &str, before: &str) -> String {
    let mut out = format!(
        "\n{HEAD}\nCalls by chance, each in a small tree by chance, made by the real tool and in invitro: every path, mode, owner and name of a\n\
         file afterwards, standard output, standard error and exit status. `missed`: they differ, and invitro said nothing. Seed {seed}, {when}, {of};\n\
         {versions}.\n\n\
         | tool | calls | exact | unmodelled | missed | endless |\n|---|--:|--:|--:|--:|--:|\n"
    );
    for row in tally.rows() {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    let _ = write!(out, "\n{HISTORY_HEAD}");
    let rows = before.split_once(HISTORY_HEAD).map_or("", |it| it.1);
    let mut rows: Vec<String> = rows.lines().filter(|it| it.starts_with("| ")).map(str::to_owned).collect();
    let sum = tally.rows().pop().unwrap_or_default();
    rows.push(format!("| {when} | {of} | {seed} | {} |", sum[1..].join(" | ")));
    for row in rows.split_off(rows.len().saturating_sub(HISTORY)) {
        let _ = writeln!(out, "{row}");
    }
    out
}
