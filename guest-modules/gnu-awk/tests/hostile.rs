//! Garbled, deep and long programs come to an end without a panic; an awk that nobody knows does only what both do.

mod support;

use gnu_awk::{Dialect, Trouble};
use support::{Case, Memory, generate, ours};

/// The stack that a guest has.
const STACK: usize = 8 << 20;

fn on_a_guests_stack(act: impl FnOnce() + Send + 'static) {
    // Code without optimization needs several times the room.
    std::thread::Builder::new().stack_size(STACK * 8).spawn(act).expect("a thread").join().expect("no panic");
}

fn case(program: &[u8]) -> Case {
    Case { words: vec![program.to_vec()], input: b"a b\n".to_vec(), files: Vec::new() }
}

#[test]
fn deep_and_long_programs_are_no_answer() {
    on_a_guests_stack(|| {
        let deep = [
            format!("BEGIN {{ x = {}1{} }}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("BEGIN {{ x = {}1 }}", "-".repeat(100_000)),
            format!("BEGIN {{ x = {}1 }}", "$".repeat(100_000)),
            format!("BEGIN {{ x = {}y }}", "++".repeat(100_000)),
            format!("BEGIN {{ {}x }}", "getline < ".repeat(100_000)),
            format!("BEGIN {{ x = 1{} }}", "+1".repeat(100_000)),
            format!("BEGIN {{ x = 1{} }}", " \"a\"".repeat(100_000)),
            format!("BEGIN {}{}", "{".repeat(100_000), "}".repeat(100_000)),
            format!("BEGIN {{ {} }}", "if (1) ".repeat(100_000)),
            "function f(n) { return f(n + 1) } BEGIN { f(0) }".to_owned(),
            format!("BEGIN {{ x ~ /{}{}/ }}", "(".repeat(10_000), ")".repeat(10_000)),
            "BEGIN { x[1] = 1; f(x) } function f(a) { f(a) }".to_owned(),
        ];
        for program in deep {
            println!("{program:.60}");
            for dialect in [Dialect::Mawk, Dialect::Gawk] {
                let made = ours(&case(program.as_bytes()), dialect);
                assert!(made.as_ref().is_ok_and(|it| it.status != 0) || made.is_err(), "{dialect:?} {:.60}: {made:?}", program);
            }
        }
    });
}

#[test]
fn garbled_programs_come_to_an_end() {
    on_a_guests_stack(|| {
        for seed in 0..3000 {
            let mut case = generate::case(seed);
            let mut chance = generate::Chance::new(seed + 1);
            let Some(program) = case.words.iter_mut().max_by_key(|it| it.len()) else { continue };
            // Loops are taken out, so that nothing goes on for ever.
            let text = String::from_utf8_lossy(program).replace("while", "if").replace("for", "if").replace("do", "if");
            *program = text.into_bytes();
            for _ in 0..1 + chance.below(4) {
                let at = chance.below(program.len());
                match chance.below(3) {
                    0 => {
                        program.remove(at);
                    }
                    1 => program.insert(at, b"(){}[]/\"\\$;\n,~|<>+-*"[chance.below(20)]),
                    _ => program[at] = chance.below(256) as u8,
                }
                if program.is_empty() {
                    program.push(b'1');
                }
            }
            for dialect in [Dialect::Mawk, Dialect::Gawk] {
                let _ = ours(&case, dialect);
            }
        }
    });
}

fn common(program: &str, input: &str) -> Result<(Vec<u8>, i32), Trouble> {
    let mut world = Memory { stdin: input.as_bytes().to_vec(), ..Memory::default() };
    let done = gnu_awk::rehearse("awk", &[program.as_bytes().to_vec()], &mut world)?.perform(&mut world)?;
    Ok((world.out, done.status))
}

#[test]
fn an_awk_that_nobody_knows_does_what_both_do() {
    assert_eq!(common("{ print $2; exit 3 }", "a b\n"), Ok((b"b\n".to_vec(), 3)));
    assert_eq!(common("{ print > \"f\" } END { close(\"f\"); getline x < \"f\"; print x }", "one\ntwo\n"), Ok((b"one\n".to_vec(), 0)));
    for program in [
        "BEGIN { print 2^31 }",
        "/^a{2}$/",
        "BEGIN { print length(\"\u{e9}\") }",
        "BEGIN { x[\"a\"]; x[\"b\"]; x[\"c\"]; for (k in x) print k }",
        "BEGIN { print gensub(/a/, \"b\", 1, \"a\") }",
        "BEGIN { system(\"true\") }",
        "BEGIN { print (1",
    ] {
        let made = common(program, "aa\n");
        assert!(matches!(made, Err(Trouble::Unmodelled(_))), "{program}: {made:?}");
    }
    assert_eq!(common("/a/ { n++ } END { for (k in x) print k; print n + 0 }", "a\nb\n"), Ok((b"1\n".to_vec(), 0)));
}
