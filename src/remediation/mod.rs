//! What is to be done: a proposal of a generator, or a fix that its user brought.
//!
//! To add a kind of artifact: a variant of [`Artifact`] and of [`Kind`], how a file of it is known in `kind.rs`, and an interpreter module of its name.

mod error;
mod from_wit;
mod kind;
mod read;
mod remediation;
mod scope;

pub use error::Error;
pub(crate) use from_wit::from_wit;
pub use kind::Kind;
pub use read::{Known, read};
pub use remediation::{Artifact, ExpectedEffect, Language, ModuleName, Remediation, Risk, Taking};
pub(crate) use scope::is_segment;
pub use scope::{Scope, ScopeError};
