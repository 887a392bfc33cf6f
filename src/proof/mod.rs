//! The proofs: what was claimed, compared with what was observed.

mod assumption;
mod claim;
mod contained;
mod fixed;
mod prove;
mod repeat;
mod reversible;

pub use assumption::{Answer, answers};
pub use claim::{Proof, Proofs};
pub use fixed::GONE_BEFORE;
pub use prove::{Case, prove};
pub use reversible::{Undo, reversible};
