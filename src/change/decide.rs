//! What happens when somebody asks something of a change: events, or a refusal.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Act, Actor, Change, Entry, Event, Judged, Proposal, Refusal, Role, Rules, State, next, standing};

/// Answers a proposal of a new change.
pub fn propose(id: &str, actor: &Actor, proposal: &Proposal) -> Result<Event, Refusal> {
    if !actor.is(Role::Author) {
        return Err(Refusal::Role { id: id.to_owned(), actor: actor.name.clone(), act: "propose", needs: Role::Author });
    }
    Ok(Event::Proposed { proposal: Box::new(proposal.clone()) })
}

/// Answers what somebody asks of a change, at a moment and under rules.
pub fn decide(change: &Change, actor: &Actor, act: &Act, now: Timestamp, rules: &Rules) -> Result<Vec<Event>, Refusal> {
    let (id, needs) = (change.id.clone(), act.needs());
    if needs != Role::Viewer && !actor.is(needs) {
        return Err(Refusal::Role { id, actor: actor.name.clone(), act: act.word(), needs });
    }
    if act.reason().is_some_and(|it| it.trim().is_empty()) {
        return Err(Refusal::Reason { id, act: act.word() });
    }
    let asked = Asked { change, actor, now, rules, act };
    let events = asked.events()?;
    // What can't happen in that state is refused here, whatever was thought of above.
    let mut after = change.clone();
    for event in &events {
        after.take(&Entry { at: now, actor: actor.name.clone(), event: event.clone() }).map_err(|_| asked.illegal())?;
    }
    Ok(events)
}

struct Asked<'a> {
    change: &'a Change,
    actor: &'a Actor,
    now: Timestamp,
    rules: &'a Rules,
    act: &'a Act,
}

impl Asked<'_> {
    fn events(&self) -> Result<Vec<Event>, Refusal> {
        let evidence = || self.change.evidence().unwrap_or_default().to_owned();
        Ok(match self.act {
            Act::Judge(given) => return Ok(self.judge(given)),
            Act::Submit => self.granted(vec![Event::Submitted {}]),
            Act::Override { reason } => self.granted(vec![Event::Overridden { reason: reason.clone(), evidence: evidence() }]),
            Act::Emergency { reason } => return self.emergency(reason),
            Act::Approve { evidence, reason } => return self.approve(evidence.as_deref(), reason.as_deref()),
            Act::Reject { reason } => vec![Event::Rejected { reason: reason.clone() }],
            Act::Comment { text } => vec![Event::Commented { text: text.clone() }],
            Act::Cancel { .. } if self.change.author != self.actor.name && !self.actor.is(Role::Admin) => {
                return Err(Refusal::Foreign { id: self.change.id.clone(), author: self.change.author.clone() });
            }
            Act::Cancel { reason } => vec![Event::Cancelled { reason: reason.clone() }],
            Act::Begin { evidence, root, run_effects } => return self.begin(evidence, root, *run_effects),
            Act::Applied { effects_pending } => vec![Event::Applied { effects_pending: *effects_pending }],
            Act::EffectsRun if self.change.state == State::Applied && self.change.effects_pending => vec![Event::EffectsRun {}],
            Act::EffectsRun => return Err(self.illegal()),
            Act::Verify { .. } if self.change.state == State::Applied && self.change.effects_pending => {
                return Err(Refusal::Effects { id: self.change.id.clone() });
            }
            Act::Verify { by } => vec![Event::Verified { by: by.clone() }],
            Act::Fail { reason } => vec![Event::Failed { reason: reason.clone() }],
            Act::Retreat { reason } => vec![Event::RollingBack { reason: reason.clone() }],
            Act::Stand { reason } => vec![Event::RollbackRefused { reason: reason.clone() }],
            Act::Undo => vec![Event::RolledBack {}],
        })
    }

    fn judge(&self, given: &Judged) -> Vec<Event> {
        let event = Event::Judged(given.clone());
        if self.change.judged.as_ref() == Some(given) && next(self.change.state, super::Step::Judge(given.verdict)).is_some() {
            // It is the same evidence: what was said about it holds.
            return Vec::new();
        }
        let of: Vec<String> = self.change.approvals.iter().map(|it| it.actor.clone()).collect();
        let voided = (!of.is_empty()).then_some(Event::ApprovalsVoided { of });
        voided.into_iter().chain([event]).collect()
    }

    /// Adds the grant, where the change would then be awaiting it and has enough approvals.
    fn granted(&self, mut events: Vec<Event>) -> Vec<Event> {
        let mut after = self.change.clone();
        let is_sound = events.iter().all(|it| after.take(&self.entry(it)).is_ok());
        let standing = standing(&after, self.rules, self.now);
        if is_sound && after.state == State::AwaitingApproval && standing.is_enough() {
            let evidence = after.evidence().unwrap_or_default().to_owned();
            events.push(Event::Approved { by: standing.have, evidence, rules: self.rules.digest.to_string() });
        }
        events
    }

    fn entry(&self, event: &Event) -> Entry {
        Entry { at: self.now, actor: self.actor.name.clone(), event: event.clone() }
    }

    fn emergency(&self, reason: &str) -> Result<Vec<Event>, Refusal> {
        if !matches!(self.change.state, State::AwaitingApproval | State::Approved) {
            return Err(self.illegal());
        }
        let evidence = self.change.evidence().unwrap_or_default().to_owned();
        Ok(self.granted(vec![Event::EmergencyDeclared { reason: reason.to_owned(), evidence }]))
    }

    fn approve(&self, evidence: Option<&str>, reason: Option<&str>) -> Result<Vec<Event>, Refusal> {
        let (id, name) = (self.change.id.clone(), self.actor.name.clone());
        if !matches!(self.change.state, State::AwaitingApproval | State::Approved) {
            return Err(self.illegal());
        }
        let holds = self.evidence(evidence)?;
        let answers_for_it = self.change.overridden.as_ref().is_some_and(|it| it.actor == name);
        if (self.change.hands.contains(&name) || answers_for_it) && !self.rules.self_approval {
            return Err(Refusal::Own { id, actor: name });
        }
        let standing = standing(self.change, self.rules, self.now);
        if standing.have.contains(&name) {
            return Err(Refusal::Twice { id, actor: name, missing: standing.need.saturating_sub(standing.have.len()) });
        }
        let given = Event::ApprovalGiven { evidence: holds, reason: reason.map(str::to_owned) };
        // What was granted by people whose approvals have run out is asked for anew.
        let has_lapsed = self.change.state == State::Approved && !standing.is_enough();
        let before = has_lapsed.then_some(Event::Lapsed { of: standing.lapsed });
        Ok(self.granted(before.into_iter().chain([given]).collect()))
    }

    /// Returns the evidence that holds, where it is the one that was named.
    fn evidence(&self, given: Option<&str>) -> Result<String, Refusal> {
        let holds = self.change.evidence().unwrap_or_default();
        match given {
            Some(given) if given != holds => Err(Refusal::Evidence { id: self.change.id.clone(), given: given.to_owned(), holds: holds.to_owned() }),
            _ => Ok(holds.to_owned()),
        }
    }

    fn begin(&self, evidence: &str, root: &str, run_effects: bool) -> Result<Vec<Event>, Refusal> {
        let id = self.change.id.clone();
        if self.change.state != State::Approved {
            return Err(self.illegal());
        }
        let evidence = self.evidence(Some(evidence))?;
        let standing = standing(self.change, self.rules, self.now);
        if !standing.is_enough() {
            let lapsed = if standing.lapsed.is_empty() { String::new() } else { format!(" (run out: {})", standing.lapsed.join(", ")) };
            return Err(Refusal::Quorum { id, need: standing.need, have: standing.have.len(), lapsed });
        }
        let people: BTreeSet<&String> = self.change.hands.iter().chain(&standing.have).chain([&self.actor.name]).collect();
        if self.rules.four_eyes && people.len() < 2 {
            return Err(Refusal::FourEyes { id, actor: self.actor.name.clone() });
        }
        self.rules.timely(self.change, self.now)?;
        Ok(vec![Event::Applying { evidence, rules: self.rules.digest.to_string(), root: root.to_owned(), run_effects }])
    }

    fn illegal(&self) -> Refusal {
        Refusal::State { id: self.change.id.clone(), state: self.change.state.word(), act: self.act.word(), way: way(self.change.state) }
    }
}

/// Says what can be done with a change of a state.
fn way(state: State) -> &'static str {
    match state {
        State::Proposed => "give evidence for it first",
        State::Proven | State::NeedsApproval => "ask for approval first, with `invitro approve CHANGE --ask`",
        State::Refused => "a refused fix is never applied; mend the fix and try it anew",
        State::Unproven => "an admin may answer for it with `invitro approve CHANGE --override --reason WHY`, or try a fix that can be proven",
        State::AwaitingApproval => "it waits for approvals, with `invitro approve CHANGE`",
        State::Approved => "it can be applied, with `invitro apply CHANGE`",
        State::Rejected | State::Cancelled | State::RolledBack => "it is closed; record a new change",
        State::Applying => "finish it first, with `invitro apply --resume` or `--abort`",
        State::Applied => "verify it, or roll it back with `invitro rollback CHANGE`",
        State::Verified => "it can be rolled back only, with `invitro rollback CHANGE`",
        State::Failed => "roll it back with `invitro rollback CHANGE`, or record a new change",
        State::RollingBack => "finish that first, with `invitro rollback CHANGE`",
    }
}
