//! Programs by chance, which end: loops are counted, and functions call only those before them.

use super::Case;

/// A small generator of numbers (xorshift*).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        let mut it = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        it.below(2);
        it.below(2);
        it
    }

    pub fn below(&mut self, many: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % many
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn likely(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const WORDS: &[&str] = &["root", "x", "0", "22", "yes", "no", "PermitRootLogin", "a=b", "#", "1e2", "0x1A", "-5", "+3", "3.0", ".5", "", "é", "a.b", "foo:bar", "/etc", "007", "nan", "-inf", "a|b", "c\\d", "&", "[x]", "2147483648", "1e6", "  ", "ABC", "aaa", "00", "1.", "-0"];

fn line(chance: &mut Chance) -> String {
    let separator = chance.one(&[" ", ":", "\t", ",", "  ", "=", ";", " = ", "|"]);
    let many = chance.below(6);
    let words: Vec<&str> = (0..many).map(|_| chance.one(WORDS)).collect();
    let mut text = words.join(separator);
    if chance.likely(10) {
        text.insert(0, ' ');
    }
    if chance.likely(10) {
        text.push(' ');
    }
    text
}

pub fn text(chance: &mut Chance) -> Vec<u8> {
    let many = chance.below(8);
    let mut out = Vec::new();
    for at in 0..many {
        out.extend(line(chance).bytes());
        if chance.likely(3) {
            out.push(0xff);
        }
        if at + 1 < many || !chance.likely(20) {
            out.push(b'\n');
        }
        if chance.likely(8) {
            out.push(b'\n');
        }
    }
    out
}

/// A program that is being made.
struct Maker<'a> {
    chance: &'a mut Chance,
    depth: usize,
    functions: usize,
    within: bool,
}

const PATTERNS: &[&str] = &[
    "a", "^a", "o$", "[0-9]+", "[^:]*", "^#", "x|y", "(a|b)+", "a.c", "^[ \\t]*", "\\.", "[[:alpha:]]+", "[[:space:]]", "a*", "b?", "^$", "o+", "[a-f]", "\\/", "r(oo|x)t", "\\$", "[]a]", "[^]a]",
    "a{2}", "[0-9]{1,2}", "(ab|a)(c|bcd)*", "\\|", "e", "=", ":", "[.:]", "é", "[é]", ".", "..", "^.", ".$", "\\t", " +", "[ ]", "[A-Z]", "0*1", "^(root|yes)", "\\(", "\\[", "x*", "(x)?y", "a+b*", "\\\\", "[\\\\]", "[a\\]]", "[\\/]",
    "[[:upper:]][[:lower:]]*", "[-a]", "[a-]", "\\&", "&",
];

const STRINGS: &[&str] = &["", "a", "b", "abc", "10", "9", "x y", "0", " 3 ", "1e1", "a\\tb", "a:b:c", "\\n", "é", "foo", "root", "<&>", "\\\\&", "[&]", "%", "aXbXc", "0x10", "A", "\\\"q\\\"", "3x", "-", "\\/", "a\\.b"];

impl Maker<'_> {
    fn number(&mut self) -> String {
        self.chance.one(&["0", "1", "2", "3", "10", "0.5", "1e3", "100", "3.7", "-1", "1e6", "12345678", "0.1", "1e10", "2147483647", "2147483648", "1e16", "1e-5", "65", "5"]).to_owned()
    }

    fn scalar(&mut self) -> String {
        let list: &[&str] = if self.within { &["p", "q", "r", "i", "n", "s", "t"] } else { &["i", "n", "s", "t", "u"] };
        self.chance.one(list).to_owned()
    }

    fn array(&mut self) -> String {
        self.chance.one(&["a", "b", "c"]).to_owned()
    }

    fn place(&mut self) -> String {
        match self.chance.below(10) {
            0..=4 => self.scalar(),
            5 | 6 => {
                let array = self.array();
                format!("{array}[{}]", self.expression())
            }
            7 => "$0".to_owned(),
            8 => format!("${}", self.chance.one(&["1", "2", "3", "5", "NF"])),
            _ => self.chance.one(&["NF", "$(1)", "OFS", "NR", "$NF", "FNR", "SUBSEP"]).to_owned(),
        }
    }

    fn pattern(&mut self) -> String {
        self.chance.one(PATTERNS).to_owned()
    }

    fn matcher(&mut self) -> String {
        let pattern = self.pattern();
        if self.chance.likely(80) { format!("/{pattern}/") } else { format!("\"{}\"", pattern.replace('\\', "\\\\").replace("\\\\/", "/")) }
    }

    fn leaf(&mut self) -> String {
        match self.chance.below(12) {
            0 | 1 => self.number(),
            2 | 3 => format!("\"{}\"", self.chance.one(STRINGS)),
            4 | 5 => self.scalar(),
            6..=8 => format!("${}", self.chance.one(&["0", "1", "2", "3", "NF", "(NF-1+1)", "1", "2"])),
            9 => self.chance.one(&["NR", "NF", "FNR", "RSTART", "RLENGTH", "FILENAME", "ENVIRON[\"SOME\"]", "ARGC"]).to_owned(),
            10 => {
                let array = self.array();
                format!("{array}[{}]", self.chance.one(&["1", "\"x\"", "i", "$1", "NR", "1,2"]))
            }
            _ => format!("({})", self.number()),
        }
    }

    pub fn expression(&mut self) -> String {
        if self.depth > 3 {
            return self.leaf();
        }
        self.depth += 1;
        let made = self.composed();
        self.depth -= 1;
        made
    }

    fn composed(&mut self) -> String {
        match self.chance.below(30) {
            0..=5 => self.leaf(),
            6 | 7 => {
                let operator = self.chance.one(&["+", "-", "*", "/", "%", "^"]);
                let left = self.expression();
                let right = match operator {
                    "/" | "%" => self.chance.one(&["2", "3", "7", "0.5", "(NR+1)", "10"]).to_owned(),
                    "^" => self.chance.one(&["2", "3", "0.5", "0", "-1"]).to_owned(),
                    _ => self.expression(),
                };
                if self.chance.likely(50) { format!("({left} {operator} {right})") } else { format!("{left} {operator} {right}") }
            }
            8 | 9 => {
                let left = self.expression();
                let right = self.expression();
                format!("{left} {right}")
            }
            10..=12 => {
                let operator = self.chance.one(&["<", "<=", "==", "!=", ">", ">="]);
                let left = self.expression();
                let right = self.expression();
                format!("({left} {operator} {right})")
            }
            13 => {
                let operator = self.chance.one(&["~", "!~"]);
                let left = self.leaf();
                let right = self.matcher();
                format!("({left} {operator} {right})")
            }
            14 => {
                let operator = self.chance.one(&["&&", "||"]);
                let left = self.expression();
                let right = self.expression();
                format!("({left} {operator} {right})")
            }
            15 => {
                let (condition, yes, no) = (self.expression(), self.expression(), self.expression());
                format!("({condition} ? {yes} : {no})")
            }
            16 => {
                let operator = self.chance.one(&["!", "-", "+", "!"]);
                let operand = self.leaf();
                format!("{operator}{operand}")
            }
            17 => {
                let place = self.scalar();
                let form = self.chance.below(4);
                match form {
                    0 => format!("{place}++"),
                    1 => format!("++{place}"),
                    2 => format!("{place}--"),
                    _ => format!("--{place}"),
                }
            }
            18 => {
                let array = self.array();
                let key = self.expression();
                format!("(({key}) in {array})")
            }
            19 if self.functions > 0 => {
                let function = self.chance.below(self.functions);
                let (first, second) = (self.expression(), self.expression());
                format!("f{function}({first}, {second})")
            }
            20 => {
                let place = self.place();
                let operator = self.chance.one(&["=", "=", "+=", "-=", "*="]);
                let value = self.expression();
                format!("({place} {operator} {value})")
            }
            _ => self.builtin(),
        }
    }

    fn builtin(&mut self) -> String {
        match self.chance.below(16) {
            0 => format!("length({})", self.expression()),
            1 => "length".to_owned(),
            2 | 3 => {
                let text = self.expression();
                let from = self.chance.one(&["1", "2", "0", "-1", "3", "1.5", "NF", "length($0)", "i"]);
                let many = self.chance.one(&["", ", 1", ", 2", ", 3", ", 100", ", 0", ", -1", ", 1.5"]);
                format!("substr({text}, {from}{many})")
            }
            4 => {
                let (text, part) = (self.expression(), self.leaf());
                format!("index({text}, {part})")
            }
            5 => {
                let text = self.expression();
                let array = self.array();
                let matcher = self.matcher();
                let separator = self.chance.one(&["", ", \":\"", ", \" \"", ", \"\"", ", \"|\"", ", \".\""]).to_owned();
                let separator = if self.chance.likely(25) { format!(", {matcher}") } else { separator };
                format!("split({text}, {array}{separator})")
            }
            6 | 7 => {
                let name = self.chance.one(&["sub", "gsub", "gsub"]);
                let matcher = self.matcher();
                let replacement = self.chance.one(&["\"\"", "\"x\"", "\"[&]\"", "\"\\\\&\"", "\"\\\\\\\\&\"", "\"&&\"", "\"a\\\\b\"", "$1", "\"\\\\\\\\\\\\&\"", "\"-\"", "\"\\\\1\""]);
                let target = match self.chance.below(3) {
                    0 => String::new(),
                    1 => format!(", {}", self.scalar()),
                    _ => format!(", ${}", self.chance.one(&["1", "2", "0"])),
                };
                format!("{name}({matcher}, {replacement}{target})")
            }
            8 => {
                let text = self.expression();
                let matcher = self.matcher();
                format!("match({text}, {matcher})")
            }
            9 => self.sprintf(),
            10 => {
                let text = self.expression();
                format!("{}({text})", self.chance.one(&["toupper", "tolower"]))
            }
            11 => format!("int({})", self.expression()),
            12 => format!("{}({})", self.chance.one(&["sqrt", "exp", "sin", "cos", "log"]), self.chance.one(&["1", "2", "0.5", "10", "NR+1"])),
            13 => "(getline)".to_owned(),
            14 => {
                let place = self.scalar();
                format!("{}", self.chance.one(&[&format!("(getline {place})"), &format!("(getline {place} < \"f2\")"), "(getline < \"f2\")", &format!("(getline {place} < \"none\")")]))
            }
            _ => format!("close(\"{}\")", self.chance.one(&["f2", "o1", "o2"])),
        }
    }

    fn format(&mut self) -> (String, usize) {
        let mut format = String::new();
        let mut wanted = 0;
        for _ in 0..1 + self.chance.below(3) {
            let flags = self.chance.one(&["", "", "", "-", "+", " ", "0", "#"]);
            let width = self.chance.one(&["", "", "", "3", "8", "10"]);
            let precision = self.chance.one(&["", "", "", ".2", ".0", ".5"]);
            let letter = self.chance.one(&["d", "s", "s", "d", "x", "o", "c", "e", "f", "g", "u", "i", "X", "G", "E"]);
            format.push_str(&format!("%{flags}{width}{precision}{letter}{}", self.chance.one(&[" ", "|", ""])));
            wanted += 1;
        }
        if self.chance.likely(10) {
            format.push_str("%%");
        }
        (format, wanted)
    }

    fn sprintf(&mut self) -> String {
        let (format, wanted) = self.format();
        let arguments: String = (0..wanted).map(|_| format!(", {}", self.expression())).collect();
        format!("sprintf(\"{format}\"{arguments})")
    }

    fn redirection(&mut self) -> String {
        if self.chance.likely(90) {
            return String::new();
        }
        self.chance.one(&[" > \"o1\"", " >> \"o1\"", " > \"o2\"", " > \"/dev/stdout\"", " >> \"f2\"", " > (\"o\" 1)", " > \"/dev/null\""]).to_owned()
    }

    fn statement(&mut self) -> String {
        if self.depth > 3 {
            return format!("print {}", self.leaf());
        }
        self.depth += 1;
        let made = self.any_statement();
        self.depth -= 1;
        made
    }

    fn any_statement(&mut self) -> String {
        match self.chance.below(24) {
            0..=5 => {
                let many = self.chance.below(3);
                let list: Vec<String> = (0..=many).map(|_| self.expression()).collect();
                let redirection = self.redirection();
                if self.chance.likely(15) { format!("print{redirection}") } else { format!("print {}{redirection}", list.join(", ")) }
            }
            6 | 7 => {
                let (format, wanted) = self.format();
                let arguments: String = (0..wanted).map(|_| format!(", {}", self.expression())).collect();
                let redirection = self.redirection();
                let (open, close) = if self.chance.likely(50) { ("(", ")") } else { (" ", "") };
                format!("printf{open}\"{format}\\n\"{arguments}{close}{redirection}")
            }
            8..=11 => {
                let place = self.place();
                let operator = self.chance.one(&["=", "=", "=", "+=", "-=", "*=", "^="]);
                let value = if operator == "^=" { "2".to_owned() } else { self.expression() };
                format!("{place} {operator} {value}")
            }
            12 | 13 => {
                let condition = self.expression();
                let yes = self.statement();
                if self.chance.likely(50) {
                    let no = self.statement();
                    format!("if ({condition}) {{ {yes} }} else {no}")
                } else {
                    format!("if ({condition}) {{ {yes} }}")
                }
            }
            14 => {
                let (body, many) = (self.statement(), 1 + self.chance.below(4));
                let counter = format!("k{}", self.depth);
                let leave = self.chance.one(&["", "", "; if (n > 2) break", "; if (s) continue"]);
                format!("for ({counter} = 0; {counter} < {many}; {counter}++) {{ {body}{leave} }}")
            }
            15 | 16 => {
                let array = self.array();
                let body = self.chance.one(&["print k, ", "s = s k ", "printf \"%s,\", k "]).to_owned();
                let rest = if body.starts_with("print ") { format!("{array}[k]") } else { String::new() };
                format!("for (k in {array}) {{ {body}{rest} }}")
            }
            17 => {
                let array = self.array();
                if self.chance.likely(70) { format!("delete {array}[{}]", self.expression()) } else { format!("delete {array}") }
            }
            18 => {
                let counter = format!("w{}", self.depth);
                let body = self.statement();
                format!("{counter} = 0; while ({counter}++ < 2) {{ {body} }}")
            }
            19 => {
                let counter = format!("d{}", self.depth);
                let body = self.statement();
                format!("{counter} = 0; do {{ {body} }} while (++{counter} < 2)")
            }
            20 => {
                let place = self.scalar();
                format!("while ((getline {place} < \"f2\") > 0) {{ n++; print {place} }} close(\"f2\")")
            }
            21 if !self.within => self.chance.one(&["next", "exit", "exit 3", "n++", "exit NR", "n++"]).to_owned(),
            _ => self.expression(),
        }
    }

    fn block(&mut self) -> String {
        let many = 1 + self.chance.below(4);
        let list: Vec<String> = (0..many).map(|_| self.statement()).collect();
        format!("{{ {} }}", list.join(self.chance.one(&["; ", "\n"])))
    }

    fn rule(&mut self) -> String {
        let block = self.block();
        match self.chance.below(10) {
            0 | 1 => block,
            2 | 3 => format!("{} {block}", self.matcher()),
            4 => format!("({}) {block}", self.expression()),
            5 => {
                let (first, last) = (self.matcher(), self.matcher());
                format!("{first}, {last} {block}")
            }
            6 => format!("END {}", block.replace("next", "n")),
            7 => format!("NR {} {} {block}", self.chance.one(&["==", ">", "<=", "%"]), self.chance.one(&["1", "2", "3"])),
            8 => self.matcher(),
            _ => format!("$1 == \"{}\" {block}", self.chance.one(&["root", "22", "x"])),
        }
    }

    fn program(&mut self) -> String {
        let mut out = String::new();
        let functions = if self.chance.likely(25) { 1 + self.chance.below(2) } else { 0 };
        for number in 0..functions {
            self.within = true;
            let block = self.block();
            let value = self.expression();
            out.push_str(&format!("function f{number}(p, q,  r) {{ {block}; return {value} }}\n"));
            self.within = false;
            self.functions = number + 1;
        }
        if self.chance.likely(50) {
            let set = self.chance.one(&["", "FS = \":\"", "OFS = \"-\"", "RS = \"\"", "RS = \";\"", "FS = \"[:=]\"", "FS = \"\\t\"", "FS = \",\"; OFS = FS", "RS = \"o\"", "RS = \"[0-9]+\"", "FS = \"\"", "CONVFMT = \"%.2f\"", "OFMT = \"%.3g\"", "FS = \"|\"", "ORS = \";\"", "RS = \"\"; FS = \":\"", "FS = \" +\"", "SUBSEP = \":\"", "FS = \"a\"", "RS = \"\\n\\n\"", "FS = \"\\\\|\""]);
            let block = if self.chance.likely(50) { self.block().replace("next", "n") } else { "{ }".to_owned() };
            out.push_str(&format!("BEGIN {{ {set} }}\nBEGIN {block}\n"));
        }
        for _ in 0..1 + self.chance.below(3) {
            out.push_str(&self.rule());
            out.push('\n');
        }
        out
    }
}

/// A call by chance.
pub fn case(seed: u64) -> Case {
    let mut chance = Chance::new(seed);
    let input = text(&mut chance);
    let f1 = text(&mut chance);
    let f2 = text(&mut chance);
    let program = Maker { chance: &mut chance, depth: 0, functions: 0, within: false }.program();
    let mut words: Vec<Vec<u8>> = Vec::new();
    if chance.likely(20) {
        let separator = chance.one(&[":", "\\t", "t", ",", "[:=]", " ", "|", "=", "; *", "."]);
        if chance.likely(50) {
            words.push(format!("-F{separator}").into_bytes());
        } else {
            words.push(b"-F".to_vec());
            words.push(separator.as_bytes().to_vec());
        }
    }
    if chance.likely(15) {
        words.push(b"-v".to_vec());
        words.push(format!("s={}", chance.one(&["10", "abc", "a\\tb", " 3 ", "0", "", "1e2"])).into_bytes());
    }
    if chance.likely(10) {
        words.push(b"--".to_vec());
    }
    words.push(program.into_bytes());
    match chance.below(5) {
        0 | 1 => {}
        2 => words.push(b"f1".to_vec()),
        3 => words.extend([b"f1".to_vec(), b"t=7".to_vec(), b"f2".to_vec()]),
        _ => words.extend([b"n=5".to_vec(), b"-".to_vec()]),
    }
    Case { words, input, files: vec![("f1", f1), ("f2", f2)] }
}
