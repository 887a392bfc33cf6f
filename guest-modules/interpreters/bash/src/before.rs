//! What is looked at before any tool runs: options that were not read.

use crate::{kernel::Kernel, tools};

/// Owns up to an option that nobody read.
pub(crate) fn look(kernel: &Kernel, name: &str, args: &[String]) {
    if let Some(option) = tools::unknown_option(name, args) {
        tools::unmodelled(name, args, tools::line(kernel, name, args), &format!("the option `{option}` of {name} is not modelled"));
    }
}
