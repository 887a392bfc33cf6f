//! Content addresses: SHA-256 (FIPS 180-4), written `sha256:<hex>`.

use std::fmt;

use sha2::Digest as _;

/// The SHA-256 of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(sha2::Sha256::digest(bytes).into())
    }

    /// Returns the digest of what was given to a hasher bit by bit.
    pub(crate) fn finish(hasher: sha2::Sha256) -> Digest {
        Digest(hasher.finalize().into())
    }

    /// Takes a digest that was made before, of bytes that are known.
    pub fn from_bytes(digest: [u8; 32]) -> Digest {
        Digest(digest)
    }

    /// Reads 64 hex digits, with or without `sha256:` before them.
    pub fn of_hex(text: &str) -> Option<Digest> {
        let hex = text.strip_prefix("sha256:").unwrap_or(text);
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = hex.get(2 * at..2 * at + 2).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        (hex.len() == 64).then_some(Digest(bytes))
    }

    /// Returns the 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Returns the 64 lower-case hex digits.
    pub fn hex(&self) -> String {
        self.0.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|it| char::from_digit(u32::from(it), 16)).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    #[test]
    fn what_is_written_is_read() {
        let digest = Digest::of(b"abc");
        assert_eq!(Digest::of_hex(&digest.to_string()), Some(digest));
        assert_eq!(Digest::of_hex(&digest.hex()), Some(digest));
        for wrong in ["", "sha256:", "ba78", &format!("{}0", digest.hex()), &digest.hex().replace('b', "é"), &digest.hex().replace('b', "+")] {
            assert_eq!(Digest::of_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn agrees_with_fips_180_4() {
        assert_eq!(Digest::of(b"abc").to_string(), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
