//! A program as text becomes a [`Program`]: rules, functions, statements. Expressions are read in `operators`.

use std::collections::HashMap;

use crate::{
    Dialect, Trouble,
    lex::{Lexer, Token},
    names::{Names, Passed, Use},
    special,
    tree::{Expression, Function, Pattern, Program, Rule, Statement, Symbol, Target},
};

pub(crate) type Read<T> = Result<T, Trouble>;

/// Deepest nesting of statements.
const DEEPEST: usize = 200;

pub(crate) struct Parser<'a> {
    pub(crate) lexer: Lexer<'a>,
    pub(crate) token: Token,
    pub(crate) no_greater: bool,
    pub(crate) no_in: bool,
    /// Here an assignment may stand: at the beginning, and behind what binds as weakly.
    pub(crate) may_assign: bool,
    /// The operand that is read next begins an expression.
    pub(crate) begins: bool,
    /// A command is read from.
    pub(crate) commands: bool,
    pub(crate) depth: usize,
    pub(crate) chain: usize,
    nesting: usize,
    names: Names,
    functions: Vec<Option<Function>>,
    numbers: HashMap<Vec<u8>, usize>,
    pub(crate) calls: Vec<(usize, usize)>,
    asked: Vec<(Symbol, Option<usize>)>,
    /// Names that were not known before the subscript that is being read.
    pub(crate) indexed: Vec<Symbol>,
    within: Option<usize>,
    parameters: HashMap<Vec<u8>, usize>,
    loops: usize,
    ranges: usize,
    /// Whether `next` may stand here.
    in_begin: bool,
}

/// A place in the text to go back to.
pub(crate) struct Mark(usize, usize, Token, usize);

/// Reads a program.
pub(crate) fn program(text: &[u8], dialect: Dialect, extra: &[Vec<u8>]) -> Read<Program> {
    let lexer = Lexer { text, at: 0, line: 1, dialect, warnings: Vec::new() };
    let mut names = Names::default();
    for (name, is_array) in special::NAMES {
        let at = names.global(name.as_bytes());
        names.uses[at] = if *is_array { Use::Array } else { Use::Scalar };
    }
    for name in extra {
        names.global(name);
    }
    let mut parser = Parser {
        lexer,
        token: Token::End,
        no_greater: false,
        no_in: false,
        may_assign: false,
        begins: false,
        commands: false,
        depth: 0,
        chain: 0,
        nesting: 0,
        names,
        functions: Vec::new(),
        numbers: HashMap::new(),
        calls: Vec::new(),
        asked: Vec::new(),
        indexed: Vec::new(),
        within: None,
        parameters: HashMap::new(),
        loops: 0,
        ranges: 0,
        in_begin: false,
    };
    parser.advance()?;
    let rules = parser.rules()?;
    if parser.commands && dialect == Dialect::Mawk && text.windows(2).any(|it| it == b"NR") {
        // What mawk has in NR then hangs on whether it was asked before.
        return Err(Trouble::Unmodelled("NR beside a command that getline reads from is not modelled for mawk".to_owned()));
    }
    parser.end(rules)
}

impl Parser<'_> {
    pub(crate) fn dialect(&self) -> Dialect {
        self.lexer.dialect
    }

    pub(crate) fn advance(&mut self) -> Read<()> {
        self.token = self.lexer.next()?;
        Ok(())
    }

    pub(crate) fn is(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(it) if it == sign)
    }

    pub(crate) fn takes(&mut self, sign: &str) -> Read<bool> {
        let found = self.is(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(crate) fn expect(&mut self, sign: &str) -> Read<()> {
        if self.takes(sign)? { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(crate) fn unexpected(&self) -> Trouble {
        let what = match &self.token {
            Token::End => "unexpected newline or end of string".to_owned(),
            Token::Newline => "syntax error at or near end of line".to_owned(),
            Token::Number(it) => format!("syntax error at or near {it}"),
            Token::Text(it) | Token::Name(it) | Token::Function(it) => format!("syntax error at or near {}", String::from_utf8_lossy(it)),
            Token::Sign(it) => format!("syntax error at or near {it}"),
        };
        self.lexer.wrong(&what)
    }

    pub(crate) fn newlines(&mut self) -> Read<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    /// Line ends and semicolons.
    fn separators(&mut self) -> Read<()> {
        while self.token == Token::Newline || self.is(";") {
            self.advance()?;
        }
        Ok(())
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark(self.lexer.at, self.lexer.line, self.token.clone(), self.lexer.warnings.len())
    }

    pub(crate) fn back(&mut self, mark: Mark) {
        (self.lexer.at, self.lexer.line, self.token) = (mark.0, mark.1, mark.2);
        self.lexer.warnings.truncate(mark.3);
    }

    pub(crate) fn symbol(&mut self, name: &[u8]) -> Read<Symbol> {
        if let Some(at) = self.parameters.get(name) {
            return Ok(Symbol::Local(*at));
        }
        if self.numbers.get(name).is_some_and(|it| self.functions[*it].is_some()) {
            return Err(self.unexpected());
        }
        if matches!(name, b"SYMTAB" | b"FUNCTAB") && self.dialect() == Dialect::Gawk {
            return Err(Trouble::Unmodelled(format!("{} is not modelled", String::from_utf8_lossy(name))));
        }
        Ok(Symbol::Global(self.names.global(name)))
    }

    /// Answers whether a name was used as a variable before, and is no function that was read.
    pub(crate) fn is_variable(&mut self, name: &[u8]) -> bool {
        if self.numbers.contains_key(name) {
            return false;
        }
        self.parameters.contains_key(name) || self.names.is_named(name)
    }

    /// Notes what a name is used as. Who uses it as both is told by mawk when it reads, by gawk when it runs.
    pub(crate) fn note(&mut self, symbol: Symbol, of: Use, name: &[u8]) -> Read<()> {
        if self.names.note(symbol, self.within, of) {
            return Ok(());
        }
        match self.dialect() {
            Dialect::Mawk => Err(self.lexer.wrong(&format!("type error in {}", String::from_utf8_lossy(name)))),
            Dialect::Gawk => Err(both()),
        }
    }

    pub(crate) fn pass(&mut self, function: usize, place: usize, symbol: Symbol) {
        self.names.passed.push(Passed { function, place, symbol, within: self.within });
    }

    /// A name whose kind is asked for before it is known: what it is later shows at other times in each awk.
    pub(crate) fn ask(&mut self, symbol: Symbol) {
        if self.is_unknown(symbol) || self.indexed.contains(&symbol) {
            self.asked.push((symbol, self.within));
        }
    }

    pub(crate) fn is_unknown(&mut self, symbol: Symbol) -> bool {
        self.names.is_unknown(symbol, self.within)
    }

    pub(crate) fn array(&mut self) -> Read<Symbol> {
        let Token::Name(name) = self.token.clone() else { return Err(self.unexpected()) };
        let symbol = self.symbol(&name)?;
        self.note(symbol, Use::Array, &name)?;
        self.advance()?;
        Ok(symbol)
    }

    pub(crate) fn function(&mut self, name: &[u8]) -> usize {
        if let Some(at) = self.numbers.get(name) {
            return *at;
        }
        self.numbers.insert(name.to_vec(), self.functions.len());
        self.functions.push(None);
        self.names.parameters.push(Vec::new());
        self.functions.len() - 1
    }

    fn rules(&mut self) -> Read<Vec<Rule>> {
        let mut rules = Vec::new();
        loop {
            self.separators()?;
            if self.token == Token::End {
                return Ok(rules);
            }
            if self.takes("function")? {
                self.definition()?;
                continue;
            }
            rules.push(self.rule()?);
        }
    }

    fn rule(&mut self) -> Read<Rule> {
        self.chain = 0;
        let pattern = if self.takes("BEGIN")? {
            Pattern::Begin
        } else if self.takes("END")? {
            Pattern::End
        } else if self.takes("BEGINFILE")? {
            Pattern::BeginFile
        } else if self.takes("ENDFILE")? {
            Pattern::EndFile
        } else if self.is("{") {
            Pattern::Always
        } else {
            let first = self.expression()?;
            if self.takes(",")? {
                self.newlines()?;
                let last = self.expression()?;
                self.ranges += 1;
                Pattern::Range(first, last, self.ranges - 1)
            } else {
                Pattern::When(first)
            }
        };
        let special = matches!(pattern, Pattern::Begin | Pattern::End | Pattern::BeginFile | Pattern::EndFile);
        if !self.is("{") {
            if special {
                return Err(self.unexpected());
            }
            if !(self.token == Token::Newline || self.token == Token::End || self.is(";")) {
                return Err(self.unexpected());
            }
            return Ok(Rule { pattern, action: None });
        }
        self.in_begin = matches!(pattern, Pattern::Begin | Pattern::End);
        let action = Some(self.block()?);
        self.in_begin = false;
        Ok(Rule { pattern, action })
    }

    fn definition(&mut self) -> Read<()> {
        let (Token::Name(name) | Token::Function(name)) = self.token.clone() else { return Err(self.unexpected()) };
        if special::NAMES.iter().any(|it| it.0.as_bytes() == name) || crate::tree::Builtin::of(&name).is_some() {
            return Err(self.unexpected());
        }
        let at = self.function(&name);
        if self.functions[at].is_some() {
            return Err(self.lexer.wrong("function redefined"));
        }
        self.advance()?;
        self.expect("(")?;
        self.parameters.clear();
        let mut count = 0;
        while let Token::Name(parameter) = self.token.clone() {
            if self.parameters.insert(parameter.clone(), count).is_some() || parameter == name {
                return Err(self.lexer.wrong("a parameter is named twice"));
            }
            if special::NAMES.iter().any(|it| it.0.as_bytes() == parameter) {
                return Err(Trouble::Unmodelled("a parameter with the name of a special variable is not modelled".to_owned()));
            }
            count += 1;
            self.advance()?;
            if !self.takes(",")? {
                break;
            }
            self.newlines()?;
        }
        self.expect(")")?;
        self.newlines()?;
        self.names.parameters[at] = vec![Use::Unknown; count];
        // The function is known within itself.
        self.functions[at] = Some(Function::default());
        self.within = Some(at);
        let body = self.block()?;
        self.within = None;
        self.parameters.clear();
        self.functions[at] = Some(Function { parameters: vec![false; count], body });
        Ok(())
    }

    fn block(&mut self) -> Read<Vec<Statement>> {
        self.expect("{")?;
        let mut list = Vec::new();
        loop {
            self.separators()?;
            if self.takes("}")? {
                return Ok(list);
            }
            list.push(self.statement()?);
        }
    }

    /// The end of a simple statement.
    fn finish(&mut self) -> Read<()> {
        if self.token == Token::Newline || self.is(";") {
            self.advance()
        } else if self.is("}") || self.token == Token::End {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    /// The statement that a condition or a loop is about.
    fn body(&mut self) -> Read<Box<Statement>> {
        self.newlines()?;
        // mawk takes the end of a block for a statement that is not there.
        if self.takes(";")? || self.is("}") && self.dialect() == Dialect::Mawk {
            return Ok(Box::new(Statement::Block(Vec::new())));
        }
        Ok(Box::new(self.statement()?))
    }

    fn loop_body(&mut self) -> Read<Box<Statement>> {
        self.loops += 1;
        let body = self.body();
        self.loops -= 1;
        body
    }

    fn statement(&mut self) -> Read<Statement> {
        self.nesting += 1;
        if self.nesting > DEEPEST {
            return Err(Trouble::Unmodelled("an awk program that is nested so deeply is not carried out".to_owned()));
        }
        if self.nesting == 1 {
            self.chain = 0;
        }
        let found = self.any_statement();
        self.nesting -= 1;
        found
    }

    fn any_statement(&mut self) -> Read<Statement> {
        let Token::Sign(sign) = self.token else { return self.ended(Self::simple) };
        match sign {
            "{" => {
                let block = self.block()?;
                Ok(Statement::Block(block))
            }
            "if" => self.condition(),
            "while" => {
                self.advance()?;
                let condition = self.parenthesised()?;
                if self.takes(";")? {
                    return Ok(Statement::While(condition, Box::new(Statement::Block(Vec::new()))));
                }
                Ok(Statement::While(condition, self.loop_body()?))
            }
            "do" => {
                self.advance()?;
                let body = self.loop_body()?;
                self.separators()?;
                self.expect("while")?;
                let condition = self.parenthesised()?;
                self.ended(|_| Ok(Statement::Do(body, condition)))
            }
            "for" => self.for_loop(),
            "switch" => self.switch(),
            ";" => {
                self.advance()?;
                Ok(Statement::Block(Vec::new()))
            }
            _ => self.ended(Self::simple),
        }
    }

    fn ended(&mut self, read: impl FnOnce(&mut Self) -> Read<Statement>) -> Read<Statement> {
        let found = read(self)?;
        self.finish()?;
        Ok(found)
    }

    fn parenthesised(&mut self) -> Read<Expression> {
        self.expect("(")?;
        let found = self.expression()?;
        self.expect(")")?;
        Ok(found)
    }

    fn condition(&mut self) -> Read<Statement> {
        self.advance()?;
        let condition = self.parenthesised()?;
        let yes = self.body()?;
        let mark = self.mark();
        self.separators()?;
        if self.takes("else")? {
            let no = self.body()?;
            return Ok(Statement::If(condition, yes, Some(no)));
        }
        self.back(mark);
        Ok(Statement::If(condition, yes, None))
    }

    fn for_loop(&mut self) -> Read<Statement> {
        self.advance()?;
        self.expect("(")?;
        if let Some(found) = self.for_in()? {
            return Ok(found);
        }
        let first = if self.is(";") { None } else { Some(Box::new(self.simple()?)) };
        self.expect(";")?;
        self.newlines()?;
        let condition = if self.is(";") { None } else { Some(self.expression()?) };
        self.expect(";")?;
        self.newlines()?;
        let step = if self.is(")") { None } else { Some(Box::new(self.simple()?)) };
        self.expect(")")?;
        Ok(Statement::For(first, condition, step, self.loop_body()?))
    }

    /// `for (key in array)`; nothing is taken where it is another loop.
    fn for_in(&mut self) -> Read<Option<Statement>> {
        let mark = self.mark();
        let (Token::Name(_) | Token::Sign("$")) = self.token else { return Ok(None) };
        let Token::Name(name) = self.token.clone() else { return Ok(None) };
        self.advance()?;
        if !self.takes("in")? {
            self.back(mark);
            return Ok(None);
        }
        let Token::Name(array) = self.token.clone() else { return Err(self.unexpected()) };
        self.advance()?;
        if !self.is(")") {
            self.back(mark);
            return Ok(None);
        }
        self.advance()?;
        let key = self.symbol(&name)?;
        self.note(key, Use::Scalar, &name)?;
        let symbol = self.symbol(&array)?;
        self.note(symbol, Use::Array, &array)?;
        let body = self.loop_body()?;
        Ok(Some(Statement::ForIn(Expression::Variable(key), symbol, body)))
    }

    fn switch(&mut self) -> Read<Statement> {
        self.advance()?;
        let value = self.parenthesised()?;
        self.newlines()?;
        self.expect("{")?;
        let mut cases = Vec::new();
        self.loops += 1;
        loop {
            self.separators()?;
            if self.takes("}")? {
                break;
            }
            let case = if self.takes("default")? {
                None
            } else {
                self.expect("case")?;
                Some(self.expression()?)
            };
            self.expect(":")?;
            let mut body = Vec::new();
            loop {
                self.separators()?;
                if self.is("case") || self.is("default") || self.is("}") {
                    break;
                }
                body.push(self.statement()?);
            }
            cases.push((case, body));
        }
        self.loops -= 1;
        Ok(Statement::Switch(value, cases))
    }

    fn simple(&mut self) -> Read<Statement> {
        let Token::Sign(sign) = self.token else { return Ok(Statement::Expression(self.expression()?)) };
        match sign {
            "print" => self.output(false),
            "printf" => self.output(true),
            "next" | "nextfile" => {
                if self.in_begin {
                    return Err(self.lexer.wrong("improper use of next"));
                }
                if self.within.is_some() && self.dialect() == Dialect::Mawk {
                    return Err(self.lexer.wrong("improper use of next"));
                }
                self.advance()?;
                Ok(if sign == "next" { Statement::Next } else { Statement::NextFile })
            }
            "exit" => {
                self.advance()?;
                Ok(Statement::Exit(self.optional()?))
            }
            "return" => {
                if self.within.is_none() {
                    return Err(self.lexer.wrong("return outside function body"));
                }
                self.advance()?;
                Ok(Statement::Return(self.optional()?))
            }
            "break" | "continue" => {
                if self.loops == 0 {
                    return Err(self.lexer.wrong("break or continue outside of a loop"));
                }
                self.advance()?;
                Ok(if sign == "break" { Statement::Break } else { Statement::Continue })
            }
            "delete" => {
                self.advance()?;
                let parenthesis = self.takes("(")?;
                if parenthesis && self.dialect() == Dialect::Mawk {
                    return Err(self.unexpected());
                }
                let array = self.array()?;
                if parenthesis {
                    self.expect(")")?;
                }
                let subscripts = if self.is("[") { Some(self.subscripts()?) } else { None };
                Ok(Statement::Delete(array, subscripts))
            }
            _ => Ok(Statement::Expression(self.expression()?)),
        }
    }

    fn optional(&mut self) -> Read<Option<Expression>> {
        if self.token == Token::Newline || self.is(";") || self.is("}") || self.token == Token::End {
            return Ok(None);
        }
        self.expression().map(Some)
    }

    fn ends_output(&self) -> bool {
        matches!(self.token, Token::Newline | Token::End) || [";", "}", ">", ">>", "|"].iter().any(|it| self.is(it))
    }

    fn output(&mut self, formatted: bool) -> Read<Statement> {
        self.advance()?;
        let list = self.output_list()?;
        if formatted && list.is_empty() {
            return Err(self.unexpected());
        }
        let target = if self.takes(">")? {
            Some(Target::Truncate(self.destination()?))
        } else if self.takes(">>")? {
            Some(Target::Append(self.destination()?))
        } else if self.takes("|")? {
            Some(Target::Pipe(self.destination()?))
        } else if self.is("|&") {
            return Err(Trouble::Unmodelled("a coprocess of awk is not modelled".to_owned()));
        } else {
            None
        };
        Ok(if formatted { Statement::Printf(list, target) } else { Statement::Print(list, target) })
    }

    fn output_list(&mut self) -> Read<Vec<Expression>> {
        if self.ends_output() {
            return Ok(Vec::new());
        }
        if self.is("(") {
            let mark = self.mark();
            let (passed, calls) = (self.names.passed.len(), self.calls.len());
            let list = self.group_list()?;
            if self.ends_output() {
                return Ok(list);
            }
            self.back(mark);
            self.names.passed.truncate(passed);
            self.calls.truncate(calls);
        }
        let held = std::mem::replace(&mut self.no_greater, true);
        let mut list = vec![self.expression()?];
        while self.takes(",")? {
            self.newlines()?;
            list.push(self.expression()?);
        }
        self.no_greater = held;
        Ok(list)
    }

    /// Where output goes: no comparison, but parts joined.
    fn destination(&mut self) -> Read<Expression> {
        let held = std::mem::replace(&mut self.no_greater, true);
        let found = self.destination_parts();
        self.no_greater = held;
        found
    }

    fn destination_parts(&mut self) -> Read<Expression> {
        let found = self.expression()?;
        match found {
            Expression::Compare(..) | Expression::Match { .. } | Expression::And(..) | Expression::Or(..) | Expression::Choice(..) | Expression::In(..) => {
                Err(Trouble::Unmodelled("a comparison behind a redirection of awk is not modelled".to_owned()))
            }
            found => Ok(found),
        }
    }

    fn end(mut self, rules: Vec<Rule>) -> Read<Program> {
        let mut undefined = self.numbers.iter().filter(|it| self.functions[*it.1].is_none()).map(|it| it.0.clone()).collect::<Vec<_>>();
        undefined.sort();
        if let Some(name) = undefined.first() {
            let name = String::from_utf8_lossy(name);
            return Err(match self.dialect() {
                Dialect::Mawk => self.lexer.wrong(&format!("function {name} never defined")),
                Dialect::Gawk => Trouble::Exit(format!("fatal: function `{name}' not defined"), 2),
            });
        }
        for (function, count) in &self.calls {
            if self.functions[*function].as_ref().is_some_and(|it| it.parameters.len() < *count) {
                return Err(match self.dialect() {
                    Dialect::Mawk => self.lexer.wrong("too many arguments in a call"),
                    Dialect::Gawk => Trouble::Unmodelled("a call with more arguments than the function has is not modelled".to_owned()),
                });
            }
        }
        if self.names.settle().is_none() {
            return Err(match self.dialect() {
                Dialect::Mawk => self.lexer.wrong("type error in a call"),
                Dialect::Gawk => both(),
            });
        }
        for (symbol, within) in std::mem::take(&mut self.asked) {
            let is_global = matches!(symbol, Symbol::Global(_));
            if (is_global || self.lexer.dialect == Dialect::Mawk) && self.names.is_array(symbol, within) {
                return Err(Trouble::Unmodelled("the length of what is seen to be an array only later is not modelled".to_owned()));
            }
        }
        let mut functions: Vec<Function> = self.functions.into_iter().flatten().collect();
        for (function, uses) in functions.iter_mut().zip(&self.names.parameters) {
            function.parameters = uses.iter().map(|it| *it == Use::Array).collect();
        }
        let globals = self.names.order.into_iter().zip(&self.names.uses).map(|(name, of)| (name, *of == Use::Array)).collect();
        Ok(Program { rules, functions, globals, ranges: self.ranges, warnings: self.lexer.warnings })
    }
}

fn both() -> Trouble {
    Trouble::Unmodelled("a name that is an array here and none there is not modelled".to_owned())
}
