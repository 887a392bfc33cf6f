//! The page `FIDELITY.md`: figures, every miss with its cause and verdict, the next work to do, and the last runs.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use crate::{
    compare::Row,
    figures::{self, Figures},
};

/// Rows of history that are kept.
const HISTORY: usize = 20;
/// Where the rows of history begin.
const HISTORY_HEAD: &str = "| when | of | scripts | exact | content | exit | commands | yield | false proven | dry run | five proofs |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";

/// Writes the page; the history of the one that is there goes on.
pub(crate) fn write(path: &Path, rows: &[Row]) -> Result<(), String> {
    let before = fs::read_to_string(path).unwrap_or_default();
    fs::write(path, page(rows, &before)).map_err(|error| format!("{}: {error}", path.display()))
}

fn page(rows: &[Row], before: &str) -> String {
    let corpora = figures::corpora(rows);
    let mut out = "# Fidelity\n\nMade by `make fidelity`: every script ran with real bash 5.2 and GNU tools in a Debian 12 root, twice, and in invitro on the same tree.\n\
        `exact`: each path right in type, mode, owner, target and content, and the exit status right. `content`: each path right in type, target and content.\n\
        `commands`: the same outside commands with the same words. `yield`: of the fixes that are exact, idempotent, change something and exit 0, how many are\n\
        proven or need approval. Known-bad scripts are in no share. `streams`: the shell fixes of Debian's packages `ssg-debian`, `ssg-debderived` and\n\
        `ssg-nondebian`, with the default values of each stream. `cases`: `tests/cases`. Times are of a release build, on two cores.\n"
        .to_owned();
    summary(&mut out, &corpora);
    misses(&mut out, rows);
    for (title, counts) in [("Good fixes that are withheld, by cause", figures::withheld(rows)), ("Met but not modelled", figures::unmodelled(rows))] {
        let _ = writeln!(out, "\n## {title}\n\n| times | what |\n|--:|---|");
        for (what, count) in counts.into_iter().take(60) {
            let _ = writeln!(out, "| {count} | {} |", cell(&what));
        }
    }
    out.push_str(&crate::sweep::section::kept(before));
    out.push_str(&crate::patches::section::kept(before));
    let _ = write!(out, "\n## History\n\n{HISTORY_HEAD}");
    for row in history(&corpora, before) {
        let _ = writeln!(out, "{row}");
    }
    out
}

fn summary(out: &mut String, corpora: &[Figures]) {
    let _ = write!(out, "\n| |");
    for of in corpora {
        let _ = write!(out, " {} |", of.corpus);
    }
    let _ = writeln!(out, "\n|---|{}", "--:|".repeat(corpora.len()));
    let mut line = |name: &str, of: &dyn Fn(&Figures) -> String| {
        let cells: Vec<String> = corpora.iter().map(of).collect();
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    };
    line("scripts", &|it| it.scripts.to_string());
    line("known bad", &|it| it.bad.to_string());
    for index in 0..corpora.first().map_or(0, |it| it.shares.len()) {
        line(corpora[0].shares[index].0, &|it| it.shares[index].1.to_string());
    }
    line("yield", &|it| it.yielded.to_string());
    line("**false proven**", &|it| it.false_proven.to_string());
    line("needs approval though not exact", &|it| it.doubtful.to_string());
    line("fixes that grow, missed", &|it| format!("{} of {}", it.missed, it.told));
    line("fixes that don't, accused", &|it| format!("{} of {}", it.alarms, it.told));
    line("median of one dry run", &|it| format!("{:.1} ms", it.once));
    line("median of a dry run with five proofs", &|it| format!("{:.1} ms", it.proved));
    line("median of a whole trial: replays, validators", &|it| format!("{:.1} ms", it.took));
    line("median of real bash in its isolation", &|it| format!("{:.1} ms", it.real));
    line("all trials, seconds of one core", &|it| format!("{:.0}", it.sum));
}

fn misses(out: &mut String, rows: &[Row]) {
    let missed: Vec<&Row> = rows.iter().filter(|it| figures::is_miss(it)).collect();
    let _ = writeln!(out, "\n## Misses\n\n{} scripts whose tree, status or outside commands are other than in truth.\n", missed.len());
    let _ = writeln!(out, "| script | verdict | cause | what differs |\n|---|---|---|---|");
    for row in missed {
        let more = row.differences.len().saturating_sub(1);
        let first: String = row.differences.first().map_or("", String::as_str).chars().take(140).collect();
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        let _ = writeln!(out, "| {}:{} | {} | {} | {}{more} |", row.corpus, cell(&row.name), row.verdict.word(), cell(&row.cause), cell(&first));
    }
}

/// What can't break a table.
fn cell(of: &str) -> String {
    of.chars().map(|it| if it.is_control() { ' ' } else { it }).collect::<String>().replace('|', "\\|").replace('<', "&lt;")
}

/// The rows of the runs before, and one for each corpus of this one.
fn history(corpora: &[Figures], before: &str) -> Vec<String> {
    let (when, of) = (said("date", &["-u", "+%Y-%m-%d"]), said("git", &["describe", "--always", "--dirty", "--abbrev=8"]));
    let kept = before.split_once(HISTORY_HEAD).map_or("", |it| it.1);
    let mut rows: Vec<String> = kept.lines().filter(|it| it.starts_with("| ")).map(str::to_owned).collect();
    for it in corpora {
        let share = |name: &str| {
            it.shares.iter().find(|(is, _)| *is == name).map_or("-".to_owned(), |(_, share)| format!("{:.2} %", (share.percent() * 100.0).floor() / 100.0))
        };
        rows.push(format!(
            "| {when} | {of} | {} {} | {} | {} | {} | {} | {:.1} % | {} | {:.1} ms | {:.1} ms |",
            it.scripts,
            it.corpus,
            share("exact"),
            share("content"),
            share("exit"),
            share("commands"),
            it.yielded.percent(),
            it.false_proven,
            it.once,
            it.proved
        ));
    }
    rows.split_off(rows.len().saturating_sub(HISTORY))
}

pub(crate) fn said(program: &str, words: &[&str]) -> String {
    let said = Command::new(program).args(words).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    said.ok().filter(|it| it.status.success()).map_or("unknown".to_owned(), |it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
}
