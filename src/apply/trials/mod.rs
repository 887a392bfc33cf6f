//! Applications on real folders: laws for random changes, each kind made of each other, kills at every boundary, and others who edit
//! meanwhile.

#![expect(clippy::print_stderr, reason = "what is skipped is said")]

mod cells;
mod exports;
mod killed;
mod laws;
mod race;
mod refusals;
mod world;
