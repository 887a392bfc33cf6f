//! Names of algorithms that OpenSSH knows or knew (`ssh -Q cipher`, `mac`, `kex`, `key`, of versions 6.6 to 10.0), and lists of them.

use super::matching::pattern;

/// What the algorithms are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Cipher,
    Mac,
    Kex,
    Key,
}

#[rustfmt::skip]
const CIPHERS: &[&str] = &[
    "3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc", "rijndael-cbc@lysator.liu.se", "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com", "arcfour", "arcfour128", "arcfour256", "blowfish-cbc", "cast128-cbc",
];
#[rustfmt::skip]
const MACS: &[&str] = &[
    "hmac-sha1", "hmac-sha1-96", "hmac-sha2-256", "hmac-sha2-512", "hmac-md5", "hmac-md5-96", "umac-64@openssh.com", "umac-128@openssh.com", "hmac-sha1-etm@openssh.com",
    "hmac-sha1-96-etm@openssh.com", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com", "umac-64-etm@openssh.com",
    "umac-128-etm@openssh.com", "hmac-ripemd160", "hmac-ripemd160@openssh.com", "hmac-ripemd160-etm@openssh.com",
];
#[rustfmt::skip]
const KEXES: &[&str] = &[
    "diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha1", "diffie-hellman-group-exchange-sha256", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384", "ecdh-sha2-nistp521", "curve25519-sha256",
    "curve25519-sha256@libssh.org", "sntrup4591761x25519-sha512@tinyssh.org", "sntrup761x25519-sha512@openssh.com", "sntrup761x25519-sha512", "mlkem768x25519-sha256",
];
#[rustfmt::skip]
const KEYS: &[&str] = &[
    "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com", "ssh-dss", "ssh-dss-cert-v01@openssh.com", "ssh-rsa", "ssh-rsa-cert-v01@openssh.com",
    "rsa-sha2-256", "rsa-sha2-256-cert-v01@openssh.com", "rsa-sha2-512", "rsa-sha2-512-cert-v01@openssh.com", "webauthn-sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-1.3.132.0.10", "ssh-xmss@openssh.com",
];

impl Family {
    fn names(self) -> &'static [&'static str] {
        match self {
            Family::Cipher => CIPHERS,
            Family::Mac => MACS,
            Family::Kex => KEXES,
            Family::Key => KEYS,
        }
    }

    /// Answers whether a list will do: behind `+` and `^` as without, behind `-` anything; patterns only among names of keys.
    pub(super) fn accepts(self, list: &str) -> bool {
        if list.starts_with('-') {
            return true;
        }
        let plain = list.strip_prefix(['+', '^']).unwrap_or(list);
        let known = |name: &str| match self {
            Family::Key => self.names().iter().any(|it| pattern(it, name.trim_start_matches('!'))),
            _ => self.names().contains(&name),
        };
        !plain.is_empty() && plain.split(',').all(known)
    }
}

/// The list in effect: `+` adds to the default, `-` takes from it, `^` comes before it.
pub(super) fn assemble(default: &str, list: &str) -> String {
    let names = |text: &str| text.split(',').filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (given, usual) = (names(list.trim_start_matches(['+', '-', '^'])), names(default));
    let without = |all: &[String], taken: &[String]| all.iter().filter(|it| !taken.iter().any(|taken| pattern(it, taken))).cloned().collect::<Vec<_>>();
    let all = match list.as_bytes().first() {
        Some(b'+') => [usual.clone(), without(&given, &usual)].concat(),
        Some(b'-') => without(&usual, &given),
        Some(b'^') => [given.clone(), without(&usual, &given)].concat(),
        _ => return list.to_owned(),
    };
    all.join(",")
}
