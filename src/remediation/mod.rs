//! What is to be done: a proposal of a generator, or a fix that its user brought.
//!
//! To add a kind of artifact: a variant of [`Artifact`], how a file of it is known in `read.rs`, and what executes it in `sandbox`.

mod error;
mod from_wit;
mod read;
mod remediation;
mod scope;

pub use error::Error;
pub(crate) use from_wit::from_wit;
pub use read::read;
pub use remediation::{Artifact, ExpectedEffect, Language, ModuleName, Remediation, Risk};
pub(crate) use scope::is_segment;
pub use scope::{Scope, ScopeError};
