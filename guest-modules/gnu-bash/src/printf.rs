//! `printf`, `echo -e`, `$'…'`, and the ways in which bash quotes text that it prints.

use crate::text;

/// What `printf` made.
#[derive(Debug, Default)]
pub struct Formatted {
    pub out: String,
    /// Complaints, without the shell's name.
    pub complaints: Vec<String>,
    pub status: i32,
    /// Why the text may be another on a machine.
    pub unsure: Option<String>,
}

/// Formats as the builtin does (bash(1), printf; printf(3)).
pub fn format(layout: &str, arguments: &[String]) -> Formatted {
    let mut state = State { arguments, at: 0, made: Formatted::default() };
    let letters: Vec<char> = layout.chars().collect();
    loop {
        let before = state.at;
        if !state.once(&letters) || state.at >= arguments.len() || state.at == before {
            return state.made;
        }
    }
}

struct State<'a> {
    arguments: &'a [String],
    at: usize,
    made: Formatted,
}

/// One conversion.
#[derive(Default)]
struct Spec {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

impl State<'_> {
    fn next(&mut self) -> Option<String> {
        let word = self.arguments.get(self.at).cloned();
        self.at += 1;
        word
    }

    fn complain(&mut self, message: String) {
        self.made.complaints.push(message);
        self.made.status = 1;
    }

    /// Goes once through the layout; false where it ended early.
    fn once(&mut self, letters: &[char]) -> bool {
        let mut at = 0;
        while at < letters.len() {
            match letters[at] {
                '\\' => {
                    let (told, used) = escape(&letters[at + 1..], Kind::Layout);
                    match told {
                        Told::Text(text) => self.made.out.push_str(&text),
                        Told::Stop => return false,
                    }
                    at += 1 + used;
                }
                '%' if letters.get(at + 1) == Some(&'%') => {
                    self.made.out.push('%');
                    at += 2;
                }
                '%' => match self.conversion(letters, at + 1) {
                    Some(end) => at = end,
                    None => return false,
                },
                letter => {
                    self.made.out.push(letter);
                    at += 1;
                }
            }
        }
        true
    }

    fn count(&mut self) -> i64 {
        let word = self.next();
        self.integer(word.as_deref())
    }

    fn conversion(&mut self, letters: &[char], from: usize) -> Option<usize> {
        let mut spec = Spec::default();
        let mut at = from;
        while let Some(letter) = letters.get(at) {
            match letter {
                '-' => spec.left = true,
                '+' => spec.plus = true,
                ' ' => spec.blank = true,
                '#' => spec.alternate = true,
                '0' => spec.zero = true,
                '\'' => {}
                _ => break,
            }
            at += 1;
        }
        if letters.get(at) == Some(&'*') {
            let width = self.count();
            spec.left |= width < 0;
            spec.width = width.unsigned_abs() as usize;
            at += 1;
        } else {
            let digits: String = letters[at..].iter().take_while(|it| it.is_ascii_digit()).collect();
            at += digits.len();
            spec.width = digits.parse().unwrap_or(0);
        }
        if letters.get(at) == Some(&'.') {
            at += 1;
            if letters.get(at) == Some(&'*') {
                spec.precision = usize::try_from(self.count()).ok();
                at += 1;
            } else {
                let digits: String = letters[at..].iter().take_while(|it| it.is_ascii_digit()).collect();
                at += digits.len();
                spec.precision = Some(digits.parse().unwrap_or(0));
            }
        }
        if spec.width > 1 << 20 || spec.precision.is_some_and(|it| it > 1 << 20) {
            self.made.unsure = Some("a field that is wider than a million letters".to_owned());
            return None;
        }
        while matches!(letters.get(at), Some('h' | 'l' | 'L' | 'j' | 'z' | 't' | 'q')) && !(letters[at] == 'q' && !letters.get(at + 1).is_some_and(|it| "diouxX".contains(*it))) {
            at += 1;
        }
        let Some(kind) = letters.get(at).copied() else {
            let shown: String = letters[from..].iter().collect();
            let _ = shown;
            self.complain("printf: `%': missing format character".to_owned());
            return None;
        };
        match kind {
            's' => {
                let word = self.next().unwrap_or_default();
                self.text(&word, &spec);
            }
            'c' => {
                let word = self.next().unwrap_or_default();
                let first: String = word.chars().next().unwrap_or('\0').to_string();
                self.text(&first, &Spec { precision: None, ..spec });
            }
            'b' => {
                let word = self.next().unwrap_or_default();
                let (told, stops) = escapes(&word, Kind::Word);
                self.text(&told, &spec);
                if stops {
                    return None;
                }
            }
            'q' => {
                let word = self.next().unwrap_or_default();
                self.text(&quote(&word), &spec);
            }
            'd' | 'i' => {
                let word = self.next();
                let value = self.integer(word.as_deref());
                let sign = if value < 0 { "-" } else if spec.plus { "+" } else if spec.blank { " " } else { "" };
                self.number(sign, &value.unsigned_abs().to_string(), &spec);
            }
            'u' | 'o' | 'x' | 'X' => {
                let word = self.next();
                let value = self.integer(word.as_deref()) as u64;
                let (prefix, digits) = match kind {
                    'o' => ("", format!("{value:o}")),
                    'x' => (if spec.alternate && value != 0 { "0x" } else { "" }, format!("{value:x}")),
                    'X' => (if spec.alternate && value != 0 { "0X" } else { "" }, format!("{value:X}")),
                    _ => ("", value.to_string()),
                };
                let digits = if kind == 'o' && spec.alternate && !digits.starts_with('0') { format!("0{digits}") } else { digits };
                self.number(prefix, &digits, &spec);
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                let word = self.next();
                self.float(word.as_deref(), kind, &spec);
            }
            'a' | 'A' => {
                self.next();
                self.made.unsure = Some("the conversion %a of printf is not carried out".to_owned());
            }
            '(' => {
                self.next();
                self.made.unsure = Some("the conversion %(…)T of printf is not carried out".to_owned());
                at += letters[at..].iter().position(|it| *it == 'T').unwrap_or(0);
            }
            other => {
                self.complain(format!("printf: `{other}': invalid format character"));
                return None;
            }
        }
        Some(at + 1)
    }

    fn text(&mut self, word: &str, spec: &Spec) {
        // Precision and width count letters in this locale.
        let shown: String = match spec.precision {
            Some(most) => word.chars().take(most).collect(),
            None => word.to_owned(),
        };
        let fill = " ".repeat(spec.width.saturating_sub(shown.chars().count()));
        self.made.out.push_str(&if spec.left { shown + &fill } else { fill + &shown });
    }

    fn number(&mut self, sign: &str, digits: &str, spec: &Spec) {
        let digits = match spec.precision {
            Some(0) if digits == "0" => String::new(),
            Some(least) => format!("{digits:0>least$}"),
            None => digits.to_owned(),
        };
        let many = sign.len() + digits.len();
        let fill = spec.width.saturating_sub(many);
        let out = if spec.left {
            format!("{sign}{digits}{}", " ".repeat(fill))
        } else if spec.zero && spec.precision.is_none() {
            format!("{sign}{}{digits}", "0".repeat(fill))
        } else {
            format!("{}{sign}{digits}", " ".repeat(fill))
        };
        self.made.out.push_str(&out);
    }

    /// A number as strtoimax(3) reads it, or the code of a letter behind a quote.
    fn integer(&mut self, word: Option<&str>) -> i64 {
        let Some(word) = word else { return 0 };
        if let Some(rest) = word.strip_prefix(['\'', '"']) {
            return rest.chars().next().map_or(0, |it| i64::from(u32::from(it)));
        }
        let trimmed = word.trim_start();
        let (negative, body) = match trimmed.chars().next() {
            Some('-') => (true, &trimmed[1..]),
            Some('+') => (false, &trimmed[1..]),
            _ => (false, trimmed),
        };
        let hex = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")).filter(|it| it.starts_with(|it: char| it.is_ascii_hexdigit()));
        let (radix, digits) = match hex {
            Some(rest) => (16, rest),
            None if body.starts_with('0') => (8, body),
            None => (10, body),
        };
        let end = digits.find(|it: char| !it.is_digit(radix)).unwrap_or(digits.len());
        let mut value: i128 = 0;
        for letter in digits[..end].chars() {
            value = (value * i128::from(radix) + i128::from(letter.to_digit(radix).unwrap_or(0))).min(1 << 70);
        }
        let value = if negative { -value } else { value };
        if !word.is_empty() && (end == 0 || end < digits.len()) {
            self.complain(format!("printf: {word}: invalid number"));
        }
        if let Ok(value) = i64::try_from(value) {
            value
        } else {
            self.made.complaints.push(format!("printf: warning: {word}: Numerical result out of range"));
            self.made.status = 1;
            if negative { i64::MIN } else { i64::MAX }
        }
    }

    fn float(&mut self, word: Option<&str>, kind: char, spec: &Spec) {
        let text = word.unwrap_or("0");
        let value = if let Some(rest) = text.strip_prefix(['\'', '"']) {
            rest.chars().next().map_or(0.0, |it| f64::from(u32::from(it)))
        } else if text.is_empty() {
            0.0
        } else {
            let trimmed = text.trim_start();
            if let Ok(value) = trimmed.parse::<f64>() {
                value
            } else {
                let end = (0..=trimmed.len()).rev().filter(|it| trimmed.is_char_boundary(*it)).find(|it| trimmed[..*it].parse::<f64>().is_ok());
                if trimmed.starts_with("0x") {
                    self.made.unsure = Some("a hexadecimal fraction is not read here".to_owned());
                }
                self.complain(format!("printf: {text}: invalid number"));
                end.and_then(|end| trimmed[..end].parse().ok()).unwrap_or(0.0)
            }
        };
        let precision = spec.precision.unwrap_or(6);
        if precision > 15 || value.abs() >= 1e15 {
            self.made.unsure = Some("a fraction with more digits than are held here".to_owned());
        }
        let sign = if value.is_sign_negative() { "-" } else if spec.plus { "+" } else if spec.blank { " " } else { "" };
        let value = value.abs();
        let digits = if !value.is_finite() {
            if value.is_nan() { "nan".to_owned() } else { "inf".to_owned() }
        } else {
            match kind.to_ascii_lowercase() {
                'f' => format!("{value:.precision$}"),
                'e' => scientific(value, precision),
                _ => general(value, precision, spec.alternate),
            }
        };
        let digits = if kind.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
        self.number(sign, &digits, &Spec { precision: None, left: spec.left, zero: spec.zero && value.is_finite(), width: spec.width, ..Spec::default() });
    }
}

fn scientific(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |it| ('-', it));
    format!("{digits}e{sign}{exponent:0>2}")
}

fn general(value: f64, precision: usize, keeps: bool) -> String {
    let precision = precision.max(1);
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = format!("{value:.*e}", precision - 1);
    let exponent: i32 = text.split_once('e').and_then(|it| it.1.parse().ok()).unwrap_or(0);
    let shown = if exponent < -4 || exponent >= precision as i32 { scientific(value, precision - 1) } else { format!("{value:.*}", (precision as i32 - 1 - exponent).max(0) as usize) };
    if keeps {
        return shown;
    }
    let (digits, tail) = shown.split_once('e').map_or((shown.as_str(), String::new()), |it| (it.0, format!("e{}", it.1)));
    let digits = if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits };
    format!("{digits}{tail}")
}

/// What an escape stands for.
enum Told {
    Text(String),
    /// `\c`: no more output.
    Stop,
}

/// Where escapes are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The layout of printf.
    Layout,
    /// `%b` and `echo -e`.
    Word,
    /// `$'…'`.
    Ansi,
}

/// What the letters behind a backslash stand for, and how many of them they are.
fn escape(letters: &[char], kind: Kind) -> (Told, usize) {
    let text = |it: &str| Told::Text(it.to_owned());
    let digits = |from: usize, most: usize, radix: u32| letters[from.min(letters.len())..].iter().take(most).take_while(|it| it.is_digit(radix)).count();
    let value = |from: usize, many: usize, radix: u32| letters[from..from + many].iter().fold(0_u32, |all, it| all.wrapping_mul(radix).wrapping_add(it.to_digit(radix).unwrap_or(0)));
    let byte = |value: u32| Told::Text(text::from_bytes(&[(value & 0xff) as u8]));
    match letters.first() {
        None => (text("\\"), 0),
        Some('a') => (text("\x07"), 1),
        Some('b') => (text("\x08"), 1),
        Some('e' | 'E') => (text("\x1b"), 1),
        Some('f') => (text("\x0c"), 1),
        Some('n') => (text("\n"), 1),
        Some('r') => (text("\r"), 1),
        Some('t') => (text("\t"), 1),
        Some('v') => (text("\x0b"), 1),
        Some('\\') => (text("\\"), 1),
        Some('c') if kind == Kind::Word => (Told::Stop, 1),
        Some('c') if kind == Kind::Ansi => match letters.get(1) {
            Some(next) => (byte(u32::from(*next) & 0x1f), 2),
            None => (text("\\c"), 1),
        },
        Some(letter @ ('\'' | '"' | '?')) if kind != Kind::Word || matches!(letter, '\'' | '"') && kind == Kind::Layout => (Told::Text(letter.to_string()), 1),
        Some('x') => {
            let many = digits(1, 2, 16);
            if many == 0 { (text("\\x"), 1) } else { (byte(value(1, many, 16)), 1 + many) }
        }
        Some(letter @ ('u' | 'U')) => {
            let many = digits(1, if *letter == 'u' { 4 } else { 8 }, 16);
            if many == 0 {
                (Told::Text(format!("\\{letter}")), 1)
            } else {
                let code = value(1, many, 16);
                (Told::Text(char::from_u32(code).map(String::from).unwrap_or_default()), 1 + many)
            }
        }
        Some('0') if kind == Kind::Word => {
            let many = digits(1, 3, 8);
            (byte(value(1, many, 8)), 1 + many)
        }
        Some('0'..='7') => {
            let many = digits(0, 3, 8);
            (byte(value(0, many, 8)), many)
        }
        Some(letter) => (Told::Text(format!("\\{letter}")), 1),
    }
}

fn escapes(word: &str, kind: Kind) -> (String, bool) {
    let letters: Vec<char> = word.chars().collect();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        if letters[at] == '\\' {
            let (told, used) = escape(&letters[at + 1..], kind);
            match told {
                Told::Text(it) => out.extend(text::to_bytes(&it)),
                Told::Stop => return (text::from_bytes(&out), true),
            }
            at += 1 + used;
        } else {
            out.extend(text::to_bytes(&letters[at].to_string()));
            at += 1;
        }
    }
    (text::from_bytes(&out), false)
}

/// The text of `$'…'`; it ends at a NUL.
pub fn ansi(body: &str) -> String {
    let (told, _) = escapes(body, Kind::Ansi);
    told.split('\0').next().unwrap_or_default().to_owned()
}

/// `echo -e`: the text, and whether `\c` ended it.
pub fn echo_escapes(word: &str) -> (String, bool) {
    escapes(word, Kind::Word)
}

/// Whether a text has letters that are shown only as escapes.
fn needs_ansi(word: &str) -> bool {
    word.chars().any(char::is_control) || text::is_raw(word)
}

fn quoted_ansi(word: &str) -> String {
    let mut out = "$'".to_owned();
    for letter in word.chars() {
        match letter {
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x1b' => out.push_str("\\E"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            letter if letter.is_control() || text::is_raw(&letter.to_string()) => {
                for byte in text::to_bytes(&letter.to_string()) {
                    out.push_str(&format!("\\{byte:03o}"));
                }
            }
            letter => out.push(letter),
        }
    }
    out.push('\'');
    out
}

/// `printf %q`: backslashes before what the shell would take apart.
pub fn quote(word: &str) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    if needs_ansi(word) {
        return quoted_ansi(word);
    }
    let mut out = String::new();
    for (at, letter) in word.chars().enumerate() {
        let first = at == 0 && matches!(letter, '~' | '#');
        if first || " !\"$&'()*,;<>?[\\]^`{|}".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

/// `${x@Q}`: in single quotes.
pub fn quote_at(word: &str) -> String {
    if needs_ansi(word) {
        return quoted_ansi(word);
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// `declare -p`: in double quotes.
pub fn quote_declare(word: &str) -> String {
    if needs_ansi(word) {
        return quoted_ansi(word);
    }
    let mut out = "\"".to_owned();
    for letter in word.chars() {
        if matches!(letter, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(letter);
    }
    out.push('"');
    out
}
