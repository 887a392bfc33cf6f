//! The words of a call.

use crate::Trouble;

#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) bytes: bool,
    pub(crate) list: bool,
    pub(crate) silent: bool,
    pub(crate) skip: [u64; 2],
    pub(crate) most: Option<u64>,
    pub(crate) files: [Vec<u8>; 2],
}

/// Long options with their letters; `=` where a value must follow.
const LONG: &[(&str, u8)] = &[("print-bytes", b'b'), ("ignore-initial=", b'i'), ("verbose", b'l'), ("bytes=", b'n'), ("quiet", b's'), ("silent", b's')];

fn unmodelled<T>(why: &str) -> Result<T, Trouble> {
    Err(Trouble::Unmodelled(why.to_owned()))
}

fn wrong<T>(message: &str) -> Result<T, Trouble> {
    Err(Trouble::Exit(format!("cmp: {message}\ncmp: Try 'cmp --help' for more information.\n").into_bytes(), 2))
}

pub(crate) fn read(words: &[Vec<u8>]) -> Result<Options, Trouble> {
    let (mut options, mut plain, mut at) = (Options::default(), Vec::new(), 0);
    let next = |at: &mut usize| match words.get(*at) {
        Some(word) => {
            *at += 1;
            Ok(word.clone())
        }
        None => unmodelled("an option without its value"),
    };
    while at < words.len() {
        let word = &words[at];
        at += 1;
        if word == b"--" {
            plain.extend_from_slice(&words[at..]);
            break;
        }
        if let Some(long) = word.strip_prefix(b"--") {
            let cut = long.iter().position(|it| *it == b'=');
            let name = &long[..cut.unwrap_or(long.len())];
            let found: Vec<_> = LONG.iter().filter(|it| it.0.as_bytes().starts_with(name)).collect();
            let [(known, letter)] = found[..] else { return unmodelled("an option of that name is not modelled") };
            match (known.ends_with('='), cut) {
                (true, Some(cut)) => options.set(*letter, &long[cut + 1..])?,
                (true, None) => options.set(*letter, &next(&mut at)?)?,
                (false, None) => options.set(*letter, b"")?,
                (false, Some(_)) => return unmodelled("a value of an option that takes none"),
            }
        } else if word.len() > 1 && word[0] == b'-' {
            for (place, letter) in word.iter().enumerate().skip(1) {
                match letter {
                    b'i' | b'n' => {
                        let value = if place + 1 < word.len() { word[place + 1..].to_vec() } else { next(&mut at)? };
                        options.set(*letter, &value)?;
                        break;
                    }
                    b'b' | b'c' | b'l' | b's' => options.set(*letter, b"")?,
                    _ => return unmodelled("an option that is not modelled"),
                }
            }
        } else {
            plain.push(word.clone());
        }
    }
    if options.silent && options.list {
        return wrong("options -l and -s are incompatible");
    }
    let mut plain = plain.into_iter();
    let Some(first) = plain.next() else { return wrong("missing operand after 'cmp'") };
    // What is read of standard input is known where the call names it.
    let Some(second) = plain.next() else { return unmodelled("standard input that is not named is not modelled") };
    options.files = [first, second];
    for (at, value) in plain.enumerate() {
        if at >= 2 {
            return unmodelled("more operands than cmp takes");
        }
        options.skip[at] = options.skip[at].max(number(&value)?);
    }
    Ok(options)
}

impl Options {
    fn set(&mut self, letter: u8, value: &[u8]) -> Result<(), Trouble> {
        match letter {
            b'b' | b'c' => self.bytes = true,
            b'l' => self.list = true,
            b's' => self.silent = true,
            b'n' => {
                let value = number(value)?;
                self.most = Some(self.most.map_or(value, |it| it.min(value)));
            }
            _ => {
                let mut parts = value.splitn(2, |it| *it == b':');
                let one = number(parts.next().unwrap_or_default())?;
                let other = parts.next().map_or(Ok(one), number)?;
                self.skip = [self.skip[0].max(one), self.skip[1].max(other)];
            }
        }
        Ok(())
    }
}

fn number(value: &[u8]) -> Result<u64, Trouble> {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let unit: u64 = match &text[end..] {
        "" => 1,
        "k" | "K" | "KiB" => 1 << 10,
        "kB" | "KB" => 1000,
        "M" | "MiB" => 1 << 20,
        "MB" => 1_000_000,
        _ => return unmodelled("a number of that form"),
    };
    let octal = end > 1 && text.starts_with('0');
    match text[..end].parse::<u64>().ok().filter(|_| !octal).and_then(|it| it.checked_mul(unit)) {
        Some(number) => Ok(number),
        None => unmodelled("a number of that form"),
    }
}
