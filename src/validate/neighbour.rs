//! Whether a fix brings back what was not there: other findings of the same reports that did not stand before and stand after.

use std::{collections::BTreeSet, sync::OnceLock};

use super::{
    judge::{Standing, standing},
    note::{Level, Note},
};
use crate::{
    digest::Digest,
    finding::Finding,
    guest::{Limits, Module},
    tree::Tree,
};

/// Most findings that did not stand before which are asked about again after a fix.
const MOST: usize = 64;

/// The findings of some reports, each once, and what is known of them before any fix. Whether one stood is asked when it is first
/// wanted, as most runs end without.
#[derive(Debug, Default)]
pub struct Neighbours<'a>(Vec<Neighbour<'a>>);

#[derive(Debug)]
struct Neighbour<'a> {
    finding: &'a Finding,
    what: Digest,
    was_gone: OnceLock<bool>,
}

/// What a finding is about: scanners tell the same thing several times.
fn what(finding: &Finding) -> Digest {
    let Finding { rule, locations, package, parameters, aliases, .. } = finding;
    Digest::of(format!("{rule:?} {locations:?} {package:?} {parameters:?} {aliases:?}").as_bytes())
}

impl<'a> Neighbours<'a> {
    /// Takes the findings of some reports.
    pub fn of(findings: &'a [Finding]) -> Neighbours<'a> {
        let mut seen = BTreeSet::new();
        let each = findings.iter().map(|finding| Neighbour { finding, what: what(finding), was_gone: OnceLock::new() });
        Neighbours(each.filter(|it| seen.insert(it.what)).collect())
    }

    /// Returns an error for each finding that a fix brings back. `before` must be the same tree at each call.
    pub fn brought_back(&self, validators: &[Module], limits: Limits, fixed: Option<&Finding>, before: &Tree, after: &Tree) -> Vec<Note> {
        let own = fixed.map(what);
        let gone = |it: &&Neighbour<'_>| *it.was_gone.get_or_init(|| standing(validators, limits, it.finding, before).0 == Standing::Gone);
        let others: Vec<&Neighbour<'_>> = self.0.iter().filter(|it| Some(it.what) != own).filter(gone).collect();
        let back = others.iter().take(MOST).filter_map(|it| match standing(validators, limits, it.finding, after) {
            (Standing::Stands, Some(validator)) => Some((it.finding, validator)),
            _ => None,
        });
        let unasked = (others.len() > MOST).then(|| Note {
            code: "findings-not-asked".into(),
            level: Level::Info,
            path: None,
            line: None,
            message: format!("{} findings did not stand before; the first {MOST} were asked about again", others.len()),
            validator: "host".into(),
        });
        let back = back.map(|(finding, validator)| Note {
            code: "finding-returns".into(),
            level: Level::Error,
            path: finding.locations.first().map(|it| it.path.clone()),
            line: None,
            message: format!("the finding {} did not stand before the fix and stands after it", finding.rule),
            validator,
        });
        back.chain(unasked).collect()
    }
}
