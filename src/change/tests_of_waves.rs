//! In which order waves come, what holds them and what stops them.

use jiff::SignedDuration;

use super::{
    Change, Inventory, Next, State, next_wave,
    tests::{in_state, now},
};

/// A change of a machine with tags, in a state.
fn of_machine(name: &str, tags: &[&str], state: State) -> Change {
    let mut change = in_state(state).change;
    change.id = format!("c-{name}");
    change.proposal.asset = name.into();
    change.proposal.tags = tags.iter().map(|it| (*it).to_owned()).collect();
    change
}

#[test]
fn waves_come_in_order_hold_and_are_stopped() {
    let text = "[[waves]]\nname = 'canary'\ntags = ['canary']\nhold = '30m'\n[[waves]]\nname = 'web'\ntags = ['web']\nhold = 'word'\nmaintenance = [{ name = 'nights', begins = '0 22 * * * UTC', lasts = '4h' }]\n";
    let inventory = Inventory::read(&text.parse().expect("TOML")).expect("an inventory");
    let all = |canary: State, web: State, other: State| {
        [of_machine("b", &["web"], web), of_machine("a", &["canary", "web"], canary), of_machine("d", &[], other), of_machine("c", &["web"], web)]
    };
    let next = |changes: &[Change], minutes: i64, word: bool| {
        let now = now().checked_add(SignedDuration::from_mins(minutes)).expect("a time");
        match next_wave(changes, &inventory, now, word) {
            Next::Apply { wave, changes } => format!("apply {wave}: {}", changes.join(" ")),
            Next::Hold { wave, until } => format!("hold {wave} {}", until.map_or("word".into(), |it| it.to_string())),
            Next::Closed { wave, from } => format!("closed {wave} {}", from.map_or("never".into(), |it| it.to_string())),
            Next::Stopped { wave, changes, standing } => format!("stopped {wave}: {} {standing}", changes.join(" ")),
            Next::Done => "done".into(),
        }
    };
    use State::{Applied, Approved, AwaitingApproval, Cancelled, RolledBack, Verified};
    assert_eq!(next(&all(Approved, Approved, Approved), 0, false), "apply canary: c-a");
    assert_eq!(next(&all(Verified, Approved, Approved), 29, true), "hold canary 2026-11-25T12:30:00Z", "a word does not shorten a time");
    assert_eq!(next(&all(Verified, Approved, Approved), 30, false), "closed web 2026-11-25T22:00:00Z");
    assert_eq!(next(&all(Verified, Approved, Approved), 600, false), "apply web: c-b c-c");
    assert_eq!(next(&all(Verified, Verified, Approved), 600, false), "hold web word");
    assert_eq!(next(&all(Verified, Verified, Approved), 600, true), "apply rest: c-d");
    assert_eq!(next(&all(Verified, Verified, Verified), 600, false), "done");
    assert_eq!(next(&all(Verified, Verified, Cancelled), 600, false), "done", "nothing comes after, so nothing holds");
    assert_eq!(next(&all(RolledBack, Approved, Approved), 600, true), "stopped canary: c-a rolled-back");
    assert_eq!(next(&all(Applied, Approved, Approved), 600, true), "stopped canary: c-a applied");
    assert_eq!(next(&all(Verified, AwaitingApproval, Approved), 600, true), "stopped web: c-b c-c awaiting-approval");
    assert_eq!(next(&[], 0, false), "done");
}
