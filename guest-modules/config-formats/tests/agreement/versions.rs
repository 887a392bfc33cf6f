//! `dpkg --compare-versions`: the order of versions.

use config_formats::version::compare;

use crate::{Numbers, ask};

const PIECES: [&str; 20] = ["0", "1", "2", "10", "09", "a", "b", "rc1", "~", "~", "+", ".", ".", "-", "-1", "deb12u", "ubuntu", "z", "+b", "1:"];

#[test]
fn agrees_with_dpkg_itself_on_random_versions() {
    if ask(&["dpkg", "--version"]).is_none() {
        println!("skipped: the comparison with dpkg itself, as it is not installed here");
        return;
    }
    let (mut numbers, mut wrong, mut tried) = (Numbers(11), Vec::new(), 0);
    while tried < 300 {
        let mut version = || {
            let rest: String = (0..numbers.below(5)).map(|_| PIECES[numbers.below(PIECES.len() - 1)]).collect();
            format!("{}{}{rest}", if numbers.below(6) == 0 { "1:" } else { "" }, numbers.below(12))
        };
        let (one, other) = (version(), version());
        let ours = compare(&one, &other);
        for (relation, holds) in [("lt", ours.is_lt()), ("eq", ours.is_eq())] {
            let (said, _, error) = ask(&["dpkg", "--compare-versions", &one, relation, &other]).expect("dpkg starts");
            if error.is_empty() {
                tried += 1;
                if said != holds {
                    wrong.push(format!("{one} {relation} {other}: dpkg {said}, ours {holds}"));
                }
            } else {
                tried += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
