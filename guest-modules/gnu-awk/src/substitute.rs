//! sub(), gsub() and gensub().

use crate::{
    Dialect, Trouble,
    evaluate::Spot,
    pattern::Pattern,
    run::{Machine, Run},
    tree::Expression,
    value::Value,
};

/// A piece of a replacement.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    /// What matched: the whole, or a group.
    Group(usize),
}

/// The pieces of a replacement of sub(): `&` is what matched, a backslash takes that from it.
fn pieces(text: &[u8]) -> Vec<Piece> {
    let (mut out, mut held) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let rest = &text[at..];
        if byte == b'&' {
            out.push(Piece::Text(std::mem::take(&mut held)));
            out.push(Piece::Group(0));
            at += 1;
        } else if rest.starts_with(b"\\\\\\&") {
            held.extend(b"\\&");
            at += 4;
        } else if rest.starts_with(b"\\\\&") {
            held.push(b'\\');
            at += 2;
        } else if rest.starts_with(b"\\&") {
            held.push(b'&');
            at += 2;
        } else {
            held.push(byte);
            at += 1;
        }
    }
    out.push(Piece::Text(held));
    out
}

/// The pieces of a replacement of gensub(): `\0` to `\9` and `&`.
fn general_pieces(text: &[u8]) -> Vec<Piece> {
    let (mut out, mut held) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'&' => {
                out.push(Piece::Text(std::mem::take(&mut held)));
                out.push(Piece::Group(0));
            }
            b'\\' => match text.get(at) {
                Some(digit @ b'0'..=b'9') => {
                    out.push(Piece::Text(std::mem::take(&mut held)));
                    out.push(Piece::Group(usize::from(digit - b'0')));
                    at += 1;
                }
                Some(b'&') => {
                    held.push(b'&');
                    at += 1;
                }
                Some(other) => {
                    held.push(*other);
                    at += 1;
                }
                None => held.push(b'\\'),
            },
            _ => held.push(byte),
        }
    }
    out.push(Piece::Text(held));
    out
}

/// Which matches are replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    Number(usize),
}

fn replaced(text: &[u8], pattern: &Pattern, pieces: &[Piece], which: Which) -> Result<(Vec<u8>, usize), Trouble> {
    let (mut out, mut at, mut met, mut done) = (Vec::new(), 0, 0, 0);
    // Where the last match ended: an empty one right there is none.
    let mut last_end = None;
    while at <= text.len() {
        let Some(found) = pattern.captures(text, at)? else { break };
        let Some((from, to)) = found[0] else { break };
        if from == to && last_end == Some(from) {
            if from >= text.len() {
                break;
            }
            // Both go on byte by byte behind an empty match, even within a letter.
            out.extend_from_slice(&text[at..=from]);
            at = from + 1;
            last_end = None;
            continue;
        }
        out.extend_from_slice(&text[at..from]);
        met += 1;
        if which == Which::All || which == Which::Number(met) {
            done += 1;
            for piece in pieces {
                match piece {
                    Piece::Text(text) => out.extend_from_slice(text),
                    Piece::Group(number) => {
                        if let Some(Some((from, to))) = found.get(*number) {
                            out.extend_from_slice(&text[*from..*to]);
                        }
                    }
                }
            }
        } else {
            out.extend_from_slice(&text[from..to]);
        }
        at = to;
        last_end = Some(to);
        if which == Which::Number(met) {
            break;
        }
        if from == to {
            if to >= text.len() {
                break;
            }
            out.push(text[to]);
            at = to + 1;
            last_end = None;
        }
    }
    if at < text.len() {
        out.extend_from_slice(&text[at..]);
    }
    Ok((out, done))
}

impl Machine<'_> {
    pub(crate) fn substitute(&mut self, arguments: &[Expression], all: bool) -> Run<Value> {
        let record = Expression::Field(Box::new(Expression::Number(0.0)));
        let place = arguments.get(2).unwrap_or(&record);
        let pattern = self.pattern_of(&arguments[0])?;
        let replacement = self.bytes(&arguments[1])?;
        let spot = self.spot(place)?;
        if let (Spot::Field(number), Dialect::Gawk) = (&spot, self.dialect) {
            // gawk makes the field that it looks at.
            self.reach_field(*number)?;
        }
        let value = self.read_spot(&spot)?;
        let text = self.text(&value)?;
        let pieces = pieces(&replacement);
        let which = if all { Which::All } else { Which::Number(1) };
        let (new, done) = replaced(&text, &pattern, &pieces, which)?;
        if done > 0 {
            self.write_spot(&spot, Value::text(new))?;
        }
        Ok(Value::Number(done as f64))
    }

    pub(crate) fn gensub(&mut self, arguments: &[Expression]) -> Run<Value> {
        let pattern = self.pattern_of(&arguments[0])?;
        let replacement = self.bytes(&arguments[1])?;
        let which = self.value(&arguments[2])?;
        let text = match arguments.get(3) {
            Some(text) => self.bytes(text)?,
            None => {
                let record = self.field(0)?;
                self.text(&record)?
            }
        };
        let how = self.text(&which)?;
        let which = if matches!(how.first(), Some(b'g' | b'G')) {
            Which::All
        } else {
            let number = which.number(self.dialect).trunc();
            if number < 1.0 {
                return Err(Trouble::Unmodelled("gensub of such a match is not modelled".to_owned()).into());
            }
            Which::Number(number as usize)
        };
        let (new, _) = replaced(&text, &pattern, &general_pieces(&replacement), which)?;
        Ok(Value::text(new))
    }
}
