//! A plan in forms that others carry out: a patch, an Ansible playbook, a commit on a branch, a bundle. Each says what it can't hold.
//!
//! Secrets stay home: what bears secrets goes into no patch and no commit; a playbook and a bundle have it in files for their owner alone.
//!
//! To add a form: a file beside `patch.rs`, and what it can't hold in `lost.rs`.

mod branch;
mod bundle;
mod lost;
mod patch;
mod playbook;

pub use branch::{Commit, Message, branch};
pub use bundle::bundle;
pub use patch::{Patch, patch};
pub use playbook::playbook;
