//! What holds for a connection, as `sshd -T -C` prints it.

use std::collections::BTreeMap;

use super::{
    algorithm,
    keyword::Kind,
    matching::Connection,
    read::{Scope, Setting},
};

/// Returns the values in effect of all keywords that the configuration sets, in the words of `sshd -T`. `default` says what a
/// keyword has by itself: lists of algorithms are built on it.
pub fn effective(settings: &[Setting], by: &Connection, default: &dyn Fn(&str) -> String) -> BTreeMap<String, Vec<String>> {
    // The file is read twice: for what is outside, `Match all` being as good as outside, then for the blocks that are met.
    let outside = pass(settings.iter().filter(|it| it.scope != Scope::Some), default);
    let blocks = settings.iter().filter(|it| it.scope != Scope::Global && it.keyword.in_match && it.conditions.iter().all(|it| it.is_met_by(by)));
    let mut all = outside;
    all.extend(pass(blocks, default));
    all
}

fn pass<'a>(settings: impl Iterator<Item = &'a Setting>, default: &dyn Fn(&str) -> String) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for it in settings {
        let values = match it.keyword.kind {
            Kind::Algorithms(_) => vec![algorithm::assemble(&default(it.keyword.name), &it.values[0])],
            _ => it.values.clone(),
        };
        let values = if it.keyword.kind == Kind::Startups { vec![startups(&values[0], all.get(it.keyword.name).map_or("", |it| &it[0]))] } else { values };
        match (all.get_mut(it.keyword.name), it.keyword.kind) {
            (None, _) => drop(all.insert(it.keyword.name.to_owned(), values)),
            (Some(had), Kind::Port | Kind::Address | Kind::Files | Kind::Names | Kind::Users | Kind::Variables | Kind::Subsystem) => had.extend(values),
            (Some(had), _) if it.keyword.last_wins => *had = values,
            (Some(_), _) => {}
        }
    }
    all
}

/// A single number leaves the rate of the line before, 30 by itself.
fn startups(value: &str, had: &str) -> String {
    let rate = had.split(':').nth(1).filter(|it| !it.is_empty()).unwrap_or("30");
    value.replace("::", &format!(":{rate}:"))
}
