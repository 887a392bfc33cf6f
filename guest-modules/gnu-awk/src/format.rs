//! printf(): formats as C's, with each awk's own ideas of numbers (printf(3); `info gawk`, "Format-Control Letters").

use gnu_regex::decode;

use crate::{
    Dialect, Trouble,
    number::{self, integral},
    value::Value,
};

/// Widths and precisions beyond this are not carried out.
const MOST: usize = 1 << 20;

#[derive(Clone, Copy, Default)]
struct Spec {
    minus: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

impl Spec {
    /// Fills up to the width; `sign` bytes at the beginning stay before zeros.
    fn pad(self, text: Vec<u8>, sign: usize, zeros: bool, letters: usize, out: &mut Vec<u8>) {
        let missing = self.width.saturating_sub(letters);
        if self.minus {
            out.extend(text);
            out.extend(std::iter::repeat_n(b' ', missing));
        } else if zeros {
            out.extend_from_slice(&text[..sign]);
            out.extend(std::iter::repeat_n(b'0', missing));
            out.extend_from_slice(&text[sign..]);
        } else {
            out.extend(std::iter::repeat_n(b' ', missing));
            out.extend(text);
        }
    }

    fn sign(self, negative: bool) -> &'static str {
        if negative {
            "-"
        } else if self.plus {
            "+"
        } else if self.space {
            " "
        } else {
            ""
        }
    }

    /// An integer in digits, `prefix` being the sign or the base.
    fn integer(self, prefix: &str, mut digits: String, out: &mut Vec<u8>) {
        if let Some(precision) = self.precision {
            if precision == 0 && digits == "0" {
                digits.clear();
            }
            let missing = precision.saturating_sub(digits.len());
            digits.insert_str(0, &"0".repeat(missing));
        }
        let text = format!("{prefix}{digits}").into_bytes();
        let letters = text.len();
        self.pad(text, prefix.len(), self.zero && self.precision.is_none(), letters, out);
    }

    /// An integer as gawk writes it: zero with no digits asked for is nothing at all, not even a sign.
    fn gawk_integer(self, prefix: &str, digits: String, is_zero: bool, keeps_zero: bool, out: &mut Vec<u8>) {
        if self.precision == Some(0) && is_zero && !keeps_zero {
            return self.pad(Vec::new(), 0, false, 0, out);
        }
        let spec = Spec { precision: self.precision.filter(|it| *it > 0), zero: self.zero && self.precision.is_none(), ..self };
        spec.integer(prefix, digits, out);
    }

    fn double(self, conversion: u8, value: f64, out: &mut Vec<u8>) {
        let upper = conversion.is_ascii_uppercase();
        let sign = self.sign(value.is_sign_negative());
        if !value.is_finite() {
            let word = if value.is_nan() { "nan" } else { "inf" };
            let word = if upper { word.to_uppercase() } else { word.to_owned() };
            let text = format!("{sign}{word}").into_bytes();
            let letters = text.len();
            return self.pad(text, 0, false, letters, out);
        }
        let precision = self.precision.unwrap_or(6);
        let digits = match conversion.to_ascii_lowercase() {
            b'f' => fixed(value.abs(), precision, self.alternate),
            b'e' => scientific(value.abs(), precision, self.alternate),
            _ => general(value.abs(), precision, self.alternate),
        };
        let digits = if upper { digits.to_uppercase() } else { digits };
        let text = format!("{sign}{digits}").into_bytes();
        let letters = text.len();
        self.pad(text, sign.len(), self.zero, letters, out);
    }
}

fn fixed(value: f64, precision: usize, point: bool) -> String {
    let text = format!("{value:.precision$}");
    if point && precision == 0 { format!("{text}.") } else { text }
}

fn scientific(value: f64, precision: usize, point: bool) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let point = if point && precision == 0 { "." } else { "" };
    format!("{digits}{point}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
}

fn general(value: f64, precision: usize, alternate: bool) -> String {
    let precision = precision.max(1);
    let text = format!("{value:.*e}", precision - 1);
    let power: i64 = text.split_once('e').and_then(|it| it.1.parse().ok()).unwrap_or(0);
    let small = power < -4 || power >= precision as i64;
    let mut text = if small { scientific(value, precision - 1, alternate) } else { fixed(value, (precision as i64 - 1 - power).max(0) as usize, alternate) };
    if !alternate && text.contains('.') {
        let (mantissa, rest) = match text.find('e') {
            Some(at) => (text[..at].to_owned(), text[at..].to_owned()),
            None => (text.clone(), String::new()),
        };
        text = format!("{}{rest}", mantissa.trim_end_matches('0').trim_end_matches('.'));
    }
    text
}

/// Writes a number as CONVFMT or OFMT say. None where the format is not one conversion of a number.
pub(crate) fn number(format: &[u8], value: f64, dialect: Dialect) -> Result<Vec<u8>, Trouble> {
    if let Some(text) = integral(value, dialect) {
        return Ok(text.into_bytes());
    }
    if format == b"%.6g" {
        let mut out = Vec::new();
        Spec { precision: Some(6), ..Spec::default() }.double(b'g', value, &mut out);
        return Ok(out);
    }
    let last = format.iter().rposition(|it| it.is_ascii_alphabetic()).map(|it| format[it]);
    let simple = format.iter().filter(|it| **it == b'%').count() == 1;
    let floats: &[u8] = if dialect == Dialect::Mawk { b"eEfgG" } else { b"eEfgGdi" };
    let conversion = format.iter().position(|it| *it == b'%').and_then(|at| format[at + 1..].iter().find(|it| it.is_ascii_alphabetic() || **it == b'*'));
    if !simple || last.is_none() || !conversion.is_some_and(|it| floats.contains(it)) {
        return Err(Trouble::Unmodelled("a CONVFMT or OFMT that is not one conversion of a number is not modelled".to_owned()));
    }
    sprintf(format, &[Value::Number(value)], b"%.6g", dialect)
}

/// How many letters a text has for padding.
fn letters(text: &[u8], dialect: Dialect) -> usize {
    match dialect {
        Dialect::Mawk => text.len(),
        Dialect::Gawk => count(text),
    }
}

/// Letters of a text; a byte that is no part of one counts as one.
pub(crate) fn count(text: &[u8]) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let (mut at, mut many) = (0, 0);
    while let Some((_, length)) = decode(text, at) {
        at += length;
        many += 1;
    }
    many
}

/// The bytes that so many letters take.
fn prefix(text: &[u8], many: usize, dialect: Dialect) -> usize {
    if dialect == Dialect::Mawk || text.is_ascii() {
        return many.min(text.len());
    }
    let mut at = 0;
    for _ in 0..many {
        match decode(text, at) {
            Some((_, length)) => at += length,
            None => break,
        }
    }
    at
}

struct Arguments<'a> {
    values: &'a [Value],
    used: usize,
    format: &'a [u8],
    /// CONVFMT, for numbers as texts.
    convert: &'a [u8],
    dialect: Dialect,
}

impl Arguments<'_> {
    fn next(&mut self) -> Result<&Value, Trouble> {
        let value = self.values.get(self.used);
        self.used += 1;
        let format = String::from_utf8_lossy(self.format);
        value.ok_or_else(|| match self.dialect {
            Dialect::Mawk => Trouble::Exit(format!("run time error: not enough arguments passed to printf(\"{format}\")"), 2),
            Dialect::Gawk => Trouble::Exit(format!("fatal: not enough arguments to satisfy format string\n\t`{format}'"), 2),
        })
    }
}

/// Carries out a format.
pub(crate) fn sprintf(format: &[u8], values: &[Value], convert: &[u8], dialect: Dialect) -> Result<Vec<u8>, Trouble> {
    let mut out = Vec::with_capacity(format.len() + 16);
    let mut arguments = Arguments { values, used: 0, format, convert, dialect };
    let mut at = 0;
    while let Some(&byte) = format.get(at) {
        if byte != b'%' {
            out.push(byte);
            at += 1;
            continue;
        }
        if format.get(at + 1) == Some(&b'%') {
            out.push(b'%');
            at += 2;
            continue;
        }
        at = conversion(format, at, &mut arguments, &mut out)?;
    }
    Ok(out)
}

/// Reads digits or `*`.
fn amount(format: &[u8], at: &mut usize, arguments: &mut Arguments<'_>) -> Result<Option<i64>, Trouble> {
    if format.get(*at) == Some(&b'*') {
        *at += 1;
        let dialect = arguments.dialect;
        let value = arguments.next()?.number(dialect);
        return Ok(Some(value.clamp(-1e9, 1e9) as i64));
    }
    let digits = format[*at..].iter().take_while(|it| it.is_ascii_digit()).count();
    if digits == 0 {
        return Ok(None);
    }
    let value = std::str::from_utf8(&format[*at..*at + digits]).ok().and_then(|it| it.parse().ok()).unwrap_or(i64::MAX);
    *at += digits;
    Ok(Some(value))
}

fn conversion(format: &[u8], start: usize, arguments: &mut Arguments<'_>, out: &mut Vec<u8>) -> Result<usize, Trouble> {
    let dialect = arguments.dialect;
    let odd = |what: &str| Trouble::Unmodelled(format!("{what} in a format of printf is not modelled"));
    let mut spec = Spec::default();
    let mut at = start + 1;
    loop {
        match format.get(at) {
            Some(b'-') => spec.minus = true,
            Some(b'+') => spec.plus = true,
            Some(b' ') => spec.space = true,
            Some(b'#') => spec.alternate = true,
            Some(b'0') => spec.zero = true,
            Some(b'\'') => return Err(odd("the flag '")),
            _ => break,
        }
        at += 1;
    }
    if let Some(width) = amount(format, &mut at, arguments)? {
        spec.minus |= width < 0;
        spec.width = width.unsigned_abs() as usize;
    }
    if format.get(at) == Some(&b'$') {
        return Err(odd("a numbered argument"));
    }
    if format.get(at) == Some(&b'.') {
        at += 1;
        let given = amount(format, &mut at, arguments)?;
        if given.is_none() && dialect == Dialect::Mawk && matches!(format.get(at), Some(b's' | b'c')) {
            return Err(odd("a precision without a number"));
        }
        let given = given.unwrap_or(0);
        if given < 0 {
            return Err(odd("a negative precision"));
        }
        spec.precision = usize::try_from(given).ok();
    }
    if spec.width > MOST || spec.precision.is_some_and(|it| it > MOST) {
        return Err(odd("so great a width"));
    }
    // Sizes as in C are read over.
    if matches!(format.get(at..at + 2), Some([b'h' | b'l', b'd' | b'i' | b'o' | b'x' | b'X' | b'u'])) {
        at += 1;
    }
    let Some(&letter) = format.get(at) else { return Err(odd("a conversion without its letter")) };
    at += 1;
    match letter {
        b'd' | b'i' => {
            let value = arguments.next()?.number(dialect);
            signed(spec, value, dialect, out)?;
        }
        b'o' | b'x' | b'X' | b'u' => {
            let value = arguments.next()?.number(dialect);
            unsigned(spec, letter, value, dialect, out)?;
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            if letter == b'F' && dialect == Dialect::Mawk {
                return Err(odd("%F"));
            }
            let value = arguments.next()?.number(dialect);
            match integral(value, dialect).filter(|_| !value.is_finite()) {
                Some(word) => special(&if letter.is_ascii_uppercase() { word.to_uppercase() } else { word }, out),
                None => spec.double(letter, value, out),
            }
        }
        b'c' => character(spec, arguments.next()?, dialect, out)?,
        b's' => {
            let convert = arguments.convert;
            let text = arguments.next()?.bytes(convert, dialect)?;
            let whole_is_empty = text.is_empty();
            if dialect == Dialect::Gawk && (spec.width > 0 || spec.precision.is_some()) && std::str::from_utf8(&text).is_err() {
                return Err(odd("a width for what is not UTF-8"));
            }
            let shown = spec.precision.map_or(text.len(), |it| prefix(&text, it, dialect));
            let text = text[..shown].to_vec();
            let many = letters(&text, dialect);
            if dialect == Dialect::Mawk && spec.space && whole_is_empty {
                out.push(b' ');
            }
            spec.pad(text, 0, false, many, out);
        }
        _ => return Err(odd("such a conversion")),
    }
    Ok(at)
}

/// gawk's words for what is no finite number, which it does not fill up.
fn special(word: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(word.as_bytes());
}

fn signed(spec: Spec, value: f64, dialect: Dialect, out: &mut Vec<u8>) -> Result<(), Trouble> {
    if dialect == Dialect::Mawk {
        if value.is_nan() {
            return Err(Trouble::Unmodelled("a number that is none, printed as an integer, is not modelled".to_owned()));
        }
        let value = value.clamp(-2_147_483_647.0, 2_147_483_647.0) as i64;
        spec.integer(spec.sign(value < 0), value.unsigned_abs().to_string(), out);
        return Ok(());
    }
    if !value.is_finite() {
        special(&number::integral(value, dialect).unwrap_or_default(), out);
        return Ok(());
    }
    let value = value.trunc();
    let sign = spec.sign(value < 0.0);
    let digits = format!("{:.0}", value.abs());
    if value.abs() >= 9_223_372_036_854_775_808.0 && spec.precision.is_some() {
        return Err(Trouble::Unmodelled("so great an integer with a precision is not modelled".to_owned()));
    }
    spec.gawk_integer(sign, digits, value == 0.0, false, out);
    Ok(())
}

fn unsigned(spec: Spec, letter: u8, value: f64, dialect: Dialect, out: &mut Vec<u8>) -> Result<(), Trouble> {
    let number: u64 = match dialect {
        Dialect::Mawk => {
            if value.is_nan() {
                return Err(Trouble::Unmodelled("a number that is none, printed as an integer, is not modelled".to_owned()));
            }
            // Beyond what fits, mawk stops at the end of its range.
            value.clamp(0.0, 4_294_967_295.0) as u64
        }
        Dialect::Gawk => {
            if !value.is_finite() {
                let word = number::integral(value, dialect).unwrap_or_default();
                special(&if letter == b'X' { word.to_uppercase() } else { word }, out);
                return Ok(());
            }
            let whole = value.trunc();
            if whole >= 18_446_744_073_709_551_616.0 || whole < -9_223_372_036_854_775_808.0 {
                return Err(Trouble::Unmodelled("so great an unsigned integer is not modelled".to_owned()));
            }
            if whole < 0.0 { (whole as i64) as u64 } else { whole as u64 }
        }
    };
    let marked = spec.alternate && if dialect == Dialect::Mawk { number != 0 } else { value != 0.0 };
    let (prefix, digits) = match letter {
        b'o' if dialect == Dialect::Gawk => (if marked { "0" } else { "" }, format!("{number:o}")),
        b'o' => ("", octal(number, spec)),
        b'x' => (if marked { "0x" } else { "" }, format!("{number:x}")),
        b'X' => (if marked { "0X" } else { "" }, format!("{number:X}")),
        _ => ("", number.to_string()),
    };
    match dialect {
        // A marked octal zero is never nothing.
        Dialect::Mawk if letter == b'o' && spec.alternate && number == 0 && spec.precision == Some(0) => {
            Spec { precision: Some(1), ..spec }.integer(prefix, digits, out);
        }
        Dialect::Mawk => spec.integer(prefix, digits, out),
        // What counts here is the number before it was cut.
        Dialect::Gawk => spec.gawk_integer(prefix, digits, value == 0.0, spec.alternate, out),
    }
    Ok(())
}

/// An octal number of C: marked, it has a zero at its beginning.
fn octal(number: u64, spec: Spec) -> String {
    let digits = format!("{number:o}");
    let enough = number == 0 || spec.precision.is_some_and(|it| it > digits.len());
    if !spec.alternate || enough { digits } else { format!("0{digits}") }
}

fn character(spec: Spec, value: &Value, dialect: Dialect, out: &mut Vec<u8>) -> Result<(), Trouble> {
    let text = match (value.as_number(dialect), dialect) {
        (Some(number), Dialect::Mawk) if number.is_nan() => {
            return Err(Trouble::Unmodelled("%c of what is no number is not modelled".to_owned()));
        }
        (Some(number), Dialect::Mawk) => vec![(number.clamp(-2_147_483_647.0, 2_147_483_647.0) as i64) as u8],
        (Some(number), Dialect::Gawk) => {
            let code = number.trunc();
            if !(0.0..=1_114_111.0).contains(&number) {
                return Err(Trouble::Unmodelled("%c of such a number is not modelled".to_owned()));
            }
            match char::from_u32(code as u32) {
                Some(letter) => letter.to_string().into_bytes(),
                None => return Err(Trouble::Unmodelled("%c of such a number is not modelled".to_owned())),
            }
        }
        (None, Dialect::Mawk) => vec![value.format_text(dialect)?.first().copied().unwrap_or(0)],
        (None, Dialect::Gawk) => {
            let text = value.format_text(dialect)?;
            if text.is_empty() {
                vec![0]
            } else {
                let length = decode(&text, 0).map_or(0, |it| it.1);
                text[..length].to_vec()
            }
        }
    };
    // gawk counts the bytes of a letter that a number stands for.
    let many = if value.as_number(dialect).is_some() { text.len() } else { letters(&text, dialect) };
    // Where no letter is asked for, mawk shows none.
    if dialect == Dialect::Mawk && spec.precision == Some(0) {
        spec.pad(Vec::new(), 0, false, 0, out);
    } else {
        spec.pad(text, 0, false, many, out);
    }
    Ok(())
}
