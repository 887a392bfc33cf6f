use super::{Scope, Trouble, evaluate};
use std::collections::BTreeMap;

#[derive(Default)]
struct Variables(BTreeMap<String, String>);

fn key(name: &str, index: Option<&str>) -> String {
    index.map_or(name.to_string(), |index| format!("{name}[{index}]"))
}

impl Scope for Variables {
    fn get(&mut self, name: &str, index: Option<&str>) -> Result<Option<String>, Trouble> {
        Ok(self.0.get(&key(name, index)).cloned())
    }

    fn set(&mut self, name: &str, index: Option<&str>, value: i64) -> Result<(), Trouble> {
        self.0.insert(key(name, index), value.to_string());
        Ok(())
    }
}

fn variables(set: &[(&str, &str)]) -> Variables {
    Variables(set.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
}

fn check(text: &str, value: i64) {
    assert_eq!(evaluate(text, &mut variables(&[("x", "3"), ("y", "x+1"), ("a[1]", "9")])), Ok(value), "{text}");
}

fn refuse(text: &str, message: &str) {
    assert_eq!(evaluate(text, &mut variables(&[("x", "3"), ("loop", "loop+1")])), Err(Trouble::Message(message.to_string())), "{text}");
}

#[test]
fn values() {
    check("", 0);
    check("1+2*3**2**1-4/3%2", 18);
    check("y*2", 8);
    check("a[1]+a[2]", 9);
    check("x++ + ++x", 8);
    check("0x1F + 017 + 2#101 + 64#@_", 31 + 15 + 5 + 4031);
    check("-9223372036854775808/-1", i64::MIN);
    check("99999999999999999999", 7766279631452241919);
    check("1<<65, 1<<-1", i64::MIN);
    check("0 && 1/0 || 2", 1);
    check("z ? 1/0 : x, z = x += 2, z << 1", 10);
    check("- -7 + --7 + ++5", 19);
    check("~0 ^ 5 | 8 & !0", !5);
}

#[test]
fn messages() {
    refuse("1+x=5 ", "1+x=5 : attempted assignment to non-variable (error token is \"=5 \")");
    refuse(" 1/ 0 ", "1/ 0 : division by 0 (error token is \"0 \")");
    refuse("1+08+2", "1+08: value too great for base (error token is \"08\")");
    refuse("1.5", "1.5: syntax error: invalid arithmetic operator (error token is \".5\")");
    refuse("$", "$: syntax error: operand expected (error token is \"$\")");
    refuse("(1", "(1: missing `)' (error token is \"1\")");
    refuse("--x++", "--x++: ++: assignment requires lvalue (error token is \"++\")");
    refuse("x[", "x[: bad array subscript (error token is \"x[\")");
    refuse("1?2", "1?2: `:' expected for conditional expression (error token is \"2\")");
}

#[test]
fn what_was_set_stays_set() {
    let mut scope = variables(&[("x", "1")]);
    assert!(evaluate("x=7, 1/0", &mut scope).is_err());
    assert_eq!(scope.0["x"], "7");
    assert_eq!(evaluate("a[2] = x++, a[2] *= 3", &mut scope), Ok(21));
    assert_eq!(scope.0["a[2]"], "21");
}

/// Runs with the stack a debug build's larger frames need.
fn with_room(work: fn()) {
    std::thread::Builder::new().stack_size(16 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn hostile_texts_end() {
    with_room(|| {
        for sign in ["(", "a ", "-", "x=", "1**", "1?1:"] {
            assert!(evaluate(&sign.repeat(100_000), &mut variables(&[])).is_err(), "{sign}");
        }
        refuse("loop", "loop+1: expression recursion level exceeded (error token is \"loop+1\")");
    });
}
