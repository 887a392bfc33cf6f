//! One module alone, on a case: how its author tests it, and how the hostile suite tries to break the host with it.
//!
//! A case is what a module of any role could be asked about; a folder holds one. The answer is plain JSON, so that it can be compared
//! with what was expected.

mod case;
mod error;
mod exercise;
mod read;
mod told;

pub use case::Case;
pub use error::Error;
pub use exercise::{Exercised, exercise};
pub use read::{expected, read};
