//! Applications on real folders: laws for random changes, each kind made of each other, kills at every boundary, and others who edit
//! meanwhile.

mod cells;
mod killed;
mod laws;
mod race;
mod refusals;
mod world;
