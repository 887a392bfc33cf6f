//! Calls by chance.
//!
//! To add a tool: a function from chance and a small tree to words, and a line in `TOOLS`.

mod awk;
mod expression;
mod files;
mod find;
mod grep;
mod mode;
mod sed;
mod text;
mod tree;

use super::{
    call::{Call, Errors, Word},
    chance::Chance,
};
use tree::Grove;

/// Draws the words of a call; what the tree must have besides goes into the grove.
type Draw = fn(&mut Chance, &mut Grove) -> Vec<Word>;

/// Every tool, with its share and what its trees hold.
const TOOLS: &[(&str, usize, tree::Shape, Draw)] = &[
    ("sed", 20, tree::Shape::Texts, sed::sed),
    ("grep", 18, tree::Shape::Texts, grep::grep),
    ("awk", 14, tree::Shape::Texts, awk::awk),
    ("find", 16, tree::Shape::Deep, find::find),
    ("chmod", 8, tree::Shape::Deep, mode::chmod),
    ("chown", 4, tree::Shape::Deep, mode::chown),
    ("chgrp", 1, tree::Shape::Deep, mode::chgrp),
    ("cp", 6, tree::Shape::Deep, files::cp),
    ("mv", 4, tree::Shape::Deep, files::mv),
    ("install", 3, tree::Shape::Deep, files::install),
    ("ln", 3, tree::Shape::Deep, files::ln),
    ("mkdir", 3, tree::Shape::Deep, files::mkdir),
    ("rmdir", 1, tree::Shape::Deep, files::rmdir),
    ("rm", 4, tree::Shape::Deep, files::rm),
    ("touch", 2, tree::Shape::Deep, files::touch),
    ("stat", 3, tree::Shape::Deep, files::stat),
    ("ls", 3, tree::Shape::Deep, files::ls),
    ("readlink", 1, tree::Shape::Deep, files::readlink),
    ("test", 3, tree::Shape::Deep, files::test),
    ("sort", 4, tree::Shape::Texts, text::sort),
    ("cut", 3, tree::Shape::Texts, text::cut),
    ("tr", 3, tree::Shape::Texts, text::tr),
    ("head", 2, tree::Shape::Texts, text::head),
    ("tail", 2, tree::Shape::Texts, text::tail),
    ("wc", 2, tree::Shape::Texts, text::wc),
    ("tee", 1, tree::Shape::Texts, text::tee),
    ("uniq", 1, tree::Shape::Texts, text::uniq),
    ("cat", 1, tree::Shape::Texts, text::cat),
    ("xargs", 2, tree::Shape::Texts, text::xargs),
];

/// The call of a number.
pub(crate) fn call(seed: u64, number: u64, only: Option<&str>) -> Call {
    let mut chance = Chance::new(seed, number);
    let tools: Vec<_> = TOOLS.iter().filter(|it| only.is_none_or(|only| only.split(',').any(|name| name == it.0))).collect();
    let tools = if tools.is_empty() { TOOLS.iter().collect() } else { tools };
    let mut at = chance.below(tools.iter().map(|it| it.1).sum());
    let mut drawn = tools[0];
    for it in tools {
        drawn = it;
        match at.checked_sub(it.1) {
            Some(rest) => at = rest,
            None => break,
        }
    }
    let (tool, _, shape, draw) = drawn;
    let mut grove = tree::grove(&mut chance, *shape);
    let mut words = draw(&mut chance, &mut grove);
    if chance.percent(6) {
        words.insert(0, Word::Shell("LC_ALL=C"));
    }
    let umask = if chance.percent(70) { 0o022 } else { chance.value(&[0o000, 0o027, 0o077, 0o177, 0o002, 0o777, 0o033]) };
    let errors = match chance.below(100) {
        0..20 => Errors::Kept,
        20..33 => Errors::WithOutput,
        _ => Errors::Away,
    };
    let stdin = (grove.wants_stdin || chance.percent(10)).then(|| tree::text(&mut chance));
    Call { number, tool, umask, words, stdin, errors, tree: grove.entries }
}

/// A word that needs no thought.
fn word(of: &str) -> Word {
    Word::from(of)
}

/// Some of the options of a list, each at most as often as it is drawn.
fn options(chance: &mut Chance, words: &mut Vec<Word>, most: usize, all: &str) {
    let all: Vec<&str> = all.split_whitespace().collect();
    for _ in 0..chance.below(most + 1) {
        words.push(word(chance.of(&all)));
    }
}

/// Now and then one of what a tool has and hardly anyone writes, or what it refuses: most of it invitro says that it can't tell.
fn seldom(chance: &mut Chance, words: &mut Vec<Word>, all: &str) {
    if chance.percent(5) {
        options(chance, words, 1, all);
    }
}

/// Now and then an option that no tool has, or an end of options.
fn odd(chance: &mut Chance, words: &mut Vec<Word>) {
    match chance.below(400) {
        0 => words.push(word("--no-such-option")),
        1 => words.push(word("-@")),
        2 => words.push(word("--help=no")),
        3..=42 => words.push(word("--")),
        _ => {}
    }
}
