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

/// What crypt(5) calls its methods.
const METHODS: [&[u8]; 11] = [b"1", b"2a", b"2b", b"2y", b"5", b"6", b"7", b"y", b"gy", b"md5", b"sha1"];

/// Letters behind the method that make it a hash and no variable of a script.
const LEAST_HASH: usize = 20;

/// Returns where secrets lie in a text: hashes of passwords (crypt(5)) behind their method, and private keys (RFC 7468) whole.
pub fn secrets(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if let Some(length) = hash(rest) {
            found.push(at + length.start..at + length.end);
            at += length.end;
        } else if let Some(length) = key(rest) {
            found.push(at..at + length);
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

/// What follows `$6$` where a hash begins.
fn hash(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let rest = text.strip_prefix(b"$")?;
    let method = METHODS.iter().find(|it| rest.strip_prefix(**it).is_some_and(|it| it.starts_with(b"$")))?;
    let start = method.len() + 2;
    let length = text[start..].iter().take_while(|it| it.is_ascii_alphanumeric() || b"./$=,+-".contains(it)).count();
    (length >= LEAST_HASH).then(|| start..start + length)
}

/// The length of a private key that begins here; one without an end reaches to the end of the text.
fn key(text: &[u8]) -> Option<usize> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const MARK: &[u8] = b"PRIVATE KEY-----";
    let head = text.strip_prefix(BEGIN)?;
    let mark = head.iter().take(64).take_while(|it| **it != b'\n').count().min(head.len());
    let within = &head[..(mark + MARK.len()).min(head.len())];
    let first = find(within, MARK)? + BEGIN.len() + MARK.len();
    let last = find(&text[first..], MARK).map(|it| first + it + MARK.len());
    Some(last.unwrap_or(text.len()))
}

fn find(text: &[u8], words: &[u8]) -> Option<usize> {
    text.windows(words.len()).position(|it| it == words)
}

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
    fn hashes_and_keys_are_found_in_any_text() {
        let check = |text: &str| super::secrets(text.as_bytes()).into_iter().map(|it| text[it].to_owned()).collect::<Vec<_>>();
        assert_eq!(check("root:$6$saltsalt$abcdefghij/ABCDEF.0123456789:19000:0\n"), ["saltsalt$abcdefghij/ABCDEF.0123456789"]);
        assert_eq!(check("usermod -p '$y$j9T$abcdefghij$0123456789' a"), ["j9T$abcdefghij$0123456789"]);
        assert_eq!(check("awk '{print $1$2}' \"$1$HOME/x\" $6$a$b"), [""; 0]);
        let key = "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----";
        assert_eq!(check(&format!("a\n{key}\nb")), [key]);
        assert_eq!(check("x -----BEGIN PRIVATE KEY-----\nabc"), ["-----BEGIN PRIVATE KEY-----\nabc"], "a cut one too");
        assert_eq!(check("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n"), [""; 0]);
    }

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
