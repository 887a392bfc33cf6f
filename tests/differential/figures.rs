//! What is counted over the rows of a run.

use std::{collections::BTreeMap, time::Duration};

use crate::compare::Row;

/// A part of a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    pub(crate) part: usize,
    pub(crate) whole: usize,
}

impl Share {
    fn of<'a>(rows: impl Iterator<Item = &'a &'a Row>, holds: fn(&Row) -> bool) -> Self {
        rows.fold(Self { part: 0, whole: 0 }, |sum, it| Self { part: sum.part + usize::from(holds(it)), whole: sum.whole + 1 })
    }

    /// In a hundred; nothing of nothing is all of it.
    pub(crate) fn percent(self) -> f64 {
        if self.whole == 0 { 100.0 } else { 100.0 * self.part as f64 / self.whole as f64 }
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Rounded down: what is missed never rounds away.
        write!(f, "{}/{} ({:.2} %)", self.part, self.whole, (self.percent() * 100.0).floor() / 100.0)
    }
}

/// The figures of one corpus.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    pub(crate) corpus: &'static str,
    pub(crate) scripts: usize,
    pub(crate) bad: usize,
    /// By name, over the scripts that are not known to be bad.
    pub(crate) shares: Vec<(&'static str, Share)>,
    /// Of exact, idempotent and successful fixes: how many are let through.
    pub(crate) yielded: Share,
    /// Fixes that grow at a second run, and were said not to.
    pub(crate) missed: usize,
    /// Fixes that don't, and were said to.
    pub(crate) alarms: usize,
    /// Of so many was something said.
    pub(crate) told: usize,
    pub(crate) false_proven: usize,
    /// Let through to a person though not exact.
    pub(crate) doubtful: usize,
    /// Medians in milliseconds.
    pub(crate) once: f64,
    pub(crate) proved: f64,
    pub(crate) took: f64,
    pub(crate) real: f64,
    /// All trials, in seconds of one core.
    pub(crate) sum: f64,
}

/// One figure of a corpus.
type Measure = (&'static str, fn(&Row) -> bool);

/// What is counted.
const MEASURES: [Measure; 5] =
    [("exact", |it| it.exact), ("content", |it| it.content), ("exit", |it| it.status), ("stdout", |it| it.stdout), ("commands", |it| it.commands)];

/// Counts, corpus by corpus.
pub(crate) fn corpora(rows: &[Row]) -> Vec<Figures> {
    let mut all: BTreeMap<&'static str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        all.entry(row.corpus).or_default().push(row);
    }
    all.into_iter().map(|(corpus, rows)| figures(corpus, &rows)).collect()
}

fn figures(corpus: &'static str, rows: &[&Row]) -> Figures {
    let good = || rows.iter().filter(|it| !it.bad);
    let told: Vec<_> = good().filter(|it| it.exact && it.idempotent.1.is_some()).collect();
    let count = |holds: fn(&Row) -> bool| rows.iter().filter(|it| holds(it)).count();
    Figures {
        corpus,
        scripts: rows.len(),
        bad: count(|it| it.bad),
        shares: MEASURES.iter().map(|(name, holds)| (*name, Share::of(good(), *holds))).collect(),
        yielded: Share::of(rows.iter().filter(|it| it.is_owed()), Row::is_let_through),
        missed: told.iter().filter(|it| !it.idempotent.0 && it.idempotent.1 == Some(true)).count(),
        alarms: count(Row::is_falsely_accused),
        told: told.len(),
        false_proven: count(Row::is_false_proven),
        doubtful: count(Row::is_doubtful),
        once: median(rows.iter().map(|it| it.once)),
        proved: median(rows.iter().map(|it| it.proved)),
        took: median(rows.iter().map(|it| it.took)),
        real: median(rows.iter().map(|it| it.real_took)),
        sum: rows.iter().map(|it| it.took.as_secs_f64()).sum(),
    }
}

fn median(of: impl Iterator<Item = Duration>) -> f64 {
    let mut all: Vec<Duration> = of.collect();
    all.sort();
    all.get(all.len() / 2).map_or(0.0, |it| it.as_secs_f64() * 1e3)
}

/// Counts equal texts, the most frequent first.
pub(crate) fn counted(all: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for it in all {
        *counts.entry(it).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

/// Why good fixes are withheld.
pub(crate) fn withheld(rows: &[Row]) -> Vec<(String, usize)> {
    counted(rows.iter().filter(|it| it.is_owed() && !it.is_let_through()).map(|it| it.cause.clone()))
}

/// Commands with their options that nobody models: the next work to do.
pub(crate) fn unmodelled(rows: &[Row]) -> Vec<(String, usize)> {
    counted(rows.iter().flat_map(|it| &it.unmodelled).map(|it| it.chars().take(100).collect()))
}

/// Answers whether something of a row is other than in truth.
pub(crate) fn is_miss(row: &Row) -> bool {
    row.is_false_proven() || !(row.bad || row.exact && row.commands)
}
