//! The line: a finding and a fix go in, evidence comes out.

mod trial;

pub use trial::{Bench, trial};
