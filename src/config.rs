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

/// Returns where changes are recorded unless somebody says otherwise: `XDG_DATA_HOME/invitro/invitro.db`, else `~/.local/share/invitro/invitro.db` (XDG
/// Base Directory Specification); none where the environment names no home.
pub fn store_file() -> Option<PathBuf> {
    folder("XDG_DATA_HOME", ".local/share").map(|it| it.join("invitro/invitro.db"))
}

/// Returns where plans and journals of changes are whose store is a server's: beside the file that a store would be.
pub fn premises() -> Option<PathBuf> {
    folder("XDG_DATA_HOME", ".local/share").map(|it| it.join("invitro/server.d"))
}

/// Returns the operator's own configuration, where there is one: `XDG_CONFIG_HOME/invitro/invitro.toml`, else `~/.config/invitro/invitro.toml`.
pub fn configuration() -> Option<PathBuf> {
    folder("XDG_CONFIG_HOME", ".config").map(|it| it.join("invitro/invitro.toml")).filter(|it| it.exists())
}

fn folder(name: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    absolute(name).or_else(|| absolute("HOME").map(|it| it.join(below_home)))
}

/// Returns the token by which somebody says who they are: `INVITRO_TOKEN`. It is taken from the environment, as words of a command are seen by all.
pub fn token() -> Option<secrecy::SecretString> {
    env::var("INVITRO_TOKEN").ok().filter(|it| !it.is_empty()).map(Into::into)
}

/// Returns the name of the system's user; the one behind `sudo` where root acts for somebody. A number that has no name stands as `uid:1000`.
pub fn user() -> String {
    let mut number = rustix::process::geteuid().as_raw();
    if number == 0 {
        number = env::var("SUDO_UID").ok().and_then(|it| it.parse().ok()).unwrap_or(number);
    }
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(number, &accounts).map_or_else(|| format!("uid:{number}"), str::to_owned)
}

/// Finds the name of a user in the form of passwd(5).
fn name_of(number: u32, accounts: &str) -> Option<&str> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|it| !it.is_empty())?;
        (fields.nth(1)?.parse() == Ok(number)).then_some(name)
    })
}

/// Returns the program that runs, which compiles modules in a process of its own.
pub fn own_program() -> std::io::Result<PathBuf> {
    env::current_exe()
}

/// Returns a variable of the environment that the configuration names, such as one that holds a token.
pub fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_user_is_found_by_number() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\nbroken\nada:x:1000:1000::/home/ada:/bin/sh\n";
        assert_eq!(name_of(1000, accounts), Some("ada"));
        assert_eq!(name_of(0, accounts), Some("root"));
        assert_eq!(name_of(7, accounts), None);
    }
}
