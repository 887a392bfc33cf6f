//! What every target can do, and what passes between a target and the courier.

use std::{pin::Pin, time::Duration};

use serde::{Deserialize, Serialize};

use super::wire::Wire;
use crate::outbox::{Notice, Reference};

/// A future of a sink: boxed, so that sinks of all kinds lie in one list.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A target that messages are brought to.
///
/// A delivery is a list of steps. `plan` makes it, without side effects and always the same for the same job; the courier sends
/// one step after the other and keeps the receipt of each before it goes on. After an unknown outcome, or a crash in the middle of
/// a step, it asks `probe` before it sends a step of [`Idempotent::Probe`] again; the first `create` of a ticket is probed too.
pub trait Sink: Send + Sync {
    /// Returns its name in the configuration.
    fn name(&self) -> &str;
    /// Returns the kind of target: `jira`, `slack`, ….
    fn kind(&self) -> &'static str;
    /// Returns what it can do, and how fast.
    fn abilities(&self) -> Abilities;
    /// Says which steps bring a job to the target. No steps: there is nothing to tell it.
    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit>;
    /// Asks the target whether a step was done already.
    fn probe<'a>(&'a self, question: Question<'a>) -> Pending<'a, Probe>;
    /// Sends one step; `earlier` are the receipts of the steps of this delivery before it, oldest first.
    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome>;
    /// Looks whether all is well, without side effects where the target's interface allows that.
    fn check(&self) -> Pending<'_, Vec<Health>>;
    /// Lets the target itself judge a step without carrying it out; none where it offers no such thing.
    fn validate_online<'a>(&'a self, _step: &'a Step) -> Pending<'a, Option<Outcome>> {
        Box::pin(async { None })
    }
}

/// What a target is for: routes and stores of figures count them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Takes events: Splunk, QRadar, Sentinel, Elastic.
    Siem,
    /// Keeps tickets.
    Ticket,
    /// Reaches people.
    People,
}

/// What a target can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// What it is for.
    pub role: Role,
    /// Whether what was made can be found again by its fingerprint. Where not, a delivery is at least once.
    pub probe: bool,
    /// Whether a later message can join or change an earlier one.
    pub update: bool,
    /// Whether it has a state that ends: closed, resolved.
    pub close: bool,
    /// Whether a diff can go with it as a file.
    pub attach: bool,
    /// Whether its answer means that the message has arrived; where not, a message is handed over and no more is known.
    pub acknowledges: bool,
    /// Whether it judges a message without taking it.
    pub judges: bool,
    /// The rate that the vendor allows: so many requests …
    pub requests: u32,
    /// … in this time.
    pub within: Duration,
}

/// One delivery to be planned.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Id of the delivery, a UUID of version 7; the same for every attempt.
    pub delivery: &'a str,
    /// What is told.
    pub notice: &'a Notice,
    /// Title and body out of the templates.
    pub text: &'a Text,
    /// The ticket that existed when the delivery was first planned, not one that it made itself since.
    pub known: Option<&'a Reference>,
    /// How many of its steps are done.
    pub progress: u32,
}

/// Words for people, plain: each target makes its own form of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// One line.
    pub title: String,
    /// Paragraphs, with an empty line between them.
    pub body: String,
}

/// What happens when a step is sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idempotent {
    /// Nothing: the target tells the two apart by a key of ours.
    Natural,
    /// There would be two, but the target can be asked first.
    Probe,
    /// There would be two, and nobody can tell.
    No,
}

/// One request, letter or frame of a delivery.
#[derive(Clone, Debug)]
pub struct Step {
    /// `create`, `comment`, `attach`, `link`, `transition`, …; unique within a delivery.
    pub name: &'static str,
    /// What a repetition does.
    pub idempotent: Idempotent,
    /// Id of the delivery.
    pub delivery: String,
    /// Fingerprint of what it is about.
    pub fingerprint: String,
    /// Exactly what is sent.
    pub wire: Wire,
}

/// What `probe` is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Fingerprint of the thing.
    pub fingerprint: &'a str,
    /// Id of the delivery whose step is in doubt.
    pub delivery: &'a str,
    /// Name of the step in doubt: `create` asks for the ticket, `comment` for the comment of this delivery, and so on.
    pub step: &'a str,
    /// The ticket, where one is known.
    pub known: Option<&'a Reference>,
    /// Whether the step may have been sent already. Then a target that finds new things only after a while is given that while.
    pub doubt: bool,
}

/// What `probe` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The step was done; this is the ticket.
    Found(Reference),
    /// It was not done: it may be sent.
    Absent,
    /// Nobody knows yet; ask again later. A target that can't be asked at all has no ability `probe`.
    CannotTell(String),
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The target has it.
    Done(Receipt),
    /// It left here; there is no acknowledgement to wait for.
    HandedOver(Receipt),
    /// It was not taken, and may be later.
    Retry {
        /// Not before this time has passed, where the target said so.
        after: Option<Duration>,
        /// What kind of failure it was.
        class: Class,
        /// Why, for people.
        reason: String,
    },
    /// It will never be taken as it is.
    Terminal {
        /// What kind of failure it was.
        class: Class,
        /// Why, for people, and what would mend it.
        reason: String,
    },
    /// It may have been taken.
    Unknown {
        /// Why nobody knows.
        reason: String,
    },
}

/// The kind of a failure, for figures and for the list of what could not be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// No connection.
    Network,
    /// Our address policy forbids the connection.
    Egress,
    /// The target has a fault of its own.
    Server,
    /// The target asks us to be slower.
    Limited,
    /// The target does not know us.
    Credentials,
    /// The target knows us and does not let us.
    Rights,
    /// The project, channel or index is not there.
    NotFound,
    /// The target does not like what we sent.
    Rejected,
    /// It is too large.
    TooLarge,
    /// It changed meanwhile.
    Conflict,
    /// The answer is not what the target's interface promises.
    Answer,
    /// A secret would have left the house.
    Secret,
    /// The settings of the target don't fit.
    Setting,
}

impl Class {
    /// Returns the word of lists and figures.
    pub fn word(self) -> &'static str {
        match self {
            Class::Network => "network",
            Class::Egress => "egress",
            Class::Server => "server",
            Class::Limited => "limited",
            Class::Credentials => "credentials",
            Class::Rights => "rights",
            Class::NotFound => "not-found",
            Class::Rejected => "rejected",
            Class::TooLarge => "too-large",
            Class::Conflict => "conflict",
            Class::Answer => "answer",
            Class::Secret => "secret",
            Class::Setting => "setting",
        }
    }
}

impl Outcome {
    /// Returns the kind of failure; none where it is no failure, or nobody knows.
    pub fn class(&self) -> Option<Class> {
        match self {
            Outcome::Retry { class, .. } | Outcome::Terminal { class, .. } => Some(*class),
            Outcome::Done(_) | Outcome::HandedOver(_) | Outcome::Unknown { .. } => None,
        }
    }
}

/// What is kept of a step that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Name of the step.
    pub step: String,
    /// What the target holds now.
    #[serde(default)]
    pub reference: Option<Reference>,
    /// SHA-256 of what a preview of the step prints: what was sent is what was shown.
    #[serde(default)]
    pub digest: String,
    /// Whether a repetition would have made a second one: the delivery is at least once.
    #[serde(default)]
    pub at_least_once: bool,
    /// What people should know: a label that was dropped, a recipient that was refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
    /// The target took it, and asks for a pause before the next request.
    #[serde(skip)]
    pub slow: Option<Duration>,
}

/// A job that can't become a message to this target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Unfit {
    /// What kind of failure it is.
    pub class: Class,
    /// Why, and what would mend it.
    pub reason: String,
}

/// One thing that `doctor` looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The heading of the troubleshooting page.
    pub code: &'static str,
    /// What was looked at, in a few words.
    pub what: String,
    /// What is there, or what is wrong with it.
    pub found: Result<String, String>,
    /// How to mend it.
    pub mend: Option<String>,
}
