//! Calls of grep.

use super::{
    expression::{Dialect, expression},
    odd, options, seldom,
    tree::{Grove, operand, readers, text_operand},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

pub(super) fn grep(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("grep")];
    let (name, dialect) = match chance.below(10) {
        0..=3 => ("", Dialect::Basic),
        4..=6 => (chance.of(&["-E", "--extended-regexp"]), Dialect::Extended),
        7 => (chance.of(&["-F", "--fixed-strings"]), Dialect::Basic),
        8 => ("-G", Dialect::Basic),
        _ => (chance.of(&["-P", "--perl-regexp"]), Dialect::Perl),
    };
    if !name.is_empty() {
        words.push(word(name));
    }
    options(chance, &mut words, 3, "-i -v -w -x -c -l -L -n -o -q -s -h -H -b -r -z -a -m1 -m2 -A1 -B1 -C1");
    if chance.percent(30) {
        options(
            chance,
            &mut words,
            2,
            "-R -Z -I -U -A0 -B2 -2 -m0 --no-messages --include=*.conf --exclude=*.txt --exclude-dir=sub \
--binary-files=text --binary-files=without-match --line-buffered --label=stdin -nH -rl -rn -ic -qs -ow \
--no-ignore-case --only-matching --count --quiet --max-count=1 --null --null-data --context=1 \
--group-separator=## --no-group-separator --no-filename -drecurse --include=sub --exclude=a --line-regexp \
--byte-offset -ob --files-with-matches --files-without-match -E -F",
        );
    }
    seldom(chance, &mut words, "-X -m -e -T -u --initial-tab -m-1 -dread -Dskip -y --color=always --colour -dskip");
    odd(chance, &mut words);
    match chance.below(12) {
        0 => {
            for _ in 0..chance.range(1, 3) {
                words.push(word("-e"));
                words.push(pattern(chance, dialect));
            }
        }
        1 => {
            let lines: Vec<String> = (0..chance.range(0, 3)).map(|_| expression(chance, dialect)).collect();
            grove.file("pats", (lines.join("\n") + chance.of(&["\n", "", "\n\n"])).into_bytes());
            words.push(word(chance.of(&["-f", "--file"])));
            words.push(word("pats"));
        }
        2 => {
            let (one, two) = (expression(chance, dialect), expression(chance, dialect));
            words.push(format!("{one}\n{two}").into());
        }
        _ => words.push(pattern(chance, dialect)),
    }
    if chance.percent(20) {
        for _ in 0..chance.range(1, 2) {
            let it = operand(chance, grove);
            words.push(it);
        }
    } else if chance.percent(10) {
        words.push(text_operand(chance, grove));
        words.push(word("-s"));
    } else {
        readers(chance, grove, &mut words, 3);
    }
    words
}

fn pattern(chance: &mut Chance, dialect: Dialect) -> Word {
    match chance.below(30) {
        0 => word(""),
        1 => Word::Plain(b"\xff".to_vec()),
        2 => Word::Plain(b"caf\xe9".to_vec()),
        _ => expression(chance, dialect).into(),
    }
}
