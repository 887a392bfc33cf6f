//! Calls of tools that read texts.

use super::{
    odd, options, seldom,
    tree::{Grove, readers},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

pub(super) fn sort(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("sort")];
    options(
        chance,
        &mut words,
        3,
        "-n -r -u -f -b -d -i -g -h -M -V -s -z -c -C -m -k2 -k1,1 -k2n -k2,2r -k1.2 -k2.1b,2.3 -t: -t= -t, -oa --key=2 \
--field-separator=: --unique --reverse --numeric-sort -nr -un --sort=version --check --stable -S1M -k1,1n \
-k3,2 -nk2",
    );
    seldom(chance, &mut words, "-t -k -o -R -k0 -t\\0 -tab --parallel=1 --debug --files0-from=a -k1.0 -T. --batch-size=2");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 2);
    words
}

pub(super) fn cut(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("cut")];
    if chance.percent(95) {
        let list = chance.of(&[
            "1",
            "2",
            "1,3",
            "2-",
            "-2",
            "1-2,4",
            "3,1",
            "0",
            "-",
            "1-",
            "2-1",
            "1,,2",
            "a",
            "",
            "18446744073709551616",
            "1 3",
            "2-3,3-5",
            "99",
            "1--2",
        ]);
        words.push(format!("{}{list}", chance.of(&["-f", "-f", "-f", "-c", "-b", "--fields=", "--characters=", "--bytes="])).into());
    }
    if chance.percent(65) {
        words.push(word(chance.of(&["-d:", "-d=", "-d ", "-d,", "-dab", "-d", "--delimiter=:", "-d\u{fc}", "-d\n", "-d\t"])));
    }
    options(chance, &mut words, 2, "-s --complement --output-delimiter=| --output-delimiter= -z -n --only-delimited --output-delimiter=ab -f2");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 2);
    words
}

pub(super) fn tr(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    grove.wants_stdin = true;
    let mut words = vec![word("tr")];
    options(chance, &mut words, 2, "-d -s -c -C -t -cd -ds --delete --squeeze-repeats --complement --truncate-set1 -dc");
    odd(chance, &mut words);
    let sets = [
        "a",
        "a-z",
        "A-Z",
        "[:upper:]",
        "[:lower:]",
        "[:digit:]",
        "[:space:]",
        "\\n",
        " ",
        "abc",
        "\\t",
        ":",
        "[:alnum:]",
        "[:punct:]",
        "0-9",
        "[a*]",
        "[x*3]",
        "\\012",
        "\\0",
        "\\\\",
        "z-a",
        "[:foo:]",
        "[=a=]",
        "-",
        "a-",
        "[:cntrl:]",
        "[:print:]",
        "",
        "xy",
        "\u{fc}",
        "_",
        "\\r",
        "[:alpha:]",
        "\\200-\\377",
        "[b*]c",
        "a\\-z",
        "[:blank:]",
        "[0*04]",
        "\\400",
        "\\8",
        "[:graph:]",
        "[=ab=]",
        "[a*x]",
        "\\",
        "[:upper:][:digit:]",
        "a-zA-Z",
        "A-Za-z",
    ];
    for _ in 0..chance.value(&[1, 1, 2, 2, 2, 2, 3, 0]) {
        words.push(word(chance.of(&sets)));
    }
    words
}

const COUNTS: &[&str] = &["1", "2", "0", "3", "100", "-1", "-2", "+2", "+0", "1k", "2b", "x", "", "1KB", "-0", "00", "1 ", "99999999999999999999"];

pub(super) fn head(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("head")];
    counted(chance, &mut words);
    options(chance, &mut words, 1, "-q -v -z -1 -2c -5 --quiet --verbose -3qv --silent");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 3);
    words
}

pub(super) fn tail(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("tail")];
    counted(chance, &mut words);
    options(chance, &mut words, 1, "-q -v -z -1 +2 -2c --quiet --retry -s1 -5l +1c");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 3);
    words
}

fn counted(chance: &mut Chance, words: &mut Vec<Word>) {
    if chance.percent(75) {
        let count = chance.of(COUNTS);
        match chance.below(3) {
            0 => words.push(format!("{}{count}", chance.of(&["-n", "-c", "--lines=", "--bytes="])).into()),
            _ => words.extend([word(chance.of(&["-n", "-n", "-c", "--lines", "--bytes"])), word(count)]),
        }
    }
}

pub(super) fn wc(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("wc")];
    options(chance, &mut words, 2, "-l -w -c -m -L --lines --words --bytes --chars -lw -lwcmL --max-line-length");
    seldom(chance, &mut words, "--total=always --files0-from=a -x");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 3);
    words
}

pub(super) fn tee(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    grove.wants_stdin = true;
    let mut words = vec![word("tee")];
    options(chance, &mut words, 1, "-a -i --append -p --output-error=warn --output-error=exit");
    odd(chance, &mut words);
    for _ in 0..chance.below(3) {
        words.push(if chance.percent(60) { super::tree::operand(chance, grove) } else { word(chance.of(&["new", "sub/new", "no/such", "-", "/dev/stdout"])) });
    }
    words
}

pub(super) fn uniq(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("uniq")];
    options(chance, &mut words, 3, "-c -d -u -i -D -f1 -s2 -w3 -z --group --all-repeated=separate --group=both -cd --count");
    seldom(chance, &mut words, "-f -1 +1");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 1);
    if chance.percent(10) {
        words.push(word("out1"));
    }
    words
}

pub(super) fn cat(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word(chance.of(&["cat", "cat", "tac", "rev", "paste", "nl", "fold", "expand", "unexpand"]))];
    options(chance, &mut words, 2, "-A -b -e -E -n -s -t -T -v -w5 -d: -u -vet -a");
    odd(chance, &mut words);
    readers(chance, grove, &mut words, 3);
    words
}

pub(super) fn xargs(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    grove.wants_stdin = true;
    let mut words = vec![word("xargs")];
    options(chance, &mut words, 2, "-0 -r -n1 -n2 -I{} -t -L1 -d, -d\\n -I% --no-run-if-empty --null --max-args=1");
    seldom(chance, &mut words, "-s50 -x -E -P1 -a a -i -p -l -e");
    odd(chance, &mut words);
    match chance.below(8) {
        0 => {}
        1 => words.extend([word("printf"), word("<%s>\\n")]),
        2 => words.extend([word("sh"), word("-c"), word(chance.of(&["echo \"$#\" \"$1\"", "exit 1", "exit 255", "printf '%s\\n' \"$@\""])), word("sh")]),
        3 => words.extend([word("echo"), word("a{}b"), word("{}")]),
        4 => words.extend([word("ls"), word("-d")]),
        _ => words.push(word(chance.of(&["echo", "cat", "nonesuch", "ls", "false", "wc", "grep"]))),
    }
    words
}
