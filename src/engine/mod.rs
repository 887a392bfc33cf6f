//! The line: a finding and a fix go in, evidence comes out.

mod batch;
mod coverage;
mod fix;
mod learn;
mod trial;

pub use batch::{Commutes, Members, commutes};
pub use coverage::{Cover, Covered, coverage};
pub use fix::{Fixed, fix};
pub use learn::{Learnt, learn};
pub use trial::{Bench, trial, trial_among};
