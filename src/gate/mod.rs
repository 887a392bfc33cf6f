//! The gate: a policy, and the verdict that it gives on what was observed.
//!
//! To add a rule: a file beside `harm.rs` that pushes reasons, and its call in `decide.rs`.

mod approval;
mod decide;
mod harm;
mod outcome;
mod policy;
mod read_policy;
mod unknown;
mod verdict;

pub use decide::{Judged, decide};
pub use outcome::{Outcome, outcome};
pub use policy::Policy;
pub use read_policy::{PolicyError, Problem, policy_of, read_policy};
pub use verdict::{Reason, Verdict};
