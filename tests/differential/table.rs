//! The table: one row a corpus, then what is missed and why.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use invitro::gate::Verdict;

use crate::{compare::Row, options::Options};

/// Prints the figures, the misses and what is met but not modelled.
pub(crate) fn print(options: &Options, rows: &[Row]) {
    for row in rows.iter().filter(|it| !it.exact || !it.commands || it.is_false_proven()) {
        let mark = if row.is_false_proven() { " FALSE PROVEN" } else { "" };
        println!("{} {}: {} ({}){mark}", row.corpus, row.name, row.verdict.word(), row.cause);
        for line in row.differences.iter().take(if options.only.is_some() { 100 } else { 4 }) {
            println!("    {line}");
        }
    }
    println!("{}", text(rows));
    let exact = rows.iter().filter(|it| it.exact && !it.bad).count();
    let all = rows.iter().filter(|it| !it.bad).count();
    println!("exact {exact}/{all} ({:.1}%)", percent(exact, all));
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

fn median(of: impl Iterator<Item = Duration>) -> f64 {
    let mut all: Vec<Duration> = of.collect();
    all.sort();
    all.get(all.len() / 2).map_or(0.0, |it| it.as_secs_f64() * 1e3)
}

/// One figure of a corpus.
type Measure = (&'static str, fn(&Row) -> bool);

/// What is counted over good scripts.
const MEASURES: [Measure; 5] =
    [("exact", |it| it.exact), ("content", |it| it.content), ("exit", |it| it.status), ("stdout", |it| it.stdout), ("commands", |it| it.commands)];

fn corpora(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut all: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        all.entry(row.corpus).or_default().push(row);
    }
    all
}

fn text(rows: &[Row]) -> String {
    let mut out = String::new();
    for (corpus, rows) in corpora(rows) {
        let good: Vec<&&Row> = rows.iter().filter(|it| !it.bad).collect();
        let _ = writeln!(out, "\n{corpus}: {} scripts, {} of them known bad", rows.len(), rows.len() - good.len());
        for (name, holds) in MEASURES {
            let count = good.iter().filter(|it| holds(it)).count();
            let _ = writeln!(out, "  {name:<10} {count}/{} ({:.2} %)", good.len(), percent(count, good.len()));
        }
        let owed: Vec<_> = rows.iter().filter(|it| it.is_owed()).collect();
        let given = owed.iter().filter(|it| it.is_let_through()).count();
        let _ = writeln!(out, "  yield      {given}/{} ({:.1} %)", owed.len(), percent(given, owed.len()));
        let told: Vec<_> = good.iter().filter(|it| it.exact && it.idempotent.1.is_some()).collect();
        let missed = told.iter().filter(|it| !it.idempotent.0 && it.idempotent.1 == Some(true)).count();
        let alarms = told.iter().filter(|it| it.idempotent.0 && it.idempotent.1 == Some(false)).count();
        let _ = writeln!(out, "  second run: {missed} growing fixes missed, {alarms} false alarms, of {}", told.len());
        for verdict in [Verdict::Proven, Verdict::NeedsApproval, Verdict::Refused, Verdict::Unproven] {
            let _ = write!(out, "  {} {}", verdict.word(), rows.iter().filter(|it| it.verdict == verdict).count());
        }
        let _ = writeln!(out, "\n  false proven {}", rows.iter().filter(|it| it.is_false_proven()).count());
        let doubtful = rows.iter().filter(|it| it.is_doubtful()).count();
        let _ = writeln!(out, "  needs approval though not exact {doubtful}");
        let _ = writeln!(
            out,
            "  median ms: one dry run {:.1}, five proofs {:.1}, real bash in its sandbox {:.0}",
            median(rows.iter().map(|it| it.once)),
            median(rows.iter().map(|it| it.took)),
            median(rows.iter().map(|it| it.real_took))
        );
        let _ = writeln!(out, "  all trials together {:.0} s", rows.iter().map(|it| it.took.as_secs_f64()).sum::<f64>());
    }
    for (title, counts) in [("not let through though owed", withheld(rows)), ("met but not modelled", unmodelled(rows))] {
        let _ = writeln!(out, "\n{title}:");
        for (what, count) in counts.into_iter().take(40) {
            let _ = writeln!(out, "  {count:>5} {what}");
        }
    }
    out
}

fn counted(all: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for it in all {
        *counts.entry(it).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

fn withheld(rows: &[Row]) -> Vec<(String, usize)> {
    counted(rows.iter().filter(|it| it.is_owed() && !it.is_let_through()).map(|it| it.cause.clone()))
}

/// Commands with their options, without the operands: the next work to do.
fn unmodelled(rows: &[Row]) -> Vec<(String, usize)> {
    counted(rows.iter().flat_map(|it| &it.unmodelled).map(|it| it.chars().take(100).collect()))
}

/// Writes the table as Markdown.
pub(crate) fn markdown(rows: &[Row]) -> String {
    format!("```text\n{}\n```\n", text(rows))
}
