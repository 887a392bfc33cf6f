//! The codes of reports, each with its page.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

/// Codes that are named when an unknown one was asked for.
const NEAREST: usize = 3;

/// What there is to say about a code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// Where it can stand: `verdict`, `result`, `proof`, `reason`, `note`, `doubt`, `assumption`, `stop`.
    pub kinds: Vec<String>,
    /// What it means.
    pub means: String,
    /// Why it counts.
    pub why: String,
    /// What to do.
    pub r#do: String,
}

static PAGES: LazyLock<BTreeMap<String, Page>> = LazyLock::new(|| toml::from_str(include_str!("codes.toml")).expect("the list is tested to parse"));

/// Returns every code with its page, sorted.
pub fn codes() -> &'static BTreeMap<String, Page> {
    &PAGES
}

/// Returns the codes that are spelled most like a word that is none, the nearest first.
pub fn nearest(word: &str) -> Vec<&'static str> {
    let mut all: Vec<(usize, &str)> = codes().keys().map(|it| (distance(word, it), it.as_str())).collect();
    all.sort();
    // A word that shares nothing with any code is no misspelling, but then the list is a help all the same.
    all.into_iter().take(NEAREST).map(|it| it.1).collect()
}

/// Changes of one letter from one word to the other (Levenshtein); a part of the other word is near.
fn distance(one: &str, other: &str) -> usize {
    if one.len() > 2 && other.contains(one) {
        return 1;
    }
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    // A word longer than any code need not be read to its end.
    for (number, letter) in one.chars().take(64).enumerate() {
        let mut corner = row[0];
        row[0] = number + 1;
        for (at, it) in other.iter().enumerate() {
            let cost = if letter == *it { corner } else { corner.min(row[at]).min(row[at + 1]) + 1 };
            corner = std::mem::replace(&mut row[at + 1], cost);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::{codes, nearest};

    #[test]
    fn every_page_says_something() {
        for (code, page) in codes() {
            assert!(!page.kinds.is_empty(), "{code}");
            for text in [&page.means, &page.why, &page.r#do] {
                assert!(text.len() > 10 && text.ends_with(['.', '`']), "{code}: {text}");
            }
        }
    }

    #[test]
    fn a_misspelled_code_has_its_neighbours() {
        assert_eq!(nearest("unmodeled")[0], "unmodelled");
        assert_eq!(nearest("glue")[0], "newline-glue");
        assert_eq!(nearest("proof-fals")[0], "proof-false");
        assert_eq!(nearest("").len(), 3);
    }
}
