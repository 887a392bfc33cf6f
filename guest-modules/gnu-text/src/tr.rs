//! tr(1): letters are bytes in GNU's.

mod set;

use crate::{
    Answer,
    call::Call,
    options::{Known, Nothing, Reader},
};
use set::{Case, List};

const KNOWN: Known = Known {
    short: "AcCdst",
    long: &[("complement", Nothing, 'c'), ("delete", Nothing, 'd'), ("squeeze-repeats", Nothing, 's'), ("truncate-set1", Nothing, 't')],
    status: 1,
    ordered: true,
};

/// tr(1).
pub(crate) fn tr(call: &mut Call<'_>) -> Answer {
    let (mut complement, mut delete, mut squeeze, mut truncate) = (false, false, false, false);
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, _)) = reader.next(call)? {
        match letter {
            'c' | 'C' => complement = true,
            'd' => delete = true,
            's' => squeeze = true,
            't' => truncate = true,
            _ => {}
        }
    }
    let operands = reader.operands;
    let least = 1 + usize::from(delete == squeeze);
    let most = 1 + usize::from(delete <= squeeze);
    if operands.len() < least {
        let Some(last) = operands.last() else { return call.misused("missing operand", 1) };
        call.say([b"missing operand after ".as_slice(), &call.quoted(last)].concat());
        call.err.extend_from_slice(if squeeze {
            b"Two strings must be given when both deleting and squeezing repeats.\n".as_slice()
        } else {
            b"Two strings must be given when translating.\n"
        });
        return call.usage(1);
    }
    if let Some(more) = operands.get(most) {
        call.say([b"extra operand ".as_slice(), &call.quoted(more)].concat());
        if operands.len() == 2 {
            call.err.extend_from_slice(b"Only one string may be given when deleting without squeezing repeats.\n");
        }
        return call.usage(1);
    }
    let translating = operands.len() == 2 && !delete;
    let first = List::read(call, &operands[0])?;
    let second = match operands.get(1) {
        Some(text) => Some(List::read(call, text)?),
        None => None,
    };
    if first.endless() > 0 {
        return call.fail("the [c*] repeat construct may not appear in string1", 1);
    }
    let domain = first.domain(complement);
    let mut pairs: Vec<(u8, u8)> = Vec::new();
    let mut out_set = Vec::new();
    if let Some(second) = second {
        if second.endless() > 1 {
            return call.fail("only one [c*] repeat construct may appear in string2", 1);
        }
        if translating {
            let (left, right) = matched(call, &first, second, &domain, complement, truncate)?;
            pairs = left;
            out_set = right;
        } else {
            if second.endless() > 0 {
                return call.fail("the [c*] construct may appear in string2 only when translating", 1);
            }
            out_set = second.bytes(0).iter().map(|it| it.0).collect();
        }
    }
    let text = call.world.stdin();
    let mut table: [u8; 256] = std::array::from_fn(|it| it as u8);
    for (from, to) in pairs {
        table[usize::from(from)] = to;
    }
    let chosen = |set: &[u8]| -> [bool; 256] {
        let mut all = [false; 256];
        for byte in set {
            all[usize::from(*byte)] = true;
        }
        all
    };
    let doomed = if delete { chosen(&domain) } else { [false; 256] };
    let squeezed = match (squeeze, operands.len()) {
        (false, _) => [false; 256],
        (true, 1) => chosen(&domain),
        _ => chosen(&out_set),
    };
    let mut last = None;
    for byte in text {
        if doomed[usize::from(byte)] {
            continue;
        }
        let byte = table[usize::from(byte)];
        if squeezed[usize::from(byte)] && last == Some(byte) {
            continue;
        }
        last = Some(byte);
        call.out.push(byte);
    }
    Ok(())
}

type Matched = (Vec<(u8, u8)>, Vec<u8>);

/// Which byte becomes which, and all bytes of the second string.
fn matched(call: &mut Call<'_>, first: &List, mut second: List, domain: &[u8], complement: bool, truncate: bool) -> Answer<Matched> {
    let from: Vec<(u8, Case, bool)> = if complement { domain.iter().map(|it| (*it, Case::None, true)).collect() } else { first.bytes(0) };
    let fill = from.len().saturating_sub(second.bytes(0).len());
    let mut to = second.bytes(fill);
    if second.has_equivalence() {
        return call.fail("[=c=] expressions may not appear in string2 when translating", 1);
    }
    if second.has_other_class() {
        return call.fail("when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'", 1);
    }
    if !complement && second.has_class() {
        aligned(call, &from, &to)?;
    }
    if from.len() > to.len() && !truncate {
        if to.is_empty() {
            return call.fail("when not truncating set1, string2 must be non-empty", 1);
        }
        if second.ends_with_class() {
            return call.fail("when translating with string1 longer than string2,\nthe latter string must not end with a character class", 1);
        }
        let last = to[to.len() - 1];
        let missing = from.len() - to.len();
        second.extend(last.0, missing);
        to.extend(std::iter::repeat_n((last.0, Case::None, false), missing));
    }
    if complement && first.has_class() && !(to.len() == from.len() && to.iter().all(|it| it.0 == to[0].0)) {
        return call.fail("when translating with complemented character classes,\nstring2 must map all characters in the domain to one", 1);
    }
    let mut pairs = Vec::new();
    for (one, other) in from.iter().zip(&to) {
        // Of two classes that fit, the same letter in the other case: the classes stand in the same order.
        pairs.push((one.0, other.0));
    }
    Ok((pairs, to.iter().map(|it| it.0).collect()))
}

/// A class of one case in the second string must meet the start of one in the first.
fn aligned(call: &mut Call<'_>, from: &[(u8, Case, bool)], to: &[(u8, Case, bool)]) -> Answer {
    // The place behind the first string's end is looked at too (tr.c, validate_case_classes).
    for (at, other) in to.iter().enumerate().take(from.len() + 1) {
        if other.1 != Case::None && other.2 && !from.get(at).is_some_and(|it| it.1 != Case::None && it.2) {
            return call.fail("misaligned [:upper:] and/or [:lower:] construct", 1);
        }
    }
    Ok(())
}
