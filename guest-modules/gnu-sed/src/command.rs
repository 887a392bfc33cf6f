//! A script as commands.

use std::rc::Rc;

use gnu_regex::Regex;

/// A regular expression; none for the empty one, which is the last that was used.
pub(crate) type Pattern = Option<Rc<Regex>>;

#[derive(Clone, Debug)]
pub(crate) enum Address {
    Line(u64),
    /// `first~step`.
    Step(u64, u64),
    Last,
    Pattern(Pattern),
    /// `0`, only before `,/re/`.
    Zero,
}

#[derive(Clone, Debug)]
pub(crate) enum End {
    Address(Address),
    /// `,+N`.
    Plus(u64),
    /// `,~N`.
    Multiple(u64),
}

/// How far a range has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Range {
    Inactive,
    Active,
    Closed,
}

#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) from: Option<Address>,
    pub(crate) to: Option<End>,
    pub(crate) negated: bool,
    pub(crate) range: Range,
    /// The line where an active range ends, once it is known.
    pub(crate) last: u64,
    pub(crate) verb: Verb,
}

#[derive(Clone, Debug)]
pub(crate) enum Verb {
    /// `{`, with the place behind its `}`.
    Block(usize),
    /// `}`, `:`, `#`, `v`.
    Nothing,
    Equals,
    Append(Vec<u8>),
    Insert(Vec<u8>),
    Change(Vec<u8>),
    /// `b`, `t`, `T` with the place to go on at.
    Branch(usize),
    BranchIf(usize),
    BranchUnless(usize),
    Delete,
    DeleteFirst,
    FileName,
    Get,
    GetAppend,
    Hold,
    HoldAppend,
    List(Option<usize>),
    Next,
    NextAppend,
    Print,
    PrintFirst,
    Quit(i32),
    QuitSilent(i32),
    Read(Vec<u8>),
    ReadLine(Vec<u8>),
    Substitute(Box<Substitute>),
    Write(Vec<u8>),
    WriteFirst(Vec<u8>),
    Exchange,
    Translate(Vec<(Vec<u8>, Vec<u8>)>),
    Zap,
}

#[derive(Clone, Debug)]
pub(crate) struct Substitute {
    pub(crate) pattern: Pattern,
    pub(crate) replacement: Vec<Piece>,
    pub(crate) global: bool,
    pub(crate) print: u32,
    /// The match from which on it is replaced, counted from 1.
    pub(crate) number: u64,
    pub(crate) write: Option<Vec<u8>>,
}

/// A piece of a replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(Vec<u8>),
    /// A group, 0 for the whole.
    Group(usize),
    Case(Case),
}

/// `\U`, `\L`, `\E`, `\u`, `\l`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Upper,
    Lower,
    End,
    UpperOne,
    LowerOne,
}
