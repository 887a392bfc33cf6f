//! Asks whether a finding stands in a tree. The validators are not told which tree it is.

use crate::{
    finding::{Attribute, Finding},
    guest::{self, Limits, Module, wit},
    tree::Tree,
};

/// Whether a finding holds for a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is there.
    Stands,
    /// It is not there.
    Gone,
    /// Nobody can tell; why not.
    Unknown(String),
}

/// Answers whether a finding of several places stood in all that are known and is gone in some of them only.
pub fn is_partly_gone(validators: &[Module], limits: Limits, finding: &Finding, before: &Tree, after: &Tree) -> bool {
    if finding.locations.len() < 2 {
        return false;
    }
    let at = |number: usize| {
        let mut one = Finding { locations: vec![finding.locations[number].clone()], ..finding.clone() };
        // A validator must not answer for the places that are not asked about.
        one.attributes.push(Attribute { name: PLACE.into(), value: format!("{}/{}", number + 1, finding.locations.len()) });
        one
    };
    let stood = (0..finding.locations.len()).take(MOST_PLACES).map(at).filter(|it| standing(validators, limits, it, before).0 == Standing::Stands);
    let now: Vec<Standing> = stood.map(|it| standing(validators, limits, &it, after).0).collect();
    now.contains(&Standing::Gone) && now.contains(&Standing::Stands)
}

/// The attribute of a finding that is asked about at one of its places; reports can't bring it along.
const PLACE: &str = "invitro:place";

/// Most places of a finding that are asked about one by one.
const MOST_PLACES: usize = 64;

/// Asks the validators in their order; the first that knows the rule answers, and its name comes with the answer.
pub fn standing(validators: &[Module], limits: Limits, finding: &Finding, tree: &Tree) -> (Standing, Option<String>) {
    let asked = wit::to_finding(finding);
    let mut reasons = Vec::new();
    for validator in validators {
        match guest::check(validator, limits.small(), &asked, tree).answer {
            Ok(Ok(wit::Standing::Stands)) => return (Standing::Stands, Some(validator.name.to_string())),
            Ok(Ok(wit::Standing::Gone)) => return (Standing::Gone, Some(validator.name.to_string())),
            Ok(Ok(wit::Standing::Unknown(reason))) => reasons.push(format!("{}: {reason}", validator.name)),
            Ok(Err(error)) => reasons.push(format!("{}: {error:?}", validator.name)),
            Err(stop) => reasons.push(format!("{}: stopped: {stop}", validator.name)),
        }
    }
    (Standing::Unknown(reasons.join("; ")), None)
}
