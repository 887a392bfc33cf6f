//! Calls of find.

use super::{
    expression::{Dialect, expression},
    options, seldom,
    tree::{Grove, some_path},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

pub(super) fn find(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word("find")];
    if chance.percent(15) {
        words.push(word(chance.of(&["-L", "-H", "-P", "-L", "-O2", "-H", "-D"])));
    }
    match chance.below(10) {
        0..=4 => words.push(word(chance.of(&[".", ".", "./", "./sub", "sub"]))),
        5 => {}
        6 => words.push(Word::Under(some_path(chance, grove))),
        _ => {
            for _ in 0..chance.range(1, 2) {
                let path = some_path(chance, grove);
                words.push(if path.starts_with(b"-") { [b"./", &path[..]].concat() } else { path }.into());
            }
        }
    }
    if chance.percent(35) {
        options(chance, &mut words, 2, "-depth -xdev -mount");
        seldom(chance, &mut words, "-noleaf -d -daystart -nowarn -ignore_readdir_race -warn -follow");
    }
    if chance.percent(30) {
        words.push(word(chance.of(&["-maxdepth", "-mindepth", "-maxdepth"])));
        words.push(word(chance.of(&["1", "0", "2", "3", "1", "x", "-1"])));
    }
    if chance.percent(12) {
        words.push(word("-regextype"));
        words.push(word(chance.of(&[
            "posix-extended",
            "posix-egrep",
            "posix-basic",
            "sed",
            "grep",
            "egrep",
            "awk",
            "emacs",
            "posix-awk",
            "findutils-default",
            "ed",
            "gnu-awk",
            "posix-minimal-basic",
            "nonesuch",
        ])));
    }
    let count = chance.below(4);
    for at in 0..count {
        if at > 0 && chance.percent(30) {
            words.push(word(chance.of(&["-o", "-a", "-or", "-and", ",", "-o"])));
        }
        if chance.percent(20) {
            words.push(word(chance.of(&["!", "-not"])));
        }
        if chance.percent(15) {
            words.push(word("("));
            test(chance, grove, &mut words);
            if chance.percent(70) {
                words.push(word("-o"));
            }
            test(chance, grove, &mut words);
            if chance.percent(97) {
                words.push(word(")"));
            }
        } else {
            test(chance, grove, &mut words);
        }
    }
    action(chance, &mut words);
    let sort = match chance.below(12) {
        0 => None,
        1 => Some("| cat"),
        _ => Some("| LC_ALL=C sort"),
    };
    words.extend(sort.map(Word::Shell));
    words
}

fn test(chance: &mut Chance, grove: &Grove, words: &mut Vec<Word>) {
    let mut put = |all: &[&str]| words.extend(all.iter().map(|it| word(it)));
    match chance.below(40) {
        0..=3 => put(&[
            "-name",
            chance.of(&[
                "*.conf",
                "a",
                "*",
                "[a-c]*",
                "*.txt",
                "?",
                ".*",
                "sub",
                "*\\**",
                "[[:upper:]]",
                "[!a]*",
                "\\*",
                "*/*",
                "",
                "[",
                "[]a]*",
                "*~",
                "a b",
                "**",
                "*.",
                "-*",
                "[^a]*",
                "\u{fc}*",
                "{a,b}",
                "[a",
                "\\",
            ]),
        ]),
        4 => put(&["-iname", chance.of(&["A", "*.CONF", "SUB", "[A-C]*", "\u{dc}"])]),
        5..=6 => {
            put(&[chance.of(&["-path", "-wholename", "-ipath"]), chance.of(&["./sub/*", "*/deep*", "./a", "*sub*", "sub", "./*/*", ".", "*[.]conf", "./SUB*"])])
        }
        7..=9 => {
            let it = match chance.below(10) {
                0..=3 => chance
                    .of(&[
                        ".*",
                        ".*\\.conf",
                        "\\./a",
                        ".*/[a-c]",
                        "^\\./sub.*$",
                        ".*\\(a\\|b\\)",
                        ".*(a|b)",
                        ".*/a?",
                        "^.*\\.rules$",
                        "./[^/]*",
                        ".*/\\(sub\\|e\\)/.*",
                        "[./a-z]+",
                        ".*.\\{3\\}",
                        "\\./.+",
                    ])
                    .to_owned(),
                4 => expression(chance, Dialect::Extended),
                _ => format!("{}{}{}", chance.of(&["\\./", ".*", ".*/", "^.*", ""]), expression(chance, Dialect::Basic), chance.of(&["", ".*", "$"])),
            };
            put(&[chance.of(&["-regex", "-regex", "-iregex"]), &it]);
        }
        10..=13 => put(&[chance.of(&["-type", "-type", "-type", "-xtype"]), chance.of(&["f", "d", "l", "f,d", "p", "f,l", "s", "b", "x", "d,", "ff"])]),
        14..=18 => {
            let mode = chance.of(&[
                "644",
                "755",
                "-002",
                "/022",
                "-4000",
                "/6000",
                "-o+w",
                "/u=x",
                "0",
                "-0",
                "/0",
                "-u+s,g+s",
                "/o=rwx",
                "u=rw,go=r",
                "-u=rw",
                "777",
                "-1000",
                "/111",
                "+x",
                "-g=w",
                "/a+x",
                "8",
                "g=u",
                "-111",
                "/g+w,o+w",
                "04755",
                "-7777",
                "/",
                "-",
                "a=rX",
                "-a=X",
            ]);
            put(&["-perm", mode]);
        }
        19..=20 => put(&["-size", chance.of(&["0", "-1", "+0", "+10c", "-20c", "1", "0c", "+1k", "-1M", "1k", "16w", "+1", "9c", "x", "1b", "-2k", "+0G"])]),
        21..=22 => put(&[
            chance.of(&["-user", "-group", "-uid", "-gid"]),
            chance.of(&["root", "daemon", "0", "1", "4242", "+0", "-5", "nobody", "+1000", "nonesuch", "bin", "65534"]),
        ]),
        23 => put(&[chance.of(&["-nouser", "-nogroup"])]),
        24 => put(&["-links", chance.of(&["1", "2", "+1", "-2", "3"])]),
        25..=26 => put(&["-empty"]),
        27..=28 => {
            let path = some_path(chance, grove);
            words.push(word(chance.of(&["-newer", "-samefile", "-anewer", "-newermm", "-neweraa", "-samefile"])));
            words.push(path.into());
        }
        29 => put(&["-newermt", chance.of(&["2023-11-14", "2023-11-15 12:00:00", "@1700000000", "2030-01-01", "junk"])]),
        30 => put(&[chance.of(&["-true", "-false", "-readable", "-writable", "-executable"])]),
        31 => put(&["-fstype", chance.of(&["tmpfs", "ext4", "proc", "overlay"])]),
        32..=34 => put(&["-prune"]),
        35 => put(&["-lname", chance.of(&["*", "sub*", "nowhere", "..", "?"])]),
        36 => put(&[chance.of(&["-mtime", "-mmin", "-atime", "-used", "-inum", "-ctime", "-context"]), chance.of(&["+1", "-1", "0", "+10", "5"])]),
        37 => put(&["-print"]),
        38 => put(&["-quit"]),
        _ => put(&[chance.of(&["-bogus", "-name", "-exec", "-maxdepth", "-perm", "a", "-type", "-ok", "-newerXY", "-help"])]),
    }
}

fn action(chance: &mut Chance, words: &mut Vec<Word>) {
    let mut put = |all: &[&str]| words.extend(all.iter().map(|it| word(it)));
    match chance.below(24) {
        0..=4 => {}
        5..=6 => put(&["-print"]),
        7 => put(&["-print0"]),
        8..=10 => {
            let format = chance.of(&[
                "%p\\n",
                "%f %m\\n",
                "%P|%y|%U:%G\\n",
                "%M %n %u %g %s %p\\n",
                "%h/%f\\n",
                "%l\\n",
                "%d %H\\n",
                "%#m %05m\\n",
                "%p\\0",
                "%t\\n",
                "%T@ %p\\n",
                "%Ts\\n",
                "%TY-%Tm-%Td\\n",
                "%-10f|%10f|\\n",
                "%%\\t%p\\n",
                "%q\\n",
                "\\101\\x%p\\n",
                "%y%Y\\n",
                "%k %b\\n",
                "%i\\n",
                "%p",
                "%Z\\n",
                "%F\\n",
                "%S\\n",
                "%.3f\\n",
                "%D\\n",
                "\\c%p",
                "%",
                "\\",
            ]);
            put(&["-printf", format]);
        }
        11 => put(&["-delete"]),
        12 => put(&["-exec", "echo", "{}", ";"]),
        13 => put(&["-exec", "echo", "x{}y", "{}", ";"]),
        14 => put(&["-exec", "chmod", chance.of(&["o-w", "600", "u+s", "a+X", "go="]), "{}", chance.of(&[";", "+"])]),
        15 => put(&[
            "-exec",
            "sh",
            "-c",
            chance.of(&["echo \"$1\"", "echo \"$0\" \"$@\"", "exit 1", "test -f \"$1\"", "for f; do echo \"<$f>\"; done"]),
            "sh",
            "{}",
            chance.of(&[";", "+"]),
        ]),
        16 => put(&[
            "-exec",
            chance.of(&["grep", "cat", "rm", "false", "true", "nonesuch", "wc"]),
            chance.of(&["-q", "-l", "--"]),
            "{}",
            chance.of(&[";", "+", "+"]),
        ]),
        17 => put(&["-execdir", "echo", "{}", chance.of(&[";", "+"])]),
        18 => put(&["-exec", "chown", chance.of(&["1:1", "root", ":2", "daemon:daemon"]), "{}", "+"]),
        19 => put(&["-exec", "test", chance.of(&["-f", "-s", "-x"]), "{}", ";", "-print"]),
        20 => put(&["-ls"]),
        21 => put(&["-fprint", "out1"]),
        22 => put(&["-print", "-exec", "sed", "-i", "s/a/X/", "{}", chance.of(&[";", "+"])]),
        _ => put(&["-prune", "-o", "-print"]),
    }
}
