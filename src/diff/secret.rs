//! Which paths bear secrets: their content leaves the machine only as digests.

/// Names of files that hold secrets wherever they lie.
const NAMES: &[&str] = &[
    "shadow",
    "shadow-",
    "gshadow",
    "gshadow-",
    "opasswd",
    ".env",
    ".netrc",
    ".pgpass",
    ".my.cnf",
    ".git-credentials",
    ".htpasswd",
    ".npmrc",
    ".pypirc",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "credentials",
    "krb5.keytab",
    "master.key",
    "secrets.yml",
    "secrets.yaml",
    "chap-secrets",
    "pap-secrets",
    "sasl_passwd",
    "machine-id",
];

/// Endings of files that hold secrets.
const ENDINGS: &[&str] = &[".key", ".pem", ".p12", ".pfx", ".jks", ".keytab", ".kdbx", "_key", ".token", ".secret", ".psk"];

/// Folders all of whose files hold secrets.
const FOLDERS: &[&str] = &["/etc/ssl/private/", "/root/.aws/", "/root/.ssh/", "/var/lib/private/", "/run/secrets/", "/etc/NetworkManager/system-connections/"];

/// Answers whether the content of a path is secret, by its name.
pub fn is_secret(path: &[u8]) -> bool {
    let path = String::from_utf8_lossy(path);
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.trim_end_matches('~').trim_end_matches(".bak").trim_end_matches(".orig").trim_end_matches(".old");
    let listed = NAMES.contains(&stem) || stem.starts_with(".env.") || ENDINGS.iter().any(|it| stem.ends_with(it));
    let public = stem.ends_with(".pub") || stem == "authorized_keys" || stem == "known_hosts";
    !public && (listed || FOLDERS.iter().any(|it| path.starts_with(it)))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn tells_secret_paths() {
        for path in ["/etc/shadow", "/etc/shadow-", "/etc/ssh/ssh_host_ed25519_key", "/srv/app/.env.local", "/etc/ssl/private/x", "/etc/gshadow.bak"] {
            assert!(is_secret(path.as_bytes()), "{path}");
        }
        for path in ["/etc/passwd", "/etc/ssh/ssh_host_ed25519_key.pub", "/root/.ssh/authorized_keys", "/etc/ssh/sshd_config"] {
            assert!(!is_secret(path.as_bytes()), "{path}");
        }
    }
}
