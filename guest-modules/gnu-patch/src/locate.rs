//! Where a hunk fits: at its line plus the offset of the hunk before, or nearest to it, with as much context left out as fuzz allows.
//! Source: the manual's "Imperfect Patches", and what patch 2.7.6 does at the ends of a file.

use crate::{
    content::{Content, NOWHERE},
    model::Hunk,
};

/// A search, over all hunks of a file.
pub(crate) struct Search<'a> {
    pub(crate) content: &'a Content,
    /// The last line that was given out.
    pub(crate) frozen: i64,
    /// How far the last hunk was off.
    pub(crate) offset: i64,
    /// Comparisons that may still be made.
    pub(crate) left: &'a mut u64,
}

/// Comparisons of lines that one run may make: so many that no honest patch meets it, and few enough to end in seconds.
pub(crate) const MOST: u64 = 400_000_000;

/// A hunk's old lines as the numbers of their texts.
pub(crate) struct Pattern {
    ids: Vec<u32>,
}

impl Pattern {
    pub(crate) fn of(hunk: &Hunk, text: &[u8], content: &Content) -> Pattern {
        let mut buffer = Vec::new();
        let number = |line: &crate::model::Line| {
            buffer.clear();
            buffer.extend_from_slice(line.text.of(text));
            if line.text.newline {
                buffer.push(b'\n');
            }
            content.number_of(&buffer)
        };
        Pattern { ids: hunk.old.iter().map(number).collect() }
    }
}

impl Search<'_> {
    /// The line where a hunk begins; none where it does not fit, or where no comparisons are left.
    pub(crate) fn locate(&mut self, hunk: &Hunk, pattern: &Pattern, fuzz: i64) -> Option<i64> {
        let guess = hunk.first.saturating_add(self.offset);
        let count = pattern.ids.len() as i64;
        if count == 0 {
            return Some(guess);
        }
        let mut prefix = fuzz + hunk.prefix - hunk.context();
        let suffix = fuzz + hunk.suffix - hunk.context();
        let last = self.content.count() - (count - suffix) + 1;
        let first = self.frozen + 1;
        if prefix < 0 && hunk.first <= 1 {
            // Less context before than behind: it belongs to the beginning of the file, and to its end as well perhaps.
            if suffix < 0 && (count != self.content.count() || hunk.prefix < self.frozen) {
                return None;
            }
            let fits = self.frozen <= hunk.prefix && 1 <= last && self.matches(pattern, 1, 0, suffix);
            return fits.then(|| self.at(guess, 1));
        }
        prefix = prefix.max(0);
        if suffix < 0 {
            // Less context behind than before: it belongs to the end of the file.
            let place = self.content.count() - count + 1;
            let fits = place >= first.max(1) && self.matches(pattern, place, prefix, 0);
            return fits.then(|| self.at(guess, place));
        }
        self.nearest(pattern, guess, (first.max(1), last), prefix, suffix).map(|place| self.at(guess, place))
    }

    fn at(&mut self, guess: i64, place: i64) -> i64 {
        self.offset += place - guess;
        place
    }

    /// The place nearest to the guess; of two as near the later one.
    fn nearest(&mut self, pattern: &Pattern, guess: i64, (first, last): (i64, i64), prefix: i64, suffix: i64) -> Option<i64> {
        let count = pattern.ids.len() as i64;
        let needed = pattern.ids.get(prefix as usize..(count - suffix).max(0) as usize).unwrap_or_default();
        // Nothing is left to compare: the nearest place that is allowed will do.
        let Some(rarest) = (0..needed.len()).min_by_key(|at| self.content.places(needed[*at]).len()) else {
            return (first <= last).then(|| guess.clamp(first, last)).filter(|it| *it >= 1);
        };
        if needed[rarest] == NOWHERE {
            return None;
        }
        let shift = prefix + rarest as i64;
        let content = self.content;
        let places = content.places(needed[rarest]);
        let split = places.partition_point(|it| i64::from(*it) - shift < guess);
        let (mut before, mut after) = (split, split);
        loop {
            let up = places.get(after).map(|it| i64::from(*it) - shift).filter(|it| *it <= last);
            let down = before.checked_sub(1).map(|at| i64::from(places[at]) - shift).filter(|it| *it >= first);
            let place = match (up, down) {
                (None, None) => return None,
                (Some(up), Some(down)) if guess - down < up - guess => down,
                (Some(up), _) => up,
                (None, Some(down)) => down,
            };
            if Some(place) == up {
                after += 1;
            } else {
                before -= 1;
            }
            if place >= first && place <= last && self.matches(pattern, place, prefix, suffix) {
                return Some(place);
            }
            if *self.left == 0 {
                return None;
            }
        }
    }

    fn matches(&mut self, pattern: &Pattern, place: i64, prefix: i64, suffix: i64) -> bool {
        let count = pattern.ids.len() as i64;
        for at in prefix..count - suffix {
            *self.left = self.left.saturating_sub(1);
            let id = pattern.ids[at as usize];
            if *self.left == 0 || id == NOWHERE || self.content.id(place + at) != id {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Line, Mark, Span};

    #[test]
    fn a_search_ends_when_its_comparisons_are_used_up() {
        let text = b"ab\n";
        let content = Content::of(b"a\n".repeat(100), false);
        let line = Line { mark: Mark::Context, text: Span { start: 0, end: 1, newline: true } };
        let hunk = Hunk { first: 1, old: vec![line; 50], prefix: 3, suffix: 3, ..Hunk::default() };
        let pattern = Pattern::of(&hunk, text, &content);
        let found = |mut left: u64| (Search { content: &content, frozen: 0, offset: 0, left: &mut left }.locate(&hunk, &pattern, 0), left);
        assert_eq!(found(1000), (Some(1), 950));
        assert_eq!(found(20), (None, 0));
    }
}
