//! Versions of Debian packages (deb-version(7)).

use std::cmp::Ordering;

/// Compares two versions: epoch, upstream version, revision; `~` sorts before all, even the end.
pub fn compare(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| {
        let (epoch, rest) = text.split_once(':').map_or((0, text), |(epoch, rest)| (epoch.parse::<u64>().unwrap_or(0), rest));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (epoch, upstream.to_owned(), revision.to_owned())
    };
    let (a, b) = (parts(one), parts(other));
    a.0.cmp(&b.0).then_with(|| part(&a.1, &b.1)).then_with(|| part(&a.2, &b.2))
}

fn part(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    let weight = |byte: Option<&u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    while !one.is_empty() || !other.is_empty() {
        loop {
            let text = |it: &[u8]| it.first().is_some_and(|it| !it.is_ascii_digit());
            if !text(one) && !text(other) {
                break;
            }
            let order = weight(one.first()).cmp(&weight(other.first()));
            if order.is_ne() {
                return order;
            }
            (one, other) = (one.get(1..).unwrap_or_default(), other.get(1..).unwrap_or_default());
        }
        let digits = |it: &[u8]| it.iter().take_while(|it| it.is_ascii_digit()).count();
        let (a, b) = (digits(one), digits(other));
        let number = |it: &[u8]| it.iter().skip_while(|it| **it == b'0').copied().collect::<Vec<u8>>();
        let (left, right) = (number(&one[..a]), number(&other[..b]));
        let order = left.len().cmp(&right.len()).then_with(|| left.cmp(&right));
        if order.is_ne() {
            return order;
        }
        (one, other) = (&one[a..], &other[b..]);
    }
    Ordering::Equal
}

/// Finds the installed version of a package in `/var/lib/dpkg/status` (deb-control(5) stanzas).
pub fn installed(status: &str, name: &str) -> Option<String> {
    status.split("\n\n").find_map(|stanza| {
        let field = |key: &str| stanza.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':').map(str::trim));
        (field("Package") == Some(name) && field("Status").is_some_and(|it| it.ends_with(" installed"))).then(|| field("Version").unwrap_or_default().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{compare, installed};

    #[test]
    fn agrees_with_deb_version() {
        let smaller = [("1.0", "1.1"), ("1.0~rc1", "1.0"), ("1.0-1", "1.0-1+deb12u1"), ("9", "10"), ("1.0a", "1.0+"), ("2.36-9+deb12u9", "2.36-9+deb12u10"), ("2.0", "1:0.1")];
        for (one, other) in smaller {
            assert!(compare(one, other).is_lt(), "{one} {other}");
            assert!(compare(other, one).is_gt(), "{other} {one}");
        }
        assert!(compare("1.00", "1.0").is_eq());
    }

    #[test]
    fn finds_what_is_installed() {
        let status = "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 2\n";
        assert_eq!((installed(status, "a").as_deref(), installed(status, "b")), (Some("1"), None));
    }
}
