//! The line: a finding and a fix go in, evidence comes out.

mod fix;
mod trial;

pub use fix::{Fixed, fix};
pub use trial::{Bench, trial};
