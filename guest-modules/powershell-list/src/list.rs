//! Finds the commands of a script: words at the beginning of a statement or of a part of a pipeline. Quotes, here-strings, comments and line ends that a
//! backtick escapes are read as PowerShell has them (about_Quoting_Rules, about_Parsing, about_Comments).

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The name and what follows it, without quotes.
    pub words: Vec<String>,
    /// The line, from 1.
    pub line: u32,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// In order.
    pub commands: Vec<Command>,
    /// Where reading ended early, and why.
    pub broken: Option<(u32, &'static str)>,
}

/// Words that begin a statement and are no commands.
const KEYWORDS: [&str; 27] = [
    "if", "else", "elseif", "foreach", "for", "while", "do", "until", "switch", "try", "catch", "finally", "trap", "function", "filter", "param", "begin", "process", "end", "return",
    "throw", "break", "continue", "exit", "class", "using", "in",
];

/// The text of a script: UTF-8 or UTF-16 with its mark.
pub fn decoded(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| String::from_utf16(&bytes.chunks_exact(2).map(|it| unit([it[0], it[1]])).collect::<Vec<_>>()).ok();
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        bytes => String::from_utf8(bytes.to_vec()).ok(),
    }
}

/// Lists the commands of a script.
pub fn commands(text: &str) -> Listed {
    let mut reader = Reader { rest: text, line: 1, listed: Listed::default(), words: Vec::new(), begun: 0, skips: false, called: false };
    if let Err(what) = reader.all() {
        reader.listed.broken = Some((reader.line, what));
    }
    reader.end();
    reader.listed
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    listed: Listed,
    words: Vec<String>,
    begun: u32,
    /// Whether the statement is no command: what follows is passed over up to its end.
    skips: bool,
    /// Whether a call operator stands before the word: then a text is a command too.
    called: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count() as u32;
        self.rest = rest;
        taken
    }

    /// Ends a command.
    fn end(&mut self) {
        let words = std::mem::take(&mut self.words);
        self.skips = false;
        if words.first().is_some_and(|it| is_command(it)) {
            self.listed.commands.push(Command { words, line: self.begun });
        }
    }

    fn all(&mut self) -> Result<(), &'static str> {
        while let Some(next) = self.rest.chars().next() {
            match next {
                '\n' | ';' | '|' | '{' | '}' | '(' | ')' => {
                    self.take(1);
                    self.end();
                }
                '`' => {
                    let length = self.rest.char_indices().nth(2).map_or(self.rest.len(), |it| it.0);
                    self.take(if self.rest.starts_with("`\r\n") { 3 } else { length });
                }
                _ if self.rest.starts_with("<#") => {
                    let length = self.rest.find("#>").ok_or("a comment has no end")? + 2;
                    self.take(length);
                }
                '#' => {
                    let length = self.rest.find('\n').unwrap_or(self.rest.len());
                    self.take(length);
                }
                '=' if self.words.is_empty() || self.skips => {
                    // What is assigned may be a command.
                    self.take(1);
                    self.words.clear();
                    self.skips = false;
                }
                _ if next.is_whitespace() => drop(self.take(next.len_utf8())),
                _ => self.word()?,
            }
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), &'static str> {
        let is_text = self.rest.starts_with(['\'', '"', '@']) && !std::mem::take(&mut self.called);
        let (line, word) = (self.line, self.read_word()?);
        if self.skips {
            return Ok(());
        }
        if self.words.is_empty() {
            let lower = word.to_ascii_lowercase();
            if matches!(word.as_str(), "&" | "." | "!") || KEYWORDS.contains(&lower.as_str()) {
                // A function's name is no command; what a call operator or another keyword is followed by may be one.
                self.called = matches!(word.as_str(), "&" | ".");
                self.skips = matches!(lower.as_str(), "function" | "filter" | "class" | "using" | "param");
                return Ok(());
            }
            if is_text || word.starts_with(['$', '[', '@', '-', '+', ',', '%', '<']) || word.starts_with(|it: char| it.is_ascii_digit()) {
                self.skips = true;
                return Ok(());
            }
            self.begun = line;
        }
        self.words.push(word);
        Ok(())
    }

    /// Reads a word: quotes are part of it and fall away.
    fn read_word(&mut self) -> Result<String, &'static str> {
        let mut word = String::new();
        while let Some(next) = self.rest.chars().next() {
            if self.rest.starts_with("@'") || self.rest.starts_with("@\"") {
                let end = if next == '@' && self.rest.as_bytes()[1] == b'\'' { "\n'@" } else { "\n\"@" };
                let length = self.rest.find(end).ok_or("a here-string has no end")?;
                let text = self.take(length + end.len());
                word.push_str(text.get(2..text.len() - end.len()).unwrap_or_default().trim());
                continue;
            }
            match next {
                '\'' | '"' => word.push_str(&self.quoted(next)?),
                '`' => {
                    self.take(1);
                    if let Some(it) = self.rest.chars().next() {
                        self.take(it.len_utf8());
                        if !matches!(it, '\n' | '\r') {
                            word.push(it);
                        }
                    }
                }
                '=' if word.is_empty() || word.starts_with('$') => break,
                ';' | '|' | '{' | '}' | '(' | ')' => break,
                _ if next.is_whitespace() => break,
                _ => word.push_str(self.take(next.len_utf8())),
            }
        }
        if word.is_empty() && self.rest.starts_with('=') {
            self.take(1);
        }
        Ok(word)
    }

    fn quoted(&mut self, quote: char) -> Result<String, &'static str> {
        let mut out = String::new();
        self.take(1);
        loop {
            let next = self.rest.chars().next().ok_or("a text has no end")?;
            self.take(next.len_utf8());
            if next == quote {
                if !self.rest.starts_with(quote) {
                    return Ok(out);
                }
                self.take(1);
            } else if next == '`' && quote == '"' {
                let escaped = self.rest.chars().next().ok_or("a text has no end")?;
                self.take(escaped.len_utf8());
                out.push(escaped);
                continue;
            }
            out.push(next);
        }
    }
}

/// Answers whether a first word is a command: `Verb-Noun`, a program, or another bare name.
fn is_command(word: &str) -> bool {
    word.starts_with(|it: char| it.is_alphabetic() || matches!(it, '\\' | '.' | '_')) && !word.ends_with(':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<String> {
        let listed = commands(text);
        let mut told: Vec<String> = listed.commands.iter().map(|it| format!("{}: {}", it.line, it.words.join("|"))).collect();
        told.extend(listed.broken.map(|it| format!("{}: broken: {}", it.0, it.1)));
        told
    }

    #[test]
    fn commands_are_found_with_their_lines() {
        let script = "# a fix\n$path = 'HKLM:\\SOFTWARE\\x y'\nif (-not (Test-Path $path)) {\n    New-Item -Path $path -Force | Out-Null\n}\nSet-ItemProperty -Path $path `\n  -Name 'Enabled' -Value 1; Restart-Service \"Spooler\"\n$service = Get-Service -Name RemoteRegistry\n& net.exe stop x\n<# Stop-Computer\n#>\n";
        assert_eq!(
            check(script),
            [
                "3: Test-Path|$path",
                "4: New-Item|-Path|$path|-Force",
                "4: Out-Null",
                "6: Set-ItemProperty|-Path|$path|-Name|Enabled|-Value|1",
                "7: Restart-Service|Spooler",
                "8: Get-Service|-Name|RemoteRegistry",
                "9: net.exe|stop|x",
            ]
        );
    }

    #[test]
    fn texts_hide_what_is_in_them_and_must_end() {
        assert_eq!(check("Write-Output 'Stop-Computer; x'\nWrite-Output \"a `\" b\"\n$x = @'\nRemove-Item C:\\\n'@\n"), ["1: Write-Output|Stop-Computer; x", "2: Write-Output|a \" b"]);
        assert_eq!(check("Write-Output 'x\n"), ["1: Write-Output", "2: broken: a text has no end"]);
        assert_eq!(check("<# x"), ["1: broken: a comment has no end"]);
    }

    #[test]
    fn marks_of_encodings_are_known() {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("ü".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decoded(&wide).as_deref(), Some("ü"));
        assert_eq!(decoded(b"\xef\xbb\xbfa").as_deref(), Some("a"));
        assert_eq!(decoded(b"\xff"), None);
    }

    #[test]
    fn no_text_makes_it_panic_or_go_on_for_ever() {
        let sample = "$a = @{b='c'}; Set-X -y \"d`\"e\" | % { $_ } # f\n@\"\ng\n\"@\nfunction H { Get-I }\n";
        let mut seed = 3u64;
        for _ in 0..3000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut chars: Vec<char> = sample.chars().collect();
            let at = (seed >> 33) as usize % chars.len();
            match seed >> 62 {
                0 => chars.truncate(at),
                1 => chars[at] = char::from(b"\"'`={}()@#\\\n$<"[(seed >> 20) as usize % 14]),
                2 => drop(chars.remove(at)),
                _ => chars.insert(at, 'é'),
            }
            let _ = commands(&chars.into_iter().collect::<String>());
        }
    }
}
