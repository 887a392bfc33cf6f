//! Secrets that a fix writes in clear where others may read them.

use std::collections::BTreeSet;

use super::Doubted;
use crate::{
    diff::{self, Change, is_secret},
    guest::Doubt,
    tree::FileType,
};

/// Names whose values are secrets, as configuration has them; compared without case, `_` and `-`.
const NAMES: [&str; 12] =
    ["password", "passwd", "passphrase", "secret", "secretkey", "apikey", "accesskey", "authtoken", "token", "privatekey", "clientsecret", "bindpw"];

/// Values that are none: settings, not secrets.
const PLAIN: [&str; 14] = ["yes", "no", "on", "off", "true", "false", "none", "null", "required", "optional", "sufficient", "prompt", "disabled", "enabled"];

/// Most bytes of a file that are looked at.
const MOST_BYTES: u64 = 1 << 20;

/// Says which files others may read hold a new secret. What the secret is, is not said.
pub(super) fn in_clear(of: &Doubted<'_>) -> Vec<Doubt> {
    let found = of.changes.iter().filter(|it| is_open(it)).filter_map(|it| new_secret(of, it).map(|what| (it, what)));
    let told = |(change, (line, what)): (&Change, (usize, String))| {
        let message = format!("line {line} of {} sets {what} in clear, and every user may read it", String::from_utf8_lossy(&change.path));
        Doubt { code: "secret-in-clear".into(), line: None, message }
    };
    found.map(told).collect()
}

/// A file that others may read, and whose content a report would show.
fn is_open(change: &Change) -> bool {
    let open = |it: &diff::FileState| it.kind == FileType::Regular && it.mode & 0o004 != 0 && it.size <= MOST_BYTES;
    change.after.as_ref().is_some_and(open) && !is_secret(&change.path)
}

fn new_secret(of: &Doubted<'_>, change: &Change) -> Option<(usize, String)> {
    let read = |tree: &crate::tree::Tree| tree.read_all(&change.path).map(|it| it.to_vec()).unwrap_or_default();
    let (old, new) = (read(of.before), read(&of.run.after));
    let (old, new) = (String::from_utf8_lossy(&old).into_owned(), String::from_utf8_lossy(&new).into_owned());
    let had: BTreeSet<&str> = old.lines().collect();
    new.lines().enumerate().filter(|(_, it)| !had.contains(it)).find_map(|(at, line)| Some((at + 1, secret_of(line)?)))
}

/// The name of the secret that a line sets, if it sets one: `name = value` or `name: value`, or a hash of crypt(5).
fn secret_of(line: &str) -> Option<String> {
    if !diff::secrets(line.as_bytes()).is_empty() {
        return Some("a hash of a password".into());
    }
    let line = line.trim();
    if line.starts_with(['#', ';', '/', '<']) {
        return None;
    }
    let (name, value) = line.split_once(['=', ':'])?;
    let name = name.trim().trim_matches(['"', '\'']).rsplit([' ', '.', '\t']).next()?;
    let value = value.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    let plain: String = name.chars().filter(|it| !matches!(it, '_' | '-')).flat_map(char::to_lowercase).collect();
    let is_named = NAMES.iter().any(|it| plain == *it || plain.ends_with(it) && plain.len() <= it.len() + 12);
    let is_value = value.len() >= 4
        && !value.contains(char::is_whitespace)
        && !value.starts_with(['$', '<', '{', '/', '%', '@', '*'])
        && value.parse::<i64>().is_err()
        && !PLAIN.contains(&value.to_lowercase().as_str());
    (is_named && is_value).then(|| format!("`{name}`"))
}

#[cfg(test)]
mod tests {
    use super::secret_of;

    #[test]
    fn tells_secrets_from_settings() {
        for line in ["password = hunter2", "  db_password: \"s3cr3tpw\",", "export API_KEY=abcd1234"] {
            assert!(secret_of(line).is_some(), "{line}");
        }
        for line in [
            "PasswordAuthentication no",
            "password requisite pam_pwquality.so retry=3",
            "# password = hunter2",
            "passwd: files systemd",
            "password = $DB_PASSWORD",
            "password_file = /etc/x",
            "PASS_MAX_DAYS=90",
            "token = yes",
        ] {
            assert_eq!(secret_of(line), None, "{line}");
        }
    }
}
