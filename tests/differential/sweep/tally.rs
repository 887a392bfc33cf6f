//! What came of the calls of each tool.

use std::{collections::BTreeMap, fmt::Write as _};

/// Counts of one tool.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) calls: usize,
    pub(crate) exact: usize,
    /// Invitro said that it can't tell.
    pub(crate) told: usize,
    /// Both differ, and invitro said nothing.
    pub(crate) missed: usize,
    /// The real tool did not end.
    pub(crate) endless: usize,
}

/// All of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) tools: BTreeMap<&'static str, Counts>,
    /// Why invitro could not tell, with a number each.
    pub(crate) reasons: BTreeMap<String, usize>,
}

impl Tally {
    /// Sums over all tools.
    pub(crate) fn sum(&self) -> Counts {
        self.tools.values().fold(Counts::default(), |sum, it| Counts {
            calls: sum.calls + it.calls,
            exact: sum.exact + it.exact,
            told: sum.told + it.told,
            missed: sum.missed + it.missed,
            endless: sum.endless + it.endless,
        })
    }

    /// Notes why a call could not be told; numbers and quoted words of a reason are nobody's business.
    pub(crate) fn reason(&mut self, tool: &str, reason: &str) {
        let text: String = reason.chars().map(|it| if it.is_control() { ' ' } else { it }).take(90).collect();
        *self.reasons.entry(format!("{tool}: {text}")).or_default() += 1;
    }

    /// The reasons by frequency.
    pub(crate) fn frequent(&self, most: usize) -> Vec<(&str, usize)> {
        let mut all: Vec<(&str, usize)> = self.reasons.iter().map(|it| (it.0.as_str(), *it.1)).collect();
        all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        all.truncate(most);
        all
    }

    /// A line for each tool.
    pub(crate) fn rows(&self) -> Vec<[String; 6]> {
        let row = |name: &str, it: &Counts| {
            let percent = 100.0 * it.told as f64 / it.calls.max(1) as f64;
            [
                name.to_owned(),
                it.calls.to_string(),
                it.exact.to_string(),
                format!("{} ({percent:.1} %)", it.told),
                it.missed.to_string(),
                it.endless.to_string(),
            ]
        };
        let mut rows: Vec<_> = self.tools.iter().map(|it| row(it.0, it.1)).collect();
        rows.push(row("all", &self.sum()));
        rows
    }

    /// The table for a terminal.
    pub(crate) fn text(&self) -> String {
        let mut out = format!("{:<10} {:>7} {:>7} {:>15} {:>7} {:>8}\n", "tool", "calls", "exact", "unmodelled", "missed", "endless");
        for [name, calls, exact, told, missed, endless] in self.rows() {
            let _ = writeln!(out, "{name:<10} {calls:>7} {exact:>7} {told:>15} {missed:>7} {endless:>8}");
        }
        out
    }
}
