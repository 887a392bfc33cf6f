//! One thing that a scanner says is wrong, in one normal form.

mod finding;

pub use finding::{AffectedPackage, Attribute, Finding, Location, Severity};
