//! Lays a tried change on a living directory: journaled, verified, reversible. It knows no database and no configuration.
//!
//! - [`prepare_trial`] makes a [`Plan`] from the evidence of a trial, [`prepare()`] from its parts, in a folder of its own (0700): what will be written with its content, what must be there
//!   before, which effects are owed. [`Plan::load`] reads it again; [`Plan::digest`] binds it.
//! - [`carry_out`] checks that every path is as it was tried, takes snapshots, writes, verifies, and runs effects or leaves them
//!   ([`Effects`]). It needs a new folder for its journal, outside of the target. On any failure the target is as before ([`Error::RolledBack`]).
//! - A process that was killed leaves each path old or new; [`resume`] finishes, [`abort`] takes back.
//! - [`roll_back()`] takes a finished application back, from its journal, with a journal of its own. It refuses where a path changed since,
//!   or merges ([`Since`]).
//!
//! - [`export`] has forms that others carry out: a patch, a playbook, a branch, a bundle.
//!
//! A path is replaced by a file made beside it and an exchange of both names (renameat2(2)); what was swapped out must be what was tried, or
//! it gets its place back: so an edit of others is never overwritten. What stays as it is but for owner, mode and attributes keeps its inode,
//! as daemons may have it open. No link is followed on the way to any path.
//!
//! What remains: who has a file open to write, and writes after it was swapped out and looked at, writes into a file without a name.

mod ask;
mod blobs;
mod carry;
mod dress;
mod effect;
mod error;
pub mod export;
mod from_trial;
mod journal;
mod look;
mod make;
mod outcome;
mod pace;
mod plan;
mod precondition;
mod prepare;
mod reserve;
mod roll_back;
mod root;
mod script;
#[cfg(test)]
mod trials;
mod undo;
mod wire;
mod work;

pub use ask::{check, differing, has_begun};
pub use carry::{abort, carry_out, resume};
pub use effect::{Effects, Executor, Ran};
pub use error::{Drift, Error};
pub use from_trial::prepare_trial;
pub use outcome::{Applied, Compared, Effected, Standing};
pub use plan::{Expected, Owed, Plan, Planned};
pub use prepare::{Case, prepare};
pub use roll_back::{Conflict, Since, roll_back};
