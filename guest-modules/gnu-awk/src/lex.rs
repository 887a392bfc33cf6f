//! Words of a program.

use crate::{Dialect, Trouble, number};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    End,
    Newline,
    Number(f64),
    Text(Vec<u8>),
    /// A name that no parenthesis follows at once.
    Name(Vec<u8>),
    /// A name with a parenthesis right behind it, which is not taken.
    Function(Vec<u8>),
    /// Keywords and operators.
    Sign(&'static str),
}

pub(crate) const KEYWORDS: &[&str] = &[
    "BEGIN", "END", "function", "if", "else", "while", "for", "do", "break", "continue", "next", "nextfile", "exit", "return", "delete", "in", "getline",
    "print", "printf",
];

/// Keywords of gawk alone.
const MORE: &[&str] = &["BEGINFILE", "ENDFILE", "func", "switch", "case", "default"];

/// Longest first.
const SIGNS: &[&str] = &[
    "**=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", "!~", ">>", "|&", "{", "}", "(", ")", "[", "]", ";", ",",
    "+", "-", "*", "/", "%", "^", "!", ">", "<", "|", "?", ":", "~", "$", "=",
];

pub(crate) struct Lexer<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) at: usize,
    pub(crate) line: usize,
    pub(crate) dialect: Dialect,
    pub(crate) warnings: Vec<String>,
}

impl Lexer<'_> {
    fn blank(&mut self) {
        loop {
            match &self.text[self.at..] {
                [b' ' | b'\t' | b'\r', ..] => self.at += 1,
                [b'\\', b'\n', ..] => {
                    self.line += 1;
                    self.at += 2;
                }
                [b'\\', b'\r', b'\n', ..] => {
                    self.line += 1;
                    self.at += 3;
                }
                [b'#', ..] => {
                    while self.text.get(self.at).is_some_and(|it| *it != b'\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    pub(crate) fn next(&mut self) -> Result<Token, Trouble> {
        self.blank();
        let Some(&byte) = self.text.get(self.at) else { return Ok(Token::End) };
        match byte {
            b'\n' => {
                self.line += 1;
                self.at += 1;
                Ok(Token::Newline)
            }
            b'"' => self.string(),
            b'0'..=b'9' => self.number(),
            b'.' if self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => Ok(self.name()),
            _ => {
                let rest = &self.text[self.at..];
                let sign = SIGNS.iter().find(|it| rest.starts_with(it.as_bytes()));
                // mawk knows no `**`.
                let sign = if self.dialect == Dialect::Mawk && sign.is_some_and(|it| it.starts_with("**")) { Some(&"*") } else { sign };
                match sign {
                    Some(sign) => {
                        self.at += sign.len();
                        Ok(Token::Sign(sign))
                    }
                    None if byte == b'@' => Err(Trouble::Unmodelled("`@` in an awk program is not modelled".to_owned())),
                    None => Err(self.wrong(&format!("unexpected character '{}'", byte.escape_ascii()))),
                }
            }
        }
    }

    /// A syntax error: mawk ends with 2, gawk with 1.
    pub(crate) fn wrong(&self, what: &str) -> Trouble {
        match self.dialect {
            Dialect::Mawk => Trouble::Exit(format!("line {}: {what}", self.line), 2),
            Dialect::Gawk => Trouble::Exit(format!("cmd. line:{}: {what}", self.line), 1),
        }
    }

    fn name(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let end = rest.iter().position(|it| !it.is_ascii_alphanumeric() && *it != b'_').unwrap_or(rest.len());
        let word = &rest[..end];
        self.at += end;
        let more: &[&str] = if self.dialect == Dialect::Gawk { MORE } else { &[] };
        if let Some(keyword) = KEYWORDS.iter().chain(more).find(|it| it.as_bytes() == word) {
            return Token::Sign(if *keyword == "func" { "function" } else { keyword });
        }
        if self.text.get(self.at) == Some(&b'(') { Token::Function(word.to_vec()) } else { Token::Name(word.to_vec()) }
    }

    fn number(&mut self) -> Result<Token, Trouble> {
        let rest = &self.text[self.at..];
        if self.dialect == Dialect::Gawk
            && let Some((value, length)) = number::source(rest)
        {
            self.at += length;
            return Ok(Token::Number(value));
        }
        let (value, length) = number::decimal(rest);
        if self.dialect == Dialect::Mawk && (value.is_infinite() || value != 0.0 && value < f64::MIN_POSITIVE) {
            return Err(self.wrong("decimal overflow"));
        }
        self.at += length.max(1);
        Ok(Token::Number(value))
    }

    fn string(&mut self) -> Result<Token, Trouble> {
        let mut end = self.at + 1;
        loop {
            match self.text.get(end) {
                None | Some(b'\n') => return Err(self.wrong("unterminated string")),
                Some(b'"') => break,
                Some(b'\\') => {
                    self.line += usize::from(self.text.get(end + 1) == Some(&b'\n'));
                    end += 2;
                }
                Some(_) => end += 1,
            }
        }
        let raw = &self.text[self.at + 1..end];
        self.at = end + 1;
        let (text, plain) = unescaped(raw, self.dialect);
        for byte in plain {
            let letter = String::from_utf8_lossy(&[byte]).into_owned();
            let warning = format!("cmd. line:{}: warning: escape sequence `\\{letter}' treated as plain `{letter}'", self.line);
            self.warnings.push(warning);
        }
        Ok(Token::Text(text))
    }

    /// The pattern behind a slash that was taken.
    pub(crate) fn pattern(&mut self) -> Result<Vec<u8>, Trouble> {
        let mut out = Vec::new();
        let mut bracket = 0_usize;
        loop {
            match &self.text[self.at..] {
                [] | [b'\n', ..] => return Err(self.wrong("unterminated regexp")),
                [b'\\', b'/', ..] => {
                    // Within brackets gawk keeps the backslash, where it changes nothing.
                    out.push(b'/');
                    self.at += 2;
                }
                [b'\\', b'\n', ..] => {
                    self.line += 1;
                    self.at += 2;
                }
                [b'\\', other, ..] => {
                    out.extend([b'\\', *other]);
                    self.at += 2;
                }
                [b'/', ..] if bracket == 0 => {
                    self.at += 1;
                    return Ok(out);
                }
                [b'[', ..] if bracket == 0 => {
                    bracket = 1;
                    out.push(b'[');
                    self.at += 1;
                    if self.text.get(self.at) == Some(&b'^') {
                        out.push(b'^');
                        self.at += 1;
                    }
                    if self.text.get(self.at) == Some(&b']') {
                        out.push(b']');
                        self.at += 1;
                    }
                }
                [b'[', mark @ (b':' | b'.' | b'='), ..] => {
                    let close = [*mark, b']'];
                    let inside = &self.text[self.at + 2..];
                    let end = inside.windows(2).position(|it| it == close).filter(|end| !inside[..*end].contains(&b'\n'));
                    let length = end.map_or(1, |it| it + 4);
                    out.extend_from_slice(&self.text[self.at..self.at + length]);
                    self.at += length;
                }
                [b']', ..] => {
                    bracket = 0;
                    out.push(b']');
                    self.at += 1;
                }
                [byte, ..] => {
                    out.push(*byte);
                    self.at += 1;
                }
            }
        }
    }
}

/// Carries out the escapes of a string, and tells which letters gawk takes as plain with a warning.
pub(crate) fn unescaped(raw: &[u8], dialect: Dialect) -> (Vec<u8>, Vec<u8>) {
    let (mut out, mut plain) = (Vec::with_capacity(raw.len()), Vec::new());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&letter) = raw.get(at) else {
            out.push(b'\\');
            break;
        };
        at += 1;
        match letter {
            b'"' | b'\\' => out.push(letter),
            b'/' if dialect == Dialect::Gawk => out.push(b'/'),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b't' => out.push(9),
            b'v' => out.push(11),
            b'\n' => {}
            b'0'..=b'7' => {
                let mut value = u32::from(letter - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = raw.get(at) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    at += 1;
                }
                out.push(value as u8);
            }
            b'x' if raw.get(at).is_some_and(u8::is_ascii_hexdigit) => {
                let digits = raw[at..].iter().take(2).take_while(|it| it.is_ascii_hexdigit()).count();
                let value = raw[at..at + digits].iter().fold(0, |all, it| all * 16 + (*it as char).to_digit(16).unwrap_or(0));
                out.push(value as u8);
                at += digits;
            }
            _ if dialect == Dialect::Gawk => {
                plain.push(letter);
                out.push(letter);
            }
            _ => out.extend([b'\\', letter]),
        }
        if dialect == Dialect::Gawk && letter == b'/' {
            plain.push(letter);
        }
    }
    (out, plain)
}
