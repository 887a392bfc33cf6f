//! What a strain showed, and the list of all that were asked for.

use super::{failures::failures, kills::kills, order, surroundings::surroundings, variants::variants};
use crate::{
    guest::Doubt,
    proof::{Case, Proofs},
    sandbox::Ended,
};

/// Cases of one strain that a report names; the others are counted.
const MOST_NAMED: usize = 32;

/// Which strains are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Kills between changes, and changes that fail.
    pub faults: bool,
    /// The target a little otherwise.
    pub variants: bool,
    /// Another host name, mask and locale.
    pub surroundings: bool,
    /// The artifacts in another order.
    pub order: bool,
}

/// One case of a strain that did not go well, or could not be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrainCase {
    /// What was done to the fix.
    pub name: String,
    /// The doubt that it raises; none where it could not be tried truly.
    pub code: Option<&'static str>,
    /// What came of it.
    pub reason: String,
}

/// What one strain showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strain {
    /// Its name.
    pub name: &'static str,
    /// Whether the fix stood it; neither where it could not be tried truly.
    pub holds: Option<bool>,
    /// In words.
    pub reason: String,
    /// Cases that did not go well, and those that could not be tried: the first of them.
    pub cases: Vec<StrainCase>,
    /// How many more there are.
    pub more: usize,
}

impl Strain {
    /// Sums cases up: it is stood when all went well, and neither when one could not be tried.
    pub(super) fn of(name: &'static str, tried: usize, what: &str, mut cases: Vec<StrainCase>) -> Strain {
        let (bad, untried) = (cases.iter().filter(|it| it.code.is_some()).count(), cases.iter().filter(|it| it.code.is_none()).count());
        let holds = match (bad, untried, tried) {
            (0, 0, 0) => None,
            (0, 0, _) => Some(true),
            (0, _, _) => None,
            _ => Some(false),
        };
        let reason = match (bad, untried) {
            (0, 0) if tried == 0 => format!("there are no {what}"),
            (0, 0) => format!("{tried} {what}, and all went well"),
            (_, 0) => format!("{tried} {what}, and {bad} did not go well"),
            (0, _) => format!("{tried} {what}, and {untried} could not be tried truly"),
            _ => format!("{tried} {what}, {bad} did not go well and {untried} could not be tried truly"),
        };
        // What went wrong stands before what is not known.
        cases.sort_by_key(|it| it.code.is_none());
        let more = cases.len().saturating_sub(MOST_NAMED);
        cases.truncate(MOST_NAMED);
        Strain { name, holds, reason, cases, more }
    }
}

/// What the strains work on.
#[derive(Clone, Copy, Debug)]
pub struct Strained<'a> {
    /// The first run and what it was made of.
    pub case: &'a Case<'a>,
    /// What the proofs showed of it.
    pub proofs: &'a Proofs,
}

/// Makes every strain that is wanted. A run that did not end by itself is not strained.
pub fn strain(of: &Strained<'_>, wanted: Wanted) -> Vec<Strain> {
    if !matches!(of.case.first.ended, Ended::Completed | Ended::Unproven) || of.case.first.status != Some(0) {
        return Vec::new();
    }
    let mut strains = Vec::new();
    if wanted.faults {
        strains.push(kills(of));
        strains.push(failures(of));
    }
    if wanted.variants {
        strains.push(variants(of));
    }
    if wanted.surroundings {
        strains.push(surroundings(of));
    }
    if wanted.order {
        strains.push(order::order(of));
    }
    strains
}

/// Returns a doubt for each code that strains raised, with its first case in words.
pub fn doubts(strains: &[Strain]) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    for (strain, case) in strains.iter().flat_map(|it| it.cases.iter().map(move |case| (it, case))) {
        let Some(code) = case.code else { continue };
        if doubts.iter().all(|it| it.code != code) {
            let others = strain.cases.iter().filter(|it| it.code == Some(code)).count() - 1;
            let more = if others > 0 { format!(" (and {others} more like it)") } else { String::new() };
            doubts.push(Doubt { code: code.into(), line: None, message: format!("{}: {}{more}", case.name, case.reason) });
        }
    }
    doubts
}
