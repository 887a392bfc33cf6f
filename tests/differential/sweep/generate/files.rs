//! Calls of tools that make, move, remove and show files.

use super::{
    mode::mode,
    odd, options, seldom,
    tree::{Grove, operand},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

fn operands(chance: &mut Chance, grove: &Grove, words: &mut Vec<Word>, from: usize, to: usize) {
    for _ in 0..chance.range(from, to) {
        words.push(operand(chance, grove));
    }
}

/// A place to put something: there or not.
fn target(chance: &mut Chance, grove: &Grove, words: &mut Vec<Word>) {
    match chance.below(10) {
        0..=4 => words.push(operand(chance, grove)),
        5..=7 => words.push(word(chance.of(&["new", "sub/new", "new/", "sub/deep/new", "no/such/new", "n w", "e", "sub/", "."]))),
        _ => {
            let of = chance.of(&["-t", "--target-directory=sub", "-tsub", "--target-directory"]);
            words.insert(1, word(of));
            if !of.contains("sub") {
                words.insert(2, word(chance.of(&["sub", "e", "nothing", "a", "."])));
            }
        }
    }
}

pub(super) fn cp(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("cp")];
    options(
        chance,
        &mut words,
        3,
        "-a -r -p -R -f -n -v -d -L -P -H -T -l -s -u --parents --preserve=mode --preserve=mode,ownership \
--no-preserve=mode --remove-destination -rp -av --preserve=all --preserve=links --strip-trailing-slashes \
--preserve=timestamps --no-clobber -b --backup=numbered --suffix=.o --backup",
    );
    seldom(
        chance,
        &mut words,
        "-x -S --attributes-only --reflink=auto --sparse=never \
--backup=simple --backup=none -i --update=none --no-preserve=ownership --preserve=xyz --copy-contents -Z \
--preserve=xattr --reflink",
    );
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 2);
    target(chance, grove, &mut words);
    words
}

pub(super) fn mv(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("mv")];
    options(chance, &mut words, 2, "-f -n -v -T -u --strip-trailing-slashes -fv --no-clobber --verbose -b --backup=numbered --suffix=.o");
    seldom(chance, &mut words, "--backup -i --backup=existing");
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 2);
    target(chance, grove, &mut words);
    words
}

pub(super) fn install(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("install")];
    if chance.percent(60) {
        words.push(word(chance.of(&["-m", "--mode"])));
        words.push(mode(chance).into());
    }
    options(chance, &mut words, 3, "-d -D -v -p -T -o1 -g2 --owner=root --group=shadow -c -m700 --preserve-timestamps -Dv -b -C -S.o");
    seldom(chance, &mut words, "-o --backup=numbered -s --compare --owner=nonesuch");
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 2);
    target(chance, grove, &mut words);
    words
}

pub(super) fn ln(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("ln")];
    options(chance, &mut words, 3, "-s -s -f -n -sf -sfn -r -v -T -L -P --symbolic --relative -srf --force -b -S.o");
    seldom(chance, &mut words, "--backup=numbered -i -d -F");
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 2);
    if chance.percent(90) {
        target(chance, grove, &mut words);
    }
    words
}

pub(super) fn mkdir(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("mkdir")];
    options(chance, &mut words, 2, "-p -p -v --parents --verbose -pv");
    seldom(chance, &mut words, "-Z --context");
    if chance.percent(40) {
        words.push(word(chance.of(&["-m", "--mode"])));
        words.push(mode(chance).into());
    }
    odd(chance, &mut words);
    for _ in 0..chance.range(1, 2) {
        if chance.percent(60) {
            words.push(word(chance.of(&[
                "new",
                "new/one/two",
                "sub/new",
                "sub/deep/new/x",
                "a/new",
                "new/",
                "./new/./x",
                "new/../other",
                "l1/new",
                "",
                "sub//new",
                "new//",
            ])));
        } else {
            words.push(operand(chance, grove));
        }
    }
    words
}

pub(super) fn rmdir(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("rmdir")];
    options(chance, &mut words, 2, "-p -v --ignore-fail-on-non-empty --parents -pv");
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 3);
    if chance.percent(40) {
        words.push(word(chance.of(&["sub/deep", "sub", "e", "dir.d", "sub/deep/"])));
    }
    words
}

pub(super) fn rm(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("rm")];
    options(chance, &mut words, 3, "-r -f -rf -v -d -R --recursive --force --preserve-root -rv --dir");
    seldom(chance, &mut words, "-i -I --one-file-system --interactive=never --interactive=once --no-preserve-root");
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 0, 3);
    words
}

pub(super) fn touch(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("touch")];
    options(chance, &mut words, 2, "-c -h -a -m --no-create --no-dereference --time=mtime");
    seldom(chance, &mut words, "-f");
    match chance.below(5) {
        0 => words.extend([word("-d"), word(chance.of(&["2020-01-02 03:04:05", "@86400", "2024-02-30", "1999-12-31T23:59:59Z"]))]),
        1 => words.extend([word("-t"), word(chance.of(&["202001020304.05", "01020304", "7001010000", "209901010000", "x"]))]),
        2 => {
            words.push(word("-r"));
            operands(chance, grove, &mut words, 1, 1);
        }
        _ => {}
    }
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 2);
    if chance.percent(50) {
        words.push(word(chance.of(&["new", "sub/new", "no/new", "new/"])));
    }
    if chance.percent(60) {
        words.push(Word::Shell("; find . ! -newermt 2024-06-01 -printf '%p %TY-%Tm-%Td %TH:%TM\\n' | sort"));
    }
    words
}

pub(super) fn stat(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("stat")];
    let few = usize::from(chance.percent(30));
    options(chance, &mut words, few, "-L --dereference");
    seldom(chance, &mut words, "-t -f");
    if chance.percent(92) {
        let name = chance.of(&["-c", "-c", "-c", "--format", "--printf"]);
        let format = chance.of(&[
            "%a",
            "%A %n",
            "%U:%G",
            "%u %g",
            "%s",
            "%F",
            "%N",
            "%h",
            "%a %u:%g %n\\n",
            "%Y",
            "%y",
            "%04a",
            "%#a",
            "%f",
            "%t %T",
            "%10s|",
            "%-10s|",
            "%x",
            "%i",
            "%d",
            "%b %B",
            "%o",
            "%m",
            "%W %w",
            "%C",
            "%",
            "%%",
            "%q",
            "\\n",
            "%n %N",
            "%A%a%U%G",
            "%5a",
            "%05s",
            "%.3n",
            "%+s",
            "%E",
            "%:a",
            "%Z %z",
            "%X",
        ]);
        words.push(if name.starts_with("--") { format!("{name}={format}").into() } else { word(name) });
        if name == "-c" {
            words.push(word(format));
        }
    }
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 3);
    words
}

pub(super) fn ls(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("ls")];
    options(
        chance,
        &mut words,
        3,
        "-a -A -d -1 -R -l -n -r -F -p -L -H -q -b -Q -N -U -f -S -t -X -v -ld -la -al --color=never \
--group-directories-first -o -g -G --quoting-style=shell-escape --quoting-style=c --quoting-style=shell \
--sort=none --indicator-style=slash --file-type",
    );
    seldom(
        chance,
        &mut words,
        "--color=always -m -x -C -s -i -Z --full-time --time-style=+%Y -h --hide=a -I -B -w20 --zero -c -u -k --si \
--author -D",
    );
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 0, 3);
    words
}

pub(super) fn readlink(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word(chance.of(&["readlink", "readlink", "realpath", "basename", "dirname"]))];
    options(chance, &mut words, 2, "-f -e -m -n -z -s -q -v --canonicalize -L -P --relative-to=sub");
    seldom(chance, &mut words, "--relative-base=. -a -s.conf");
    odd(chance, &mut words);
    operands(chance, grove, &mut words, 1, 2);
    words
}

pub(super) fn test(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let name = chance.of(&["test", "[", "/usr/bin/test", "env"]);
    let mut words = vec![word(name)];
    if name == "env" {
        words.push(word("test"));
    }
    for at in 0..chance.range(1, 2) {
        if at > 0 {
            words.push(word(chance.of(&["-a", "-o"])));
        }
        if chance.percent(20) {
            words.push(word("!"));
        }
        match chance.below(10) {
            0..=4 => {
                words.push(word(chance.of(&[
                    "-e", "-f", "-d", "-L", "-h", "-s", "-r", "-w", "-x", "-u", "-g", "-k", "-O", "-G", "-p", "-b", "-c", "-S", "-N", "-n", "-z", "-t",
                ])));
                words.push(operand(chance, grove));
            }
            5..=6 => {
                words.push(operand(chance, grove));
                words.push(word(chance.of(&["-nt", "-ot", "-ef", "=", "!="])));
                words.push(operand(chance, grove));
            }
            7 => {
                words.push(word(chance.of(&["1", "10", "-5", "a", "", " 7 ", "007", "99999999999999999999"])));
                words.push(word(chance.of(&["-eq", "-ne", "-lt", "-le", "-gt", "-ge"])));
                words.push(word(chance.of(&["1", "10", "-5", "a", "", "7"])));
            }
            8 => words.push(word(chance.of(&["", "a", "-f", "!", "(", "-z"]))),
            _ => {
                words.push(word(chance.of(&["a", "b", "", "*"])));
                words.push(word(chance.of(&["=", "!=", "<", ">", "==", "=~"])));
                words.push(word(chance.of(&["a", "b", "", "*"])));
            }
        }
    }
    if name == "[" {
        words.push(word("]"));
    }
    words
}
