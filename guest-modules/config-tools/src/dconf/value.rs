//! Values in GVariant's text form, and as bytes. Taken are booleans, numbers, strings, arrays and tuples of them; what is left of
//! the grammar (maybes, dictionaries, variants, byte strings, object paths) is an error.

/// Deeper than this no value of a setting is.
const DEEPEST: u32 = 16;

/// A value with its type.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Value {
    /// The type string.
    kind: String,
    data: Data,
}

#[derive(Clone, PartialEq, Debug)]
enum Data {
    /// Bytes of a type with one size.
    Fixed(Vec<u8>),
    Text(String),
    Array(Vec<Value>),
    Tuple(Vec<Value>),
}

/// A string.
pub(super) fn string(text: &str) -> Value {
    Value { kind: "s".to_owned(), data: Data::Text(text.to_owned()) }
}

/// Reads a whole value.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut reader = Reader { rest: text };
    let it = reader.value(None, 0)?;
    reader.space();
    if reader.rest.is_empty() { Ok(it) } else { Err("text behind the value".to_owned()) }
}

struct Reader<'a> {
    rest: &'a str,
}

/// Words that name a number's type, with the letter of each.
const NUMBERS: [(&str, char); 8] = [("byte", 'y'), ("int16", 'n'), ("uint16", 'q'), ("int32", 'i'), ("uint32", 'u'), ("int64", 'x'), ("uint64", 't'), ("double", 'd')];

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, mark: char) -> bool {
        self.space();
        match self.rest.strip_prefix(mark) {
            Some(it) => {
                self.rest = it;
                true
            }
            None => false,
        }
    }

    /// Reads one value, of a type if one is asked for.
    fn value(&mut self, wanted: Option<&str>, depth: u32) -> Result<Value, String> {
        if depth > DEEPEST {
            return Err("a deep value".to_owned());
        }
        self.space();
        let first = self.rest.chars().next().ok_or("an empty value")?;
        match first {
            '\'' | '"' => self.text(first, wanted),
            '[' => self.array(wanted, depth),
            '(' => self.tuple(wanted, depth),
            '@' => {
                let end = self.rest.find([' ', '\t']).ok_or("a type without a value")?;
                let kind = self.rest[1..end].to_owned();
                if !matches!(kind.as_str(), "b" | "y" | "n" | "q" | "i" | "u" | "x" | "t" | "d" | "s" | "as" | "ai" | "au" | "ab" | "ad") || wanted.is_some() {
                    return Err("a type like this".to_owned());
                }
                self.rest = &self.rest[end..];
                self.value(Some(&kind), depth + 1)
            }
            _ => self.word(wanted),
        }
    }

    fn word(&mut self, wanted: Option<&str>) -> Result<Value, String> {
        let end = self.rest.find(|it: char| !(it.is_ascii_alphanumeric() || "+-._".contains(it))).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if let "true" | "false" = word {
            return fixed("b", wanted, vec![u8::from(word == "true")]);
        }
        if let "boolean" | "string" = word {
            let kind = &word[..1];
            if wanted.is_some_and(|it| it != kind) || !self.rest.starts_with([' ', '\t']) {
                return Err("a type that does not fit".to_owned());
            }
            self.space();
            let fits = if kind == "s" { self.rest.starts_with(['\'', '"']) } else { self.rest.starts_with("true") || self.rest.starts_with("false") };
            return if fits { self.value(Some(kind), DEEPEST) } else { Err("a type without its value".to_owned()) };
        }
        if let Some((_, letter)) = NUMBERS.iter().find(|it| it.0 == word) {
            let letter = letter.to_string();
            if wanted.is_some_and(|it| it != letter) || !self.rest.starts_with([' ', '\t']) {
                return Err("a type that does not fit".to_owned());
            }
            self.space();
            if !self.rest.starts_with(|it: char| it.is_ascii_digit() || it == '-') {
                return Err("a type without its number".to_owned());
            }
            return self.word(Some(&letter));
        }
        number(word, wanted.unwrap_or(if word.contains('.') { "d" } else { "i" }))
    }

    fn text(&mut self, quote: char, wanted: Option<&str>) -> Result<Value, String> {
        if wanted.is_some_and(|it| it != "s") {
            return Err("a string where another type is asked for".to_owned());
        }
        let mut out = String::new();
        let mut letters = self.rest.char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                '\\' => match letters.next().map(|it| it.1) {
                    Some('n') => out.push('\n'),
                    Some('t') => out.push('\t'),
                    Some(it @ ('\\' | '\'' | '"')) => out.push(it),
                    _ => return Err("an escape like this".to_owned()),
                },
                it if it == quote => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(string(&out));
                }
                it => out.push(it),
            }
        }
        Err("a string without an end".to_owned())
    }

    fn array(&mut self, wanted: Option<&str>, depth: u32) -> Result<Value, String> {
        let mut of = match wanted {
            Some(it) => Some(it.strip_prefix('a').ok_or("an array where another type is asked for")?.to_owned()),
            None => None,
        };
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        if !self.take(']') {
            loop {
                let item = self.value(wanted.and(of.as_deref()), depth + 1)?;
                // Numbers of several types would agree on one: that is left to the tool.
                if of.as_ref().is_some_and(|it| *it != item.kind) {
                    return Err("an array of several types".to_owned());
                }
                of = Some(item.kind.clone());
                items.push(item);
                if self.take(']') {
                    break;
                }
                if !self.take(',') {
                    return Err("an array without an end".to_owned());
                }
            }
        }
        let of = of.ok_or("an empty array without a type")?;
        Ok(Value { kind: format!("a{of}"), data: Data::Array(items) })
    }

    fn tuple(&mut self, wanted: Option<&str>, depth: u32) -> Result<Value, String> {
        if wanted.is_some() {
            return Err("a tuple with a type".to_owned());
        }
        self.rest = &self.rest[1..];
        let mut items = Vec::new();
        while !self.take(')') {
            if !items.is_empty() && !self.take(',') || items.len() > 1 && self.rest.trim_start().starts_with(')') {
                return Err("a tuple like this".to_owned());
            }
            if items.len() == 1 && self.take(')') {
                break;
            }
            items.push(self.value(None, depth + 1)?);
        }
        if items.len() < 2 {
            return Err("a tuple of fewer than two".to_owned());
        }
        Ok(Value { kind: format!("({})", items.iter().map(|it| it.kind.as_str()).collect::<String>()), data: Data::Tuple(items) })
    }
}

fn fixed(kind: &str, wanted: Option<&str>, bytes: Vec<u8>) -> Result<Value, String> {
    if wanted.is_some_and(|it| it != kind) {
        return Err("a value of another type".to_owned());
    }
    Ok(Value { kind: kind.to_owned(), data: Data::Fixed(bytes) })
}

/// Decimal numbers without frills; others (hexadecimal, octal, exponents) are left to the tool.
fn number(word: &str, kind: &str) -> Result<Value, String> {
    let bare = word.strip_prefix('-').unwrap_or(word);
    let (whole, part) = bare.split_once('.').map_or((bare, None), |it| (it.0, Some(it.1)));
    let digits = |it: &str| !it.is_empty() && it.len() <= 15 && it.bytes().all(|it| it.is_ascii_digit());
    if !digits(whole) || whole.len() > 1 && whole.starts_with('0') || part.is_some_and(|it| !digits(it) || kind != "d") {
        return Err(format!("the word `{word}`"));
    }
    let out = || format!("the number {word}, which is out of range,");
    let exact: i64 = if part.is_none() { word.parse().map_err(|_| out())? } else { 0 };
    let bytes = match kind {
        "y" => vec![u8::try_from(exact).map_err(|_| out())?],
        "n" => i16::try_from(exact).map_err(|_| out())?.to_le_bytes().to_vec(),
        "q" => u16::try_from(exact).map_err(|_| out())?.to_le_bytes().to_vec(),
        "i" => i32::try_from(exact).map_err(|_| out())?.to_le_bytes().to_vec(),
        "u" => u32::try_from(exact).map_err(|_| out())?.to_le_bytes().to_vec(),
        "x" => exact.to_le_bytes().to_vec(),
        "t" => u64::try_from(exact).map_err(|_| out())?.to_le_bytes().to_vec(),
        "d" => word.parse::<f64>().map_err(|_| out())?.to_le_bytes().to_vec(),
        _ => return Err("a number where another type is asked for".to_owned()),
    };
    Ok(Value { kind: kind.to_owned(), data: Data::Fixed(bytes) })
}

impl Value {
    /// The value inside a variant: its bytes, a zero, and its type.
    pub(super) fn boxed(&self) -> Vec<u8> {
        let mut out = self.bytes();
        out.push(0);
        out.extend(self.kind.as_bytes());
        out
    }

    fn bytes(&self) -> Vec<u8> {
        match &self.data {
            Data::Fixed(bytes) => bytes.clone(),
            Data::Text(text) => [text.as_bytes(), b"\0"].concat(),
            Data::Array(items) => {
                let (body, ends) = laid(items);
                if is_fixed(&self.kind[1..]) { body } else { framed(body, ends) }
            }
            Data::Tuple(items) => {
                let (mut body, ends) = laid(items);
                if is_fixed(&self.kind) {
                    body.resize(body.len().next_multiple_of(alignment(&self.kind)), 0);
                    return body;
                }
                // Only what is no fixed size and not the last needs its end written, the first one last.
                let last = items.len() - 1;
                let mut ends: Vec<usize> = ends.into_iter().zip(items).take(last).filter(|it| !is_fixed(&it.1.kind)).map(|it| it.0).collect();
                ends.reverse();
                framed(body, ends)
            }
        }
    }
}

/// Values one behind another, each at its alignment, and where each ends.
fn laid(items: &[Value]) -> (Vec<u8>, Vec<usize>) {
    let (mut body, mut ends) = (Vec::new(), Vec::new());
    for item in items {
        body.resize(body.len().next_multiple_of(alignment(&item.kind)), 0);
        body.extend(item.bytes());
        ends.push(body.len());
    }
    (body, ends)
}

/// A body with its ends, in words as wide as the whole asks for.
fn framed(mut body: Vec<u8>, ends: Vec<usize>) -> Vec<u8> {
    let wide = [1usize, 2, 4].into_iter().find(|it| ((body.len() + it * ends.len()) as u64) < 1 << (8 * it)).unwrap_or(8);
    ends.iter().for_each(|it| body.extend(&(*it as u64).to_le_bytes()[..wide]));
    body
}

fn is_fixed(kind: &str) -> bool {
    !kind.contains(['a', 's'])
}

fn alignment(kind: &str) -> usize {
    let of = |it: char| match it {
        'n' | 'q' => 2,
        'i' | 'u' => 4,
        'x' | 't' | 'd' => 8,
        _ => 1,
    };
    kind.chars().map(of).max().unwrap_or(1)
}
