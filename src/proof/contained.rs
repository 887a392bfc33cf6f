//! Contained: every changed path and every effect was declared, and the policy allows it.

use super::{claim::Proof, prove::Case, repeat::shown};
use crate::{diff::Change, remediation::Scope};

pub(super) fn contained(of: &Case<'_>) -> Proof {
    let Some(declared) = &of.remediation.write_set else {
        return Proof::not_applicable("no --allow given");
    };
    let outside = |scope: &Scope| -> Vec<Change> { of.changes.iter().filter(|it| !scope.covers(&it.path)).cloned().collect() };
    let undeclared = outside(declared);
    if !undeclared.is_empty() {
        return Proof::of(false, format!("it changes what was not declared: {}", shown(&undeclared)));
    }
    let forbidden = of.scope.map(outside).unwrap_or_default();
    if !forbidden.is_empty() {
        return Proof::of(false, format!("it changes what the policy does not allow for this rule: {}", shown(&forbidden)));
    }
    let Some(expected) = &of.remediation.expected_effects else {
        return Proof::of(true, "every changed path was declared");
    };
    let stray = of.first.ledger.effects.iter().find(|effect| !expected.iter().any(|it| it.kind == effect.kind && it.name == effect.name));
    match stray {
        Some(effect) => Proof::of(false, format!("it has an effect that was not declared: {} of {}", effect.kind, effect.name)),
        None => Proof::of(true, "every changed path and every effect was declared"),
    }
}
