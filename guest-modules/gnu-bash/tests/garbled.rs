//! No text makes the reader of scripts panic or run on.

use gnu_bash::syntax::Parser;

/// Pieces that scripts are made of, put together by chance.
const PIECES: &[&str] = &[
    "if ",
    "then\n",
    "fi\n",
    "while ",
    "do ",
    "done",
    "for x in a b; ",
    "case $x in ",
    "a) ;; ",
    "esac\n",
    "{ ",
    "}\n",
    "( ",
    ")",
    "(( ",
    "))",
    "[[ ",
    " ]] ",
    "&& ",
    "|| ",
    "| ",
    "; ",
    "& ",
    "<<E\n",
    "E\n",
    "<<-'F'\n",
    "F\n",
    "<<< w ",
    "> f ",
    "2>&1 ",
    "{fd}> g ",
    "<( ",
    "\"",
    "'",
    "$'\\x",
    "${",
    "x",
    ":-",
    "#",
    "##",
    "%%",
    "/",
    "//",
    "^^",
    "@Q",
    "[@]",
    "}",
    "$(",
    "`",
    "\\",
    "\n",
    " ",
    "$((",
    "$[",
    "]",
    "=",
    "+=",
    "a=(",
    "é",
    "\u{10ffff}",
    "*",
    "?(",
    "!(",
    "~",
    "{1..3}",
    "function f ",
    "f() ",
    "coproc ",
    "select ",
    "time ",
    "! ",
    "-eq ",
    "=~ ",
    "\0",
];

#[test]
fn garbled_scripts_are_read_to_an_end() {
    let mut state = 42_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for _ in 0..30_000 {
        let script: String = (0..next() % 24).map(|_| PIECES[next() % PIECES.len()]).collect();
        let mut parser = Parser::new(&script, 1, next() % 2 == 0);
        let mut lines = 0;
        while let Some(Ok(_)) = parser.next_line() {
            lines += 1;
            assert!(lines <= script.len() + 1, "the reader does not come on in {script:?}");
        }
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for (open, close) in [("( ", "; )"), ("{ ", "; }"), ("$(", ")"), ("${x:-", "}"), ("if ", ""), ("[[ ( ", "")] {
        let script = format!("{}x{}\n", open.repeat(20_000), close.repeat(20_000));
        let read = std::thread::Builder::new().stack_size(16 << 20).spawn(move || Parser::new(&script, 1, true).next_line().map(|it| it.is_ok()));
        let read = read.expect("a thread can be started").join().expect("no overflow");
        assert_ne!(read, Some(true), "{open}");
    }
}
