//! The shell's grammar (bash(1), SHELL GRAMMAR and EXPANSION): text to commands and words.

mod alias;
mod parse;
mod tree;
mod words;

pub use parse::{Parser, Wrong};
pub use tree::*;
