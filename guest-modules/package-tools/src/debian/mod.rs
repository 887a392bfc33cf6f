//! Debian's family: dpkg(1), dpkg-query(1) and what stands on them.

pub(crate) mod alternatives;
pub(crate) mod debconf;
pub(crate) mod divert;
pub(crate) mod dpkg;
mod format;
mod list;
pub(crate) mod mark;
mod order;
pub(crate) mod query;
mod selections;
pub(crate) mod statoverride;
pub(crate) mod status;

/// The folder of dpkg's database (dpkg(1), FILES).
pub(crate) const FOLDER: &str = "/var/lib/dpkg";
