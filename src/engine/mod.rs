//! The line: a finding and a fix go in, evidence comes out.

mod batch;
mod fix;
mod trial;

pub use batch::{Commutes, Members, Pair, commutes};
pub use fix::{Fixed, fix};
pub use trial::{Bench, trial, trial_among};
