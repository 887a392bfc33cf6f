//! The table on the terminal: one block a corpus, then what is missed and why.

use std::fmt::Write as _;

use invitro::gate::Verdict;

use crate::{
    compare::Row,
    figures::{self, Figures, Share},
    options::Options,
};

/// Prints the figures, the misses and what is met but not modelled; the last line is `exact N/M`.
pub(crate) fn print(options: &Options, rows: &[Row]) {
    for row in rows.iter().filter(|it| figures::is_miss(it)) {
        let mark = if row.is_false_proven() { " FALSE PROVEN" } else { "" };
        println!("{} {}: {} ({}){mark}", row.corpus, row.name, row.verdict.word(), row.cause);
        for line in row.differences.iter().take(if options.only.is_some() { 100 } else { 4 }) {
            println!("    {line}");
        }
    }
    for row in rows.iter().filter(|it| !figures::is_miss(it)) {
        if row.is_falsely_accused() {
            println!("{} {}: {}: said to grow, and does not", row.corpus, row.name, row.verdict.word());
        } else if row.is_owed() && !row.is_let_through() {
            println!("{} {}: {}: good, and withheld ({})", row.corpus, row.name, row.verdict.word(), row.cause);
        }
    }
    println!("{}", text(rows));
    let good = rows.iter().filter(|it| !it.bad);
    let exact = Share { part: good.clone().filter(|it| it.exact).count(), whole: good.count() };
    println!("exact {exact}");
}

/// The figures as text.
pub(crate) fn text(rows: &[Row]) -> String {
    let mut out = String::new();
    for of in figures::corpora(rows) {
        block(&mut out, &of, rows);
    }
    for (title, counts) in [("not let through though owed", figures::withheld(rows)), ("met but not modelled", figures::unmodelled(rows))] {
        let _ = writeln!(out, "\n{title}:");
        for (what, count) in counts.into_iter().take(40) {
            let _ = writeln!(out, "  {count:>5} {what}");
        }
    }
    out
}

fn block(out: &mut String, of: &Figures, rows: &[Row]) {
    let _ = writeln!(out, "\n{}: {} scripts, {} of them known bad", of.corpus, of.scripts, of.bad);
    for (name, share) in of.shares.iter().chain([&("yield", of.yielded)]) {
        let _ = writeln!(out, "  {name:<10} {share}");
    }
    let _ = writeln!(out, "  second run: {} growing fixes missed, {} false alarms, of {}", of.missed, of.alarms, of.told);
    for verdict in [Verdict::Proven, Verdict::NeedsApproval, Verdict::Refused, Verdict::Unproven] {
        let _ = write!(out, "  {} {}", verdict.word(), rows.iter().filter(|it| it.corpus == of.corpus && it.verdict == verdict).count());
    }
    let _ = writeln!(out, "\n  false proven {}\n  needs approval though not exact {}", of.false_proven, of.doubtful);
    let _ = writeln!(
        out,
        "  median ms: one dry run {:.1}, with five proofs {:.1}, whole trial {:.1}, real bash in its sandbox {:.0}\n  all trials together {:.0} s",
        of.once, of.proved, of.took, of.real, of.sum
    );
}
