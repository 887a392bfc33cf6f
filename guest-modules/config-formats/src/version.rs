//! Versions of packages: Debian's (deb-version(7)) and Red Hat's (rpm-version(7)).

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

/// Compares two versions of RPM packages: epoch, version, release; `~` sorts before all, `^` after the end and before all else.
pub fn compare_rpm(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| {
        let (epoch, rest) = text.split_once(':').map_or((0, text), |(epoch, rest)| (epoch.parse::<u64>().unwrap_or(0), rest));
        let (version, release) = rest.split_once('-').map_or((rest, None), |it| (it.0, Some(it.1)));
        (epoch, version.to_owned(), release.map(str::to_owned))
    };
    let (a, b) = (parts(one), parts(other));
    // A release that one of them does not name says nothing.
    let release = a.2.zip(b.2).map_or(Ordering::Equal, |(a, b)| segments(&a, &b));
    a.0.cmp(&b.0).then_with(|| segments(&a.1, &b.1)).then(release)
}

/// rpmvercmp of rpm's rpmvercmp.c: runs of digits and of letters, what is between them only parts them.
fn segments(one: &str, other: &str) -> Ordering {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let parts = |it: &u8| !it.is_ascii_alphanumeric() && !matches!(it, b'~' | b'^');
        one = &one[one.iter().take_while(|it| parts(it)).count()..];
        other = &other[other.iter().take_while(|it| parts(it)).count()..];
        match (one.first(), other.first()) {
            (None, None) => return Ordering::Equal,
            (Some(b'~'), Some(b'~')) | (Some(b'^'), Some(b'^')) => (one, other) = (&one[1..], &other[1..]),
            (Some(b'~'), _) => return Ordering::Less,
            (_, Some(b'~')) => return Ordering::Greater,
            (Some(b'^'), None) => return Ordering::Greater,
            (None, Some(b'^')) => return Ordering::Less,
            (Some(b'^'), Some(_)) => return Ordering::Less,
            (Some(_), Some(b'^')) => return Ordering::Greater,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(first), Some(second)) => {
                let number = first.is_ascii_digit();
                // A number is later than a word.
                if number != second.is_ascii_digit() {
                    return if number { Ordering::Greater } else { Ordering::Less };
                }
                let run = |it: &[u8]| it.iter().take_while(|it| if number { it.is_ascii_digit() } else { it.is_ascii_alphabetic() }).count();
                let (a, b) = (run(one), run(other));
                let plain = |it: &[u8]| it.iter().skip_while(|it| number && **it == b'0').copied().collect::<Vec<u8>>();
                let (left, right) = (plain(&one[..a]), plain(&other[..b]));
                let order = if number { left.len().cmp(&right.len()).then_with(|| left.cmp(&right)) } else { left.cmp(&right) };
                if order.is_ne() {
                    return order;
                }
                (one, other) = (&one[a..], &other[b..]);
            }
        }
    }
}

/// The version that heals: of several, one for each line of releases, the first one after what the scanner saw; the last of all
/// where none is after it.
pub fn healing(fixed: &str, seen: &str, compare: fn(&str, &str) -> Ordering) -> Option<String> {
    let mut versions: Vec<&str> = fixed.split([',', ' ']).map(str::trim).filter(|it| !it.is_empty()).collect();
    versions.sort_by(|a, b| compare(a, b));
    let later = versions.iter().find(|it| !seen.is_empty() && compare(it, seen).is_gt());
    let chosen = if seen.is_empty() { versions.first() } else { later.or(versions.last()) };
    chosen.map(|it| (*it).to_owned())
}

/// Answers whether a package is held back in `/var/lib/dpkg/status` (dpkg(1), --set-selections).
pub fn is_held(status: &str, name: &str) -> bool {
    status.split("\n\n").any(|stanza| {
        let has = |line: &str| stanza.lines().any(|it| it == line);
        has(&format!("Package: {name}")) && stanza.lines().any(|it| it.starts_with("Status: hold "))
    })
}

/// Finds the installed version of a package in `/var/lib/dpkg/status` (deb-control(5) stanzas).
pub fn installed(status: &str, name: &str) -> Option<String> {
    status.split("\n\n").find_map(|stanza| {
        let field = |key: &str| stanza.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':').map(str::trim));
        (field("Package") == Some(name) && field("Status").is_some_and(|it| it.ends_with(" installed")))
            .then(|| field("Version").unwrap_or_default().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{compare, compare_rpm, healing, installed, is_held};

    #[test]
    fn agrees_with_deb_version() {
        let smaller = [
            ("1.0", "1.1"),
            ("1.0~rc1", "1.0"),
            ("1.0-1", "1.0-1+deb12u1"),
            ("9", "10"),
            ("1.0a", "1.0+"),
            ("2.36-9+deb12u9", "2.36-9+deb12u10"),
            ("2.0", "1:0.1"),
        ];
        for (one, other) in smaller {
            assert!(compare(one, other).is_lt(), "{one} {other}");
            assert!(compare(other, one).is_gt(), "{other} {one}");
        }
        assert!(compare("1.00", "1.0").is_eq());
    }

    #[test]
    fn agrees_with_rpm() {
        // Cases of rpm's own suite (tests/rpmvercmp.at).
        let smaller = [
            ("1.0", "2.0"),
            ("2.0", "2.0.1"),
            ("5.5p1", "5.5p2"),
            ("5.5p1", "5.5p10"),
            ("xyz10", "10xyz"),
            ("xyz.4", "8"),
            ("xyz.4", "2"),
            ("5.5p2", "5.6p1"),
            ("5.6p1", "6.5p1"),
            ("6.0.rc1", "6.0"),
            ("10a2", "10b2"),
            ("1.0a", "1.0aa"),
            ("10.0001", "10.0039"),
            ("4.999.9", "5.0"),
            ("20101121", "20101122"),
            ("1.0~rc1", "1.0"),
            ("1.0~rc1", "1.0~rc2"),
            ("1.0", "1.0^"),
            ("1.0^git1", "1.0^git2"),
            ("1.0^git1", "1.01"),
            ("1.0^20160101", "1.0.1"),
            ("1.0~rc1", "1.0~rc1^git1"),
            ("2.0-1.el8", "2.0-2.el8"),
            ("9.9-9", "1:0.1-1"),
        ];
        let reversed = [("6.0.rc1", "6.0")];
        for (one, other) in smaller {
            let (one, other) = if reversed.contains(&(one, other)) { (other, one) } else { (one, other) };
            assert!(compare_rpm(one, other).is_lt(), "{one} {other}");
            assert!(compare_rpm(other, one).is_gt(), "{other} {one}");
        }
        for (one, other) in [("2_0", "2.0"), ("10.0001", "10.1"), ("a+", "a_"), ("1.0-1.el8", "1.0")] {
            assert!(compare_rpm(one, other).is_eq(), "{one} {other}");
        }
    }

    #[test]
    fn several_versions_heal() {
        let check = |fixed: &str, seen: &str| healing(fixed, seen, compare).unwrap_or_default();
        assert_eq!(check("1.3~x, 1.2", "1.1"), "1.2");
        assert_eq!(check("1.2, 1.3~x", "1.2"), "1.3~x");
        assert_eq!((check("1.2", ""), check("", "1")), ("1.2".to_owned(), String::new()));
        assert_eq!(check("1.2, 1.3", "2"), "1.3");
    }

    #[test]
    fn finds_what_is_held() {
        let status = "Package: a\nStatus: hold ok installed\nVersion: 1\n\nPackage: b\nStatus: install ok installed\nVersion: 2\n";
        assert_eq!((is_held(status, "a"), is_held(status, "b")), (true, false));
    }

    #[test]
    fn finds_what_is_installed() {
        let status = "Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\nStatus: deinstall ok config-files\nVersion: 2\n";
        assert_eq!((installed(status, "a").as_deref(), installed(status, "b")), (Some("1"), None));
    }
}
