//! Calls of sed.

use super::{
    expression::{Dialect, expression},
    odd, options,
    tree::{Grove, readers},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

pub(super) fn sed(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("sed")];
    let extended = chance.percent(45);
    let dialect = if extended { Dialect::Extended } else { Dialect::Basic };
    if extended {
        words.push(word(chance.of(&["-E", "-r", "--regexp-extended"])));
    }
    if chance.percent(30) {
        words.push(word(chance.of(&["-n", "--quiet", "--silent"])));
    }
    let in_place = chance.percent(35);
    if in_place {
        words.push(word(chance.of(&["-i", "-i", "-i", "-i.bak", "-i~", "--in-place", "--in-place=.orig", "-ibak_*", "-i.d/*", "-isub/*"])));
    }
    if chance.percent(25) {
        options(
            chance,
            &mut words,
            2,
            "-s -z -u -l5 --posix -b --follow-symlinks -l 1 --null-data --separate --line-length=8 --sandbox --unbuffered \
-nz -ni -in -X -l0",
        );
    }
    odd(chance, &mut words);
    let script = script(chance, dialect);
    match chance.below(10) {
        0 => {
            grove.file("script.sed", script.join(chance.of(&["\n", "\n", ";"])).into_bytes());
            words.push(word("-f"));
            words.push(word("script.sed"));
        }
        1 | 2 => {
            for piece in script {
                words.push(word(chance.of(&["-e", "-e", "--expression"])));
                words.push(piece.into());
            }
        }
        3..=5 => words.push(script.join("\n").into()),
        _ => words.push(script.join(chance.of(&[";", ";", "; ", " ; "])).into()),
    }
    readers(chance, grove, &mut words, if in_place { 2 } else { 3 });
    words
}

/// Whole programs with loops of their own: by chance they would never end.
const KNOWN: &[&str] = &[
    ":a;N;$!ba;s/\\n/ /g",
    ":a;s/^\\( *\\)a/\\1b/;ta",
    "$!N;P;D",
    "1!G;h;$!d",
    "n;d",
    "$!{h;d};x;G",
    "/a/{x;p;x;}",
    "H;$!d;x;s/\\n/,/g",
    "N;N;s/\\n/+/g",
    "/^$/d;s/^[ \\t]*//",
    "$!N;s/\\n/ /",
    "s/a/\\n/;P;D",
    "/foo/,/bar/!d",
    "x;$G;1!h;1d",
    "$!N;/^\\(.*\\)\\n\\1$/!P;D",
    "/\\[section\\]/,/^\\[/{s/key/KEY/}",
    "0,/key/s//found/",
    "s/.*/\"&\"/;h;G",
    "y/abc/xyz/;l;=",
    "$a\\\nlast line",
    "/foo/{n;s/a/b/}",
    "1{h;s/.*/new/p;g}",
];

fn script(chance: &mut Chance, dialect: Dialect) -> Vec<String> {
    if chance.percent(15) {
        return vec![chance.of(KNOWN).to_owned()];
    }
    let mut out = Vec::new();
    for _ in 0..chance.range(1, 3) {
        out.push(command(chance, dialect, 1));
    }
    if out.iter().any(|it| it.contains("bend") || it.contains("tend") || it.contains("Tend")) {
        out.push(":end".to_owned());
    }
    out
}

fn command(chance: &mut Chance, dialect: Dialect, depth: usize) -> String {
    let mut out = address(chance, dialect);
    let text = chance.of(&["text", "  lead", "a\\tb", "two\\\nlines", "\\ kept", "x;y", "", "back\\\\slash", "end\\", "{b}"]).to_owned();
    let after = chance.of(&["\\\n", "\\\n", " ", "", "\\", "  \\\n"]).to_owned();
    let file = chance.of(&["a", "out1", "nothing", "b", "/dev/stdout", "sub/x", "c.txt", "/dev/stdin"]).to_owned();
    let label = chance.of(&["end", "", "end", "", " end"]).to_owned();
    let it = match chance.below(100) {
        0..=44 => substitute(chance, dialect),
        45..=52 => "d".to_owned(),
        53..=58 => "p".to_owned(),
        59..=61 => format!("a{after}{text}"),
        62..=63 => format!("i{after}{text}"),
        64..=66 => format!("c{after}{text}"),
        67 => "=".to_owned(),
        68..=69 => format!("l{}", chance.of(&["", " 1", " 5", "0"])),
        70 => "n".to_owned(),
        71 => "N".to_owned(),
        72..=73 => chance.of(&["g", "G", "h", "H", "x"]).to_owned(),
        74..=76 => format!("{}\nx", chance.of(&["h", "H;g", "x;G", "h;G"])),
        77..=79 => format!("{}{label}", chance.of(&["b", "t", "T"])),
        80..=81 => format!("q{}", chance.of(&["", "5", " 3", "0"])),
        82 => format!("Q{}", chance.of(&["", "1", " 300"])),
        83..=84 => format!("r {file}\n"),
        85 => format!("R {file}\n"),
        86..=87 => format!("w {file}\n"),
        88 => format!("W {file}\n"),
        89..=91 => {
            let (from, to) =
                chance.value(&[("abc", "xyz"), ("a-z", "A-Z"), ("ab", "b"), ("\\n ", "_\\n"), ("/a", "a/"), ("\u{fc}", "u"), ("o", "\\\\"), ("", "")]);
            let mark = chance.of(&["/", ",", "|", "a"]);
            format!("y{mark}{from}{mark}{to}{mark}")
        }
        92..=94 if depth > 0 => {
            let (one, two) = (command(chance, dialect, depth - 1), command(chance, dialect, depth - 1));
            format!("{{{one}{}{two}{}", chance.of(&[";", "\n"]), chance.of(&["}", ";}", "\n}", "}", " }"]))
        }
        95 => "z".to_owned(),
        96 => "F".to_owned(),
        97 => chance.of(&["P", "D", "#n", "# comment", "v", "v 4.2", ""]).to_owned(),
        98 => chance.of(&["k", "dp", "d d", "}", "{", "!", ",p", "u", "p;;p", "s", "y/a/", "s/a", "q5x", "e", "0p", ": ", ":end end"]).to_owned(),
        _ => "p".to_owned(),
    };
    out.push_str(&it);
    out
}

fn address(chance: &mut Chance, dialect: Dialect) -> String {
    let mut out = match chance.below(100) {
        0..=49 => return if chance.percent(3) { "!".to_owned() } else { String::new() },
        50..=64 => one(chance, dialect),
        65..=79 => {
            let (from, to) = (one(chance, dialect), one(chance, dialect));
            format!("{from},{to}")
        }
        80..=83 => format!("{},+{}", one(chance, dialect), chance.below(4)),
        84..=87 => format!("{},~{}", one(chance, dialect), chance.below(4)),
        88..=92 => format!("0,{}", regex(chance, dialect)),
        93..=97 => format!("{}~{}", chance.below(4), chance.below(4)),
        _ => format!("{} , {}", one(chance, dialect), one(chance, dialect)),
    };
    if chance.percent(15) {
        out.push_str(chance.of(&["!", "!", " ! ", "!!"]));
    }
    out
}

fn one(chance: &mut Chance, dialect: Dialect) -> String {
    match chance.below(10) {
        0..=2 => chance.range(1, 5).to_string(),
        3 => "$".to_owned(),
        _ => regex(chance, dialect),
    }
}

fn regex(chance: &mut Chance, dialect: Dialect) -> String {
    if chance.percent(6) {
        return "//".to_owned();
    }
    let it = expression(chance, dialect);
    let flag = if chance.percent(12) { chance.of(&["I", "M", "IM"]) } else { "" };
    if chance.percent(12) {
        let mark = chance.of(&["|", ",", "%", "#", "x"]);
        return format!("\\{mark}{}{mark}{flag}", it.replace(mark, ""));
    }
    format!("/{}/{flag}", escaped(&it, '/'))
}

/// Escapes the mark outside of what is escaped already; in brackets too, as people do.
fn escaped(of: &str, mark: char) -> String {
    let mut out = String::new();
    let mut after = false;
    for letter in of.chars() {
        if letter == mark && !after {
            out.push('\\');
        }
        after = letter == '\\' && !after;
        out.push(letter);
    }
    out
}

fn substitute(chance: &mut Chance, dialect: Dialect) -> String {
    let it = if chance.percent(8) { String::new() } else { expression(chance, dialect) };
    let mut new = String::new();
    for _ in 0..chance.below(4) {
        new.push_str(chance.of(&[
            "X", "&", "\\1", "\\n", "\\t", "\\U", "\\L", "\\u", "\\l", "\\E", " ", "new", "\\&", "\\2", "\\0", "=", "yes", "\\\n", "\\x41", "\\d066", "\\o103",
            "\u{fc}", "\\\\", "\\cA", "\\x26", "[&]", "\\9", "\\q", "$1", "#", "\"", "''",
        ]));
    }
    let mut flags = String::new();
    for _ in 0..chance.below(3) {
        flags.push_str(chance.of(&["g", "g", "g", "p", "1", "2", "3", "I", "i", "M", "m", "pp", "0", "e", "k"]));
    }
    if flags.contains('e') && chance.percent(80) {
        flags = flags.replace('e', "");
    }
    if chance.percent(4) {
        flags.push_str("w out2\n");
    }
    let mark = if chance.percent(75) { '/' } else { chance.value(&['|', ',', '#', '%', '@', '!', ':', '~']) };
    if mark == '/' {
        return format!("s/{}/{}/{flags}", escaped(&it, '/'), escaped(&new, '/'));
    }
    format!("s{mark}{}{mark}{}{mark}{flags}", it.replace(mark, ""), new.replace(mark, ""))
}
