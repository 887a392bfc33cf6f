//! A program as read.

use std::rc::Rc;

/// Bytes that are shared.
pub(crate) type Bytes = Rc<[u8]>;

/// A name: a variable of the program, or a parameter of the function around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Symbol {
    Global(usize),
    Local(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Debug)]
pub(crate) enum Expression {
    Number(f64),
    Text(Bytes),
    /// A pattern between slashes.
    Pattern(Bytes),
    Variable(Symbol),
    Field(Box<Expression>),
    Element(Symbol, Vec<Expression>),
    Assign(Box<Expression>, Box<Expression>),
    Update(Operator, Box<Expression>, Box<Expression>),
    /// `++x`, `x--`: what is added, and whether the old value is given.
    Step { target: Box<Expression>, by: f64, old: bool },
    Negative(Box<Expression>),
    Positive(Box<Expression>),
    Not(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Compare(Compare, Box<Expression>, Box<Expression>),
    Match { negated: bool, text: Box<Expression>, pattern: Box<Expression> },
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    Concat(Vec<Expression>),
    In(Vec<Expression>, Symbol),
    Call(usize, Vec<Expression>),
    Builtin(Builtin, Vec<Expression>),
    Getline { from: Source, target: Option<Box<Expression>> },
    /// Parenthesised; several stand only before `in` and behind `print`.
    Group(Vec<Expression>),
}

#[derive(Clone, Debug)]
pub(crate) enum Source {
    Main,
    File(Box<Expression>),
    Command(Box<Expression>),
}

macro_rules! builtins {
    ($($name:ident $word:literal $least:literal $most:literal $gawk:literal,)*) => {
        /// A function that awk has.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Builtin { $($name,)* }

        impl Builtin {
            /// The function of a name, and whether only gawk has it.
            pub(crate) fn of(word: &[u8]) -> Option<(Builtin, bool)> {
                $(if word == $word.as_bytes() { return Some((Builtin::$name, $gawk)); })*
                None
            }

            /// How many arguments it takes.
            pub(crate) fn arity(self) -> (usize, usize) {
                match self { $(Builtin::$name => ($least, $most),)* }
            }
        }
    };
}

builtins! {
    Atan2 "atan2" 2 2 false,
    Close "close" 1 2 false,
    Cos "cos" 1 1 false,
    Exp "exp" 1 1 false,
    Fflush "fflush" 0 1 false,
    Gsub "gsub" 2 3 false,
    Index "index" 2 2 false,
    Int "int" 1 1 false,
    Length "length" 0 1 false,
    Log "log" 1 1 false,
    Match "match" 2 3 false,
    Rand "rand" 0 0 false,
    Sin "sin" 1 1 false,
    Split "split" 2 4 false,
    Sprintf "sprintf" 1 255 false,
    Sqrt "sqrt" 1 1 false,
    Srand "srand" 0 1 false,
    Sub "sub" 2 3 false,
    Substr "substr" 2 3 false,
    System "system" 1 1 false,
    Tolower "tolower" 1 1 false,
    Toupper "toupper" 1 1 false,
    Mktime "mktime" 1 2 false,
    Strftime "strftime" 0 3 false,
    Systime "systime" 0 0 false,
    And "and" 2 255 true,
    Asort "asort" 1 3 true,
    Asorti "asorti" 1 3 true,
    Compl "compl" 1 1 true,
    Gensub "gensub" 3 4 true,
    Isarray "isarray" 1 1 true,
    Lshift "lshift" 2 2 true,
    Or "or" 2 255 true,
    Patsplit "patsplit" 2 4 true,
    Rshift "rshift" 2 2 true,
    Strtonum "strtonum" 1 1 true,
    Typeof "typeof" 1 2 true,
    Xor "xor" 2 255 true,
    Bindtextdomain "bindtextdomain" 1 2 true,
    Dcgettext "dcgettext" 1 3 true,
    Dcngettext "dcngettext" 1 5 true,
}

/// Where output goes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    Truncate(Expression),
    Append(Expression),
    Pipe(Expression),
}

#[derive(Clone, Debug)]
pub(crate) enum Statement {
    Expression(Expression),
    Print(Vec<Expression>, Option<Target>),
    Printf(Vec<Expression>, Option<Target>),
    If(Expression, Box<Statement>, Option<Box<Statement>>),
    While(Expression, Box<Statement>),
    Do(Box<Statement>, Expression),
    For(Option<Box<Statement>>, Option<Expression>, Option<Box<Statement>>, Box<Statement>),
    ForIn(Expression, Symbol, Box<Statement>),
    Switch(Expression, Vec<(Option<Expression>, Vec<Statement>)>),
    Block(Vec<Statement>),
    Next,
    NextFile,
    Exit(Option<Expression>),
    Return(Option<Expression>),
    Break,
    Continue,
    Delete(Symbol, Option<Vec<Expression>>),
}

#[derive(Clone, Debug)]
pub(crate) enum Pattern {
    Begin,
    End,
    BeginFile,
    EndFile,
    Always,
    When(Expression),
    Range(Expression, Expression, usize),
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) pattern: Pattern,
    /// None prints the record.
    pub(crate) action: Option<Vec<Statement>>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Function {
    pub(crate) parameters: Vec<bool>,
    pub(crate) body: Vec<Statement>,
}


#[derive(Clone, Debug, Default)]
pub(crate) struct Program {
    pub(crate) rules: Vec<Rule>,
    pub(crate) functions: Vec<Function>,
    /// Variables: their names, and whether each is an array.
    pub(crate) globals: Vec<(Vec<u8>, bool)>,
    pub(crate) ranges: usize,
    /// Warnings that are printed before the run.
    pub(crate) warnings: Vec<String>,
}
