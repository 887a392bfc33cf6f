//! The commands that a script names, without running it: for who asks beforehand what of a fix is known here.
//!
//! The answer is records that U+001E ends, of fields that U+001F ends: line, kind, and words. Kinds are `function` (a name that the script
//! defines), `shell` (a word of the shell), `tool` (ours), `program` (the host's), each with `?` behind it where a word is known only in
//! the run; `syntax` (what can't be read) and `construct` (what is read and not carried out) have a reason as their word.

use std::collections::BTreeSet;

use gnu_bash::{
    is_builtin, is_keyword,
    syntax::{Assignment, Command, Compound, Condition, Kind, Parameter, Parser, Part, Script, Simple, Value, Word},
};

use crate::tools;

/// Most commands that are listed.
const MOST_COMMANDS: usize = 20_000;
/// Most scripts within scripts.
const MOST_DEPTH: usize = 200;

/// Lists the commands of a script.
pub(crate) fn listed(text: &str) -> String {
    let mut seen = Seen::default();
    let mut parser = Parser::new(text, 1, true);
    while let Some(read) = parser.next_line() {
        match read {
            Ok(script) => seen.script(&script),
            Err(_) => {
                seen.say(parser.line(), "syntax", &["the shell can't read on from here"]);
                break;
            }
        }
    }
    seen.told()
}

struct Met {
    line: u32,
    kind: &'static str,
    open: bool,
    words: Vec<String>,
}

#[derive(Default)]
struct Seen {
    met: Vec<Met>,
    functions: BTreeSet<String>,
    depth: usize,
    line: u32,
}

impl Seen {
    fn say(&mut self, line: u32, kind: &'static str, words: &[&str]) {
        if self.met.len() < MOST_COMMANDS {
            self.met.push(Met { line, kind, open: false, words: words.iter().map(|it| (*it).to_owned()).collect() });
        }
    }

    fn told(self) -> String {
        let mut out = String::new();
        for it in self.met {
            let kind = if it.kind == "program" && it.words.first().is_some_and(|it| self.functions.contains(it)) { "function" } else { it.kind };
            out.push_str(&format!("{}\u{1f}{kind}{}\u{1f}", it.line, if it.open { "?" } else { "" }));
            for word in &it.words {
                out.push_str(word);
                out.push('\u{1f}');
            }
            out.push('\u{1e}');
        }
        out
    }

    fn script(&mut self, script: &Script) {
        if self.depth == MOST_DEPTH {
            return self.say(self.line, "construct", &["commands are nested too deep to be listed"]);
        }
        self.depth += 1;
        for item in &script.items {
            let pipelines = std::iter::once(&item.first).chain(item.rest.iter().map(|it| &it.1));
            pipelines.flat_map(|it| &it.stages).for_each(|it| self.command(&it.0));
        }
        self.depth -= 1;
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(it) => self.simple(it),
            Command::Compound(it) => self.compound(it),
            Command::Function { name, body, .. } => {
                self.functions.insert(name.clone());
                self.compound(body);
            }
        }
    }

    fn simple(&mut self, of: &Simple) {
        self.line = of.line;
        of.assignments.iter().for_each(|it| self.assignment(it));
        of.redirects.iter().for_each(|it| self.word(&it.target));
        of.words.iter().for_each(|it| self.word(it));
        let Some(first) = of.words.first() else { return };
        let words: Vec<Option<String>> = of.words.iter().map(literal).collect();
        let open = words.iter().any(Option::is_none);
        let shown = |(word, literal): (&Word, &Option<String>)| literal.clone().unwrap_or_else(|| word.raw.replace(['\u{1e}', '\u{1f}'], " "));
        let shown: Vec<String> = of.words.iter().zip(&words).map(shown).collect();
        let name = words.first().cloned().flatten();
        let kind = match &name {
            None => "program",
            Some(name) if is_builtin(name) || is_keyword(name) => "shell",
            Some(name) if tools::is_own(name) || tools::is_program(name) => "tool",
            Some(_) => "program",
        };
        if kind == "program" && name.is_none() && first.raw.is_empty() {
            return;
        }
        if self.met.len() < MOST_COMMANDS {
            self.met.push(Met { line: of.line, kind, open, words: shown });
        }
    }

    fn compound(&mut self, of: &Compound) {
        self.line = of.line;
        of.redirects.iter().for_each(|it| self.word(&it.target));
        match &of.kind {
            Kind::Group(it) | Kind::Subshell(it) => self.script(it),
            Kind::If(arms, otherwise) => {
                arms.iter().for_each(|(test, body)| {
                    self.script(test);
                    self.script(body);
                });
                otherwise.iter().for_each(|it| self.script(it));
            }
            Kind::While(_, test, body) => {
                self.script(test);
                self.script(body);
            }
            Kind::For(_, words, body) => {
                words.iter().flatten().for_each(|it| self.word(it));
                self.script(body);
            }
            Kind::Select(_, _, body) => {
                self.say(of.line, "construct", &["`select` asks a person"]);
                self.script(body);
            }
            Kind::Count(parts, _, body) => {
                parts.iter().for_each(|it| self.parts(it));
                self.script(body);
            }
            Kind::Case(word, arms) => {
                self.word(word);
                arms.iter().for_each(|it| self.script(&it.body));
            }
            Kind::Arithmetic(parts, _) => self.parts(parts),
            Kind::Condition(it) => self.condition(it),
            Kind::Coprocess(_, it) => {
                self.say(of.line, "construct", &["`coproc` runs beside the script"]);
                self.command(it);
            }
        }
    }

    fn condition(&mut self, of: &Condition) {
        match of {
            Condition::Not(it) | Condition::Group(it) => self.condition(it),
            Condition::And(one, other) | Condition::Or(one, other) => {
                self.condition(one);
                self.condition(other);
            }
            Condition::Unary(_, it) | Condition::Word(it) => self.word(it),
            Condition::Binary(one, _, other) => {
                self.word(one);
                self.word(other);
            }
        }
    }

    fn assignment(&mut self, of: &Assignment) {
        match &of.value {
            Value::Scalar(it) => self.word(it),
            Value::Array(elements) => elements.iter().for_each(|it| self.word(&it.word)),
        }
    }

    fn word(&mut self, of: &Word) {
        self.parts(&of.parts);
    }

    /// Commands within words.
    fn parts(&mut self, of: &[Part]) {
        for part in of {
            match part {
                Part::Command(it) | Part::Process(_, it) => self.script(it),
                Part::Double(it) | Part::Arithmetic(it) => self.parts(it),
                Part::Document(it) => {
                    if let Some(parts) = it.get() {
                        self.parts(parts);
                    }
                }
                Part::Array(it) => self.assignment(it),
                Part::Parameter(it) => self.parameter(it),
                Part::Text(_) | Part::Quoted(_) => {}
            }
        }
    }

    fn parameter(&mut self, of: &Parameter) {
        if let gnu_bash::syntax::Change::Default(_, _, parts) = &of.change {
            self.parts(parts);
        }
    }
}

/// The text of a word that is the same in each run: no expansion, no pattern.
fn literal(word: &Word) -> Option<String> {
    if word.braces.is_some() {
        return None;
    }
    let mut out = String::new();
    let mut parts: Vec<&Part> = word.parts.iter().rev().collect();
    while let Some(part) = parts.pop() {
        match part {
            Part::Text(it) if it.contains(['*', '?', '[', '~']) => return None,
            Part::Text(it) | Part::Quoted(it) => out.push_str(it),
            Part::Double(inner) => parts.extend(inner.iter().rev()),
            _ => return None,
        }
    }
    (!out.contains(['\u{1e}', '\u{1f}', '\0'])).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn names_every_command_without_running_it() {
        let script = "set -e\nf() { systemctl restart \"$1\"; }\nif ! grep -q x /etc/x; then\n  echo \"$(frobnicate -v)\" > /etc/x\nfi\nf sshd\nfor i in a; do sed -i s/a/b/ *.conf; done\n\"$TOOL\" x\ncat <<E\n$(uname -r)\nE\n";
        let told = listed(script).replace('\u{1f}', "|").replace('\u{1e}', "\n");
        assert_eq!(
            told,
            "1|shell|set|-e|\n2|program?|systemctl|restart|\"$1\"|\n3|tool|grep|-q|x|/etc/x|\n4|program|frobnicate|-v|\n4|shell?|echo|\"$(frobnicate -v)\"|\n6|function|f|sshd|\n\
             7|tool?|sed|-i|s/a/b/|*.conf|\n8|program?|\"$TOOL\"|x|\n10|tool|uname|-r|\n9|tool|cat|\n"
        );
    }
}
