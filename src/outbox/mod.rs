//! What is owed to the outside: one message to one target, and what has become of it.
//!
//! A [`Notice`] says what happened, the same for every target; what each of them makes of it is the affair of `integration`.

mod fingerprint;
mod notice;
mod reference;

pub use fingerprint::fingerprint;
pub use notice::{About, Asset, Fix, Happening, Member, Notice, Shown};
pub use reference::Reference;
