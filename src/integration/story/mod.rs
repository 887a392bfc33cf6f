//! What is said to people, in blocks that each target writes in its own markup: nothing of a stranger is markup.

mod clean;
mod compose;
mod fit;
mod markdown;
mod markup;
mod adf;
mod wiki;

pub(super) use adf::adf;
pub(super) use clean::{cut, line, prose};
pub(super) use compose::{compose, summary};
pub(super) use fit::fit;
pub(super) use markdown::markdown;
pub(super) use markup::{html, plain};
pub(super) use wiki::wiki;

/// A piece of what is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// The first line.
    Headline(String),
    /// A paragraph, perhaps of several lines.
    Paragraph(String),
    /// Names with values.
    Facts(Vec<(&'static str, String)>),
    /// A list with a title; so many items more were left out.
    List(&'static str, Vec<String>, usize),
    /// The diff.
    Diff(String),
    /// A page.
    Link(&'static str, String),
}
