//! invitro tries every security fix in glass before it touches a living system.
//!
//! A finding and a fix go in. The fix runs in a WebAssembly sandbox on an overlay of the target's files; out come the exact
//! diff, the effects on services and packages, the proofs and a verdict. The rooms below stand in reading order: each uses
//! only rooms above it.

pub mod digest;
pub mod tree;
pub mod diff;
pub mod finding;
pub mod guest;
pub mod remediation;
pub mod sandbox;
pub mod exercise;
pub mod validate;
pub mod proof;
pub mod strain;
pub mod doubt;
pub mod gate;
pub mod evidence;
pub mod engine;
pub mod report;
pub mod apply;
pub mod change;
pub mod outbox;
pub mod store;
pub mod integration;
pub mod config;
pub mod cli;
