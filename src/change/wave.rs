//! Staged deployment: which of many changes with one remediation comes next.
//!
//! There is no plan beside the changes: where each stands, and since when, says how far the waves have come. So nothing can disagree with it, and a
//! process that ends in between is forgotten.

use jiff::Timestamp;

use super::{Change, Inventory, State, inventory::Hold};

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// These are applied, in order; when one of them is not verified, those of the wave that were applied are rolled back.
    Apply {
        /// The wave.
        wave: String,
        /// The changes.
        changes: Vec<String>,
    },
    /// The wave before holds.
    Hold {
        /// The wave that holds.
        wave: String,
        /// Until when; until somebody gives their word, where nothing is said.
        until: Option<Timestamp>,
    },
    /// The wave's maintenance is closed.
    Closed {
        /// The wave.
        wave: String,
        /// When it opens.
        from: Option<Timestamp>,
    },
    /// Something in a wave is neither verified nor waiting to be applied: it stops all that come after it.
    Stopped {
        /// The wave.
        wave: String,
        /// What it is.
        changes: Vec<String>,
        /// Where that stands.
        standing: String,
    },
    /// All are verified.
    Done,
}

/// The wave of what no other wave has.
const REST: &str = "rest";

/// Says what comes next, of changes that are not given up. `word` is somebody's leave to pass a hold that waits for it.
pub fn next_wave(changes: &[Change], inventory: &Inventory, now: Timestamp, word: bool) -> Next {
    let number = |change: &Change| inventory.waves.iter().position(|wave| wave.tags.iter().any(|it| change.proposal.tags.contains(it)));
    let is_open = |it: &&Change| !matches!(it.state, State::Cancelled | State::Rejected);
    for at in 0..=inventory.waves.len() {
        let wave = inventory.waves.get(at);
        let name = || wave.map_or(REST, |it| it.name.as_str()).to_owned();
        let mut members: Vec<&Change> = changes.iter().filter(is_open).filter(|it| number(it).unwrap_or(inventory.waves.len()) == at).collect();
        members.sort_by(|a, b| (&a.proposal.asset, &a.id).cmp(&(&b.proposal.asset, &b.id)));
        let waiting: Vec<String> = members.iter().filter(|it| it.state == State::Approved).map(|it| it.id.clone()).collect();
        let odd: Vec<&&Change> = members.iter().filter(|it| !matches!(it.state, State::Approved | State::Verified)).collect();
        if let Some(first) = odd.first() {
            return Next::Stopped { wave: name(), changes: odd.iter().map(|it| it.id.clone()).collect(), standing: first.standing() };
        }
        if !waiting.is_empty() {
            let windows = wave.map(|it| it.maintenance.as_slice()).unwrap_or_default();
            if windows.is_empty() || windows.iter().any(|it| it.until(now).is_some()) {
                return Next::Apply { wave: name(), changes: waiting };
            }
            return Next::Closed { wave: name(), from: windows.iter().filter_map(|it| it.after(now)).min() };
        }
        // All of it is verified; what comes after waits for its hold, where something comes.
        let is_last = changes.iter().filter(is_open).all(|it| it.state == State::Verified);
        let done = members.iter().map(|it| it.updated).max();
        if let (Some(done), Some(wave), false) = (done, wave, is_last) {
            match wave.hold {
                Hold::Word if !word => return Next::Hold { wave: name(), until: None },
                Hold::For(time) if done.checked_add(time).is_ok_and(|until| now < until) => {
                    return Next::Hold { wave: name(), until: done.checked_add(time).ok() };
                }
                _ => {}
            }
        }
    }
    Next::Done
}
