//! Debian's family: dpkg(1), dpkg-query(1) and what stands on them.

pub(crate) mod dpkg;
mod format;
mod list;
pub(crate) mod query;
pub(crate) mod status;

/// The folder of dpkg's database (dpkg(1), FILES).
pub(crate) const FOLDER: &str = "/var/lib/dpkg";
