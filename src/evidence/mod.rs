//! The bundle that a verdict rests on: all that reports print and deliveries carry, with the digests that bind it.

mod described;
mod evidence;

pub use described::{Described, describe};
pub use evidence::{Evidence, Laid, Part};
