//! What validators say: their notes on a change, and whether a finding stands in a tree. Beside it what analyzers know of what hangs on it.

mod dependents;
mod judge;
mod neighbour;
mod note;
mod review;

pub use dependents::{Dependent, dependents};
pub use judge::{Standing, is_partly_gone, standing};
pub use neighbour::Neighbours;
pub use note::{Level, Note};
pub use review::{Changed, SELF_TEST, review};
