//! `[[ … ]]` and test(1) (bash(1), CONDITIONAL EXPRESSIONS).

use gnu_regex::{Flavour, Options, Regex};

use crate::{
    fields,
    glob::join,
    shell::{Flow, Run, Shell},
    syntax::{Condition, Part, Word},
    text as bytes,
    variables::{Held, Variable},
    world::Kind,
};

impl Shell {
    /// The status of a condition: 0 where it holds, 1 where not, 2 where it can't be asked.
    pub(crate) fn condition(&mut self, condition: &Condition) -> Run<i32> {
        Ok(match condition {
            Condition::Group(inner) => self.condition(inner)?,
            Condition::Not(inner) => match self.condition(inner)? {
                0 => 1,
                1 => 0,
                other => other,
            },
            Condition::And(left, right) => match self.condition(left)? {
                0 => self.condition(right)?,
                other => other,
            },
            Condition::Or(left, right) => match self.condition(left)? {
                1 => self.condition(right)?,
                other => other,
            },
            Condition::Word(word) => i32::from(self.one(word)?.is_empty()),
            Condition::Unary(operator, word) => {
                let operand = self.one(word)?;
                self.unary(operator, &operand, "[[")?
            }
            Condition::Binary(left, operator, right) => self.compare(left, operator, right)?,
        })
    }

    fn compare(&mut self, left: &Word, operator: &str, right: &Word) -> Run<i32> {
        let text = self.one(left)?;
        let holds = match operator {
            "==" | "=" => self.pattern(&right.parts, true)?.matches(&text),
            "!=" => !self.pattern(&right.parts, true)?.matches(&text),
            "=~" => return self.regex(&text, right),
            "<" => text < self.one(right)?,
            ">" => text > self.one(right)?,
            "-nt" | "-ot" | "-ef" => {
                let other = self.one(right)?;
                self.files(&text, operator, &other)
            }
            _ => {
                let other = self.one(right)?;
                match (self.evaluate(&text), self.evaluate(&other)) {
                    (Ok(left), Ok(right)) => number(left, operator, right),
                    (Err(Flow::Discard(_)), _) | (_, Err(Flow::Discard(_))) => return Ok(1),
                    (Err(flow), _) | (_, Err(flow)) => return Err(flow),
                }
            }
        };
        Ok(i32::from(!holds))
    }

    fn regex(&mut self, text: &str, word: &Word) -> Run<i32> {
        let units = self.regex_units(&word.parts)?;
        // What was quoted stands for itself.
        let mut pattern = String::new();
        let mut in_bracket = false;
        for (letter, quoted) in units {
            match (letter, quoted) {
                ('[', false) => in_bracket = true,
                (']', false) => in_bracket = false,
                _ => {}
            }
            if quoted && !in_bracket && "\\^$.|?*+()[]{}".contains(letter) {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        let options = Options { flavour: Flavour::Extended, fold: self.options.nocasematch, multiline: false, escapes: false, strict: false, reader: gnu_regex::Reader::Library };
        let regex = match Regex::new(&bytes::to_bytes(&pattern), options) {
            Ok(regex) => regex,
            Err(error) if error.is_beyond() => return Err(self.beyond(error.0)),
            Err(_) => return Ok(2),
        };
        let text = bytes::to_bytes(text);
        let found = match regex.find_at(&text, 0) {
            Ok(found) => found,
            Err(_) => {
                self.unsure_of("=~", "this regular expression is too complex here");
                None
            }
        };
        let mut groups = std::collections::BTreeMap::new();
        if let Some(found) = &found {
            for number in 0..=regex.groups() {
                let part = found.get(number).copied().flatten().map(|it| bytes::from_bytes(&text[it.0..it.1])).unwrap_or_default();
                groups.insert(number as i64, part);
            }
        }
        self.variables.put("BASH_REMATCH", Some(Variable { held: Held::List(groups), ..Variable::default() }));
        Ok(i32::from(found.is_none()))
    }

    fn regex_units(&mut self, parts: &[Part]) -> Run<Vec<fields::Unit>> {
        self.units(parts)
    }

    fn files(&mut self, left: &str, operator: &str, right: &str) -> bool {
        let (left, right) = (self.stat_of(left, true), self.stat_of(right, true));
        match operator {
            "-ef" => matches!((left, right), (Some(left), Some(right)) if left.inode == right.inode),
            "-nt" => match (left, right) {
                (Some(left), Some(right)) => left.changed > right.changed,
                (left, _) => left.is_some(),
            },
            _ => match (left, right) {
                (Some(left), Some(right)) => left.changed < right.changed,
                (_, right) => right.is_some(),
            },
        }
    }

    fn stat_of(&mut self, path: &str, follow: bool) -> Option<crate::world::Stat> {
        if path.is_empty() {
            return None;
        }
        self.world.stat(&join(&self.cwd, path), follow).ok()
    }

    /// A test of one operand.
    pub(crate) fn unary(&mut self, operator: &str, operand: &str, by: &str) -> Run<i32> {
        let holds = match operator {
            "-n" => !operand.is_empty(),
            "-z" => operand.is_empty(),
            "-v" => self.is_set(operand)?,
            "-R" => self.variables.get(operand).is_some_and(|it| it.reference),
            "-o" => self.options.switch(operand).is_some_and(|it| *it),
            // No descriptor is a terminal, and what is no number is none.
            "-t" if by == "[[" || !self.dash => false,
            "-t" => {
                if operand.trim().parse::<i64>().is_err() {
                    self.complain(&format!("{by}: {operand}: integer expression expected"));
                    return Ok(2);
                }
                false
            }
            "-h" | "-L" => self.stat_of(operand, false).is_some_and(|it| it.kind == Kind::Link),
            "-r" | "-w" | "-x" => {
                let path = join(&self.cwd, operand);
                let mode = match operator {
                    "-r" => 4,
                    "-w" => 2,
                    _ => 1,
                };
                !operand.is_empty() && self.stat_of(operand, true).is_some() && self.world.access(&path, mode)
            }
            _ => {
                let user = self.world.user();
                match self.stat_of(operand, true) {
                    None => matches!(operand, "/dev/stdin" | "/dev/stdout" | "/dev/stderr") && matches!(operator, "-e" | "-a"),
                    Some(stat) => match operator {
                        "-e" | "-a" => true,
                        "-f" => stat.kind == Kind::Regular,
                        "-d" => stat.kind == Kind::Directory,
                        // A folder has a size on every file system that Debian makes.
                        "-s" => stat.size > 0 || stat.kind == Kind::Directory,
                        "-p" => stat.kind == Kind::Fifo,
                        "-u" => stat.mode & 0o4000 != 0,
                        "-g" => stat.mode & 0o2000 != 0,
                        "-k" => stat.mode & 0o1000 != 0,
                        "-O" => stat.uid == user.0,
                        "-G" => stat.gid == user.1,
                        "-c" => stat.kind == Kind::Special && operand == "/dev/null",
                        "-b" | "-S" => {
                            if stat.kind == Kind::Special && operand != "/dev/null" {
                                self.unsure_of(operator, "what kind of special file this is, is not known");
                            }
                            false
                        }
                        "-N" => {
                            self.unsure_of(operator, "when a file was last read is not known");
                            false
                        }
                        _ => false,
                    },
                }
            }
        };
        Ok(i32::from(!holds))
    }
}

fn number(left: i64, operator: &str, right: i64) -> bool {
    match operator {
        "-eq" => left == right,
        "-ne" => left != right,
        "-lt" => left < right,
        "-le" => left <= right,
        "-gt" => left > right,
        _ => left >= right,
    }
}

const UNARY: &str = "abcdefghknoprstuvwxzGLNORS";

fn is_unary(word: &str) -> bool {
    word.len() == 2 && word.starts_with('-') && UNARY.contains(&word[1..])
}

fn is_binary(word: &str) -> bool {
    matches!(word, "=" | "==" | "!=" | "<" | ">" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" | "-nt" | "-ot" | "-ef")
}

/// test(1) and `[`: the status of an expression (POSIX's rules by the number of arguments).
pub fn test(shell: &mut Shell, name: &str, arguments: &[String]) -> Run<i32> {
    let mut words: &[String] = arguments;
    if name == "[" {
        match words.split_last() {
            Some((last, rest)) if last == "]" => words = rest,
            _ => {
                shell.complain("[: missing `]'");
                return Ok(2);
            }
        }
    }
    let mut reader = Reader { shell, name, words, at: 0, failed: false };
    let holds = reader.whole()?;
    if reader.failed {
        return Ok(2);
    }
    Ok(i32::from(!holds))
}

struct Reader<'a> {
    shell: &'a mut Shell,
    name: &'a str,
    words: &'a [String],
    at: usize,
    failed: bool,
}

impl Reader<'_> {
    fn wrong(&mut self, message: &str) -> Run<bool> {
        if !self.failed {
            let name = self.name;
            self.shell.complain(&format!("{name}: {message}"));
        }
        self.failed = true;
        Ok(false)
    }

    fn unary(&mut self, operator: &str, operand: &str) -> Run<bool> {
        let name = self.name.to_owned();
        let status = self.shell.unary(operator, operand, &name)?;
        self.failed |= status == 2;
        Ok(status == 0)
    }

    fn binary(&mut self, left: &str, operator: &str, right: &str) -> Run<bool> {
        Ok(match operator {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-nt" | "-ot" | "-ef" => self.shell.files(left, operator, right),
            _ => {
                let mut numbers = [0_i64; 2];
                for (number, text) in numbers.iter_mut().zip([left, right]) {
                    match text.trim().strip_prefix('+').unwrap_or(text.trim()).parse() {
                        Ok(it) => *number = it,
                        Err(_) => return self.wrong(&format!("{text}: integer expression expected")),
                    }
                }
                number(numbers[0], operator, numbers[1])
            }
        })
    }

    fn whole(&mut self) -> Run<bool> {
        let words = self.words;
        match words {
            [] => Ok(false),
            [one] => Ok(!one.is_empty()),
            [first, second] if first == "!" => Ok(second.is_empty()),
            [first, second] if is_unary(first) => self.unary(first, second),
            [first, _] => self.wrong(&format!("{first}: unary operator expected")),
            [left, operator, right] => self.three(left, operator, right),
            [first, rest @ ..] if words.len() == 4 && first == "!" => Ok(!self.three(&rest[0], &rest[1], &rest[2])?),
            [first, second, third, last] if first == "(" && last == ")" => {
                self.words = &words[1..3];
                let _ = (second, third);
                self.whole()
            }
            _ => {
                let holds = self.or()?;
                if self.at < self.words.len() && !self.failed {
                    return self.wrong("too many arguments");
                }
                Ok(holds)
            }
        }
    }

    fn three(&mut self, left: &str, operator: &str, right: &str) -> Run<bool> {
        if is_binary(operator) {
            return self.binary(left, operator, right);
        }
        match operator {
            "-a" => return Ok(!left.is_empty() && !right.is_empty()),
            "-o" => return Ok(!left.is_empty() || !right.is_empty()),
            _ => {}
        }
        if left == "!" {
            if is_unary(operator) {
                return Ok(!self.unary(operator, right)?);
            }
            return self.wrong(&format!("{operator}: unary operator expected"));
        }
        if left == "(" && right == ")" {
            return Ok(!operator.is_empty());
        }
        self.wrong(&format!("{operator}: binary operator expected"))
    }

    fn or(&mut self) -> Run<bool> {
        let mut holds = self.and()?;
        while self.words.get(self.at).is_some_and(|it| it == "-o") {
            self.at += 1;
            let right = self.and()?;
            holds |= right;
        }
        Ok(holds)
    }

    fn and(&mut self) -> Run<bool> {
        let mut holds = self.term()?;
        while self.words.get(self.at).is_some_and(|it| it == "-a") {
            self.at += 1;
            let right = self.term()?;
            holds &= right;
        }
        Ok(holds)
    }

    fn term(&mut self) -> Run<bool> {
        if self.failed {
            return Ok(false);
        }
        let Some(first) = self.words.get(self.at).cloned() else { return self.wrong("argument expected") };
        if first == "!" {
            self.at += 1;
            return Ok(!self.term()?);
        }
        if let (Some(operator), Some(right)) = (self.words.get(self.at + 1).cloned(), self.words.get(self.at + 2).cloned())
            && is_binary(&operator)
        {
            self.at += 3;
            return self.binary(&first, &operator, &right);
        }
        if first == "(" {
            self.at += 1;
            let holds = self.or()?;
            if self.words.get(self.at).is_none_or(|it| it != ")") {
                return self.wrong("`)' expected");
            }
            self.at += 1;
            return Ok(holds);
        }
        if is_unary(&first)
            && let Some(operand) = self.words.get(self.at + 1).cloned()
        {
            if first == "-t" && !self.shell.dash && operand.trim().parse::<i64>().is_err() {
                // What is no number is left for what comes behind (test.c of bash, unary_operator).
                self.at += 1;
                return Ok(false);
            }
            self.at += 2;
            return self.unary(&first, &operand);
        }
        self.at += 1;
        Ok(!first.is_empty())
    }
}
