//! Calls made by chance from a seed: tools, options, odd operands, texts.

pub mod world;

/// SplitMix64.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, many: usize) -> usize {
        (self.next() % many.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    fn words(&mut self, all: &str) -> Vec<u8> {
        let all: Vec<&str> = all.split(' ').collect();
        self.of(&all).as_bytes().to_vec()
    }
}

/// A call: tool, words, standard input.
#[derive(Clone, Debug)]
pub struct Call {
    pub tool: &'static str,
    pub words: Vec<Vec<u8>>,
    pub stdin: Vec<u8>,
}

/// The files that a call finds, by name; `d` is a directory.
pub fn files(seed: u64) -> Vec<(&'static str, Vec<u8>)> {
    let mut chance = Chance(seed ^ 0xf11e);
    let mut all: Vec<(&'static str, Vec<u8>)> = ["a", "b", "c", "f x", "g"].into_iter().map(|name| (name, text(&mut chance))).collect();
    for name in ["s1", "s2"] {
        let text = text(&mut chance);
        let mut lines: Vec<&[u8]> = text.split(|it| *it == b'\n').filter(|it| !it.is_empty()).collect();
        lines.sort();
        all.push((name, lines.iter().flat_map(|it| [it, b"\n".as_slice()].concat()).collect()));
    }
    all.push(("e", Vec::new()));
    all.push(("m", b"d41d8cd98f00b204e9800998ecf8427e  e\n0cc175b9c0f1b6a831c399e269772661  a\n\nxx\nd41d8cd98f00b204e9800998ecf8427e *gone\n".to_vec()));
    all
}

/// A text of few lines: words, numbers, blanks, and now and then bytes that are odd.
pub fn text(chance: &mut Chance) -> Vec<u8> {
    let mut all = Vec::new();
    let lines = if chance.one_in(8) { 0 } else { chance.below(9) };
    for _ in 0..lines {
        for _ in 0..chance.below(5) {
            let word: &[u8] = match chance.below(40) {
                0 => b"\xff\x80",
                1 => "é".as_bytes(),
                2 => b"\0",
                3 => b"\r",
                4 => b"\x08",
                5 => b"\x01\x7f",
                _ => chance.of(&[
                    "a", "b", "A", "B", "ab", "abc", "10", "9", "1", "01", "-1", "1.5", "2K", "1M", "Jan", "feb", "x:y", ":", "::", "root:x:0:0", "aa", "a,b", "v1.10",
                    "v1.9.tar.gz", "f-2.txt", ".h", "~", "-", "+3", "0", "1e3", "foo bar", "  ", "longer-word-here", "\\", "a\\nb", "*", "#",
                ])
                .as_bytes(),
            };
            all.extend_from_slice(word);
            all.extend_from_slice(chance.of(&[" ", " ", "\t", ":", "", "  ", "\t\t", ","]).as_bytes());
        }
        all.push(b'\n');
    }
    if chance.one_in(4) {
        all.pop();
    }
    if chance.one_in(12) {
        for byte in &mut all {
            if *byte == b'\n' {
                *byte = 0;
            }
        }
    }
    all
}

fn ranges(chance: &mut Chance) -> Vec<u8> {
    chance.words("1 2 3 1,3 2- -2 1-2 2-3,5 3,1 1,1 1-2,2-4 4-,2 0 - x 2-1 1--2 1,,2 5 1-1,3-3,2-2 99 -1,3- 18446744073709551615 99999999999999999999999")
}

fn number(chance: &mut Chance) -> Vec<u8> {
    chance.words("0 1 2 3 5 10 80 -1 -2 +2 x 1x 1k 1K 2b 1kB 1KiB 99999999999999999999 07 1E 2c -0 +0 +1 7")
}

/// Options of a tool: what is between bars is one word or two; `%` in them is made up.
fn options(tool: &str) -> &'static str {
    match tool {
        "sort" => "-n|-r|-u|-f|-b|-d|-i|-M|-h|-V|-g|-s|-z|-c|-C|-m|-nr|-k%k|-k|%k|-t:|-t,|-t| |-o|o|-oa|-rn|--key=%k|--reverse|--check|--sort=numeric|-k2|-k1,1|-k2n|-k1,1f|-t|%t|-un|-k2,2nr|--numeric|-y|-R|-fu|-k1,1V|-nb|-bf|-df|-is|-Vr|-hr|-k3,3M|-us",
        "cut" => "-d:|-d |-d,|-f%r|-f|%r|-b%r|-c%r|-s|-z|-n|--complement|--output-delimiter=%w|--output-delimiter|-|-f1|-f2|-f2-|-c1-3|-d|%t|-f1,2|--fields=%r|--only|--x",
        "tr" => "-c|-C|-d|-s|-t|-cd|-ds|-cs|-st|-ct|--delete|--squeeze|--complement|-x",
        "uniq" => "-c|-d|-D|-u|-i|-f%n|-s%n|-w%n|-z|-1|-f1|-s1|-w1|--group|--group=append|--group=both|--group=prepend|--all-repeated=separate|--all-repeated=prepend|--all-repeated=x|-ci|-du|-cd|-cu|--count|-2|--group=s|-Du",
        "wc" => "-l|-w|-c|-m|-L|-lw|--lines|--chars|-x|-lc",
        "head" => "-n%n|-c%n|-n|%n|-q|-v|-z|-1|-2|-3c|-1k|-2qv|-1x|--lines=%n|--bytes=%n|-n-1|-c-3|-c5",
        "tail" => "-n%n|-c%n|-n|%n|-q|-v|-z|-1|-2|-3c|+2|+1|--lines=%n|--bytes=%n|-n+2|-c+3|-c5|-c|+3|-1l|+2c|-5x",
        "tac" => "-b|-s%w|-s|%w|-s:|-sa|-bs:|--separator=%w|--before|-saa",
        "rev" => "--",
        "paste" => "-s|-d%w|-d|%w|-d:|-d,;|-z|-sd,|-d\\n|-d\\0|-d\\t:|--serial|-|-|-",
        "join" => "-1%n|-2%n|-j%n|-t:|-t |-a1|-a2|-v1|-v2|-i|-e|NA|-o|0,1.1,2.1|-o1.1|-oauto|-o|0 2.2 1.2|-z|--header|--nocheck-order|--check-order|-t,|-j2|-t|%t|-o|1.x|-1|1|-2|2",
        "comm" => "-1|-2|-3|-12|-23|-13|-123|-z|--total|--check-order|--nocheck-order|--output-delimiter=%w|--output|-x",
        "nl" => "-ba|-bt|-bn|-ha|-fa|-nln|-nrz|-nrn|-w%n|-s%w|-s:|-v%n|-i%n|-l2|-p|-bp^a|-d:|-dab|-w3|-v0|-b|pa|-i2|-bx",
        "od" => "-An|-Ax|-Ad|-Ao|-tx1|-tc|-tu1|-to2|-td4|-ta|-tx2|-tx1z|-c|-x|-b|-d|-v|-N%n|-j%n|-w%n|-w|-w4|-tx1c|-i|-o|-An|-td2|-tu8|-to|-tq|-ta|-s|-l|-N5|-j2|-N16|-td1|-tx4",
        "fold" => "-w%n|-s|-b|-w|%n|-5|-w5|-w10|-sw8|-bs|-w1|--width=%n|-3|-bw4",
        "expand" => "-t%n|-i|-t4|-t|%n|-t2,5|-t3,2|-4|-t1,4,9|-t4,x|-it2|-2,5",
        "unexpand" => "-a|-t%n|-t4|--first-only|-t2,5|-at4|-t3|-t|%n|-4|-t1,4,9|-2",
        "base64" => "-d|-i|-di|-w%n|-w0|-w|%n|-w10|--decode|--wrap=%n|-w1|-dw0",
        "base32" => "-w%n|-w0|-w10|-i",
        "basename" => "-a|-s%w|-s|.c|-z|-as.txt|--suffix=%w|--",
        "dirname" => "-z|--|--zero|-x",
        "cat" => "-A|-b|-e|-E|-n|-s|-t|-T|-u|-v|-bn|-nE|-sn|-vET|-bs|-nb|--number|--show-ends|-x|-|-ET",
        "seq" => "-w|-s%w|-s|,|-s:|-f%f|-f|%f|-ws,|--equal-width",
        "printenv" => "-0|A|B|PATH|X=Y|-x|--null|--",
        _ => "-b|-t|-c|-w|-z|--tag|--quiet|--status|--strict|--warn|--ignore-missing|-bz|-x",
    }
}

fn key(chance: &mut Chance) -> Vec<u8> {
    if chance.one_in(12) {
        return chance.words("0 1.0 x 1x 1, 1,x 2.3, 1,0 1.x , . 1,1.0");
    }
    let flags = ["", "", "", "n", "r", "nr", "b", "f", "bf", "V", "h", "M", "d", "i", "g", "fr", "nd"];
    let place = |chance: &mut Chance, zero: bool| {
        let mut text = format!("{}", 1 + chance.below(4));
        if chance.one_in(3) {
            text.push_str(&format!(".{}", chance.below(4) + usize::from(!zero)));
        }
        text
    };
    let mut text = place(chance, false);
    text.push_str(chance.of(&flags));
    if chance.one_in(2) {
        text.push(',');
        text.push_str(&place(chance, true));
        text.push_str(chance.of(&flags));
    }
    text.into_bytes()
}

fn made_up(chance: &mut Chance, template: &str) -> Vec<u8> {
    let Some(at) = template.find('%') else { return template.as_bytes().to_vec() };
    let value = match &template[at + 1..at + 2] {
        "k" => key(chance),
        "r" => ranges(chance),
        "n" => number(chance),
        "t" => chance.of::<[u8]>(&[b"", b"\\0", b"ab", b"\t", b"\n", b"x", b"\xff"]).to_vec(),
        "f" => chance.words("%g %.2f %03g %5.1f a%gb %e %q %g%g x %%%g %-6gx %+g %i %.3e %08.3f %.0f %G %d %a %10g"),
        _ => chance.of(&["", ":", ",", "a", "aa", "\\n", "ab", ", ", "\\", "é", "\\t", "x y", ";:", "\n", ".txt", "a'b"]).as_bytes().to_vec(),
    };
    [&template.as_bytes()[..at], &value, &template.as_bytes()[at + 2..]].concat()
}

fn set(chance: &mut Chance) -> Vec<u8> {
    let mut all = Vec::new();
    for _ in 0..=chance.below(3) {
        all.extend_from_slice(chance.of(&[
            "a", "b", "ab", "a-c", "A-Z", "a-z", "0-9", "[:upper:]", "[:lower:]", "[:alpha:]", "[:digit:]", "[:space:]", "[:punct:]", "[:alnum:]", "[:print:]", "[:blank:]", "\\n",
            "\\t", "\\000", "\\012", "\\\\", "[=a=]", "[x*]", "[x*3]", "[y*010]", "x", " ", "é", ":", "-", "\\-", "[", "]", "[:", ":]", "[:foo:]", "z-a", "[=ab=]", "\\400", "\\777", "\\x", "\\",
            "[a*x]", "\\0-\\377", "[:cntrl:]", "[:graph:]", "[:xdigit:]", "a-", "-a", "[::]", "[a-z]", "*", "\\1", "[:*]", "\\[a*]", "[:lower:]", "[:upper:]", "a-z",
        ]).as_bytes());
    }
    all
}

fn expression(chance: &mut Chance) -> Vec<Vec<u8>> {
    let atom = |chance: &mut Chance| -> Vec<u8> {
        chance
            .of(&[
                "1", "2", "0", "-3", "10", "a", "abc", "", "00", "foo.bar", "é", "ab\\(.\\)", "a.*", "\\(a\\)\\(b\\)", "[0-9]*", ".*\\(o\\).*", "^a", "b$", "length", "match", "index", "substr", "+", "x1",
                "-0", "*", "99999999999", "\\(.*\\)\\..*", ".", "(", ")", "--", "=", "a*", "\\", "[a", "é.",
            ])
            .as_bytes()
            .to_vec()
    };
    let mut words = vec![];
    if chance.one_in(4) {
        words = match chance.below(6) {
            0 => vec![b"length".to_vec(), atom(chance)],
            1 => vec![b"substr".to_vec(), atom(chance), atom(chance), atom(chance)],
            2 => vec![b"index".to_vec(), atom(chance), atom(chance)],
            3 => vec![b"match".to_vec(), atom(chance), atom(chance)],
            4 => vec![b"(".to_vec(), atom(chance), b")".to_vec()],
            _ => vec![b"+".to_vec(), atom(chance)],
        };
    } else {
        words.push(atom(chance));
    }
    for _ in 0..chance.below(4) {
        words.push(chance.of(&["+", "-", "*", "/", "%", ":", "|", "&", "=", "!=", "<", ">", "<=", ">=", ":", "+", "=="]).as_bytes().to_vec());
        words.push(atom(chance));
    }
    if chance.one_in(10) {
        words.push(atom(chance));
    }
    words
}

/// Makes a call.
pub fn call(chance: &mut Chance, tools: &[&'static str]) -> Call {
    let tool = chance.of(tools);
    let mut words: Vec<Vec<u8>> = Vec::new();
    if tool == "expr" {
        return Call { tool, words: expression(chance), stdin: Vec::new() };
    }
    let all: Vec<&str> = options(tool).split('|').collect();
    for _ in 0..chance.below(4) {
        let at = chance.below(all.len());
        words.push(made_up(chance, all[at]));
        // What is an option's value in the list follows it mostly.
        if all[at].len() == 2 && all[at].starts_with('-') && at + 1 < all.len() && !all[at + 1].starts_with('-') {
            words.push(made_up(chance, all[at + 1]));
        }
    }
    if tool == "cut" && !chance.one_in(8) && !words.iter().any(|it| it.starts_with(b"-f") || it.starts_with(b"-c") || it.starts_with(b"-b")) {
        let list = ranges(chance);
        words.push([b"-f".as_slice(), &list].concat());
    }
    if chance.one_in(60) {
        words.push(chance.words("-Q --nonsense --z= -- --="));
    }
    let mut stdin = text(chance);
    match tool {
        "tr" => {
            for _ in 0..[1, 2, 2, 2, 2, 1, 2, 3, 0, 2][chance.below(10)] {
                words.push(set(chance));
            }
        }
        "basename" | "dirname" => {
            for _ in 0..[1, 1, 1, 2, 0, 3][chance.below(6)] {
                words.push(chance.words("a /a/b a/b/ / // //a /a// a.txt /x/y.c .c a//b . .. ../a a/ b/a.txt é/é /usr/lib/"));
            }
        }
        "seq" => {
            for _ in 0..[1, 1, 2, 2, 2, 3, 3, 0, 4][chance.below(9)] {
                words.push(chance.words("1 2 3 5 10 0 -1 -3 1.5 .5 0.1 100 09 -0.5 2. x 1e2 +2 12 0.25 007 8 -2 1. 20 0.3"));
            }
        }
        "printenv" => {}
        "join" | "comm" => {
            for _ in 0..[2, 2, 2, 2, 2, 2, 1, 3, 0][chance.below(9)] {
                words.push(chance.words("s1 s2 s1 s2 a b - e g nofile d"));
            }
        }
        _ => {
            let most = if tool == "paste" { 4 } else { 3 };
            for _ in 0..chance.below(most) {
                let name: &[u8] = chance.of::<[u8]>(&[b"a", b"b", b"c", b"f x", b"g", b"-", b"e", b"nofile", b"d", b"s1", b"no'file", b"a", b"b", b"m", b"./a", b"no\xff"]);
                words.push(name.to_vec());
            }
        }
    }
    if tool == "base64" && words.iter().any(|it| it.starts_with(b"-d")) && !chance.one_in(3) {
        stdin = chance.of(&["YWJj\n", "YWI=\n", "YQ==", "YWJjZGVm\nZ2g=\n", "YW Jj", "YWJ", "Y", "YQ=", "YQ==YQ==", "=YQ=", "YWJj*ZGVm", "YW\nJj", "", "\n", "YQ=a", "YR=="]).as_bytes().to_vec();
    }
    if tool == "nl" && chance.one_in(3) {
        stdin = b"\\:\\:\\:\nh1\n\n\\:\\:\nb1\n\nab\n\\:\nf\n\\:\\:\nb2\n".to_vec();
    }
    if tool.ends_with("sum") && chance.one_in(2) {
        stdin = files(0).into_iter().find(|it| it.0 == "m").map(|it| it.1).unwrap_or_default();
    }
    Call { tool, words, stdin }
}
