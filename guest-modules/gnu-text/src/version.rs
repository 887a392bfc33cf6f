//! The order of versions that `sort -V` and `ls -v` have (gnulib's filevercmp).

use std::cmp::Ordering::{self, Equal, Greater, Less};

/// Compares two names by the versions in them.
pub fn compare(one: &[u8], other: &[u8]) -> Ordering {
    match (one.is_empty(), other.is_empty()) {
        (true, true) => return Equal,
        (true, false) => return Less,
        (false, true) => return Greater,
        _ => {}
    }
    let rank = |it: &[u8]| match it {
        b"." => 0,
        b".." => 1,
        [b'.', ..] => 2,
        _ => 3,
    };
    let (left, right) = (rank(one), rank(other));
    if left != right || left < 2 {
        return left.cmp(&right);
    }
    let (short, less) = (&one[..prefix(one)], &other[..prefix(other)]);
    parts(short, less).then_with(|| parts(one, other))
}

/// The length of a name without its suffixes, `(\.[A-Za-z~][A-Za-z0-9~]*)*$`.
fn prefix(name: &[u8]) -> usize {
    let letter = |it: &u8| it.is_ascii_alphabetic() || *it == b'~';
    let mut at = 0;
    loop {
        if at == name.len() {
            return 0;
        }
        at += 1;
        let length = at;
        while at + 1 < name.len() && name[at] == b'.' && letter(&name[at + 1]) {
            at += 2;
            while at < name.len() && (letter(&name[at]) || name[at].is_ascii_digit()) {
                at += 1;
            }
        }
        if at == name.len() {
            return length;
        }
    }
}

fn order(text: &[u8], at: usize) -> i32 {
    match text.get(at) {
        None => -1,
        Some(it) if it.is_ascii_digit() => 0,
        Some(it) if it.is_ascii_alphabetic() => i32::from(*it),
        Some(b'~') => -2,
        Some(it) => i32::from(*it) + 256,
    }
}

fn parts(one: &[u8], other: &[u8]) -> Ordering {
    let digit = |text: &[u8], at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let (mut i, mut j) = (0, 0);
    while i < one.len() || j < other.len() {
        while i < one.len() && !digit(one, i) || j < other.len() && !digit(other, j) {
            let (left, right) = (order(one, i), order(other, j));
            if left != right {
                return left.cmp(&right);
            }
            i += 1;
            j += 1;
        }
        while one.get(i) == Some(&b'0') {
            i += 1;
        }
        while other.get(j) == Some(&b'0') {
            j += 1;
        }
        let mut difference = Equal;
        while digit(one, i) && digit(other, j) {
            difference = difference.then(one[i].cmp(&other[j]));
            i += 1;
            j += 1;
        }
        if digit(one, i) {
            return Greater;
        }
        if digit(other, j) {
            return Less;
        }
        if difference != Equal {
            return difference;
        }
    }
    Equal
}
