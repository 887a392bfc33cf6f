//! sub(), gsub() and gensub().

use crate::{
    Dialect, Trouble,
    pattern::Pattern,
    run::{Machine, Run},
    tree::{Expression, Symbol},
    value::Value,
};

use gnu_regex::decode;

/// A piece of a replacement.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(Vec<u8>),
    /// What matched: the whole, or a group.
    Group(usize),
}

/// The pieces of a replacement of sub(): `&` is what matched, a backslash takes that from it.
fn pieces(text: &[u8], dialect: Dialect) -> Vec<Piece> {
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
            let _ = dialect;
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

fn replaced(text: &[u8], pattern: &Pattern, pieces: &[Piece], which: Which, dialect: Dialect) -> Result<(Vec<u8>, usize), Trouble> {
    let (mut out, mut at, mut met, mut done) = (Vec::new(), 0, 0, 0);
    // Where the last match ended: an empty one right there is none.
    let mut last_end = None;
    while at <= text.len() {
        let Some(found) = pattern.captures(text, at)? else { break };
        let Some((from, to)) = found[0] else { break };
        if from == to && last_end == Some(from) {
            let Some((_, length)) = step(text, from, dialect) else { break };
            out.extend_from_slice(&text[at..from + length]);
            at = from + length;
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
            let Some((_, length)) = step(text, to, dialect) else { break };
            out.extend_from_slice(&text[to..to + length]);
            at = to + length;
            last_end = None;
        }
    }
    if at < text.len() {
        out.extend_from_slice(&text[at..]);
    }
    Ok((out, done))
}

fn step(text: &[u8], at: usize, dialect: Dialect) -> Option<((), usize)> {
    if at >= text.len() {
        return None;
    }
    Some(((), if dialect == Dialect::Mawk { 1 } else { decode(text, at).map_or(1, |it| it.1) }))
}

impl Machine<'_> {
    pub(crate) fn substitute(&mut self, arguments: &[Expression], all: bool) -> Run<Value> {
        let record = Expression::Field(Box::new(Expression::Number(0.0)));
        let place = arguments.get(2).unwrap_or(&record);
        let pattern = self.pattern_of(&arguments[0])?;
        let replacement = self.bytes(&arguments[1])?;
        let spot = self.spot(place)?;
        let value = self.read_spot(&spot)?;
        let text = self.text(&value)?;
        let pieces = pieces(&replacement, self.dialect);
        let which = if all { Which::All } else { Which::Number(1) };
        let (new, done) = replaced(&text, &pattern, &pieces, which, self.dialect)?;
        if done > 0 {
            self.write_spot(&spot, Value::text(new))?;
        }
        let _ = Symbol::Global(0);
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
        let _ = pattern.groups();
        let (new, _) = replaced(&text, &pattern, &general_pieces(&replacement), which, self.dialect)?;
        Ok(Value::text(new))
    }
}
