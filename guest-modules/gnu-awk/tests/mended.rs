//! What calls by chance once showed: mawk 1.3.4-20200120 says the same of them, or they are owned up to.

mod support;

use gnu_awk::Dialect;
use support::{Case, ours};

/// Output and status of a program of mawk on the line `x y`.
fn mawk(program: &str) -> Result<(String, i32), String> {
    let case = Case { words: vec![program.as_bytes().to_vec()], input: b"x y\n".to_vec(), files: Vec::new() };
    ours(&case, Dialect::Mawk).map(|it| (String::from_utf8_lossy(&it.out).into_owned(), it.status))
}

#[test]
fn a_pattern_without_an_operand_ends_the_program_only_at_its_begin() {
    assert_eq!(mawk("/+a/"), Ok((String::new(), 2)));
    assert_eq!(mawk("/a|+b/"), Ok((String::new(), 2)));
    for taken in ["/x(+a)/", "/r(|{,2})*$/", "/x(|a)y/"] {
        assert!(mawk(taken).is_err(), "{taken}");
    }
}

#[test]
fn a_pattern_is_looked_at_before_anything_runs() {
    assert_eq!(mawk("{print} NR > 1 && /+a/"), Ok((String::new(), 2)));
    assert!(mawk("{print} NR > 1 && /[[:foo:]]/").is_err());
}

#[test]
fn the_length_of_what_becomes_an_array_by_that_subscript_is_owned_up_to() {
    assert!(mawk("{a[(length(a))] = 1}").is_err());
    assert_eq!(mawk("{a[1]; print length(a)}"), Ok(("1\n".to_owned(), 0)));
}

#[test]
fn the_sign_of_what_is_no_number_is_that_of_the_c_library() {
    assert_eq!(mawk("{print 0%0, (0%0)^1, (0%0)^0, (0%0)^2, (0%0)*2}"), Ok(("-nan nan 1 -nan -nan\n".to_owned(), 0)));
}
