//! The targets that messages are brought to: one folder or file each, all behind [`Sink`].
//!
//! The only room that opens a connection to the outside.

mod secret;
mod sink;
mod wire;

pub use crate::outbox::Reference;
pub use secret::{REDACTED, Secret, SecretUrl};
pub use sink::{Abilities, Class, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Text, Unfit};
pub use wire::{Body, Hole, Letter, Method, Part, Request, Wire};
