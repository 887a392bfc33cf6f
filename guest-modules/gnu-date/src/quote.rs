//! Names in messages, as gnulib quotes them.

/// How messages are quoted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// C: apostrophes, and only ASCII as it is.
    Ascii,
    /// C.UTF-8: English quotation marks, and what can be printed as it is.
    #[default]
    Utf8,
}

impl Locale {
    /// The locale that an environment asks for; an error names one that is not modelled.
    ///
    /// # Errors
    /// When it is none of C, POSIX and C.UTF-8.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Result<Locale, String> {
        let set = |name: &str| variable(name).filter(|it| !it.is_empty());
        let named = |name: &str| set("LC_ALL").or_else(|| set(name)).or_else(|| set("LANG")).unwrap_or_default();
        for category in ["LC_TIME", "LC_CTYPE", "LC_MESSAGES"] {
            let name = named(category);
            if !matches!(name.as_str(), "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8") {
                return Err(format!("the locale `{name}` is not modelled"));
            }
        }
        Ok(if named("LC_CTYPE").starts_with("C.") { Locale::Utf8 } else { Locale::Ascii })
    }

    /// Quotes a word always.
    pub(crate) fn quote(self, word: &[u8]) -> String {
        match self {
            Locale::Ascii => format!("'{}'", self.escaped(word)),
            Locale::Utf8 => format!("\u{2018}{}\u{2019}", self.escaped(word)),
        }
    }

    fn escaped(self, word: &[u8]) -> String {
        let mut out = String::new();
        for chunk in word.utf8_chunks() {
            for letter in chunk.valid().chars() {
                match letter {
                    '\\' => out.push_str("\\\\"),
                    '\'' if self == Locale::Ascii => out.push_str("\\'"),
                    '\u{2019}' => out.push_str("\\\u{2019}"),
                    '\x07' => out.push_str("\\a"),
                    '\x08' => out.push_str("\\b"),
                    '\x0c' => out.push_str("\\f"),
                    '\n' => out.push_str("\\n"),
                    '\r' => out.push_str("\\r"),
                    '\t' => out.push_str("\\t"),
                    '\x0b' => out.push_str("\\v"),
                    ' '..='~' => out.push(letter),
                    _ if self == Locale::Utf8 && !letter.is_control() => out.push(letter),
                    _ => letter.encode_utf8(&mut [0; 4]).bytes().for_each(|it| octal(&mut out, it)),
                }
            }
            chunk.invalid().iter().for_each(|it| octal(&mut out, *it));
        }
        out
    }

    /// Quotes a file name only where a shell would need it; `None` for one whose quotes are not known here.
    pub(crate) fn quote_name(word: &[u8]) -> Option<String> {
        let plain = |it: &u8| it.is_ascii_alphanumeric() || b"/._-+,:@%".contains(it);
        if word.is_empty() {
            return Some("''".to_owned());
        }
        if word.iter().all(plain) {
            return String::from_utf8(word.to_vec()).ok();
        }
        word.iter().all(|it| matches!(it, b' '..=b'~') && *it != b'\'').then(|| format!("'{}'", String::from_utf8_lossy(word)))
    }
}

fn octal(out: &mut String, byte: u8) {
    out.push_str(&format!("\\{byte:03o}"));
}
