//! The moves of a change from state to state, and those alone.

use super::State;
use crate::gate::Verdict;

/// What moves a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is a verdict on evidence, the first or a new one.
    Judge(Verdict),
    /// Somebody asks people to decide.
    Submit,
    /// Somebody takes the answer for what could not be simulated, and asks people to decide.
    Override,
    /// Enough people have said yes, or the rules ask for none.
    Grant,
    /// What was granted holds no more: time has passed.
    Lapse,
    /// A person says no.
    Reject,
    /// It is given up.
    Cancel,
    /// Writing begins.
    Begin,
    /// All is written.
    Apply,
    /// What is there is what was tried.
    Verify,
    /// It did not work.
    Fail,
    /// Taking back begins.
    Retreat,
    /// All is taken back.
    Undo,
}

impl Step {
    /// Every step.
    pub const ALL: [Step; 16] = [
        Step::Judge(Verdict::Proven),
        Step::Judge(Verdict::NeedsApproval),
        Step::Judge(Verdict::Refused),
        Step::Judge(Verdict::Unproven),
        Step::Submit,
        Step::Override,
        Step::Grant,
        Step::Lapse,
        Step::Reject,
        Step::Cancel,
        Step::Begin,
        Step::Apply,
        Step::Verify,
        Step::Fail,
        Step::Retreat,
        Step::Undo,
    ];
}

/// Returns the state after a step; none where the step is illegal.
pub fn next(from: State, step: Step) -> Option<State> {
    use State as S;
    match (from, step) {
        // New evidence starts a change over, until the first byte is written.
        (S::Proposed | S::Proven | S::NeedsApproval | S::Refused | S::Unproven | S::AwaitingApproval | S::Approved, Step::Judge(verdict)) => {
            Some(match verdict {
                Verdict::Proven => S::Proven,
                Verdict::NeedsApproval => S::NeedsApproval,
                Verdict::Refused => S::Refused,
                Verdict::Unproven => S::Unproven,
            })
        }
        (S::Proven | S::NeedsApproval, Step::Submit) | (S::Unproven, Step::Override) | (S::Approved, Step::Lapse) => Some(S::AwaitingApproval),
        (S::AwaitingApproval, Step::Grant) => Some(S::Approved),
        (S::AwaitingApproval | S::Approved, Step::Reject) => Some(S::Rejected),
        (S::Proposed | S::Proven | S::NeedsApproval | S::Refused | S::Unproven | S::AwaitingApproval | S::Approved, Step::Cancel) => Some(S::Cancelled),
        (S::Approved, Step::Begin) => Some(S::Applying),
        (S::Applying, Step::Apply) => Some(S::Applied),
        (S::Applied, Step::Verify) => Some(S::Verified),
        (S::Applying | S::Applied | S::RollingBack, Step::Fail) => Some(S::Failed),
        (S::Applied | S::Verified | S::Failed, Step::Retreat) => Some(S::RollingBack),
        (S::RollingBack, Step::Undo) => Some(S::RolledBack),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{State, Step, next};
    use crate::gate::Verdict;

    fn name(step: Step) -> String {
        match step {
            Step::Judge(verdict) => format!("judge {}", verdict.word()),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn every_state_and_every_step() {
        let mut table = String::new();
        for state in State::ALL {
            let legal: Vec<String> = Step::ALL.iter().filter_map(|step| Some(format!("{} -> {}", name(*step), next(state, *step)?.word()))).collect();
            let legal = if legal.is_empty() { "nothing".to_owned() } else { legal.join(", ") };
            table.extend([state.word(), ": ", &legal, "\n"]);
        }
        let judged = "judge proven -> proven, judge needs-approval -> needs-approval, judge refused -> refused, judge unproven -> unproven";
        let expected = format!(
            "\
proposed: {judged}, cancel -> cancelled
proven: {judged}, submit -> awaiting-approval, cancel -> cancelled
needs-approval: {judged}, submit -> awaiting-approval, cancel -> cancelled
refused: {judged}, cancel -> cancelled
unproven: {judged}, override -> awaiting-approval, cancel -> cancelled
awaiting-approval: {judged}, grant -> approved, reject -> rejected, cancel -> cancelled
approved: {judged}, lapse -> awaiting-approval, reject -> rejected, cancel -> cancelled, begin -> applying
rejected: nothing
cancelled: nothing
applying: apply -> applied, fail -> failed
applied: verify -> verified, fail -> failed, retreat -> rolling-back
verified: retreat -> rolling-back
failed: retreat -> rolling-back
rolling-back: fail -> failed, undo -> rolled-back
rolled-back: nothing
"
        );
        assert_eq!(table, expected);
    }

    #[test]
    fn nothing_refused_or_unproven_is_applied_without_new_evidence_or_an_override() {
        // Whatever is done to it, in any order: a walk over all that can be reached.
        for (from, taboo) in [(State::Refused, vec![]), (State::Unproven, vec![Step::Override])] {
            let (mut seen, mut todo) = (vec![from], vec![from]);
            while let Some(state) = todo.pop() {
                for step in Step::ALL {
                    let is_free = !taboo.contains(&step) && !matches!(step, Step::Judge(Verdict::Proven | Verdict::NeedsApproval | Verdict::Unproven));
                    if let Some(to) = next(state, step).filter(|to| is_free && !seen.contains(to)) {
                        seen.push(to);
                        todo.push(to);
                    }
                }
            }
            assert!(!seen.contains(&State::Applying), "{from:?}: {seen:?}");
        }
    }
}
