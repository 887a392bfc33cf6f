//! One thing that a scanner says is wrong, in one normal form, and the reports that it is read from.
//!
//! To add a format: a file beside `trivy.rs` that makes a [`Report`], and how its text is known in `read.rs`.

mod error;
mod finding;
mod own;
mod read;
mod report;
mod sarif;
mod trivy;
mod value;
mod xccdf;

pub use error::Error;
pub use finding::{AffectedPackage, Attribute, Finding, Location, Severity};
pub use own::write;
pub use read::read;
pub use report::{Report, Skipped};
