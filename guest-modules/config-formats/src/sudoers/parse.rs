//! The grammar of one statement.

use super::{default, line};

/// How a setting is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Set,
    Add,
    Remove,
    On,
    Off,
}

/// One setting of a `Defaults` statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The setting.
    pub name: String,
    /// Its value; none where it is switched on or off.
    pub value: Option<String>,
    /// Whether it is switched off.
    pub off: bool,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Settings, and whether they are for all.
    Defaults(bool, Vec<Change>),
    /// Names of aliases with their kind.
    Alias(&'static str, Vec<(String, Vec<String>)>),
    /// What users may do; whether a password may be left out.
    Grant {
        /// Words of the statement that are in capitals: names of aliases, perhaps.
        names: Vec<String>,
        /// Whether a command needs no password.
        no_password: bool,
    },
    /// Another file, or all of a folder.
    Include(String, bool),
}

type Parsed<T> = Result<T, String>;

struct Cursor<'a> {
    rest: &'a str,
}

const TAGS: [&str; 16] = [
    "EXEC",
    "NOEXEC",
    "FOLLOW",
    "NOFOLLOW",
    "LOG_INPUT",
    "NOLOG_INPUT",
    "LOG_OUTPUT",
    "NOLOG_OUTPUT",
    "MAIL",
    "NOMAIL",
    "PASSWD",
    "NOPASSWD",
    "SETENV",
    "NOSETENV",
    "INTERCEPT",
    "NOINTERCEPT",
];

/// Reads one statement; else what is wrong with it.
pub(super) fn read(text: &str) -> Parsed<Entry> {
    let mut it = Cursor { rest: text.trim_start_matches([' ', '\t']) };
    if text.contains('\0') {
        return Err("syntax error: a NUL byte".to_owned());
    }
    if line::is_include(it.rest) {
        return it.include();
    }
    if let Some(rest) = it.rest.strip_prefix("Defaults")
        && rest.is_empty() | rest.starts_with([' ', '\t', ':', '@', '!', '>'])
    {
        it.rest = rest;
        return it.defaults();
    }
    for (words, kind) in
        [("User_Alias", "User_Alias"), ("Runas_Alias", "Runas_Alias"), ("Host_Alias", "Host_Alias"), ("Cmnd_Alias", "Cmnd_Alias"), ("Cmd_Alias", "Cmnd_Alias")]
    {
        if let Some(rest) = it.rest.strip_prefix(words)
            && rest.starts_with([' ', '\t'])
        {
            it.rest = rest;
            return it.aliases(kind);
        }
    }
    it.grant()
}

/// Answers whether a word is the name of an alias.
pub(super) fn is_alias(word: &str) -> bool {
    word.starts_with(|it: char| it.is_ascii_uppercase()) && word.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
}

impl<'a> Cursor<'a> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn eat(&mut self, token: char) -> bool {
        self.blanks();
        let there = self.rest.starts_with(token);
        if there {
            self.rest = &self.rest[token.len_utf8()..];
        }
        there
    }

    fn expect(&mut self, token: char) -> Parsed<()> {
        if self.eat(token) { Ok(()) } else { self.error(&format!("`{token}` is missing")) }
    }

    fn end(&mut self) -> Parsed<()> {
        self.blanks();
        if self.rest.is_empty() { Ok(()) } else { self.error("nothing more is expected") }
    }

    fn error<T>(&self, why: &str) -> Parsed<T> {
        let near: String = self.rest.chars().take(20).collect();
        Err(if near.is_empty() { format!("syntax error: {why} at the end") } else { format!("syntax error: {why} before `{near}`") })
    }

    /// A string in quotes, the quotes gone.
    fn quoted(&mut self) -> Parsed<Option<String>> {
        if !self.rest.starts_with('"') {
            return Ok(None);
        }
        let (mut word, mut escaped) = (String::new(), false);
        for (at, letter) in self.rest.char_indices().skip(1) {
            match letter {
                _ if escaped => {
                    word.push(letter);
                    escaped = false;
                }
                '\\' => escaped = true,
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return if word.is_empty() { Err("empty string".to_owned()) } else { Ok(Some(word)) };
                }
                _ => word.push(letter),
            }
        }
        Err("unexpected line break in string".to_owned())
    }

    /// A word up to one of these letters; a backslash takes the next letter in.
    fn word(&mut self, stops: &str) -> String {
        let (mut word, mut escaped, mut end) = (String::new(), false, self.rest.len());
        for (at, letter) in self.rest.char_indices() {
            if escaped {
                word.push(letter);
                escaped = false;
            } else if letter == '\\' {
                escaped = true;
            } else if stops.contains(letter) {
                end = at;
                break;
            } else {
                word.push(letter);
            }
        }
        self.rest = &self.rest[end..];
        word
    }

    fn include(&mut self) -> Parsed<Entry> {
        self.rest = &self.rest["@include".len()..];
        let folder = self.rest.starts_with("dir");
        if folder {
            self.rest = &self.rest[3..];
        }
        self.blanks();
        let path = match self.quoted()? {
            Some(path) => path,
            None => self.word(" \t\""),
        };
        if path.is_empty() {
            return self.error("a path is missing");
        }
        self.end()?;
        Ok(Entry::Include(path, folder))
    }

    fn defaults(&mut self) -> Parsed<Entry> {
        let scope = self.rest.chars().next().filter(|it| ":@!>".contains(*it));
        if let Some(scope) = scope {
            self.rest = &self.rest[1..];
            loop {
                match scope {
                    '!' => drop(self.command(true)?),
                    _ => drop(self.member(if scope == '@' { "host" } else { "user" })?),
                }
                if !self.eat(',') {
                    break;
                }
            }
        }
        let mut changes = Vec::new();
        loop {
            let mut off = false;
            while self.eat('!') {
                off = !off;
            }
            self.blanks();
            let length = self.rest.bytes().take_while(|it| it.is_ascii_lowercase() || *it == b'_' || it.is_ascii_digit()).count();
            let name = self.rest[..length].to_owned();
            self.rest = &self.rest[length..];
            if name.is_empty() || !name.starts_with(|it: char| it.is_ascii_lowercase()) {
                return self.error("the name of a setting is missing");
            }
            self.blanks();
            let operator = [("+=", Operator::Add), ("-=", Operator::Remove), ("=", Operator::Set)].into_iter().find(|it| self.rest.starts_with(it.0));
            let (operator, value) = match operator {
                Some(_) if off => return self.error("a setting that is switched off takes no value"),
                Some((sign, operator)) => {
                    self.rest = &self.rest[sign.len()..];
                    self.blanks();
                    let value = match self.quoted()? {
                        Some(value) => value,
                        None => self.word(" \t,=!\"#"),
                    };
                    if value.is_empty() {
                        return self.error("a value is missing");
                    }
                    (operator, Some(value))
                }
                None => (if off { Operator::Off } else { Operator::On }, None),
            };
            if let Some(wrong) = default::wrong(&name, operator, value.as_deref().unwrap_or_default()) {
                return Err(wrong);
            }
            changes.push(Change { name, value, off });
            if !self.eat(',') {
                break;
            }
        }
        self.end()?;
        Ok(Entry::Defaults(scope.is_none(), changes))
    }

    fn aliases(&mut self, kind: &'static str) -> Parsed<Entry> {
        let mut aliases = Vec::new();
        loop {
            self.blanks();
            let name = self.word(" \t=:,!()\"");
            if name == "ALL" {
                return Err("syntax error, reserved word ALL used as an alias name".to_owned());
            }
            if !is_alias(&name) {
                return self.error(&format!("`{name}` is no name of an alias"));
            }
            self.expect('=')?;
            let mut members = Vec::new();
            loop {
                members.push(match kind {
                    "Cmnd_Alias" => self.command(false)?,
                    "Host_Alias" => self.member("host")?,
                    _ => self.member("user")?,
                });
                if !self.eat(',') {
                    break;
                }
            }
            aliases.push((name, members));
            if !self.eat(':') {
                break;
            }
        }
        self.end()?;
        Ok(Entry::Alias(kind, aliases))
    }

    /// A user, group, netgroup or host, perhaps negated.
    fn member(&mut self, what: &str) -> Parsed<String> {
        while self.eat('!') {}
        self.blanks();
        if let Some(word) = self.quoted()? {
            return Ok(word);
        }
        let stops = if what == "host" { " \t,=()!\"#>" } else { " \t,=:()!\">" };
        let start = if self.rest.starts_with("%:") && what != "host" { 2 } else { 0 };
        let prefix = &self.rest[..start];
        self.rest = &self.rest[start..];
        // An IPv6 network has colons.
        let stops = if what == "host" && !self.rest.split([' ', '\t', ',', '=']).next().unwrap_or_default().contains("::") { " \t,=:()!\"#>" } else { stops };
        let word = format!("{prefix}{}", self.word(stops));
        match word.as_str() {
            "" => self.error(&format!("a {what} is missing")),
            "%" | "%:" => Err("empty group".to_owned()),
            "+" => Err("empty netgroup".to_owned()),
            it if it.starts_with('#') && it[1..].parse::<i64>().is_err() => self.error(&format!("`{it}` is no number of a {what}")),
            it if it.starts_with(['@', '/']) && what == "user" => self.error(&format!("`{it}` is no {what}")),
            _ => Ok(word),
        }
    }

    fn grant(&mut self) -> Parsed<Entry> {
        let (mut names, mut no_password) = (Vec::new(), false);
        loop {
            names.push(self.member("user")?);
            if !self.eat(',') {
                break;
            }
        }
        loop {
            loop {
                names.push(self.member("host")?);
                if !self.eat(',') {
                    break;
                }
            }
            self.expect('=')?;
            loop {
                self.specification(&mut names, &mut no_password)?;
                if !self.eat(',') {
                    break;
                }
            }
            if !self.eat(':') {
                break;
            }
        }
        self.end()?;
        names.retain(|it| is_alias(it) && it != "ALL");
        Ok(Entry::Grant { names, no_password })
    }

    /// Who, options, tags, and a command.
    fn specification(&mut self, names: &mut Vec<String>, no_password: &mut bool) -> Parsed<()> {
        if self.eat('(') {
            for last in [false, true] {
                self.blanks();
                if !self.rest.starts_with([')', ':']) {
                    loop {
                        names.push(self.member("user")?);
                        if !self.eat(',') {
                            break;
                        }
                    }
                }
                if last || !self.eat(':') {
                    break;
                }
            }
            self.expect(')')?;
        }
        while self.option()? {}
        self.blanks();
        while let Some(tag) = TAGS.iter().find(|tag| self.rest.strip_prefix(**tag).is_some_and(|it| it.trim_start_matches([' ', '\t']).starts_with(':'))) {
            self.rest = &self.rest[tag.len()..];
            self.expect(':')?;
            self.blanks();
            *no_password |= *tag == "NOPASSWD";
        }
        names.push(self.command(false)?);
        Ok(())
    }

    fn option(&mut self) -> Parsed<bool> {
        self.blanks();
        for name in ["ROLE", "TYPE", "PRIVS", "LIMITPRIVS", "APPARMOR_PROFILE", "NOTBEFORE", "NOTAFTER", "TIMEOUT", "CWD", "CHROOT"] {
            let Some(rest) = self.rest.strip_prefix(name).map(|it| it.trim_start_matches([' ', '\t'])).and_then(|it| it.strip_prefix('=')) else { continue };
            self.rest = rest;
            self.blanks();
            let value = match self.quoted()? {
                Some(value) => value,
                None => self.word(" \t,=:()!\""),
            };
            let digits = value.trim_end_matches(|it: char| !it.is_ascii_digit()).len();
            return match name {
                _ if value.is_empty() => self.error(&format!("a value of {name} is missing")),
                "TIMEOUT" if !default::is_time(&value) => Err("invalid timeout value".to_owned()),
                "NOTBEFORE" | "NOTAFTER" if digits < 10 => Err(format!("invalid {} value", name.to_lowercase())),
                "CWD" | "CHROOT" if !value.starts_with(['/', '~', '*']) => Err(format!("values for \"{name}\" must start with a '/', '~', or '*'")),
                _ => Ok(true),
            };
        }
        Ok(false)
    }

    /// A command with its arguments, perhaps with digests, perhaps negated; its first word.
    fn command(&mut self, alone: bool) -> Parsed<String> {
        while self.eat('!') {}
        self.blanks();
        for (digest, length) in [("sha224", 28), ("sha256", 32), ("sha384", 48), ("sha512", 64)] {
            while let Some(rest) = self.rest.strip_prefix(digest).map(|it| it.trim_start_matches([' ', '\t'])).and_then(|it| it.strip_prefix(':')) {
                self.rest = rest;
                self.blanks();
                let value = self.rest.split([' ', '\t', ',']).next().unwrap_or_default();
                let hex = value.len() == length * 2 && value.bytes().all(|it| it.is_ascii_hexdigit());
                let base = value.trim_end_matches('=').len() == (length * 8_usize).div_ceil(6)
                    && value.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/=".contains(&it));
                if !hex && !base {
                    return self.error("a digest is missing");
                }
                self.rest = &self.rest[value.len()..];
                self.eat(',');
                self.blanks();
            }
        }
        if self.rest.starts_with('^') {
            return self.expression();
        }
        let word = self.word(" \t,:=!()\"#");
        let word = if self.rest.starts_with('"') && word.starts_with('/') { format!("{word}{}", self.quoted()?.unwrap_or_default()) } else { word };
        if word == "ALL" || is_alias(&word) || word == "list" {
            return Ok(word);
        }
        if !word.starts_with('/') && word != "sudoedit" {
            return if word.is_empty() && !self.rest.starts_with('"') {
                self.error("a command is missing")
            } else {
                Err(format!("expected a fully-qualified path name, not `{word}`"))
            };
        }
        if !word.ends_with('/') && !alone {
            self.arguments()?;
        }
        Ok(word)
    }

    /// `^…$`, perhaps with arguments that are one too.
    fn expression(&mut self) -> Parsed<String> {
        let end = self.rest.find(['\t', ' ']).unwrap_or(self.rest.len());
        let word = self.rest[..end].trim_end_matches(',').to_owned();
        let balance = |open: char, close: char| {
            word.replace("\\(", "").replace("\\)", "").matches(open).count() == word.replace("\\(", "").replace("\\)", "").matches(close).count()
        };
        if !word.ends_with('$') || !balance('(', ')') {
            return Err(format!("`{word}` is no regular expression"));
        }
        self.rest = &self.rest[word.len()..];
        self.arguments()?;
        Ok(word)
    }

    /// Words up to an unescaped `,` or `:`; only some letters may be escaped.
    fn arguments(&mut self) -> Parsed<()> {
        let (mut escaped, mut end) = (false, self.rest.len());
        for (at, letter) in self.rest.char_indices() {
            if escaped {
                if !"*?[]!^:\\,= \t#".contains(letter) {
                    self.rest = &self.rest[at..];
                    return self.error("this letter may not be escaped");
                }
                escaped = false;
            } else if letter == '\\' {
                escaped = true;
            } else if matches!(letter, ',' | ':' | '#') {
                end = at;
                break;
            }
        }
        self.rest = &self.rest[end..];
        if escaped { self.error("a backslash stands") } else { Ok(()) }
    }
}
