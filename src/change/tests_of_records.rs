//! What is stored of a change is the change.

use super::{
    Act, Change, Entry, Event,
    tests::{ONE, Scene, approve, because, begin, judge, now, proposal},
};
use crate::{finding::Severity, gate::Verdict};

#[test]
fn a_change_is_what_its_stored_events_make_of_it() {
    let mut scene = Scene::new(Severity::Critical);
    let mut entries = vec![Entry { at: now(), actor: "ada".into(), event: Event::Proposed { proposal: Box::new(proposal(Severity::Critical)) } }];
    for (name, act) in [
        ("ada", judge(Verdict::Unproven, ONE)),
        ("root", Act::Override { reason: because() }),
        ("bob", Act::Comment { text: "a \"quoted\"\nline \u{0} ä".into() }),
        ("bob", approve()),
        ("eve", Act::Approve { evidence: Some(ONE.into()), reason: Some(because()) }),
        ("root", begin()),
        ("root", Act::Fail { reason: because() }),
    ] {
        let events = scene.ask(name, act).expect("it is allowed");
        entries.extend(events.into_iter().map(|event| Entry { at: now(), actor: name.into(), event }));
    }
    let read: Vec<Entry> = entries
        .iter()
        .map(|it| {
            let (kind, body) = it.event.stored();
            Entry { event: Event::read(&kind, &body).expect("it was stored"), ..it.clone() }
        })
        .collect();
    assert_eq!(read, entries);
    assert_eq!(Change::fold("c1", &read).expect("a change"), scene.change);
    // What a cut carries over is the same change.
    let carried = Event::Carried { change: Box::new(scene.change.clone()) };
    let (kind, body) = carried.stored();
    let only = Entry { at: now(), actor: "root".into(), event: Event::read(&kind, &body).expect("it was stored") };
    assert_eq!(Change::fold("c1", &[only]).expect("a change"), scene.change);
    assert!(Change::fold("c1", &read[1..]).is_err(), "without its beginning it is none");
}
