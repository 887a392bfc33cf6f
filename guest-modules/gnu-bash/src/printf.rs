//! The `printf` builtin's formatting, `echo -e`'s escapes and the ways bash quotes a text.
//!
//! Widths and precisions count bytes, as bash 5.2's do, and a conversion may cut a letter in two: formatting is over bytes, and
//! what is no letter any more comes back as the private characters.

mod bytes;
mod escape;
mod float;
mod number;
mod quote;
mod spec;
mod time;

pub use escape::{ansi, echo_escapes};
pub use quote::{quote, quote_at, quote_declare, quote_single};

use spec::Spec;

/// How wide a field may be before it is not worked out.
const WIDEST: i64 = 1 << 20;

/// How many bytes may be written in all.
const MOST_BYTES: usize = 1 << 28;

/// What a call of `printf` writes, complains of and returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Formatted {
    pub out: String,
    /// The messages as bash writes them behind `bash: line N: `.
    pub complaints: Vec<String>,
    pub status: i32,
    /// Why the outcome is not known here, if it is not.
    pub unsure: Option<String>,
}

/// Formats the arguments, with the format again and again until they are used up. The clock is asked whether a time can be shown, and, if so, for the time
/// now in seconds of UTC.
pub fn format(format: &str, args: &[String], clock: &mut dyn FnMut(bool) -> Result<i64, String>) -> Formatted {
    let mut call = Call { clock, args: args.iter().map(|arg| bytes::of(arg)).collect(), used: 0, out: Vec::new(), complaints: Vec::new(), status: 0, unsure: None };
    let format = bytes::of(format);
    loop {
        let before = call.used;
        if call.once(&format).is_none() || call.used >= call.args.len() || call.used == before {
            break;
        }
    }
    Formatted { out: bytes::text(&call.out), complaints: call.complaints, status: call.status, unsure: call.unsure }
}

struct Call<'a> {
    clock: &'a mut dyn FnMut(bool) -> Result<i64, String>,
    args: Vec<Vec<u8>>,
    used: usize,
    out: Vec<u8>,
    complaints: Vec<String>,
    status: i32,
    unsure: Option<String>,
}

impl Call<'_> {
    /// Goes through the format once; `None` where the whole call ends.
    fn once(&mut self, format: &[u8]) -> Option<()> {
        let mut at = 0;
        while let Some(&unit) = format.get(at) {
            at += 1;
            match unit {
                b'\\' => {
                    let taken = escape::one(&format[at..], false);
                    self.complain(taken.complaint);
                    self.out.extend(&taken.bytes);
                    at += taken.length;
                }
                b'%' if format.get(at) == Some(&b'%') => {
                    self.out.push(b'%');
                    at += 1;
                }
                b'%' => at = self.conversion(format, at)?,
                _ => self.out.push(unit),
            }
        }
        Some(())
    }

    fn complain(&mut self, what: Option<String>) {
        self.complaints.extend(what.map(|what| format!("printf: {what}")));
    }

    fn fail(&mut self, what: String) -> Option<usize> {
        self.complain(Some(what));
        self.status = 1;
        None
    }

    fn give_up(&mut self, why: &str) -> Option<usize> {
        self.unsure = Some(why.to_string());
        None
    }

    /// Does one conversion, whose text begins at a place, and returns where it has ended.
    fn conversion(&mut self, format: &[u8], start: usize) -> Option<usize> {
        let mut spec = Spec::default();
        let mut at = start;
        while let Some(&flag) = format.get(at).filter(|flag| b"#'-+ 0".contains(flag)) {
            spec.flag(flag);
            at += 1;
        }
        let (width, after) = self.count(format, at)?;
        at = after;
        if let Some(width) = width {
            spec.left |= width < 0;
            spec.width = width.unsigned_abs() as usize;
        }
        if format.get(at) == Some(&b'.') {
            at += 1;
            if format.get(at) == Some(&b'-') {
                return self.give_up("printf: a negative precision that is written out");
            }
            spec.counted = format.get(at) == Some(&b'*');
            let (precision, after) = self.count(format, at)?;
            at = after;
            spec.implied = precision.is_none();
            spec.precision = Some(precision.unwrap_or(0)).filter(|&precision| precision >= 0).map(|precision| precision as usize);
        }
        while format.get(at).is_some_and(|unit| b"hjlLtz".contains(unit)) {
            at += 1;
        }
        let Some(&sign) = format.get(at) else {
            let shown = bytes::text(&format[start - 1..]);
            return self.fail(format!("`{shown}': missing format character"));
        };
        at += 1;
        match sign {
            b's' => {
                let text = self.next();
                self.out.extend(spec.text(&text));
            }
            b'c' => {
                let text = self.next();
                spec.precision = None;
                self.out.extend(spec.text(&[text.first().copied().unwrap_or(0)]));
            }
            b'b' => {
                let (text, stop, complaints) = escape::argument(&self.next());
                complaints.into_iter().for_each(|what| self.complain(Some(what)));
                self.out.extend(spec.text(&text));
                if stop {
                    // The call ends well, whatever was wrong before.
                    self.status = 0;
                    return None;
                }
            }
            b'q' | b'Q' => {
                let mut text = self.next();
                // A precision cuts the text before it is quoted where it is written out, and after that if it is a point alone.
                if sign == b'Q' && !spec.implied {
                    let counted = spec.counted;
                    text.truncate(spec.precision.take().filter(|_| !counted).unwrap_or(usize::MAX));
                }
                let quoted = bytes::of(&quote(&bytes::text(&text)));
                self.out.extend(spec.text(&quoted));
            }
            b'd' | b'i' => {
                let (value, what) = self.next_argument().map_or((0, None), |arg| number::signed(&arg));
                self.note(what);
                self.out.extend(spec.integer(value < 0, value.unsigned_abs(), sign));
            }
            b'o' | b'u' | b'x' | b'X' => {
                let (value, what) = self.next_argument().map_or((0, None), |arg| number::unsigned(&arg));
                self.note(what);
                self.out.extend(spec.integer(false, value, sign));
            }
            b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'a' | b'A' => {
                let (value, what) = self.next_argument().map_or((float::Float::default(), None), |arg| float::read(&arg));
                self.note(what);
                self.out.extend(spec.float(&value, sign));
            }
            b'(' => {
                let Some(end) = format[at..].windows(2).position(|it| it == b")T").map(|it| at + it) else {
                    return self.give_up("printf: a time's format without an end");
                };
                let inner = bytes::text(&format[at..end]);
                if inner.contains(['(', ')']) {
                    return self.give_up("printf: a time's format with parentheses in it");
                }
                at = end + 2;
                let (value, what) = self.next_argument().map_or((-1, None), |arg| number::signed(&arg));
                self.note(what);
                if value == -2 {
                    return self.give_up("printf: when the shell began is not known");
                }
                let now = match (self.clock)(value == -1) {
                    Ok(now) => now,
                    Err(why) => return self.give_up(&why),
                };
                let inner = if inner.is_empty() { "%X" } else { &inner };
                match time::write(inner, if value == -1 { now } else { value }) {
                    Some(text) => self.out.extend(spec.text(&bytes::of(&text))),
                    None => return self.give_up("printf: a time's format that is not known"),
                }
            }
            b'n' => return self.give_up("printf: `%n` sets a variable"),
            _ => {
                let shown = bytes::text(&[sign]);
                return self.fail(format!("`{shown}': invalid format character"));
            }
        }
        if self.out.len() > MOST_BYTES {
            return self.give_up("printf: the output is too long");
        }
        Some(at)
    }

    /// Reads a width or a precision, which `*` takes from the arguments.
    fn count(&mut self, format: &[u8], at: usize) -> Option<(Option<i64>, usize)> {
        let (value, end) = if format.get(at) == Some(&b'*') {
            let (value, what) = self.next_argument().map_or((0, None), |arg| number::signed(&arg));
            self.note(what);
            (Some(value), at + 1)
        } else {
            let digits = format[at..].iter().take_while(|unit| unit.is_ascii_digit()).count();
            let value = format[at..at + digits].iter().fold(0i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
            ((digits > 0).then_some(value), at + digits)
        };
        if value.is_some_and(|value| value.unsigned_abs() > WIDEST as u64) {
            self.give_up("printf: a field is too wide");
            return None;
        }
        Some((value, end))
    }

    fn note(&mut self, what: Option<number::Complaint>) {
        if let Some(what) = what {
            self.status = if what.fails { 1 } else { self.status };
            self.complain(Some(what.text));
        }
    }

    fn next_argument(&mut self) -> Option<Vec<u8>> {
        let argument = self.args.get(self.used).cloned();
        self.used += usize::from(argument.is_some());
        argument
    }

    fn next(&mut self) -> Vec<u8> {
        self.next_argument().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
