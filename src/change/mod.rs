//! A change: a remediation on its way from a verdict to a machine and, if need be, back.
//!
//! Pure: no clock, no disk, no database. `decide` answers what happens when somebody asks for something, as events or as a refusal; a `Change` is what
//! its events make of it, and nothing else. `Rules` are what an operator laid down about it.
//!
//! To add an act: a variant of `Act` and what `decide` makes of it, a variant of `Event` and what `change.rs` makes of that; where it moves the change,
//! a `Step` in `step.rs`, whose table a test holds in full.

mod act;
mod actor;
mod change;
mod decide;
mod event;
mod inventory;
mod judged;
mod proposal;
mod quorum;
mod read_rules;
mod refusal;
mod rules;
mod state;
mod step;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_records;
#[cfg(test)]
mod tests_of_waves;
mod wave;
mod window;
mod word;

pub use act::Act;
pub use actor::{Actor, Role};
pub use change::{Approval, Broken, Change, Course, Said};
pub use decide::{decide, propose};
pub use event::{Entry, Event};
pub use inventory::{Hold, Inventory, InventoryError, Machine, Wave};
pub use judged::Judged;
pub use proposal::Proposal;
pub use quorum::{Standing, standing};
pub use read_rules::{RulesError, read_rules};
pub use refusal::Refusal;
pub use rules::{EffectRules, Rules};
pub use state::State;
pub use step::{Step, next};
pub use wave::{Next, next_wave};
pub use window::Window;
