//! What the tests share: trees in memory, cases by chance, and what the real tools make of a case.

#![allow(dead_code, reason = "each test uses a part")]

#[path = "../../../gnu-patch/tests/support/generate.rs"]
pub mod generate;
pub mod make;
pub mod steps;
pub mod tools;
pub mod world;

/// What lies at a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Laid {
    File(Vec<u8>, u32),
    Link(Vec<u8>),
    Folder(u32),
}

/// A case of the generator that is shared: its words are not used here.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub words: Vec<String>,
    pub files: Vec<(String, Laid)>,
    pub patch: Vec<u8>,
}
