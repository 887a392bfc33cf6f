//! The targets that messages are brought to: one folder or file each, all behind [`Sink`].
//!
//! The only room that opens a connection to the outside.

mod answer;
mod azure_devops;
mod client;
mod common;
mod credential;
mod egress;
mod elastic;
mod email;
mod event;
mod fill;
mod github;
mod guarded;
mod health;
mod jira;
mod keys;
mod open;
mod pagerduty;
mod qradar;
mod resolve;
mod secret;
mod sentinel;
mod servicenow;
mod sink;
mod slack;
mod splunk;
mod steps;
mod story;
mod teams;
mod tls;
mod vault;
mod wait;
mod wire;

pub use crate::outbox::Reference;
pub use client::{ClientError, Connection};
pub use egress::{Egress, Refused};
pub use health::CODES;
pub use open::{OpenError, Settings, open, read_targets};
pub use resolve::{Environment, SecretError, Source};
pub use secret::{REDACTED, Secret, SecretUrl};
pub use sink::{Abilities, Class, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Text, Unfit};
pub use tls::{Tls, TlsError};
pub use vault::Vault;
pub use wire::{Body, Hole, Letter, Method, Part, Request, Wire};
