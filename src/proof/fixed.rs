//! Fixed: the finding stands before and is gone after, by validators that are not told which tree they look at.

use super::{claim::Proof, prove::Case};
use crate::{
    diff::{self, Change},
    guest::Treatment,
    tree::Tree,
    validate::{Standing, standing},
};

/// Most mutants that are looked at.
const MOST_MUTANTS: usize = 64;

/// The reason of a proof that has nothing to show: the target is compliant already.
pub const GONE_BEFORE: &str = "the finding does not stand before the fix";

pub(super) fn fixed(of: &Case<'_>) -> Proof {
    let Some(finding) = of.finding else { return Proof::not_applicable("no finding given") };
    let validators = &of.setting.modules.validators;
    let ask = |tree: &Tree| standing(validators, of.setting.limits, finding, tree);
    let (before, after) = (ask(of.before), ask(&of.first.after));
    match (before.0, after.0) {
        (Standing::Unknown(reason), _) => return Proof::not_applicable(format!("no validator knows whether it stands before: {reason}")),
        (_, Standing::Unknown(reason)) => return Proof::of(false, format!("no validator can tell whether it is gone after: {reason}")),
        (Standing::Gone, _) => return Proof::not_applicable(GONE_BEFORE),
        (Standing::Stands, Standing::Stands) => return Proof::of(false, "the finding still stands after the fix"),
        (Standing::Stands, Standing::Gone) => {}
    }
    let judge = after.1.unwrap_or_default();
    if vanished(of.changes) {
        return Proof::of(false, "the file that the finding is about is gone: nothing is left that could be judged");
    }
    let recorded = of.first.ledger.effects.iter().find(|it| it.treatment == Treatment::Recorded && it.kind.starts_with("package-"));
    if let Some(effect) = recorded {
        return Proof::not_applicable(format!("it rests on an effect that was only recorded: {}", effect.what()));
    }
    let mut seen = 0;
    let mut stood = 0;
    for mutant in mutants(of) {
        seen += 1;
        stood += usize::from(ask(&mutant).0 == Standing::Stands);
    }
    if seen > 0 && stood == 0 {
        return Proof::of(false, format!("{judge} says gone even with each change taken back: it does not look at what was changed"));
    }
    Proof::of(true, format!("{judge}: it stands before, is gone after, and stands again in {stood} of {seen} mutants"))
}

/// Answers whether a file that was changed is no longer there, with nothing of its kind in its place.
fn vanished(changes: &[Change]) -> bool {
    !changes.is_empty() && changes.iter().all(|it| it.after.is_none())
}

/// The tree after with each change taken back, one at a time; hunk by hunk in texts.
fn mutants(of: &Case<'_>) -> impl Iterator<Item = Tree> {
    let (before, after) = (of.before.clone(), of.first.after.clone());
    of.changes.iter().flat_map(move |change| diff::mutants(&before, &after, change)).take(MOST_MUTANTS)
}
