//! Where a store is.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};

/// Where a store is.
#[derive(Clone, Debug)]
pub enum Location {
    /// A file of SQLite.
    File(PathBuf),
    /// A database of PostgreSQL by its URL, which may hold a password.
    Server(SecretString),
}

impl Location {
    /// Reads what a user names: a URL that begins with `postgres://` or `postgresql://`, else a path.
    pub fn parse(text: &str) -> Location {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Location::Server(text.to_owned().into())
        } else {
            Location::File(Path::new(text).to_path_buf())
        }
    }
}

impl fmt::Display for Location {
    /// Writes the place as it is told to people: without the password and without what stands behind `?`, where one may stand too.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::File(path) => write!(out, "{}", path.display()),
            Location::Server(url) => match url::Url::parse(url.expose_secret()) {
                Ok(mut url) => {
                    let is_plain = url.set_password(None).is_ok();
                    url.set_query(None);
                    if is_plain { write!(out, "{url}") } else { write!(out, "postgres://…") }
                }
                Err(_) => write!(out, "postgres://…"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn a_place_is_told_without_its_password() {
        let told = |text: &str| Location::parse(text).to_string();
        assert_eq!(told("postgres://ada:hunter2@db.example/changes?password=hunter3"), "postgres://ada@db.example/changes");
        assert_eq!(told("postgres://ada:hunter2@:bad"), "postgres://…");
        assert_eq!(told("/var/lib/invitro.db"), "/var/lib/invitro.db");
        assert_eq!(format!("{:?}", Location::parse("postgres://ada:hunter2@db/x")).matches("hunter2").count(), 0);
    }
}
