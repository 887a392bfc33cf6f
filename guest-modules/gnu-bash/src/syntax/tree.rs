//! What a script is made of.

use std::{cell::OnceCell, rc::Rc};

/// Commands in order.
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub items: Vec<Item>,
}

/// Pipelines that hang together by `&&` and `||`, up to a `;`, `&` or newline.
#[derive(Debug, Clone)]
pub struct Item {
    pub first: Pipeline,
    /// True for `&&`, false for `||`.
    pub rest: Vec<(bool, Pipeline)>,
    pub background: bool,
    /// Whether a newline ended it, and no sign.
    pub newline: bool,
    pub line: u32,
}

/// Commands that read what the one before wrote.
#[derive(Debug, Clone)]
pub struct Pipeline {
    pub negated: bool,
    pub timed: bool,
    /// `time -p`.
    pub portable: bool,
    /// With each command, whether its standard error goes into the pipe too (`|&`).
    pub stages: Vec<(Command, bool)>,
}

#[derive(Debug, Clone)]
pub enum Command {
    Simple(Rc<Simple>),
    Compound(Rc<Compound>),
    Function { name: String, body: Rc<Compound>, source: Rc<str> },
}

#[derive(Debug)]
pub struct Simple {
    pub assignments: Vec<Assignment>,
    pub words: Vec<Word>,
    pub redirects: Vec<Redirect>,
    pub line: u32,
}

#[derive(Debug)]
pub struct Compound {
    pub kind: Kind,
    pub redirects: Vec<Redirect>,
    pub line: u32,
}

#[derive(Debug)]
pub enum Kind {
    Group(Script),
    Subshell(Script),
    /// Conditions with what follows them, and what follows otherwise.
    If(Vec<(Script, Script)>, Option<Script>),
    /// True for `until`.
    While(bool, Script, Script),
    For(String, Option<Vec<Word>>, Script),
    Select(String, Option<Vec<Word>>, Script),
    /// `for ((a; b; c))`, with the text of each.
    Count([Vec<Part>; 3], [Rc<str>; 3], Script),
    Case(Word, Vec<Arm>),
    /// `((…))`, with its text.
    Arithmetic(Vec<Part>, Rc<str>),
    Condition(Condition),
    /// `coproc NAME …`.
    Coprocess(String, Box<Command>),
}

#[derive(Debug)]
pub struct Arm {
    pub patterns: Vec<Word>,
    pub body: Script,
    pub after: After,
}

/// What comes after an arm of `case`: `;;`, `;&`, `;;&`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Leave,
    Fall,
    Test,
}

/// The expression in `[[ … ]]`.
#[derive(Debug)]
pub enum Condition {
    Not(Box<Condition>),
    /// `( … )`.
    Group(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Unary(String, Word),
    Binary(Word, String, Word),
    Word(Word),
}

/// One word as written.
#[derive(Debug, Clone, Default)]
pub struct Word {
    pub parts: Vec<Part>,
    /// What brace expansion makes of it, where it makes something.
    pub braces: Option<Vec<Word>>,
    pub raw: Rc<str>,
    /// What bash shows otherwise than it was written.
    pub marks: Rc<[Mark]>,
}

/// A stretch of a raw text, by characters, that bash shows in its own form when it prints a command.
#[derive(Debug, Clone)]
pub struct Mark {
    pub from: usize,
    pub to: usize,
    pub shown: Shown,
}

#[derive(Debug, Clone)]
pub enum Shown {
    /// The commands of `$(…)`, `<(…)` and `>(…)`.
    Script(Rc<Script>),
    /// What `$'…'` stands for.
    Text(String),
}

#[derive(Debug, Clone)]
pub enum Part {
    /// Text without quotes.
    Text(String),
    /// Text that quotes or a backslash protect.
    Quoted(String),
    /// `"…"`.
    Double(Vec<Part>),
    Parameter(Box<Parameter>),
    /// `$(…)` and backquotes.
    Command(Rc<Script>),
    /// `$((…))`.
    Arithmetic(Vec<Part>),
    /// `<(…)` is true, `>(…)` false.
    Process(bool, Rc<Script>),
    /// The text of a here-document, once it was read.
    Document(Rc<OnceCell<Vec<Part>>>),
    /// An array assignment as the argument of `declare` and its like.
    Array(Rc<Assignment>),
}

/// `$x`, `${x…}`.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    pub index: Option<Index>,
    /// `${!x…}`.
    pub indirect: bool,
    pub change: Change,
    /// The text as written.
    pub raw: String,
}

/// The subscript of an array element.
#[derive(Debug, Clone)]
pub enum Index {
    /// `[@]`.
    All,
    /// `[*]`.
    Joined,
    At(Vec<Part>),
}

/// What `${…}` does to a value.
#[derive(Debug, Clone)]
pub enum Change {
    None,
    Length,
    /// `-`, `=`, `?`, `+`, with a colon or without.
    Default(char, bool, Vec<Part>),
    /// `#`, `##`, `%`, `%%`: whether at the beginning, and whether the longest.
    Remove(bool, bool, Vec<Part>),
    /// `/`, `//`, `/#`, `/%`: how, what, by what.
    Replace(char, Vec<Part>, Vec<Part>),
    Slice(Vec<Part>, Option<Vec<Part>>),
    /// `^ ^^ , ,, ~ ~~`: the letter, whether all, and which.
    Case(char, bool, Vec<Part>),
    Transform(char),
    /// `${!prefix*}`, `${!prefix@}`: whether joined.
    Names(bool),
    /// `${!array[@]}`.
    Keys,
    /// What bash calls a bad substitution.
    Bad,
}

#[derive(Debug, Clone)]
pub struct Assignment {
    pub name: String,
    pub index: Option<Vec<Part>>,
    pub append: bool,
    pub value: Value,
    pub raw: Rc<str>,
    pub marks: Rc<[Mark]>,
}

#[derive(Debug, Clone)]
pub enum Value {
    Scalar(Word),
    Array(Vec<Element>),
}

/// `[k]=v`, or a word that may become several.
#[derive(Debug, Clone)]
pub struct Element {
    pub index: Option<(Vec<Part>, bool)>,
    pub word: Word,
    pub raw: Rc<str>,
    pub marks: Rc<[Mark]>,
}

#[derive(Debug, Clone)]
pub struct Redirect {
    pub on: On,
    pub kind: Way,
    pub target: Word,
}

/// The descriptor that is redirected.
#[derive(Debug, Clone, PartialEq)]
pub enum On {
    Usual,
    Number(u32),
    /// `{name}>…`.
    Named(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Read,
    Write,
    Clobber,
    Append,
    Both,
    CopyInput,
    CopyOutput,
    /// `&>` and `>&word`.
    WriteAll,
    AppendAll,
    /// `<<`, `<<-`, `<<<`: the text is the target; true for `<<<`.
    Here(bool),
}
