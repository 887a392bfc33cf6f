//! Commands as bash prints them: `declare -f`, `type`, `$BASH_COMMAND`, exported functions (after the output of bash 5.2's printer).

use crate::{
    syntax::{After, Command, Compound, Condition, Item, Kind, Mark, On, Part, Pipeline, Redirect, Script, Shown, Simple, Value, Way, Word},
    builtins::is_keyword,
};

/// How deep each level of a function is set in.
const STEP: usize = 4;

/// Writes commands.
#[derive(Default)]
struct Printer {
    out: String,
    indent: usize,
    /// How much deeper a level goes.
    step: usize,
    /// How many functions are around.
    inside: usize,
    /// Whether this is the inside of `$(…)`, which keeps its newlines.
    substituted: bool,
    /// Whether something was met whose form is not known here.
    beyond: bool,
}

/// A function as `declare -f` prints it, without a newline behind it; none where its form is not known here.
pub(crate) fn function(name: &str, body: &Compound) -> Option<String> {
    let mut it = Printer { step: STEP, ..Printer::default() };
    if is_keyword(name) {
        it.out.push_str("function ");
    }
    it.out.push_str(&format!("{name} () \n{{ \n"));
    it.indent = STEP;
    it.body(body, 0);
    (!it.beyond).then_some(it.out)
}

/// A function as the environment of programs holds it.
pub(crate) fn exported(body: &Compound) -> Option<String> {
    let mut it = Printer { out: "() { ".to_owned(), indent: 1, ..Printer::default() };
    it.body(body, 0);
    (!it.beyond).then_some(it.out)
}

/// A simple command on one line, as `$BASH_COMMAND` shows it.
pub(crate) fn simple(command: &Simple) -> Option<String> {
    let mut it = Printer { step: STEP, ..Printer::default() };
    it.simple(command);
    (!it.beyond).then_some(it.out)
}

/// The head of a loop or a `case`, an expression or a condition, as a DEBUG trap sees it.
pub(crate) fn head(compound: &Compound) -> Option<String> {
    let mut it = Printer { step: STEP, ..Printer::default() };
    match &compound.kind {
        Kind::Subshell(_) => it.compound(compound, true),
        Kind::For(name, words, _) => it.loop_head("for", name, words.as_deref()),
        Kind::Select(name, words, _) => it.loop_head("select", name, words.as_deref()),
        Kind::Case(word, _) => {
            let word = it.word(word);
            it.out.push_str(&format!("case {word} in "));
        }
        Kind::Arithmetic(_, raw) => it.out.push_str(&format!("(({raw}))")),
        Kind::Condition(condition) => it.whole_condition(condition),
        _ => return None,
    }
    (!it.beyond).then_some(it.out)
}

impl Printer {
    fn margin(&mut self) {
        self.out.extend(std::iter::repeat_n(' ', self.indent));
    }

    fn newline(&mut self, text: &str) {
        self.out.push('\n');
        self.margin();
        self.out.push_str(text);
    }

    fn semicolon(&mut self) {
        if !self.out.ends_with(['&', '\n']) {
            self.out.push(';');
        }
    }

    fn deeper(&mut self, act: impl FnOnce(&mut Printer)) {
        self.indent += self.step;
        act(self);
        self.indent -= self.step;
    }

    /// A function's commands and its closing brace, which stands at a margin.
    fn body(&mut self, body: &Compound, margin: usize) {
        self.inside += 1;
        let group = matches!(body.kind, Kind::Group(_));
        match &body.kind {
            Kind::Group(script) => self.script(script, false),
            _ => {
                self.margin();
                self.compound(body, true);
            }
        }
        self.inside -= 1;
        self.indent = margin;
        if group && !body.redirects.is_empty() {
            self.newline("} ");
            self.redirects(&body.redirects, false);
        } else {
            self.newline("}");
        }
    }

    /// Commands in order; whether they go on in the line that is there.
    fn script(&mut self, script: &Script, goes_on: bool) {
        if !goes_on {
            self.margin();
        }
        let last = script.items.len().saturating_sub(1);
        for (at, item) in script.items.iter().enumerate() {
            self.item(item);
            if item.background {
                self.out.push_str(if at < last { " & " } else { " &" });
            } else if at < last {
                let kept = self.substituted && item.newline;
                self.out.push(if kept { '\n' } else { ';' });
                if self.inside > 0 {
                    self.newline("");
                } else if !kept {
                    self.out.push(' ');
                }
            }
        }
    }

    fn item(&mut self, item: &Item) {
        self.pipeline(&item.first);
        for (and, pipeline) in &item.rest {
            self.out.push_str(if *and { " && " } else { " || " });
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if pipeline.timed {
            self.out.push_str(if pipeline.portable { "time -p " } else { "time " });
        }
        if pipeline.negated {
            self.out.push_str("! ");
        }
        for (at, (command, both)) in pipeline.stages.iter().enumerate() {
            if at > 0 {
                self.out.push_str(" | ");
            }
            self.command(command);
            if *both {
                self.out.push_str(" 2>&1");
            }
        }
    }

    fn command(&mut self, command: &Command) {
        match command {
            Command::Simple(it) => {
                // A `!` or `time` without a command.
                self.beyond |= it.words.is_empty() && it.assignments.is_empty() && it.redirects.is_empty();
                self.simple(it);
            }
            Command::Compound(it) => self.compound(it, true),
            Command::Function { name, body, .. } => {
                self.out.push_str(&format!("function {name} () \n"));
                self.margin();
                self.out.push_str("{ \n");
                let margin = self.indent;
                self.indent += self.step;
                self.body(body, margin);
            }
        }
    }

    fn simple(&mut self, simple: &Simple) {
        let mut words: Vec<String> = Vec::new();
        for it in &simple.assignments {
            words.push(match &it.value {
                Value::Array(elements) => self.array(&it.raw, elements),
                Value::Scalar(_) => self.text(&it.raw, &it.marks),
            });
        }
        for word in &simple.words {
            words.push(match &word.parts[..] {
                [Part::Array(it)] => match &it.value {
                    Value::Array(elements) => self.array(&it.raw, elements),
                    Value::Scalar(_) => self.text(&it.raw, &it.marks),
                },
                _ => self.word(word),
            });
        }
        self.out.push_str(&words.join(" "));
        self.redirects(&simple.redirects, !words.is_empty());
    }

    fn array(&mut self, raw: &str, elements: &[crate::syntax::Element]) -> String {
        let name = raw.split_once('(').map_or(raw, |it| it.0).to_owned();
        let elements: Vec<String> = elements.iter().map(|it| self.text(&it.raw, &it.marks)).collect();
        format!("{name}({})", elements.join(" "))
    }

    fn word(&mut self, word: &Word) -> String {
        self.text(&word.raw, &word.marks)
    }

    /// A raw text with what bash shows in its own form.
    fn text(&mut self, raw: &str, marks: &[Mark]) -> String {
        // What of a line that goes on belongs to quotes is not told apart here.
        self.beyond |= raw.contains("\\\n");
        if marks.is_empty() {
            return raw.to_owned();
        }
        let letters: Vec<char> = raw.chars().collect();
        let (mut out, mut at) = (String::new(), 0);
        for mark in marks.iter().filter(|it| it.to <= letters.len()) {
            if mark.from < at {
                continue;
            }
            out.extend(&letters[at..mark.from]);
            at = mark.to;
            match &mark.shown {
                Shown::Text(text) => out.push_str(text),
                Shown::Script(script) => {
                    let mut inner = Printer { step: STEP, substituted: true, ..Printer::default() };
                    inner.script(script, true);
                    self.beyond |= inner.beyond;
                    if inner.out.starts_with('(') {
                        out.push(' ');
                    }
                    out.push_str(&inner.out);
                }
            }
        }
        out.extend(&letters[at..]);
        out
    }

    fn compound(&mut self, compound: &Compound, spaced: bool) {
        match &compound.kind {
            Kind::Group(script) if self.inside == 0 => {
                self.out.push_str("{ ");
                self.script(script, true);
                self.semicolon();
                self.out.push_str(" }");
            }
            Kind::Group(script) => {
                self.out.push_str("{ \n");
                self.deeper(|it| it.script(script, false));
                self.newline("}");
            }
            Kind::Subshell(script) => {
                self.out.push_str("( ");
                self.script(script, true);
                self.out.push_str(" )");
            }
            Kind::If(branches, otherwise) => self.branches(branches, otherwise.as_ref()),
            Kind::While(until, condition, body) => {
                self.out.push_str(if *until { "until " } else { "while " });
                self.script(condition, true);
                self.semicolon();
                self.out.push_str(" do\n");
                self.deeper(|it| it.script(body, false));
                self.semicolon();
                self.newline("done");
            }
            Kind::For(name, words, body) => {
                self.loop_head("for", name, words.as_deref());
                self.loop_body(body);
            }
            Kind::Select(name, words, body) => {
                self.loop_head("select", name, words.as_deref());
                self.loop_body(body);
            }
            Kind::Count(_, raws, body) => {
                self.out.push_str(&format!("for (({}; {}; {}))", raws[0], raws[1], raws[2]));
                self.newline("do\n");
                self.deeper(|it| it.script(body, false));
                self.semicolon();
                self.newline("done");
            }
            Kind::Case(word, arms) => {
                let word = self.word(word);
                self.out.push_str(&format!("case {word} in "));
                self.deeper(|it| {
                    for arm in arms {
                        let patterns: Vec<String> = arm.patterns.iter().map(|word| it.word(word)).collect();
                        it.newline(&patterns.join(" | "));
                        it.out.push_str(")\n");
                        if !arm.body.items.is_empty() {
                            it.deeper(|it| it.script(&arm.body, false));
                        }
                        it.newline(match arm.after {
                            After::Leave => ";;",
                            After::Fall => ";&",
                            After::Test => ";;&",
                        });
                    }
                });
                self.newline("esac");
            }
            Kind::Arithmetic(_, raw) => self.out.push_str(&format!("(({raw}))")),
            Kind::Condition(condition) => self.whole_condition(condition),
            Kind::Coprocess(name, command) => {
                self.out.push_str(&format!("coproc {name} "));
                self.command(command);
            }
        }
        self.redirects(&compound.redirects, spaced);
    }

    fn loop_head(&mut self, kind: &str, name: &str, words: Option<&[Word]>) {
        let words = match words {
            Some(words) => words.iter().map(|it| self.word(it)).collect::<Vec<_>>().join(" "),
            None => "\"$@\"".to_owned(),
        };
        self.out.push_str(&format!("{kind} {name} in {words}"));
    }

    fn loop_body(&mut self, body: &Script) {
        self.out.push(';');
        self.newline("do\n");
        self.deeper(|it| it.script(body, false));
        self.semicolon();
        self.newline("done");
    }

    /// An `elif` is an `if` behind an `else`.
    fn branches(&mut self, branches: &[(Script, Script)], otherwise: Option<&Script>) {
        let Some(((condition, body), more)) = branches.split_first() else { return };
        self.out.push_str("if ");
        self.script(condition, true);
        self.semicolon();
        self.out.push_str(" then\n");
        self.deeper(|it| it.script(body, false));
        if !more.is_empty() || otherwise.is_some() {
            self.semicolon();
            self.newline("else\n");
            self.deeper(|it| match otherwise {
                Some(script) if more.is_empty() => it.script(script, false),
                _ => {
                    it.margin();
                    it.branches(more, otherwise);
                }
            });
        }
        self.semicolon();
        self.newline("fi");
    }

    fn whole_condition(&mut self, condition: &Condition) {
        self.out.push_str("[[ ");
        self.condition(condition, false);
        self.out.push_str(" ]]");
    }

    /// A condition; two `!` in a row are none.
    fn condition(&mut self, condition: &Condition, negated: bool) {
        if let Condition::Not(inner) = condition {
            return self.condition(inner, !negated);
        }
        if negated {
            self.out.push_str("! ");
        }
        match condition {
            Condition::Not(_) => {}
            Condition::Group(inner) => {
                self.out.push_str("( ");
                self.condition(inner, false);
                self.out.push_str(" )");
            }
            Condition::And(left, right) | Condition::Or(left, right) => {
                self.condition(left, false);
                self.out.push_str(if matches!(condition, Condition::And(..)) { " && " } else { " || " });
                self.condition(right, false);
            }
            Condition::Unary(operator, word) => {
                let word = self.word(word);
                self.out.push_str(&format!("{operator} {word}"));
            }
            Condition::Binary(left, operator, right) => {
                let (left, right) = (self.word(left), self.word(right));
                self.out.push_str(&format!("{left} {operator} {right}"));
            }
            Condition::Word(word) => {
                let word = self.word(word);
                self.out.push_str(&format!("-n {word}"));
            }
        }
    }

    fn redirects(&mut self, redirects: &[Redirect], spaced: bool) {
        for (at, redirect) in redirects.iter().enumerate() {
            if spaced || at > 0 {
                self.out.push(' ');
            }
            self.redirect(redirect);
        }
    }

    fn redirect(&mut self, redirect: &Redirect) {
        let usual = match redirect.kind {
            Way::Read | Way::Both | Way::CopyInput | Way::Here(_) => 0,
            _ => 1,
        };
        let (number, named) = match &redirect.on {
            On::Usual => (usual, None),
            On::Number(number) => (*number, None),
            On::Named(name) => (u32::MAX, Some(format!("{{{name}}}"))),
        };
        let shown = named.unwrap_or_else(|| number.to_string());
        let unless = |silent: u32| if number == silent { String::new() } else { shown.clone() };
        let target = self.word(&redirect.target);
        let text = match redirect.kind {
            Way::Read => format!("{}< {target}", unless(0)),
            Way::Write => format!("{}> {target}", unless(1)),
            Way::Clobber => format!("{}>| {target}", unless(1)),
            Way::Append => format!("{}>> {target}", unless(1)),
            Way::Both => format!("{}<> {target}", unless(1)),
            Way::WriteAll => format!("&> {target}"),
            Way::AppendAll => format!("&>> {target}"),
            Way::Here(true) => format!("{}<<< {target}", unless(0)),
            Way::Here(false) => {
                self.beyond = true;
                String::new()
            }
            Way::CopyInput | Way::CopyOutput => {
                let sign = if redirect.kind == Way::CopyInput { '<' } else { '>' };
                let digits = target.strip_suffix('-').unwrap_or(&target);
                if target == "-" {
                    format!("{shown}>&-")
                } else if !digits.is_empty() && digits.chars().all(|it| it.is_ascii_digit()) {
                    format!("{shown}{sign}&{target}")
                } else {
                    format!("{}{sign}&{target}", unless(usual))
                }
            }
        };
        self.out.push_str(&text);
    }
}
