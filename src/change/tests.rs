//! What `decide` answers: every state and every act, and each rule about people and time.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Act, Actor, Change, Entry, Event, Judged, Proposal, Refusal, Role, Rules, State, Window, decide, standing};
use crate::{finding::Severity, gate::Verdict};

pub(super) const ONE: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const TWO: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

pub(super) fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().expect("a time")
}

pub(super) fn proposal(severity: Severity) -> Proposal {
    Proposal {
        title: "harden sshd".into(),
        asset: "web01".into(),
        tags: vec!["web".into()],
        target: "/srv/web01".into(),
        severity,
        finding: None,
        rule: None,
        remediation: "r".into(),
        fingerprint: "f".into(),
    }
}

/// A change and those who handle it, at a time that moves.
pub(super) struct Scene {
    pub(super) change: Change,
    rules: Rules,
    now: Timestamp,
}

impl Scene {
    pub(super) fn new(severity: Severity) -> Scene {
        let first = Entry { at: now(), actor: "ada".into(), event: Event::Proposed { proposal: Box::new(proposal(severity)) } };
        Scene { change: Change::fold("c1", &[first]).expect("a change"), rules: Rules::default(), now: now() }
    }

    /// A change with a verdict on evidence ONE, by its author.
    fn judged(verdict: Verdict, severity: Severity) -> Scene {
        let mut scene = Scene::new(severity);
        scene.ok("ada", judge(verdict, ONE));
        scene
    }

    pub(super) fn ask(&mut self, name: &str, act: Act) -> Result<Vec<Event>, Refusal> {
        let actor = Actor::new(name, [Role::Author, Role::Approver, Role::Operator].into_iter().chain((name == "root").then_some(Role::Admin)));
        let events = decide(&self.change, &actor, &act, self.now, &self.rules)?;
        for event in &events {
            self.change.take(&Entry { at: self.now, actor: name.into(), event: event.clone() }).expect("what was decided can happen");
        }
        Ok(events)
    }

    fn ok(&mut self, name: &str, act: Act) -> Vec<String> {
        self.ask(name, act).expect("it is allowed").iter().map(|it| it.stored().0).collect()
    }

    fn no(&mut self, name: &str, act: Act) -> String {
        self.ask(name, act).expect_err("it is refused").to_string()
    }

    fn wait(&mut self, hours: i64) {
        self.now = self.now.checked_add(SignedDuration::from_hours(hours)).expect("a time");
    }
}

pub(super) fn judge(verdict: Verdict, evidence: &str) -> Act {
    Act::Judge(Judged { verdict, evidence: evidence.into(), shown: "s".into(), plan: None })
}

pub(super) fn approve() -> Act {
    Act::Approve { evidence: None, reason: None }
}

pub(super) fn begin() -> Act {
    Act::Begin { evidence: ONE.into(), root: "/srv/web01".into(), run_effects: false }
}

pub(super) fn because() -> String {
    "because".into()
}

/// A change in each state, made by legal steps alone.
pub(super) fn in_state(state: State) -> Scene {
    let verdict = match state {
        State::NeedsApproval => Verdict::NeedsApproval,
        State::Refused => Verdict::Refused,
        State::Unproven => Verdict::Unproven,
        _ => Verdict::Proven,
    };
    let mut scene = if state == State::Proposed { Scene::new(Severity::Medium) } else { Scene::judged(verdict, Severity::Medium) };
    let way: &[Act] = match state {
        State::Proposed | State::Proven | State::NeedsApproval | State::Refused | State::Unproven => &[],
        State::AwaitingApproval => &[Act::Submit],
        State::Approved => &[Act::Submit, approve()],
        State::Rejected => &[Act::Submit, Act::Reject { reason: because() }],
        State::Cancelled => &[Act::Cancel { reason: because() }],
        State::Applying => &[Act::Submit, approve(), begin()],
        State::Applied => &[Act::Submit, approve(), begin(), Act::Applied { effects_pending: false }],
        State::Verified => &[Act::Submit, approve(), begin(), Act::Applied { effects_pending: false }, Act::Verify { by: "eye".into() }],
        State::Failed => &[Act::Submit, approve(), begin(), Act::Fail { reason: because() }],
        State::RollingBack => &[Act::Submit, approve(), begin(), Act::Fail { reason: because() }, Act::Retreat { reason: because() }],
        State::RolledBack => &[Act::Submit, approve(), begin(), Act::Fail { reason: because() }, Act::Retreat { reason: because() }, Act::Undo],
    };
    for act in way {
        scene.ok("root", act.clone());
    }
    assert_eq!(scene.change.state, state);
    scene
}

#[test]
fn every_state_and_every_act() {
    let acts = [
        judge(Verdict::Proven, TWO),
        Act::Submit,
        Act::Override { reason: because() },
        Act::Emergency { reason: because() },
        approve(),
        Act::Reject { reason: because() },
        Act::Comment { text: because() },
        Act::Cancel { reason: because() },
        begin(),
        Act::Applied { effects_pending: true },
        Act::EffectsRun,
        Act::Verify { by: "eye".into() },
        Act::Fail { reason: because() },
        Act::Retreat { reason: because() },
        Act::Undo,
        Act::Stand { reason: because() },
    ];
    let mut table = String::new();
    for state in State::ALL {
        let mut legal = Vec::new();
        for act in &acts {
            let mut scene = in_state(state);
            // Somebody else than who made and approved it, so that no rule about people speaks.
            scene.rules.self_approval = true;
            match scene.ask(if matches!(act, Act::Approve { .. }) { "bob" } else { "root" }, act.clone()) {
                Ok(_) => legal.push(format!("{} -> {}", act.word(), scene.change.state.word())),
                Err(Refusal::State { .. }) => {}
                Err(other) => panic!("{state:?} {act:?}: {other}"),
            }
        }
        table.extend([state.word(), ": ", &legal.join(", "), "\n"]);
    }
    let expected = "\
proposed: give evidence for -> proven, comment on -> proposed, cancel -> cancelled
proven: give evidence for -> proven, ask for approval of -> awaiting-approval, comment on -> proven, cancel -> cancelled
needs-approval: give evidence for -> proven, ask for approval of -> awaiting-approval, comment on -> needs-approval, cancel -> cancelled
refused: give evidence for -> proven, comment on -> refused, cancel -> cancelled
unproven: give evidence for -> proven, override -> awaiting-approval, comment on -> unproven, cancel -> cancelled
awaiting-approval: give evidence for -> proven, declare an emergency for -> awaiting-approval, approve -> approved, reject -> rejected, comment on -> awaiting-approval, cancel -> cancelled
approved: give evidence for -> proven, declare an emergency for -> approved, approve -> approved, reject -> rejected, comment on -> approved, cancel -> cancelled, apply -> applying
rejected: comment on -> rejected
cancelled: comment on -> cancelled
applying: comment on -> applying, finish -> applied, finish -> failed
applied: comment on -> applied, verify -> verified, finish -> failed, roll back -> rolling-back
verified: comment on -> verified, roll back -> rolling-back
failed: comment on -> failed, roll back -> rolling-back
rolling-back: comment on -> rolling-back, finish -> failed, roll back -> rolled-back, roll back -> failed
rolled-back: comment on -> rolled-back
";
    assert_eq!(table, expected);
}

#[test]
fn new_evidence_voids_approvals_and_the_same_does_not() {
    let mut scene = in_state(State::Approved);
    assert_eq!(scene.ok("ada", judge(Verdict::Proven, ONE)), [""; 0]);
    assert_eq!(scene.change.state, State::Approved);
    assert_eq!(scene.ok("ada", judge(Verdict::Proven, TWO)), ["approvals-voided", "judged"]);
    assert_eq!((scene.change.state, scene.change.approvals.len()), (State::Proven, 0));
    scene.ok("ada", Act::Submit);
    let told = scene.no("bob", Act::Approve { evidence: Some(ONE.into()), reason: None });
    assert_eq!(told, format!("the change c1 rests on evidence {TWO} now, not on {ONE}: look at it with `invitro show c1`"));
    scene.ok("bob", Act::Approve { evidence: Some(TWO.into()), reason: None });
    assert_eq!(scene.no("root", begin()), format!("the change c1 rests on evidence {TWO} now, not on {ONE}: look at it with `invitro show c1`"));
}

#[test]
fn an_override_and_an_emergency_go_with_the_evidence_too() {
    let mut scene = Scene::judged(Verdict::Unproven, Severity::Medium);
    scene.ok("root", Act::Override { reason: because() });
    scene.ok("root", Act::Emergency { reason: because() });
    assert_eq!(scene.change.standing(), "awaiting-approval, OVERRIDDEN, EMERGENCY");
    scene.ok("ada", judge(Verdict::Unproven, TWO));
    assert_eq!(scene.change.standing(), "unproven");
}

#[test]
fn nobody_approves_what_is_their_own() {
    let own = "ada had a hand in the change c1, and nobody approves what is their own; somebody else must, or an admin sets `self-approval` in [changes]";
    let mut scene = in_state(State::AwaitingApproval);
    assert_eq!(scene.no("ada", approve()), own);
    // Nor who gave the evidence that holds, or any before it, or answers for what is unproven.
    let mut scene = Scene::judged(Verdict::NeedsApproval, Severity::Medium);
    scene.ok("bob", judge(Verdict::Proven, TWO));
    scene.ok("eve", Act::Submit);
    assert_eq!(scene.no("bob", approve()), own.replace("ada", "bob"));
    assert_eq!(scene.ok("eve", approve()), ["approval-given", "approved"]);
    let mut scene = Scene::judged(Verdict::Unproven, Severity::Medium);
    scene.ok("root", Act::Override { reason: because() });
    assert_eq!(scene.no("root", approve()), own.replace("ada", "root"));
    // Unless the rules say so; then another one must apply it.
    let mut scene = in_state(State::AwaitingApproval);
    scene.rules.self_approval = true;
    scene.ok("ada", approve());
    assert_eq!(
        scene.no("ada", begin()),
        "ada alone has made and approved the change c1: another operator must apply it, or an admin unsets `four-eyes` in [changes]"
    );
    let mut alone = Scene { change: scene.change.clone(), rules: Rules { four_eyes: false, ..scene.rules.clone() }, now: scene.now };
    assert_eq!(alone.ok("ada", begin()), ["applying"]);
    assert_eq!(scene.ok("bob", begin()), ["applying"]);
}

#[test]
fn as_many_must_approve_as_the_severity_asks_for() {
    for (severity, verdict, need) in [
        (Severity::Info, Verdict::Proven, 1),
        (Severity::High, Verdict::NeedsApproval, 1),
        (Severity::Critical, Verdict::Proven, 2),
        (Severity::Info, Verdict::Unproven, 2),
        (Severity::Critical, Verdict::Unproven, 2),
    ] {
        let mut scene = Scene::judged(verdict, severity);
        scene.ok("root", if verdict == Verdict::Unproven { Act::Override { reason: because() } } else { Act::Submit });
        for number in 1..=need {
            assert_eq!(scene.change.state, State::AwaitingApproval, "{severity:?} {verdict:?}");
            let name = format!("approver{number}");
            let events = scene.ok(&name, approve());
            assert_eq!(events.len(), if number == need { 2 } else { 1 });
            if number < need {
                assert_eq!(scene.no(&name, approve()), format!("{name} has approved the change c1 already; {} more must", need - number));
            }
        }
        assert_eq!(scene.change.state, State::Approved);
    }
}

#[test]
fn what_is_proven_may_need_nobody_and_nothing_else_may() {
    let rules = Rules { unattended: BTreeSet::from([Severity::Low]), ..Rules::default() };
    let mut scene = Scene { rules: rules.clone(), ..Scene::judged(Verdict::Proven, Severity::Low) };
    assert_eq!(scene.ok("ada", Act::Submit), ["submitted", "approved"]);
    assert!(scene.no("ada", begin()).starts_with("ada alone has made and approved"));
    assert_eq!(scene.ok("bob", begin()), ["applying"]);
    let mut scene = Scene { rules: rules.clone(), ..Scene::judged(Verdict::NeedsApproval, Severity::Low) };
    assert_eq!(scene.ok("ada", Act::Submit), ["submitted"]);
    let mut scene = Scene { rules, ..Scene::judged(Verdict::Unproven, Severity::Low) };
    assert_eq!(scene.ok("root", Act::Override { reason: because() }), ["overridden"]);
}

#[test]
fn an_approval_runs_out() {
    let mut scene = in_state(State::Approved);
    scene.wait(7 * 24);
    let told = "the change c1 needs 1 approvals, and 0 hold (run out: root): approve it again with `invitro approve c1`";
    assert_eq!(scene.no("bob", begin()), told);
    assert_eq!(scene.ok("bob", approve()), ["lapsed", "approval-given", "approved"]);
    assert_eq!(scene.ok("eve", begin()), ["applying"]);
    // Just before it does, it holds.
    let mut scene = in_state(State::Approved);
    scene.wait(7 * 24 - 1);
    assert_eq!(scene.ok("bob", begin()), ["applying"]);
}

#[test]
fn a_role_that_was_taken_away_takes_its_approval_along() {
    let mut scene = in_state(State::Approved);
    let table = "[actors.bob]\nroles = ['operator', 'approver']\n[actors.root]\nroles = ['viewer']\n";
    scene.rules = super::read_rules(&table.parse().expect("TOML")).expect("rules");
    assert_eq!(standing(&scene.change, &scene.rules, scene.now).lapsed, ["root"]);
    assert!(scene.no("bob", begin()).starts_with("the change c1 needs 1 approvals, and 0 hold (run out: root)"));
}

#[test]
fn nothing_is_applied_in_a_freeze_but_in_an_emergency_that_is_loud() {
    let mut scene = in_state(State::Approved);
    scene.rules.freezes = vec![Window::parse("year end", "0 0 20 11 * UTC", "20d").expect("a window")];
    let told = "the freeze `year end` holds until 2026-12-10T00:00:00Z: apply the change c1 then, or an admin declares an emergency with `invitro approve c1 --emergency --reason WHY`";
    assert_eq!(scene.no("bob", begin()), told);
    assert_eq!(scene.no("root", Act::Emergency { reason: " ".into() }), "to declare an emergency for the change c1 needs a reason: give it with `--reason`");
    assert!(scene.no("bob", Act::Emergency { reason: because() }).contains("needs the role admin"));
    assert_eq!(scene.ok("root", Act::Emergency { reason: "exploited now".into() }), ["emergency-declared"]);
    assert_eq!(scene.change.standing(), "approved, EMERGENCY");
    assert_eq!(scene.ok("bob", begin()), ["applying"]);
    assert_eq!(scene.change.standing(), "applying, EMERGENCY");
}

#[test]
fn an_emergency_needs_one_approval_and_not_none() {
    let mut scene = Scene::judged(Verdict::Proven, Severity::Critical);
    scene.ok("ada", Act::Submit);
    assert_eq!(scene.ok("root", Act::Emergency { reason: because() }), ["emergency-declared"]);
    assert_eq!(scene.change.state, State::AwaitingApproval);
    assert_eq!(scene.ok("bob", approve()), ["approval-given", "approved"]);
    // One that was there already is enough now.
    let mut scene = Scene::judged(Verdict::Proven, Severity::Critical);
    scene.ok("ada", Act::Submit);
    scene.ok("bob", approve());
    assert_eq!(scene.ok("root", Act::Emergency { reason: because() }), ["emergency-declared", "approved"]);
}

#[test]
fn outside_maintenance_nothing_is_applied() {
    let mut scene = in_state(State::Approved);
    scene.rules.maintenance = vec![Window::parse("nights", "0 22 * * * UTC", "4h").expect("a window")];
    let told = "no maintenance window is open: apply the change c1 from 2026-11-25T22:00:00Z on (`nights`), or an admin declares an emergency with `invitro approve c1 --emergency --reason WHY`";
    assert_eq!(scene.no("bob", begin()), told);
    scene.wait(11);
    assert_eq!(scene.ok("bob", begin()), ["applying"]);
}

#[test]
fn with_effects_pending_nothing_is_verified() {
    let mut scene = in_state(State::Applying);
    scene.ok("root", Act::Applied { effects_pending: true });
    assert_eq!(scene.change.standing(), "applied, effects pending");
    let told = "the change c1 is applied and its effects are pending: run what was printed, then `invitro apply c1 --effects-done`";
    assert_eq!(scene.no("root", Act::Verify { by: "eye".into() }), told);
    assert_eq!(scene.ok("root", Act::EffectsRun), ["effects-run"]);
    assert_eq!(scene.ok("root", Act::Verify { by: "eye".into() }), ["verified"]);
    // A record that says otherwise is none.
    let mut scene = in_state(State::Applying);
    scene.ok("root", Act::Applied { effects_pending: true });
    let forged = Entry { at: now(), actor: "root".into(), event: Event::Verified { by: "eye".into() } };
    let told = scene.change.take(&forged).expect_err("it can't be").to_string();
    assert_eq!(told, "the change c1 was applied when `verified` happened to it, which can't be");
}

#[test]
fn a_change_that_is_not_rolled_back_stands_as_before() {
    for state in [State::Applied, State::Verified, State::Failed] {
        let mut scene = in_state(state);
        scene.ok("root", Act::Retreat { reason: because() });
        assert_eq!(scene.ok("root", Act::Stand { reason: "a file was edited since".into() }), ["rollback-refused"]);
        assert_eq!(scene.change.state, state);
    }
}

#[test]
fn each_act_needs_its_role() {
    let acts = [
        (Act::Submit, "author"),
        (approve(), "approver"),
        (Act::Reject { reason: because() }, "approver"),
        (Act::Override { reason: because() }, "admin"),
        (Act::Emergency { reason: because() }, "admin"),
        (begin(), "operator"),
        (Act::Retreat { reason: because() }, "operator"),
        (Act::Cancel { reason: because() }, "author"),
    ];
    let change = in_state(State::AwaitingApproval).change;
    for (act, role) in acts {
        let others = Role::ALL.into_iter().filter(|it| it.word() != role && *it != Role::Admin);
        let told = decide(&change, &Actor::new("eve", others), &act, now(), &Rules::default()).expect_err("the role is missing").to_string();
        let expected = format!("eve may not {} the change c1: that needs the role {role}; an admin gives it in [changes.actors.eve]", act.word());
        assert_eq!(told, expected);
    }
}

#[test]
fn only_its_author_or_an_admin_cancels_a_change() {
    let mut scene = in_state(State::AwaitingApproval);
    assert_eq!(scene.no("bob", Act::Cancel { reason: because() }), "the change c1 is ada's: only ada or an admin cancels it; an approver may reject it");
    assert_eq!(scene.ok("ada", Act::Cancel { reason: because() }), ["cancelled"]);
}
