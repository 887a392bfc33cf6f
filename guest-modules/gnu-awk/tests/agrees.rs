//! What this awk makes of a call is what mawk and gawk made of it; what is not modelled is named here.

mod recorded;
mod support;

use gnu_awk::Dialect;
use recorded::{CASES, LAID, Made};
use support::{Case, Outcome, ours};

/// How many of the recorded calls may be not modelled, which is no answer rather than a wrong one.
const UNMODELLED: usize = 30;

/// Tells how ours differs; the reason where it has no answer.
fn told(case: &Case, dialect: Dialect, made: &Made) -> Result<Option<String>, String> {
    let mut files: std::collections::BTreeMap<String, Vec<u8>> = LAID.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    files.extend(made.2.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())));
    let mine = ours(case, dialect)?;
    let expected = Outcome { out: made.0.to_vec(), err: mine.err.clone(), status: made.1, files };
    let same = mine == expected;
    Ok((!same).then(|| format!("{dialect:?} {}\n-- theirs\n{}-- ours\n{}", case.told(), expected.told(), mine.told())))
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let (mut unmodelled, mut wrong) = (Vec::new(), Vec::new());
    for (words, input, mawk, gawk) in CASES {
        let words = words.iter().map(|it| it.to_vec()).collect();
        let files = LAID.iter().map(|(name, bytes)| (*name, bytes.to_vec())).collect();
        let case = Case { words, input: input.to_vec(), files };
        for (dialect, made) in [(Dialect::Mawk, mawk), (Dialect::Gawk, gawk)] {
            match told(&case, dialect, made) {
                Ok(None) => {}
                Ok(Some(difference)) => wrong.push(difference),
                Err(reason) => unmodelled.push(format!("{dialect:?} {}: {reason}", case.told())),
            }
        }
    }
    println!("{} calls, {} not modelled", CASES.len() * 2, unmodelled.len());
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(unmodelled.len() <= UNMODELLED, "{}\n{}", unmodelled.len(), unmodelled.join("\n"));
}
