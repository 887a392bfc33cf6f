//! Calls of chmod, chown and chgrp.

use super::{
    odd, options, seldom,
    tree::{Grove, operand},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

pub(super) fn chmod(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("chmod")];
    options(chance, &mut words, 2, "-R -R -v -c -f --recursive --verbose --changes --silent --quiet --preserve-root -Rv -vv -cf");
    seldom(chance, &mut words, "--no-preserve-root");
    odd(chance, &mut words);
    if chance.percent(10) {
        let of = operand(chance, grove);
        words.push(match of {
            Word::Plain(path) => Word::Plain([b"--reference=", &path[..]].concat()),
            other => other,
        });
    } else {
        words.push(mode(chance).into());
    }
    for _ in 0..chance.range(1, 3) {
        let it = operand(chance, grove);
        words.push(it);
    }
    follow(chance, &mut words, grove);
    words
}

/// Now and then a look at what is there, by a tool: order and message of both come into the comparison.
fn follow(chance: &mut Chance, words: &mut Vec<Word>, grove: &Grove) {
    if chance.percent(10) {
        words.push(Word::Shell("; stat -c '%a %A %u %g %n'"));
        let it = operand(chance, grove);
        words.push(it);
    }
}

/// A mode in numbers or in letters.
pub(super) fn mode(chance: &mut Chance) -> String {
    if chance.percent(35) {
        return chance
            .of(&[
                "644", "0644", "600", "755", "4755", "2755", "1777", "0", "000", "7777", "00755", "=644", "+111", "-022", "u=644", "8", "0o644", "10000",
                "77777", "=", "04000", "-4000", "+0", "00000", "17777",
            ])
            .to_owned();
    }
    let mut clauses = Vec::new();
    for _ in 0..chance.range(1, 3) {
        let mut clause = chance.of(&["u", "g", "o", "a", "", "ug", "go", "ugo", "uo", "", "au"]).to_owned();
        for _ in 0..chance.range(1, 2) {
            clause.push_str(chance.of(&["+", "-", "=", "=", "+"]));
            clause.push_str(chance.of(&["r", "w", "x", "rw", "rwx", "s", "t", "X", "st", "", "u", "g", "o", "rX", "xs", "rwXst", "rws", "ug", "z", "a"]));
        }
        clauses.push(clause);
    }
    clauses.join(chance.of(&[",", ",", ",", ",,"]))
}

const OWNERS: &[&str] = &[
    "root",
    "root:root",
    "1",
    "1:1",
    ":1",
    "daemon",
    "daemon:",
    "daemon:daemon",
    "0:0",
    ":",
    "",
    "bin.bin",
    "nobody:nogroup",
    "4242:4343",
    "nonesuch",
    "root:nonesuch",
    ":nonesuch",
    "+1:+2",
    "-1",
    "1:",
    "root.",
    ".daemon",
    "4294967295",
    "4294967296",
    "01",
    "1:1:1",
    "1.1",
    "a b",
    "shadow",
    ":shadow",
    "root:shadow",
];

pub(super) fn chown(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("chown")];
    owners(chance, grove, &mut words, |chance| chance.of(OWNERS).to_owned());
    words
}

pub(super) fn chgrp(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("chgrp")];
    owners(chance, grove, &mut words, |chance| chance.of(&["root", "1", "shadow", "nonesuch", "4343", "", "+2", "daemon", "root:root", "-1", ":1"]).to_owned());
    words
}

fn owners(chance: &mut Chance, grove: &Grove, words: &mut Vec<Word>, owner: fn(&mut Chance) -> String) {
    options(
        chance,
        words,
        3,
        "-R -R -h -v -c -f -L -H -P --no-dereference --dereference --recursive --verbose --preserve-root -Rh -Rv -RL \
-RH",
    );
    seldom(chance, words, "--from=0:0 --from=1 --from=:1 --from=root");
    odd(chance, words);
    if chance.percent(10) {
        words.push(word(chance.of(&["--reference=a", "--reference=sub", "--reference=nothing", "--reference=l1"])));
    } else {
        words.push(owner(chance).into());
    }
    for _ in 0..chance.range(1, 3) {
        words.push(operand(chance, grove));
    }
    follow(chance, words, grove);
}
