//! What an operator laid down about changes and those who handle them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::{Actor, Change, Refusal, Role, Window};
use crate::{digest::Digest, finding::Severity};

/// Somebody who is listed.
#[derive(Clone, Debug, Default)]
pub(super) struct Listed {
    pub(super) roles: BTreeSet<Role>,
    /// SHA-256 of the token that they must show; where there is none, the name of the system's user is enough.
    pub(super) token: Option<Digest>,
}

/// Which effects are run on a machine, and how. By default none is.
#[derive(Clone, Debug, Default)]
pub struct EffectRules {
    /// Commands that may be run, word by word; in a word `*` stands for anything.
    pub allow: Vec<Vec<String>>,
    /// How long each may take; two minutes, where nothing is said.
    pub timeout: Option<SignedDuration>,
    /// Whether they are run on this machine though the target is another root than its own.
    pub elsewhere: bool,
}

/// What an operator laid down about changes. The default is the cautious one.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Digest of what they were read from, recorded with each grant.
    pub digest: Digest,
    /// How many people must approve, by severity.
    pub quorum: BTreeMap<Severity, usize>,
    /// How many must, at least, where somebody overrode that a change is unproven.
    pub quorum_of_unproven: usize,
    /// Severities at which a proven change needs nobody.
    pub unattended: BTreeSet<Severity>,
    /// Whether those who had a hand in a change may approve it.
    pub self_approval: bool,
    /// Whether at least two people must have had to do with a change before it is applied.
    pub four_eyes: bool,
    /// How long an approval holds.
    pub approvals_last: SignedDuration,
    /// When nothing is applied.
    pub freezes: Vec<Window>,
    /// When something is applied; at any time where there is none.
    pub maintenance: Vec<Window>,
    /// Which effects are run.
    pub effects: EffectRules,
    /// Who there is. Where nobody is listed, whoever can open the store is an admin.
    pub(super) actors: BTreeMap<String, Listed>,
}

impl Default for Rules {
    fn default() -> Self {
        let quorum = [(Severity::Info, 1), (Severity::Low, 1), (Severity::Medium, 1), (Severity::High, 1), (Severity::Critical, 2)];
        Rules {
            digest: Digest::of(b""),
            quorum: quorum.into_iter().collect(),
            quorum_of_unproven: 2,
            unattended: BTreeSet::new(),
            self_approval: false,
            four_eyes: true,
            approvals_last: SignedDuration::from_hours(7 * 24),
            freezes: Vec::new(),
            maintenance: Vec::new(),
            effects: EffectRules::default(),
            actors: BTreeMap::new(),
        }
    }
}

impl Rules {
    /// Returns who acts: the one whose token it is, else the one of the name that the system gives.
    pub fn actor(&self, user: &str, token: Option<&str>) -> Result<Actor, Refusal> {
        if let Some(token) = token {
            let digest = Digest::of(token.as_bytes());
            let found = self.actors.iter().find(|it| it.1.token == Some(digest)).ok_or(Refusal::Token)?;
            return Ok(Actor::new(found.0, found.1.roles.iter().copied()));
        }
        match self.actors.get(user) {
            Some(listed) if listed.token.is_some() => Err(Refusal::Tokenless { actor: user.to_owned() }),
            Some(listed) => Ok(Actor::new(user, listed.roles.iter().copied())),
            None if self.actors.is_empty() => Ok(Actor::new(user, [Role::Admin])),
            None => Ok(Actor::new(user, [Role::Viewer])),
        }
    }

    /// Answers whether a name may still approve: a role that was taken away takes its approvals along.
    pub(super) fn may_approve(&self, name: &str) -> bool {
        self.actors.is_empty() || self.actors.get(name).is_some_and(|it| it.roles.contains(&Role::Approver) || it.roles.contains(&Role::Admin))
    }

    /// Answers whether the time is right to apply a change.
    pub(super) fn timely(&self, change: &Change, now: Timestamp) -> Result<(), Refusal> {
        if change.emergency.is_some() {
            return Ok(());
        }
        let id = || change.id.clone();
        // The freeze that ends last is the one that counts.
        let frozen = self.freezes.iter().filter_map(|it| Some((it.until(now)?, it))).max_by_key(|it| it.0);
        if let Some((until, window)) = frozen {
            return Err(Refusal::Frozen { id: id(), window: window.name.clone(), until });
        }
        if self.maintenance.is_empty() || self.maintenance.iter().any(|it| it.until(now).is_some()) {
            return Ok(());
        }
        let next = self.maintenance.iter().filter_map(|it| Some((it.after(now)?, it))).min_by_key(|it| it.0);
        let (from, window) = next.map_or(("some day".to_owned(), "none"), |it| (it.0.to_string(), it.1.name.as_str()));
        Err(Refusal::Closed { id: id(), window: window.to_owned(), from })
    }
}
