//! The name under which every target knows one finding, on one asset, with one remediation.

use crate::digest::Digest;

/// Returns 64 hex digits: the SHA-256 of finding, asset, remediation and target instance, each with its length before it.
///
/// Without the lengths `web` + `01x` and `web01` + `x` would be one thing. The target instance is in it so that two instances of
/// one product (a test and a live Jira) never take each other's tickets for their own.
pub fn fingerprint(finding: &str, asset: &str, remediation: &str, target: &str) -> String {
    let mut bytes = Vec::new();
    for part in [finding, asset, remediation, target] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part.as_bytes());
    }
    Digest::of(&bytes).hex()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_eq!(fingerprint("a", "b", "c", "d").len(), 64);
        assert_ne!(fingerprint("ab", "c", "d", "e"), fingerprint("a", "bc", "d", "e"));
        assert_eq!(fingerprint("a", "b", "c", "d"), "d576b8b53d6d1c38b59c0423b12c72bedf55396feef884636d6dfb373f09a757");
    }
}
