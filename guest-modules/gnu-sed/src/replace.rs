//! The command `s`: replacements with their changes of case.

use gnu_regex::{Captures, Letter, decode};

use crate::command::{Case, Piece};

/// Case as it goes on from piece to piece of one replacement.
#[derive(Default)]
struct State {
    all: Option<Case>,
    one: Option<Case>,
}

/// Adds what stands in place of one match.
pub(crate) fn add(into: &mut Vec<u8>, replacement: &[Piece], text: &[u8], captures: &Captures) {
    let mut state = State::default();
    for piece in replacement {
        match piece {
            Piece::Text(bytes) => cased(into, bytes, &mut state),
            Piece::Group(number) => {
                if let Some(Some((from, to))) = captures.get(*number) {
                    cased(into, &text[*from..*to], &mut state);
                }
            }
            Piece::Case(Case::End) => state = State::default(),
            Piece::Case(case @ (Case::Upper | Case::Lower)) => state = State { all: Some(*case), one: state.one },
            Piece::Case(case) => state.one = Some(*case),
        }
    }
}

fn cased(into: &mut Vec<u8>, text: &[u8], state: &mut State) {
    if state.all.is_none() && state.one.is_none() {
        into.extend_from_slice(text);
        return;
    }
    let mut at = 0;
    while let Some((letter, length)) = decode(text, at) {
        let case = state.one.take().or(state.all);
        match (letter, case) {
            (Letter::Char(it), Some(Case::Upper | Case::UpperOne)) => push(into, it.to_uppercase(), it),
            (Letter::Char(it), Some(Case::Lower | Case::LowerOne)) => push(into, it.to_lowercase(), it),
            _ => into.extend_from_slice(&text[at..at + length]),
        }
        at += length;
    }
}

/// towupper(3) gives one letter for one: where Unicode would make several, the letter stays.
fn push(into: &mut Vec<u8>, mut changed: impl Iterator<Item = char>, same: char) {
    let letter = match (changed.next(), changed.next()) {
        (Some(one), None) => one,
        _ => same,
    };
    into.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}
