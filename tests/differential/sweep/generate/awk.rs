//! Calls of awk, mawk and gawk: of those that the root has.

use super::{
    expression::{Dialect, expression},
    odd, options,
    tree::{Grove, readers},
    word,
};
use crate::sweep::{call::Word, chance::Chance};

const KNOWN: &[&str] = &[
    "!seen[$0]++",
    "NR==FNR{a[$1];next} $1 in a",
    "{n=split($0,p,\":\"); for(i=n;i>0;i--) printf \"%s \",p[i]; print \"\"}",
    "END{print NR}",
    "{s+=$1} END{print s, s/NR}",
    "/^\\[/{f=0} /section/{f=1} f",
    "{$2=\"\"; print}",
    "NF{NF--; print}",
    "BEGIN{while((getline l < \"a\")>0) n++; print n}",
    "{print length, NF, $NF}",
    "{sub(/[ \\t]+$/,\"\"); print}",
    "$1~/^#/||!NF{next}{print $1}",
    "BEGIN{printf \"%5.2f|%-8s|%05d|%x|%c|%e|%g\\n\", 3.14159, \"ab\", 42, 255, 65, 12345.678, 1e10}",
    "function f(x){return x<=1?1:x*f(x-1)} BEGIN{for(i=0;i<8;i++) print i, f(i)}",
    "{a[NR]=$0} END{for(i=NR;i>=1;i--) print a[i]}",
    "{c[$1]++} END{for(k in c) n+=c[k]; print n}",
    "{print > \"out1\"} END{close(\"out1\"); while((getline l<\"out1\")>0) print \"r:\" l}",
    "BEGIN{RS=\"\"} {print NR\": \"$1; for(i=1;i<=NF;i++) printf \"<%s>\", $i; print \"\"}",
    "BEGIN{FS=OFS=\":\"} NF>3{$2=\"x\"} 1",
    "BEGIN{ORS=\"|\"} 1",
    "{print | \"sort\"}",
    "{print toupper(substr($0,1,3)) tolower(substr($0,4))}",
    "BEGIN{if(!(\"x\" in ENVIRON)) print ARGC, ARGV[1]}",
    "match($0,/[0-9]+/){print RSTART,RLENGTH,substr($0,RSTART,RLENGTH)}",
    "{gsub(/a/,\"[&]\"); gsub(/b/,\"\\\\&\"); print}",
    "BEGIN{printf \"%s %d %i\\n\", \"a\"}",
    "BEGIN{print substr(\"hello\",0,2), substr(\"hello\",-1), substr(\"hello\",2,100), index(\"foo\",\"o\")}",
    "/foo/,/bar/{print NR}",
    "NR%2",
    "NR>1&&NR<4",
    "{$5=\"five\"; print NF; print}",
    "BEGIN{getline; print \"first:\" $0} {print}",
    "{while(i++<2) print i; i=0; do {j++} while(j<3); print j}",
    "BEGIN{x[1,2]=3; for(k in x){split(k,q,SUBSEP); print q[1],q[2]} delete x[1,2]; print length(x)}",
    "BEGIN{print 1e6, 1e16, 100000*100000, 0.1+0.2, 1/3, -7%3, 2^10, 2**3, int(-3.7), 017, 0x11}",
    "BEGIN{print length(\"\u{fc}\"), substr(\"\u{fc}x\",1,1), toupper(\"\u{fc}\"), index(\"\u{fc}x\",\"x\")}",
    "{exit NR} END{print \"end\"}",
    "BEGIN{exit 3}",
    "BEGIN{print \"a\" > \"/dev/stderr\"; print \"b\"}",
    "{nextfile} END{print NR, FILENAME}",
    "BEGIN{printf \"%*d|%-*s|%.3s|%+d|% d|%#o|%#x|%%\\n\", 5, 42, 6, \"ab\", \"abcdef\", 3, 4, 8, 255}",
    "BEGIN{CONVFMT=\"%.2g\"; a=3.14159; b=a \"\"; print b; OFMT=\"%.3f\"; print 3.14159, 17}",
    "{print NR, $0 | \"cat 1>&2\"}",
    "BEGIN{system(\"echo sys; exit 3\"); print \"after\"}",
    "BEGIN{\"echo hi\" | getline x; print x}",
];
const VALUES: &[&str] = &[
    "$0",
    "$1",
    "$2",
    "$NF",
    "NR",
    "NF",
    "FNR",
    "FILENAME",
    "\"x\"",
    "1",
    "0",
    "-1",
    "2.5",
    "\"10\"",
    "\"abc\"",
    "x",
    "a[$1]",
    "a[NR]",
    "length($0)",
    "length",
    "substr($0,2)",
    "substr($1,1,2)",
    "index($0,\"a\")",
    "toupper($1)",
    "tolower($0)",
    "int($1)",
    "$1+0",
    "$1 $2",
    "$1\"\"",
    "NR%2",
    "(NR>2)",
    "split($0,p)",
    "split($0,p,\":\")",
    "p[1]",
    "sprintf(\"%d\",$1)",
    "sprintf(\"%5s|\",$1)",
    "$(NF-1)",
    "$(1)",
    "x++",
    "++x",
    "x=NR",
    "x+=2",
    "-$1",
    "!$1",
    "$1^2",
    "1e3",
    "\"\\t\"",
    "\"a\\\"b\"",
    "v",
    "FS",
    "RS",
    "SUBSEP",
    "exp(0)",
    "sqrt(4)",
    "log(1)",
    "$1 in a",
    "(1,2) in a",
    "0x10",
    "\"0x10\"+0",
    "1/4",
    "1e300*1e300",
    "$100",
    "$-1",
    "1/0",
    "substr($0,0)",
    "substr($0,-1,3)",
    "length(a)",
    "ENVIRON[\"HOME\"]",
    "ARGC",
    "ARGV[1]",
    "RSTART",
    "NR\"\"NF",
    "$1=\"n\"",
    "$3=\"t\"",
    "\"\u{fc}\"",
];

fn value(chance: &mut Chance, depth: usize) -> String {
    if depth == 0 || chance.percent(55) {
        return chance.of(VALUES).to_owned();
    }
    let (one, two) = (value(chance, depth - 1), value(chance, depth - 1));
    match chance.below(12) {
        0..=3 => format!("({one}{}{two})", chance.of(&["+", "-", "*", "%", " ", "/", "^"])),
        4..=6 => format!("({one}{}{two})", chance.of(&["==", "!=", "<", ">", "<=", ">="])),
        7 => format!("({one}?{two}:0)"),
        8 => format!("({one}{}/{}/)", chance.of(&["~", "!~"]), regex(chance)),
        9 => format!("({one}&&{two})"),
        10 => format!("match({one},/{}/)", regex(chance)),
        _ => format!("({one}||{two})"),
    }
}

fn regex(chance: &mut Chance) -> String {
    expression(chance, Dialect::Awk).replace('/', "\\/").replace("\\\\/", "\\/")
}

fn statement(chance: &mut Chance, depth: usize) -> String {
    let (one, two) = (value(chance, 2), value(chance, 1));
    match chance.below(24) {
        0..=4 => format!("print {one}"),
        5..=6 => format!("print {one}, {two}"),
        7 => "print".to_owned(),
        8..=9 => {
            let format = chance.of(&[
                "%s\\n",
                "%d\\n",
                "%5.2f|\\n",
                "%-5s|%s\\n",
                "%c\\n",
                "%x %o\\n",
                "%s %s %s\\n",
                "%05d\\n",
                "%i%%\\n",
                "%e\\n",
                "%g\\n",
                "%.2s\\n",
                "%u\\n",
                "%+d\\n",
                "%5%\\n",
                "%z\\n",
                "%",
                "\\x41\\n",
                "%s",
            ]);
            format!("printf \"{format}\", {one}, {two}")
        }
        10..=12 => {
            let target = chance.of(&["", "", ",$1", ",$2", ",x", ",a[1]"]);
            let new = chance.of(&["X", "&", "[&]", "\\\\&", "\\\\\\\\&", "", "a&b&c", "\\n", "\\&"]);
            format!("{}(/{}/,\"{new}\"{target})", chance.of(&["sub", "gsub"]), regex(chance))
        }
        13 => format!("a[{one}]={two}"),
        14 => format!("${}={two}", chance.range(0, 5)),
        15 if depth > 0 => format!("if({one}) {}; else {}", statement(chance, depth - 1), statement(chance, depth - 1)),
        16 if depth > 0 => format!("for(i=1;i<=NF;i++) {{{}; if(i>5) break}}", statement(chance, depth - 1)),
        17 => format!("x{}{one}", chance.of(&["=", "+=", "-=", "*=", "%="])),
        18 => chance
            .of(&["next", "exit", "exit 2", "getline", "getline x", "nextfile", "delete a", "delete a[1]", "NF=2", "NF=5", "$0=$2", "break", "continue"])
            .to_owned(),
        19 => format!("print {one} > \"{}\"", chance.of(&["out1", "sub/x", "/dev/stdout", "/dev/stderr", "a"])),
        20 => format!("print {one} >> \"out1\""),
        21 => chance
            .of(&[
                "close(\"out1\")",
                "fflush()",
                "system(\"\")",
                "print | \"sort\"",
                "\"echo x\" | getline y; print y",
                "while((getline l<\"b\")>0) print l",
                "print length()",
                "n=asort(a)",
                "print gensub(/a/,\"b\",\"g\")",
                "print strtonum(\"0x1f\")",
                "printf \"%s\"",
                "print substr(\"x\")",
            ])
            .to_owned(),
        22 => "for(k in a) n++; print n".to_owned(),
        _ => format!("print {one}{two}"),
    }
}

pub(super) fn awk(chance: &mut Chance, grove: &mut Grove) -> Vec<Word> {
    let mut words = vec![word(chance.of(&["awk", "awk", "awk", "mawk"]))];
    if chance.percent(30) {
        words.push(word(chance.of(&["-F:", "-F=", "-F,", "-F\\t", "-Ft", "-F[ =]+", "-F ", "-F.", "-F|", "-F", "-F[[:space:]]*=[[:space:]]*"])));
        if words.last() == Some(&word("-F")) {
            words.push(word(chance.of(&[":", "", "=", " +", "\t", "ab", "\\|"])));
        }
    }
    if chance.percent(20) {
        words.push(word("-v"));
        words.push(word(
            chance.of(&["v=1", "v=abc", "v=a\\tb", "OFS=:", "v=", "FS=:", "RS=;", "v=\u{fc}", "x=5", "ORS=", "RS=", "v", "NR=10", "1v=2", "v=a\\"]),
        ));
    }
    odd(chance, &mut words);
    let few = usize::from(chance.percent(3));
    options(chance, &mut words, few, "-W --version -Wposix --posix -e -b --re-interval -n");
    let program = program(chance);
    if chance.percent(10) {
        grove.file("prog.awk", (program + "\n").into_bytes());
        words.push(word("-f"));
        words.push(word("prog.awk"));
    } else {
        words.push(program.into());
    }
    readers(chance, grove, &mut words, 2);
    if chance.percent(6) {
        words.push(word(chance.of(&["v=2", "FS=:", "OFS=-", "x=y=z", "/=1"])));
        let it = super::tree::text_operand(chance, grove);
        words.push(it);
    }
    words
}

fn program(chance: &mut Chance) -> String {
    if chance.percent(25) {
        return chance.of(KNOWN).to_owned();
    }
    let mut rules = Vec::new();
    for _ in 0..chance.range(1, 2) {
        let pattern = match chance.below(12) {
            0..=2 => String::new(),
            3..=5 => format!("/{}/", regex(chance)),
            6 => value(chance, 2),
            7 => format!("NR=={}", chance.range(1, 4)),
            8 => format!("/{}/,/{}/", regex(chance), regex(chance)),
            9 => format!("NR=={},NR=={}", chance.range(1, 3), chance.range(1, 5)),
            10 => chance.of(&["BEGIN", "END"]).to_owned(),
            _ => format!("!/{}/", regex(chance)),
        };
        if !pattern.is_empty() && pattern != "BEGIN" && pattern != "END" && chance.percent(30) {
            rules.push(pattern);
            continue;
        }
        let mut body: Vec<String> = (0..chance.range(1, 3)).map(|_| statement(chance, 1)).collect();
        if chance.percent(5) {
            body.push(chance.of(&["}", "print (", "\"open", "function", "print $", "x[", "# note", "@", "print 1,,2", "if(1)", "/re"]).to_owned());
        }
        rules.push(format!("{pattern}{{{}}}", body.join(chance.of(&["; ", ";", "\n"]))));
    }
    rules.join(chance.of(&[" ", "\n", ";"]))
}
