//! Runs steps over a text: first where a match begins and how far the longest goes, then which way it went.

use crate::{
    Captures, TooComplex,
    class::{decode, decode_before, is_word, same},
    parse::Assert,
    program::{Program, Step},
};

/// Most steps of one search with back-references.
const MOST_STEPS: u64 = 4_000_000;
/// Most places times steps that the way of a match is noted for.
const MOST_PLACES: usize = 1 << 28;

pub(crate) fn is_match(program: &Program, text: &[u8]) -> Result<bool, TooComplex> {
    if program.refers {
        return Ok(find(program, text, 0)?.is_some());
    }
    Ok(leftmost(program, text, 0).is_some())
}

pub(crate) fn find(program: &Program, text: &[u8], from: usize) -> Result<Option<Captures>, TooComplex> {
    if program.refers {
        return find_with_references(program, text, from);
    }
    let Some(start) = leftmost(program, text, from) else { return Ok(None) };
    let Some(end) = longest(program, text, start) else { return Ok(None) };
    if program.groups == 0 {
        return Ok(Some(vec![Some((start, end))]));
    }
    way(program, text, start, end).map(Some)
}

fn may_begin(program: &Program, text: &[u8], at: usize) -> bool {
    match (&program.first, text.get(at)) {
        (Some(first), Some(byte)) => first[usize::from(*byte)],
        (Some(_), None) => false,
        (None, _) => true,
    }
}

fn asserted(program: &Program, assert: Assert, text: &[u8], at: usize) -> bool {
    let before = || decode_before(text, at).is_some_and(is_word);
    let after = || decode(text, at).is_some_and(|it| is_word(it.0));
    match assert {
        Assert::TextStart => at == 0,
        Assert::TextEnd => at == text.len(),
        Assert::LineStart => at == 0 || program.multiline && text[at - 1] == b'\n',
        Assert::LineEnd => at == text.len() || program.multiline && text[at] == b'\n',
        Assert::WordEdge => before() != after(),
        Assert::NotWordEdge => before() == after(),
        Assert::WordStart => !before() && after(),
        Assert::WordEnd => before() && !after(),
    }
}

/// Threads by step: for each the earliest place where it began.
struct Threads {
    starts: Vec<usize>,
    list: Vec<usize>,
}

const NONE: usize = usize::MAX;

impl Threads {
    fn of(program: &Program) -> Threads {
        Threads { starts: vec![NONE; program.steps.len()], list: Vec::new() }
    }

    fn clear(&mut self) {
        for step in self.list.drain(..) {
            self.starts[step] = NONE;
        }
    }

    /// Follows all steps that take nothing. A thread that began earlier wins the step.
    fn add(&mut self, program: &Program, text: &[u8], at: usize, step: usize, start: usize, open: &mut Vec<usize>) {
        open.push(step);
        while let Some(step) = open.pop() {
            if self.starts[step] <= start {
                continue;
            }
            if self.starts[step] == NONE {
                self.list.push(step);
            }
            self.starts[step] = start;
            match &program.steps[step] {
                Step::Jump(to) => open.push(*to),
                Step::Split(one, other) => open.extend([*other, *one]),
                Step::Save(_) => open.push(step + 1),
                Step::Assert(it) if asserted(program, *it, text, at) => open.push(step + 1),
                _ => {}
            }
        }
    }
}

/// Finds where the leftmost match begins.
fn leftmost(program: &Program, text: &[u8], from: usize) -> Option<usize> {
    let (mut now, mut next, mut open) = (Threads::of(program), Threads::of(program), Vec::new());
    let (mut at, mut best) = (from, None);
    loop {
        if best.is_none() && at <= text.len() {
            if now.list.is_empty() && !may_begin(program, text, at) {
                if at >= text.len() {
                    return None;
                }
                at += decode(text, at).map_or(1, |it| it.1);
                continue;
            }
            if may_begin(program, text, at) {
                now.add(program, text, at, 0, at, &mut open);
            }
        }
        let letter = decode(text, at);
        for step in std::mem::take(&mut now.list) {
            let start = std::mem::replace(&mut now.starts[step], NONE);
            match (&program.steps[step], letter) {
                (Step::Match, _) if best.is_none_or(|it| start < it) => best = Some(start),
                (Step::Set(set), Some((letter, length))) if best.is_none_or(|it| start < it) && set.holds(letter) => {
                    next.add(program, text, at + length, step + 1, start, &mut open);
                }
                _ => {}
            }
        }
        let Some((_, length)) = letter else { return best };
        std::mem::swap(&mut now, &mut next);
        next.clear();
        at += length;
        if now.list.is_empty() && best.is_some() {
            return best;
        }
    }
}

/// Finds how far the longest match from a place goes.
fn longest(program: &Program, text: &[u8], start: usize) -> Option<usize> {
    let (mut now, mut next, mut open) = (Threads::of(program), Threads::of(program), Vec::new());
    now.add(program, text, start, 0, 0, &mut open);
    let (mut at, mut best) = (start, None);
    while !now.list.is_empty() {
        let letter = decode(text, at);
        for step in &now.list {
            match (&program.steps[*step], letter) {
                (Step::Match, _) => best = Some(at),
                (Step::Set(set), Some((letter, length))) if set.holds(letter) => next.add(program, text, at + length, step + 1, 0, &mut open),
                _ => {}
            }
        }
        let Some((_, length)) = letter else { break };
        at += length;
        std::mem::swap(&mut now, &mut next);
        next.clear();
    }
    best
}

enum Todo {
    Go(usize, usize),
    Restore(usize, Option<usize>),
}

fn captures(saved: &[Option<usize>], whole: (usize, usize)) -> Captures {
    let groups = saved.chunks(2).skip(1).map(|it| Some((it[0]?, it[1]?)));
    std::iter::once(Some(whole)).chain(groups).collect()
}

/// Finds the way of a match whose ends are known: the first branches and the longest repetitions are preferred.
fn way(program: &Program, text: &[u8], start: usize, end: usize) -> Result<Captures, TooComplex> {
    let width = end - start + 1;
    let places = program.steps.len().checked_mul(width).filter(|it| *it <= MOST_PLACES).ok_or(TooComplex)?;
    let mut seen = vec![0_u64; places / 64 + 1];
    let mut saved = vec![None; 2 * (program.groups + 1)];
    let mut todo = vec![Todo::Go(0, start)];
    while let Some(next) = todo.pop() {
        let (mut step, mut at) = match next {
            Todo::Restore(slot, value) => {
                saved[slot] = value;
                continue;
            }
            Todo::Go(step, at) => (step, at),
        };
        loop {
            let place = step * width + (at - start);
            if seen[place / 64] & (1 << (place % 64)) != 0 {
                break;
            }
            seen[place / 64] |= 1 << (place % 64);
            match &program.steps[step] {
                Step::Match if at == end => return Ok(captures(&saved, (start, end))),
                Step::Set(set) => match decode(text, at).filter(|it| at + it.1 <= end && set.holds(it.0)) {
                    Some((_, length)) => (step, at) = (step + 1, at + length),
                    None => break,
                },
                Step::Assert(it) if asserted(program, *it, text, at) => step += 1,
                Step::Jump(to) => step = *to,
                Step::Split(one, other) => {
                    todo.push(Todo::Go(*other, at));
                    step = *one;
                }
                Step::Save(slot) => {
                    todo.push(Todo::Restore(*slot, saved[*slot]));
                    saved[*slot] = Some(at);
                    step += 1;
                }
                Step::Match | Step::Assert(_) | Step::Reference(_) => break,
            }
        }
    }
    Err(TooComplex)
}

fn find_with_references(program: &Program, text: &[u8], from: usize) -> Result<Option<Captures>, TooComplex> {
    let (mut at, mut steps) = (from, 0);
    loop {
        if may_begin(program, text, at)
            && let Some(found) = longest_with_references(program, text, at, &mut steps)?
        {
            return Ok(Some(found));
        }
        match decode(text, at) {
            Some((_, length)) => at += length,
            None => return Ok(None),
        }
    }
}

/// Tries every way from a place, and keeps the first of the longest.
fn longest_with_references(program: &Program, text: &[u8], start: usize, steps: &mut u64) -> Result<Option<Captures>, TooComplex> {
    let mut saved: Vec<Option<usize>> = vec![None; 2 * (program.groups + 1)];
    let mut best: Option<(usize, Captures)> = None;
    // Each way knows where it last came through a loop without having taken anything.
    let mut todo = vec![Todo::Go(0, start)];
    let mut idle: Vec<Option<usize>> = vec![None; program.steps.len()];
    while let Some(next) = todo.pop() {
        let (mut step, mut at) = match next {
            Todo::Restore(slot, value) if slot < saved.len() => {
                saved[slot] = value;
                continue;
            }
            Todo::Restore(slot, value) => {
                idle[slot - saved.len()] = value;
                continue;
            }
            Todo::Go(step, at) => (step, at),
        };
        loop {
            *steps += 1;
            if *steps > MOST_STEPS {
                return Err(TooComplex);
            }
            match &program.steps[step] {
                Step::Match => {
                    if best.as_ref().is_none_or(|it| at > it.0) {
                        best = Some((at, captures(&saved, (start, at))));
                    }
                    break;
                }
                Step::Set(set) => match decode(text, at).filter(|it| set.holds(it.0)) {
                    Some((_, length)) => (step, at) = (step + 1, at + length),
                    None => break,
                },
                Step::Assert(it) if asserted(program, *it, text, at) => step += 1,
                Step::Assert(_) => break,
                Step::Jump(to) => step = *to,
                Step::Split(one, other) => {
                    if idle[step] == Some(at) {
                        step = *other;
                        continue;
                    }
                    // Before the other way is gone, the loop is as it was.
                    todo.push(Todo::Go(*other, at));
                    todo.push(Todo::Restore(saved.len() + step, idle[step]));
                    idle[step] = Some(at);
                    step = *one;
                }
                Step::Save(slot) => {
                    todo.push(Todo::Restore(*slot, saved[*slot]));
                    saved[*slot] = Some(at);
                    step += 1;
                }
                Step::Reference(number) => {
                    let taken = saved[2 * number].zip(saved[2 * number + 1]);
                    match taken.and_then(|(from, to)| repeated(program, text, from..to, at)) {
                        Some(after) => (step, at) = (step + 1, after),
                        None => break,
                    }
                }
            }
        }
    }
    Ok(best.map(|it| it.1))
}

/// The place behind what a group took, if it stands here again.
fn repeated(program: &Program, text: &[u8], what: std::ops::Range<usize>, mut at: usize) -> Option<usize> {
    let mut from = what.start;
    while from < what.end {
        let (one, length) = decode(text, from)?;
        let (other, taken) = decode(text, at)?;
        if !same(one, other, program.fold) {
            return None;
        }
        from += length;
        at += taken;
    }
    Some(at)
}
