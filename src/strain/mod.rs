//! Strains: a fix under worse luck than its first run had. A kill between two of its changes, a disk that is full, a target that looks a
//! little otherwise, another mask or locale, another order. They are asked for one by one, and what they show are doubts: the policy says
//! which of them block.
//!
//! To add a strain: a file that makes a [`Strain`], a field of [`Wanted`], and its line in `strain`.

mod failures;
mod kills;
mod mutate;
mod order;
mod strain;
mod surroundings;
mod torn;
mod variants;

pub use order::{Batch, Pair, Paired};
pub use strain::{Strain, StrainCase, Strained, Wanted, doubts, strain};
