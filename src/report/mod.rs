//! Evidence as people and programs read it. What comes from a stranger is neutralised in each form.
//!
//! To add a format: a file beside `text.rs` with a `Shape`, a variant of `Form`, and a line in the command line's `Format`. To add a code: a page in
//! `codes.toml`.

mod again;
mod attributes;
mod canonical;
mod code;
mod form;
#[cfg(test)]
mod hostile;
mod html;
mod json;
mod junit;
mod list;
mod markdown;
mod neutral;
mod sarif;
mod text;

pub use again::with_history;
pub use code::{Page, codes, nearest};
pub use form::{Flowing, Form, Growing, whole};
pub use json::{digest, one, print, schema};
pub use list::{Ending, Sums};
pub(crate) use neutral::{line as neutral_line, lines as neutral};
pub use text::text;
