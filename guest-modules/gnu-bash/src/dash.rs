//! What dash 0.5.12 does otherwise than bash (dash(1)): Debian's `sh`. Where it is known that the two differ and dash's answer is not worked out
//! here, the run is said to be unsure.

use crate::{
    shell::{Flow, Run, Shell},
};

/// Builtins of Debian's dash.
const BUILTINS: &[&str] = &[
    ".", ":", "[", "alias", "bg", "break", "cd", "chdir", "command", "continue", "echo", "eval", "exec", "exit", "export", "false", "fg", "getopts", "hash",
    "jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "test", "times", "trap", "true", "type", "ulimit", "umask",
    "unalias", "unset", "wait",
];

/// Those whose failure ends the shell, and before which assignments stay.
const SPECIAL: &[&str] = &[".", ":", "break", "continue", "eval", "exec", "exit", "export", "local", "readonly", "return", "set", "shift", "times", "trap", "unset"];

/// Words that dash reserves.
const RESERVED: &[&str] = &["!", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then", "until", "while", "{", "}"];

/// Options of `set -o`.
const OPTIONS: &[&str] = &["allexport", "emacs", "errexit", "ignoreeof", "interactive", "monitor", "noclobber", "noexec", "noglob", "notify", "nounset", "verbose", "vi", "xtrace"];

/// Answers whether dash has a builtin of this name.
pub(crate) fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name)
}

/// Answers whether dash reserves a word.
pub(crate) fn is_keyword(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Answers whether a failure of this builtin ends the shell.
pub(crate) fn is_special(name: &str) -> bool {
    SPECIAL.contains(&name)
}

/// `echo` without options but `-n`: escapes always count. Whether they end the output is the second answer.
pub(crate) fn echo(text: &str) -> (String, bool) {
    let mut out = Vec::new();
    let bytes = crate::text::to_bytes(text);
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1).copied();
        if bytes[at] != b'\\' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        at += 2;
        out.push(match next {
            Some(b'a') => 7,
            Some(b'b') => 8,
            Some(b'c') => return (crate::text::from_bytes(&out), true),
            Some(b'e') => 27,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'v') => 11,
            Some(b'\\') => b'\\',
            Some(digit @ b'0'..=b'7') => {
                // `\0` has up to three digits behind it, other octal numbers have three in all.
                let from = if digit == b'0' { at } else { at - 1 };
                let many = bytes[from..].iter().take(3).take_while(|it| matches!(it, b'0'..=b'7')).count();
                at = from + many;
                bytes[from..from + many].iter().fold(0_u32, |all, it| all << 3 | u32::from(it - b'0')) as u8
            }
            Some(_) => {
                out.push(b'\\');
                at -= 1;
                continue;
            }
            None => b'\\',
        });
    }
    (crate::text::from_bytes(&out), false)
}

impl Shell {
    /// Makes this shell dash: what the two do otherwise follows dash from here on.
    pub fn become_dash(&mut self) {
        self.dash = true;
        self.options.extglob = false;
        self.options.inherit_errexit = true;
        self.options.braceexpand = false;
        for name in ["SHLVL", "SHELL"] {
            if !self.variables.get(name).is_some_and(|it| it.exported) || name == "SHLVL" {
                self.variables.put(name, None);
            }
        }
    }

    /// An error that ends dash: a special builtin's, an expansion's, an expression's.
    pub(crate) fn dash_ends<T>(&mut self, message: &str) -> Run<T> {
        self.complain(message);
        self.status = 2;
        Err(Flow::Exit(2))
    }

    /// Looks at an expression before it is evaluated: dash knows fewer operators, and numbers alone in variables.
    pub(crate) fn dash_expression(&mut self, text: &str) -> Run<()> {
        if text.contains("**") || text.contains([',', '#', '[', '@']) {
            return self.dash_ends(&format!("arithmetic expression: expecting primary: \"{text}\""));
        }
        if text.contains("++") || text.contains("--") {
            self.unsure_of("$((", "dash reads two signs in a row in its own way");
        }
        let mut words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').filter(|it| !it.is_empty()).peekable();
        while let Some(word) = words.next() {
            if word.starts_with(|it: char| it.is_ascii_digit()) {
                let octal = word.len() > 1 && word.starts_with('0') && !word.starts_with("0x") && !word.starts_with("0X");
                if octal && word.contains(['8', '9']) {
                    self.unsure_of("$((", "dash reads a number of this form in its own way");
                }
                continue;
            }
            let Some(value) = self.text(word) else { continue };
            let digits = value.trim().trim_start_matches(['-', '+']);
            if !value.is_empty() && (digits.is_empty() || !digits.chars().all(|it| it.is_ascii_digit()) || digits.len() > 1 && digits.starts_with('0')) {
                self.unsure_of(word, "in dash, a variable in an expression holds a plain number");
            }
        }
        Ok(())
    }

    /// Looks at the words of a builtin that dash takes otherwise; a status where dash refuses them.
    pub(crate) fn dash_words(&mut self, words: &[String]) -> Run<Option<i32>> {
        let rest = &words[1..];
        let name = words[0].as_str();
        let first = rest.first().map_or("", String::as_str);
        let letters = || rest.iter().take_while(|it| it.len() > 1 && it.starts_with('-') && *it != "--").flat_map(|it| it[1..].chars());
        match name {
            "[" | "test" => {
                let inner = if name == "[" && rest.last().is_some_and(|it| it == "]") { &rest[..rest.len() - 1] } else { rest };
                if let [left, operator, _] = inner
                    && matches!(operator.as_str(), "==" | "=~")
                    && left != "!"
                {
                    self.complain(&format!("{name}: {left}: unexpected operator"));
                    return Ok(Some(2));
                }
                if inner.iter().any(|it| matches!(it.as_str(), "==" | "=~" | "-v" | "-R" | "-N" | "-a" | "-o")) && (inner.len() < 4 || inner.iter().any(|it| it.starts_with("=") && it.len() > 1 || matches!(it.as_str(), "-v" | "-R" | "-N"))) {
                    self.world.unsure(words, self.line, "dash reads this test in its own way");
                }
            }
            "read" => {
                if let Some(letter) = letters().find(|it| !matches!(it, 'r' | 'p')) {
                    self.complain(&format!("read: Illegal option -{letter}"));
                    return Ok(Some(2));
                }
                if rest.iter().all(|it| it.starts_with('-')) {
                    self.complain("read: arg count");
                    return Ok(Some(2));
                }
            }
            "printf" => {
                if first.starts_with('-') && first.len() > 1 && first != "--" {
                    self.complain(&format!("printf: Illegal option {}", &first[..2]));
                    return Ok(Some(2));
                }
                let layout = if first == "--" { rest.get(1).map_or("", String::as_str) } else { first };
                let odd = ["\\x", "\\u", "\\U", "\\e", "\\E", "\\\"", "\\'", "\\?", "%q", "%Q", "%(", "%n"];
                if odd.iter().any(|it| layout.contains(it)) || layout.contains("%b") && rest.iter().any(|it| it.contains('\\')) {
                    self.world.unsure(words, self.line, "dash reads this format in its own way");
                }
            }
            "set" => {
                for pair in rest.windows(2) {
                    if matches!(pair[0].as_str(), "-o" | "+o") && !OPTIONS.contains(&pair[1].as_str()) {
                        return self.dash_ends(&format!("set: Illegal option -o {}", pair[1]));
                    }
                }
                if rest.is_empty() || rest.len() == 1 && matches!(first, "-o" | "+o") {
                    self.world.unsure(words, self.line, "dash's list is not printed");
                }
                if let Some(letter) = letters().find(|it| !"aefnuvxIimsVEbCo".contains(*it)).filter(|_| first != "-o") {
                    return self.dash_ends(&format!("set: Illegal option -{letter}"));
                }
            }
            "export" | "readonly" => {
                if let Some(letter) = letters().find(|it| *it != 'p') {
                    return self.dash_ends(&format!("{name}: Illegal option -{letter}"));
                }
                if rest.is_empty() || first == "-p" {
                    self.world.unsure(words, self.line, "dash's list is not printed");
                }
            }
            "local" if self.calls.is_empty() => return self.dash_ends("local: not in a function"),
            "unset" => {
                if let Some(letter) = letters().find(|it| !matches!(it, 'v' | 'f')) {
                    return self.dash_ends(&format!("unset: Illegal option -{letter}"));
                }
                for word in rest {
                    if self.refuses(word).is_some() {
                        return self.dash_ends(&format!("unset: {word}: is read only"));
                    }
                }
            }
            "shift" => match first.parse::<usize>() {
                Ok(many) if many > self.arguments.len() => return self.dash_ends("shift: can't shift that many"),
                Err(_) if first.is_empty() && self.arguments.is_empty() => return self.dash_ends("shift: can't shift that many"),
                Err(_) if !first.is_empty() => return self.dash_ends(&format!("shift: Illegal number: {first}")),
                _ => {}
            },
            "trap" => {
                if rest.len() == 1 && rest[0].parse::<u32>().is_err() && first != "-" || rest.is_empty() || first.starts_with('-') && first.len() > 1 {
                    self.world.unsure(words, self.line, "dash reads this trap in its own way");
                }
                for word in rest.iter().skip(1) {
                    if matches!(word.as_str(), "ERR" | "DEBUG" | "RETURN") || word.starts_with("SIG") {
                        self.complain(&format!("trap: {word}: bad trap"));
                        return Ok(Some(1));
                    }
                }
            }
            "exit" | "return" if !first.is_empty() && first.parse::<u32>().is_err() => return self.dash_ends(&format!("{name}: Illegal number: {first}")),
            "return" if self.calls.is_empty() && self.sourced == 0 => return Err(Flow::Exit(first.parse().unwrap_or(self.status) & 0xff)),
            "cd" | "chdir" if rest.iter().any(|it| it.starts_with('-') && it.len() > 1 && !matches!(it.as_str(), "-P" | "-L" | "--")) || rest.len() > 1 => {
                self.world.unsure(words, self.line, "dash reads these words in its own way");
            }
            "alias" | "unalias" | "getopts" | "hash" | "jobs" | "times" | "ulimit" | "fg" | "bg" | "kill" | "wait" | "type" => {
                let plain = match name {
                    "type" => rest.iter().all(|it| is_builtin(it)),
                    "kill" => first == "-0",
                    "wait" => letters().next().is_none(),
                    "hash" => first == "-r",
                    "getopts" => true,
                    _ => false,
                };
                if !plain {
                    self.world.unsure(words, self.line, "what dash does here is not worked out");
                }
            }
            "command" if letters().any(|it| it == 'V' || it == 'p') => self.world.unsure(words, self.line, "what dash does here is not worked out"),
            "umask" if letters().any(|it| it != 'S') => self.world.unsure(words, self.line, "what dash does here is not worked out"),
            _ => {}
        }
        Ok(None)
    }

    /// Says so where letters of more than one byte would be counted: dash has bytes alone.
    pub(crate) fn dash_counts(&mut self, text: &str) {
        if self.dash && !text.is_ascii() {
            self.unsure_of(text, "dash takes bytes for letters");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::echo;

    #[test]
    fn escapes_of_echo() {
        for (text, made) in [("\\101", "A"), ("\\0101", "A"), ("\\01012", "A2"), ("\\8", "\\8"), ("\\\\n", "\\n"), ("\\q", "\\q"), ("a\\tb\\", "a\tb\\"), ("\\x41", "\\x41")] {
            assert_eq!(echo(text), (made.to_owned(), false), "{text}");
        }
        assert_eq!(echo("a\\cb"), ("a".to_owned(), true));
    }
}
