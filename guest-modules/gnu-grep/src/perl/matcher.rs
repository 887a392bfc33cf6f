//! Runs a pattern of `-P` with backtracking: the first way in the order of preference wins. Steps are bounded; running out of
//! them is no answer.

use super::{Edge, Node, Set, other_case, parse::WORD};
use crate::{Trouble, unmodelled};

/// Most steps of a search, far below PCRE2's own limit of matches (pcre2_set_match_limit(3): 10 million).
const MOST_STEPS: u64 = 4_000_000;
/// Most instructions of one pattern.
const MOST_PARTS: usize = 50_000;

#[derive(Clone, Debug)]
enum Step {
    Set(Set),
    Edge(Edge),
    /// Goes on at the first place; at the second one where that fails.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Reference(usize, bool),
    Keep,
    /// Looks with the steps up to the place, from as many letters back.
    Look { back: Option<usize>, negated: bool, end: usize },
    Atomic(usize),
    /// Notes where a round of a loop begins, and ends the loop where the round took nothing.
    Round(usize),
    Idle(usize, usize),
    /// The end of what is looked at apart.
    Done,
}

pub(super) struct Program {
    steps: Vec<Step>,
    groups: usize,
    rounds: usize,
}

pub(super) fn compile(node: &Node, groups: usize) -> Result<Program, Trouble> {
    let mut program = Program { steps: Vec::new(), groups, rounds: 0 };
    program.emit(node)?;
    program.steps.push(Step::Done);
    Ok(program)
}

/// How many letters a branch has, where that is one number.
fn width(node: &Node) -> Option<usize> {
    match node {
        Node::Empty | Node::Edge(_) | Node::Look { .. } => Some(0),
        Node::Set(_) => Some(1),
        Node::Group(_, inner) | Node::Atomic(inner) => width(inner),
        Node::Concat(nodes) => nodes.iter().map(width).sum(),
        Node::Either(nodes) => {
            let first = width(nodes.first()?)?;
            nodes.iter().all(|it| width(it) == Some(first)).then_some(first)
        }
        Node::Repeat { node, least, most, .. } if Some(*least) == *most => width(node).map(|it| it * *least as usize),
        Node::Repeat { .. } | Node::Reference(..) | Node::Keep => None,
    }
}

/// Whether a node has a group that notes what it took.
fn notes(node: &Node) -> bool {
    match node {
        Node::Group(..) => true,
        Node::Atomic(inner) | Node::Look { node: inner, .. } | Node::Repeat { node: inner, .. } => notes(inner),
        Node::Concat(nodes) | Node::Either(nodes) => nodes.iter().any(notes),
        _ => false,
    }
}

impl Program {
    fn emit(&mut self, node: &Node) -> Result<(), Trouble> {
        if self.steps.len() > MOST_PARTS {
            return unmodelled("a pattern of -P that is too big");
        }
        match node {
            Node::Empty => {}
            Node::Set(set) => self.steps.push(Step::Set(set.clone())),
            Node::Edge(edge) => self.steps.push(Step::Edge(*edge)),
            Node::Reference(number, fold) => self.steps.push(Step::Reference(*number, *fold)),
            Node::Keep => self.steps.push(Step::Keep),
            Node::Group(number, inner) => {
                self.steps.push(Step::Save(2 * number));
                self.emit(inner)?;
                self.steps.push(Step::Save(2 * number + 1));
            }
            Node::Atomic(inner) => {
                let at = self.steps.len();
                self.steps.push(Step::Done);
                self.emit(inner)?;
                self.steps.push(Step::Done);
                self.steps[at] = Step::Atomic(self.steps.len());
            }
            Node::Look { behind: false, negated, node } => self.look(node, None, *negated)?,
            Node::Look { behind: true, negated, node } => {
                let branches = match &**node {
                    Node::Either(branches) => branches.clone(),
                    other => vec![other.clone()],
                };
                let widths: Option<Vec<usize>> = branches.iter().map(width).collect();
                let Some(widths) = widths else { return unmodelled("a look behind of no fixed length in a pattern of -P") };
                if branches.len() > 1 && !*negated {
                    // Each branch has a length of its own: one of them must be there.
                    let mut ends = Vec::new();
                    for (number, (branch, width)) in branches.iter().zip(&widths).enumerate() {
                        let split = self.steps.len();
                        if number + 1 < branches.len() {
                            self.steps.push(Step::Done);
                        }
                        self.look(branch, Some(*width), false)?;
                        if number + 1 < branches.len() {
                            ends.push(self.steps.len());
                            self.steps.push(Step::Done);
                            self.steps[split] = Step::Split(split + 1, self.steps.len());
                        }
                    }
                    if notes(node) {
                        return unmodelled("groups in a look behind of several branches in a pattern of -P");
                    }
                    let end = self.steps.len();
                    ends.into_iter().for_each(|at| self.steps[at] = Step::Jump(end));
                } else {
                    for (branch, width) in branches.iter().zip(&widths) {
                        self.look(branch, Some(*width), *negated)?;
                    }
                }
            }
            Node::Concat(nodes) => nodes.iter().try_for_each(|it| self.emit(it))?,
            Node::Either(branches) => {
                let mut ends = Vec::new();
                for (number, branch) in branches.iter().enumerate() {
                    if number + 1 == branches.len() {
                        self.emit(branch)?;
                        break;
                    }
                    let split = self.steps.len();
                    self.steps.push(Step::Done);
                    self.emit(branch)?;
                    ends.push(self.steps.len());
                    self.steps.push(Step::Done);
                    self.steps[split] = Step::Split(split + 1, self.steps.len());
                }
                let end = self.steps.len();
                ends.into_iter().for_each(|at| self.steps[at] = Step::Jump(end));
            }
            Node::Repeat { node, least, most, lazy } => {
                for _ in 0..*least {
                    self.emit(node)?;
                }
                let split = |go: usize, leave: usize| if *lazy { Step::Split(leave, go) } else { Step::Split(go, leave) };
                match most {
                    None => {
                        let (start, round) = (self.steps.len(), self.rounds);
                        self.rounds += 1;
                        self.steps.extend([Step::Done, Step::Round(round)]);
                        self.emit(node)?;
                        let end = self.steps.len() + 2;
                        self.steps.extend([Step::Idle(round, end), Step::Jump(start)]);
                        self.steps[start] = split(start + 1, end);
                    }
                    Some(most) => {
                        let mut splits = Vec::new();
                        for _ in *least..*most {
                            splits.push(self.steps.len());
                            self.steps.push(Step::Done);
                            self.emit(node)?;
                        }
                        let end = self.steps.len();
                        splits.into_iter().for_each(|at| self.steps[at] = split(at + 1, end));
                    }
                }
            }
        }
        Ok(())
    }

    fn look(&mut self, node: &Node, back: Option<usize>, negated: bool) -> Result<(), Trouble> {
        let at = self.steps.len();
        self.steps.push(Step::Done);
        self.emit(node)?;
        self.steps.push(Step::Done);
        self.steps[at] = Step::Look { back, negated, end: self.steps.len() };
        Ok(())
    }

    /// The first match that begins at or behind a place: where it begins, `\K` counted, and where it ends.
    pub(super) fn find(&self, text: &str, from: usize) -> Result<Option<(usize, usize)>, Trouble> {
        let mut run = Run { program: self, text, steps: 0 };
        let mut at = from;
        loop {
            let mut state = State { saved: vec![None; 2 * (self.groups + 1)], rounds: vec![None; self.rounds], keep: at };
            if let Some(end) = run.go(0, at, &mut state, 0)? {
                if state.keep > end {
                    return unmodelled("a match that ends before it begins");
                }
                return Ok(Some((state.keep, end)));
            }
            match text[at..].chars().next() {
                Some(letter) => at += letter.len_utf8(),
                None => return Ok(None),
            }
        }
    }
}

#[derive(Clone)]
struct State {
    saved: Vec<Option<usize>>,
    rounds: Vec<Option<usize>>,
    keep: usize,
}

struct Run<'a> {
    program: &'a Program,
    text: &'a str,
    steps: u64,
}

/// What is done when a way fails.
enum Undo {
    Go(usize, usize),
    Saved(usize, Option<usize>),
    Round(usize, Option<usize>),
    Keep(usize),
    All(Box<State>),
}

fn is_word(letter: char) -> bool {
    WORD.iter().any(|(from, to)| (*from..=*to).contains(&letter))
}

impl Run<'_> {
    fn edge(&self, edge: Edge, at: usize) -> bool {
        let (before, after) = (self.text[..at].chars().next_back(), self.text[at..].chars().next());
        match edge {
            Edge::Start => at == 0,
            Edge::End => at == self.text.len(),
            // Behind a newline that ends the text no further line begins (PCRE2_MULTILINE).
            Edge::LineStart => at == 0 || before == Some('\n') && at < self.text.len(),
            Edge::LineEnd => after.is_none_or(|it| it == '\n'),
            Edge::Word => before.is_some_and(is_word) != after.is_some_and(is_word),
            Edge::NotWord => before.is_some_and(is_word) == after.is_some_and(is_word),
        }
    }

    fn repeated(&self, from: usize, to: usize, at: usize, fold: bool) -> Option<usize> {
        let mut rest = self.text[at..].chars();
        for letter in self.text[from..to].chars() {
            let other = rest.next()?;
            if letter != other && !(fold && other_case(letter) == Some(other)) {
                return None;
            }
        }
        Some(self.text.len() - rest.as_str().len())
    }

    /// Goes from a step and a place to the end; returns where that is.
    fn go(&mut self, mut step: usize, mut at: usize, state: &mut State, depth: usize) -> Result<Option<usize>, Trouble> {
        if depth > 100 {
            return unmodelled("a pattern of -P that is nested too deep");
        }
        let mut undo: Vec<Undo> = Vec::new();
        loop {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return unmodelled("a pattern of -P that needs more steps than are allowed");
            }
            let fits = match &self.program.steps[step] {
                Step::Done => return Ok(Some(at)),
                Step::Set(set) => match self.text[at..].chars().next().filter(|it| set.holds(*it)) {
                    Some(letter) => {
                        (step, at) = (step + 1, at + letter.len_utf8());
                        true
                    }
                    None => false,
                },
                Step::Edge(edge) => {
                    let fits = self.edge(*edge, at);
                    step += 1;
                    fits
                }
                Step::Split(one, other) => {
                    undo.push(Undo::Go(*other, at));
                    step = *one;
                    true
                }
                Step::Jump(to) => {
                    step = *to;
                    true
                }
                Step::Save(slot) => {
                    undo.push(Undo::Saved(*slot, state.saved[*slot]));
                    state.saved[*slot] = Some(at);
                    step += 1;
                    true
                }
                Step::Keep => {
                    undo.push(Undo::Keep(state.keep));
                    state.keep = at;
                    step += 1;
                    true
                }
                Step::Reference(number, fold) => {
                    let taken = state.saved[2 * number].zip(state.saved[2 * number + 1]);
                    match taken.and_then(|(from, to)| self.repeated(from, to, at, *fold)) {
                        Some(after) => {
                            (step, at) = (step + 1, after);
                            true
                        }
                        None => false,
                    }
                }
                Step::Round(round) => {
                    undo.push(Undo::Round(*round, state.rounds[*round]));
                    state.rounds[*round] = Some(at);
                    step += 1;
                    true
                }
                Step::Idle(round, end) => {
                    step = if state.rounds[*round] == Some(at) { *end } else { step + 1 };
                    true
                }
                Step::Look { back, negated, end } => {
                    let begin = match back {
                        None => Some(at),
                        Some(0) => Some(at),
                        Some(letters) => self.text[..at].char_indices().rev().nth(letters - 1).map(|it| it.0),
                    };
                    let mut inner = state.clone();
                    let found = match begin {
                        Some(begin) => self.go(step + 1, begin, &mut inner, depth + 1)?.is_some(),
                        None => false,
                    };
                    step = *end;
                    if found && !negated {
                        undo.push(Undo::All(Box::new(std::mem::replace(state, inner))));
                    }
                    found != *negated
                }
                Step::Atomic(end) => {
                    let mut inner = state.clone();
                    match self.go(step + 1, at, &mut inner, depth + 1)? {
                        Some(after) => {
                            undo.push(Undo::All(Box::new(std::mem::replace(state, inner))));
                            (step, at) = (*end, after);
                            true
                        }
                        None => false,
                    }
                }
            };
            if fits {
                continue;
            }
            loop {
                match undo.pop() {
                    None => return Ok(None),
                    Some(Undo::Go(other, place)) => {
                        (step, at) = (other, place);
                        break;
                    }
                    Some(Undo::Saved(slot, value)) => state.saved[slot] = value,
                    Some(Undo::Round(round, value)) => state.rounds[round] = value,
                    Some(Undo::Keep(value)) => state.keep = value,
                    Some(Undo::All(value)) => *state = *value,
                }
            }
        }
    }
}
