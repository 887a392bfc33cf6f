//! Evidence as people and programs read it. What comes from a stranger is neutralised in each form.
//!
//! To add a format: a file beside `text.rs`, and a line in the command line's `Format`. To add a code: a page in
//! `codes.toml`.

mod attributes;
mod canonical;
mod code;
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

pub use code::{Page, codes, nearest};
pub use html::html;
pub use json::{list, one, schema};
pub use junit::junit;
pub use list::List;
pub use markdown::{github, markdown};
pub(crate) use neutral::lines as neutral;
pub use sarif::sarif;
pub use text::{summary, text};
