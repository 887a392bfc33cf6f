//! test(1) and `[`, as bash has them (POSIX.1-2017, XCU test; bash(1), CONDITIONAL EXPRESSIONS): they ask for owners, modes and
//! inodes, which the shell here does not know.

use bashkit::FileType;
use invitro_sdk::interpreter::invitro::remediation::types::FileType as Kind;

use super::call::{Answer, Call, Trouble, not_modelled};
use crate::filesystem::look;

/// test(1), and `[` with its `]`.
pub(crate) fn test(call: &mut Call<'_>) -> Answer {
    let mut words: Vec<&str> = call.args.iter().map(String::as_str).collect();
    if call.name == "[" && words.pop() != Some("]") {
        return Err(Trouble::Exit("missing `]'".to_owned(), 2));
    }
    let holds = Expression { call, words: &words }.all()?;
    call.status = i32::from(!holds);
    Ok(())
}

struct Expression<'a, 'b> {
    call: &'a Call<'b>,
    words: &'a [&'a str],
}

fn wrong(message: String) -> Trouble {
    Trouble::Exit(message, 2)
}

const BINARY: [&str; 16] = ["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ef", "-nt", "-ot", "-a", "-o"];

fn is_unary(word: &str) -> bool {
    word.len() == 2 && word.starts_with('-') && "abcdefghknoprstuvwxzGLNORS".contains(&word[1..])
}

impl<'a> Expression<'a, '_> {
    fn all(&self) -> Answer<bool> {
        self.counted(self.words)
    }

    /// What up to four words mean is decided by their number.
    fn counted(&self, words: &[&'a str]) -> Answer<bool> {
        match words {
            [] => Ok(false),
            [one] => Ok(!one.is_empty()),
            ["!", rest @ ..] if rest.len() == 1 => Ok(!self.counted(rest)?),
            [operator, operand] if is_unary(operator) => self.unary(operator, operand),
            [operator, _] => Err(wrong(format!("{operator}: unary operator expected"))),
            [left, operator, right] if BINARY.contains(operator) => self.binary(left, operator, right),
            ["!", rest @ ..] if rest.len() < 4 => Ok(!self.counted(rest)?),
            ["(", inner, ")"] => Ok(!inner.is_empty()),
            [_, operator, _] => Err(wrong(format!("{operator}: binary operator expected"))),
            ["(", inner @ .., ")"] if words.len() == 4 => self.counted(inner),
            _ => {
                let mut at = 0;
                let holds = self.either(words, &mut at)?;
                if at < words.len() { Err(wrong("too many arguments".to_owned())) } else { Ok(holds) }
            }
        }
    }

    fn either(&self, words: &[&'a str], at: &mut usize) -> Answer<bool> {
        let mut holds = self.both(words, at)?;
        while words.get(*at) == Some(&"-o") {
            *at += 1;
            holds |= self.both(words, at)?;
        }
        Ok(holds)
    }

    fn both(&self, words: &[&'a str], at: &mut usize) -> Answer<bool> {
        let mut holds = self.term(words, at)?;
        while words.get(*at) == Some(&"-a") {
            *at += 1;
            holds &= self.term(words, at)?;
        }
        Ok(holds)
    }

    fn term(&self, words: &[&'a str], at: &mut usize) -> Answer<bool> {
        let Some(word) = words.get(*at) else { return Err(wrong("argument expected".to_owned())) };
        let binary = words.get(*at + 1).is_some_and(|it| BINARY[..14].contains(it)) && *at + 2 < words.len();
        if *word == "!" && !binary {
            *at += 1;
            return Ok(!self.term(words, at)?);
        }
        if *word == "(" && !binary {
            *at += 1;
            let holds = self.either(words, at)?;
            if words.get(*at) != Some(&")") {
                return Err(wrong("`)' expected".to_owned()));
            }
            *at += 1;
            return Ok(holds);
        }
        if binary {
            *at += 3;
            return self.binary(word, words[*at - 2], words[*at - 1]);
        }
        if is_unary(word) && *at + 1 < words.len() {
            *at += 2;
            return self.unary(word, words[*at - 1]);
        }
        *at += 1;
        Ok(!word.is_empty())
    }

    fn unary(&self, operator: &str, operand: &str) -> Answer<bool> {
        match operator {
            "-z" => return Ok(operand.is_empty()),
            "-n" => return Ok(!operand.is_empty()),
            "-t" => return Ok(false),
            "-v" => return Ok(self.call.variables.contains_key(operand) || self.call.env.contains_key(operand)),
            "-o" | "-R" | "-N" => return Err(not_modelled(format!("`{operator}` of test is not modelled"))),
            _ => {}
        }
        let path = self.call.path(operand);
        if operand.is_empty() {
            return Ok(false);
        }
        if matches!(operator, "-L" | "-h") {
            return Ok(self.call.stat(&path, false).is_ok_and(|it| it.type_ == Kind::Symlink));
        }
        let Ok(found) = look(self.call.kernel, &path, true) else { return Ok(false) };
        let owner = self.call.stat(&path, true).ok();
        let device = path == "/dev/null";
        Ok(match operator {
            "-e" | "-a" | "-r" | "-w" => true,
            "-f" => found.file_type == FileType::File && !device && owner.as_ref().is_none_or(|it| it.type_ != Kind::Special),
            "-d" => found.file_type == FileType::Directory,
            // Root may run what anybody may run, and search every folder.
            "-x" => found.mode & 0o111 != 0 || found.file_type == FileType::Directory,
            "-s" => found.size > 0,
            "-p" => found.file_type == FileType::Fifo,
            "-g" => found.mode & 0o2000 != 0,
            "-u" => found.mode & 0o4000 != 0,
            "-k" => found.mode & 0o1000 != 0,
            "-O" => owner.is_some_and(|it| it.uid == 0),
            "-G" => owner.is_some_and(|it| it.gid == 0),
            "-c" => device,
            "-b" | "-S" => {
                if owner.is_some_and(|it| it.type_ == Kind::Special) {
                    return Err(not_modelled("which kind of special file this is, is not known"));
                }
                false
            }
            other => return Err(wrong(format!("{other}: unary operator expected"))),
        })
    }

    fn binary(&self, left: &str, operator: &str, right: &str) -> Answer<bool> {
        let stats = || [left, right].map(|it| self.call.stat(&self.call.path(it), true).ok());
        Ok(match operator {
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "-a" => !left.is_empty() && !right.is_empty(),
            "-o" => !left.is_empty() || !right.is_empty(),
            "-ef" => matches!(stats(), [Some(one), Some(other)] if one.inode == other.inode),
            "-nt" | "-ot" => {
                let [one, other] = stats().map(|it| it.map(|it| (it.mtime_seconds, it.mtime_nanos)));
                if operator == "-nt" { one > other } else { one < other }
            }
            _ => {
                let (one, other) = (number(left)?, number(right)?);
                match operator {
                    "-eq" => one == other,
                    "-ne" => one != other,
                    "-lt" => one < other,
                    "-le" => one <= other,
                    "-gt" => one > other,
                    _ => one >= other,
                }
            }
        })
    }
}

/// A decimal number with blanks around it.
fn number(text: &str) -> Answer<i64> {
    text.trim_matches([' ', '\t', '\n']).parse().map_err(|_| wrong(format!("{text}: integer expression expected")))
}
