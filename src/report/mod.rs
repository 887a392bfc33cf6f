//! Evidence as people and programs read it. What comes from a stranger is neutralised in each form.
//!
//! To add a format: a file beside `text.rs`, and a line in the command line's `Format`.

mod canonical;
mod json;
mod neutral;
mod text;

pub use json::{one, schema};
pub use text::text;
