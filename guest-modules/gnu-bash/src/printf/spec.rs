//! A conversion's flags, width and precision, and the padding they ask for.

use super::float::Float;

/// How a conversion is to look.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    pub left: bool,
    pub plus: bool,
    pub space: bool,
    pub zero: bool,
    pub alternate: bool,
    pub width: usize,
    pub precision: Option<usize>,
    /// The precision came from an argument.
    pub counted: bool,
    /// There was a point and nothing behind it.
    pub implied: bool,
}

impl Spec {
    /// Notes a flag; the one for grouped thousands does nothing in this locale.
    pub fn flag(&mut self, flag: u8) {
        match flag {
            b'-' => self.left = true,
            b'+' => self.plus = true,
            b' ' => self.space = true,
            b'0' => self.zero = true,
            b'#' => self.alternate = true,
            _ => {}
        }
    }

    /// Lays out a text, of which the precision is the most bytes.
    pub fn text(&self, text: &[u8]) -> Vec<u8> {
        let kept = &text[..self.precision.unwrap_or(usize::MAX).min(text.len())];
        self.padded("", kept, false)
    }

    /// Lays out an integer for `d`, `i`, `o`, `u`, `x` or `X`.
    pub fn integer(&self, negative: bool, magnitude: u64, sign: u8) -> Vec<u8> {
        let mut digits = match sign {
            b'o' => format!("{magnitude:o}"),
            b'x' => format!("{magnitude:x}"),
            b'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        if self.precision == Some(0) && magnitude == 0 {
            digits.clear();
        }
        let least = self.precision.unwrap_or(0);
        if digits.len() < least {
            digits.insert_str(0, &"0".repeat(least - digits.len()));
        }
        if self.alternate && sign == b'o' && !digits.starts_with('0') {
            digits.insert(0, '0');
        }
        let head = match sign {
            b'd' | b'i' => self.sign(negative),
            b'x' if self.alternate && magnitude != 0 => "0x",
            b'X' if self.alternate && magnitude != 0 => "0X",
            _ => "",
        };
        self.padded(head, digits.as_bytes(), self.zero && self.precision.is_none())
    }

    /// Lays out a number with a point for one of `aefgAEFG`.
    pub fn float(&self, value: &Float, sign: u8) -> Vec<u8> {
        let mut digits = value.shown(sign.to_ascii_lowercase(), self.precision, self.alternate);
        let mut head = self.sign(value.is_negative()).to_string();
        if let Some(rest) = digits.strip_prefix("0x") {
            head.push_str("0x");
            digits = rest.to_string();
        }
        if sign.is_ascii_uppercase() {
            digits.make_ascii_uppercase();
            head.make_ascii_uppercase();
        }
        self.padded(&head, digits.as_bytes(), self.zero && value.is_finite())
    }

    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, _, _) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    fn padded(&self, head: &str, body: &[u8], zeros: bool) -> Vec<u8> {
        let missing = self.width.saturating_sub(head.len() + body.len());
        let mut out = Vec::with_capacity(self.width.max(head.len() + body.len()));
        if !self.left && !zeros {
            out.resize(missing, b' ');
        }
        out.extend(head.bytes());
        if !self.left && zeros {
            out.resize(out.len() + missing, b'0');
        }
        out.extend(body);
        if self.left {
            out.resize(out.len() + missing, b' ');
        }
        out
    }
}
