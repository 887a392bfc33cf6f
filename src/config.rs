//! What the environment says. No other room reads it.

use std::{env, path::PathBuf};

/// Returns where compiled modules are kept: `INVITRO_CACHE`, else `XDG_CACHE_HOME/invitro`, else `~/.cache/invitro` (XDG Base
/// Directory Specification); none where the environment names no home.
pub fn cache_folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    absolute("INVITRO_CACHE")
        .or_else(|| absolute("XDG_CACHE_HOME").map(|it| it.join("invitro")))
        .or_else(|| absolute("HOME").map(|it| it.join(".cache/invitro")))
}

/// Returns the program that runs, which compiles modules in a process of its own.
pub fn own_program() -> std::io::Result<PathBuf> {
    env::current_exe()
}

/// Returns a variable of the environment that the configuration names, such as one that holds a token.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}
