//! Shell patterns as bash matches them: `*`, `?`, bracket expressions and the extended groups, anchored or searched for.
//!
//! A pattern becomes a nondeterministic automaton that is run over the text once, so the time is pattern times text; `!(…)` runs
//! its own automaton once for each place it is reached at and remembers the answer, which adds one factor of the text. Nothing
//! is exponential. A pattern is also compiled backwards, which answers the questions about suffixes the same way.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

mod parse;

use parse::{Kind, Node, Set};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    nodes: Vec<Node>,
    forwards: Automaton,
    backwards: Automaton,
    nocase: bool,
}

/// What a state waits for.
#[derive(Clone, Debug)]
enum Step {
    Char(char),
    Any,
    Set(Set),
    Split(Vec<usize>),
    /// Whatever the program of this number does not match.
    Not(usize),
    Accept,
}

/// Programs that refer to each other by number; each starts at its first step.
#[derive(Clone, Debug, Default)]
struct Automaton {
    programs: Vec<Vec<Step>>,
}

/// Answers whether groups stand in each other deeper than is read.
pub fn is_beyond(units: &[(char, bool)]) -> bool {
    let (mut depth, mut deepest) = (0usize, 0);
    for unit in units {
        match unit {
            ('(', false) => depth += 1,
            (')', false) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest >= parse::DEEPEST
}

impl Pattern {
    /// Compiles units of which each is a character and whether it was quoted; an unquoted backslash quotes the next.
    pub fn new(units: &[(char, bool)], extglob: bool, nocase: bool) -> Pattern {
        let nodes = parse::parse(units, extglob, nocase);
        Pattern { forwards: Automaton::compile(&nodes, false), backwards: Automaton::compile(&nodes, true), nodes, nocase }
    }

    /// Returns whether the whole text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.run(&self.forwards, text, 0, Ask::Whole) == Some(text.len())
    }

    /// Returns where the shortest matching prefix ends.
    pub fn shortest_prefix(&self, text: &str) -> Option<usize> {
        self.run(&self.forwards, text, 0, Ask::First)
    }

    /// Returns where the longest matching prefix ends.
    pub fn longest_prefix(&self, text: &str) -> Option<usize> {
        self.run(&self.forwards, text, 0, Ask::Last)
    }

    /// Returns where the shortest matching suffix starts.
    pub fn shortest_suffix(&self, text: &str) -> Option<usize> {
        self.run(&self.backwards, &reversed(text), 0, Ask::First).map(|end| text.len() - end)
    }

    /// Returns where the longest matching suffix starts.
    pub fn longest_suffix(&self, text: &str) -> Option<usize> {
        self.run(&self.backwards, &reversed(text), 0, Ask::Last).map(|end| text.len() - end)
    }

    /// Returns the leftmost match at or after `from` and of those the longest, as `${x//pattern/}` searches; it may be empty.
    pub fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let rest = text.get(from..)?;
        // `${x//}` replaces nothing. Bash reckons how long a match must be and takes the `]` of `[!]…]` for the bracket's end there,
        // so that nothing is long enough unless the length is open.
        let open = self.nodes.iter().any(|node| matches!(node, Node::Star | Node::Group(..)));
        let misjudged = !open && self.nodes.iter().any(|node| matches!(node, Node::Set(set) if set.hides_its_end));
        if self.nodes.is_empty() || misjudged {
            return None;
        }
        let mut run = Run::new(&self.forwards, text, self.nocase, false);
        let most = rest.len().saturating_mul(16) + 4096;
        for start in starts(text, from) {
            if run.steps > most {
                return self.find_backwards(text, start);
            }
            if let Some(end) = run.ask(0, start, Ask::Last) {
                return Some((start, end));
            }
        }
        None
    }

    /// Returns what [`Pattern::find`] does by one run backwards that may begin anywhere: it tells every place a match can start.
    fn find_backwards(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let rest = &text[from..];
        let turned = reversed(rest);
        let start = from + rest.len() - self.run(&self.backwards, &turned, 0, Ask::LastOfAny)?;
        let end = self.run(&self.forwards, text, start, Ask::Last)?;
        Some((start, end))
    }

    /// Returns the only text that matches, if the pattern has no magic.
    pub fn is_literal(&self) -> Option<String> {
        self.nodes.iter().map(|node| if let Node::Char(unit) = node { Some(*unit) } else { None }).collect()
    }

    /// Returns whether one component of a path matches in pathname expansion.
    ///
    /// `.` and `..` never do (`globskipdots` is set from 5.2 on); a leading dot is matched by a dot that is written out only,
    /// unless `dotglob`.
    pub fn matches_name(&self, name: &str, dotglob: bool) -> bool {
        if name.is_empty() || name == "." || name == ".." || name.contains('/') {
            return false;
        }
        let mut run = Run::new(&self.forwards, name, self.nocase, !dotglob && name.starts_with('.'));
        run.ask(0, 0, Ask::Whole) == Some(name.len())
    }

    fn run(&self, automaton: &Automaton, text: &str, start: usize, ask: Ask) -> Option<usize> {
        Run::new(automaton, text, self.nocase, false).ask(0, start, ask)
    }
}

fn starts(text: &str, from: usize) -> impl Iterator<Item = usize> + '_ {
    text[from..].char_indices().map(move |(at, _)| from + at).chain(std::iter::once(text.len()))
}

fn reversed(text: &str) -> String {
    text.chars().rev().collect()
}

/// Which end of a match is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    First,
    Last,
    /// The text's end, if it is one.
    Whole,
    /// As `Last`, for matches that begin anywhere.
    LastOfAny,
}

/// One text under an automaton, with what its `!(…)` have matched so far.
struct Run<'a> {
    automaton: &'a Automaton,
    text: &'a str,
    nocase: bool,
    explicit_dot: bool,
    ends: HashMap<(usize, usize), Rc<Vec<usize>>>,
    steps: usize,
}

impl<'a> Run<'a> {
    fn new(automaton: &'a Automaton, text: &'a str, nocase: bool, explicit_dot: bool) -> Run<'a> {
        Run { automaton, text, nocase, explicit_dot, ends: HashMap::new(), steps: 0 }
    }

    fn ask(&mut self, program: usize, start: usize, ask: Ask) -> Option<usize> {
        let mut found = None;
        let whole = self.text.len();
        self.walk(program, start, ask == Ask::LastOfAny, |end| {
            if ask != Ask::Whole || end == whole {
                found = Some(end);
            }
            ask != Ask::First
        });
        found
    }

    /// Runs a program from a place and tells every end of a match, in order, until the listener has enough.
    fn walk(&mut self, program: usize, start: usize, anywhere: bool, mut tell: impl FnMut(usize) -> bool) {
        let automaton = self.automaton;
        let steps = &automaton.programs[program];
        let mut here = Live::new(steps.len());
        let mut next = Live::new(steps.len());
        let mut later: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut at = start;
        here.add(0);
        loop {
            if anywhere {
                here.add(0);
            }
            for state in later.remove(&at).unwrap_or_default() {
                here.add(state);
            }
            let unit = self.text[at..].chars().next();
            let folded = unit.map(|unit| if self.nocase { parse::fold(unit) } else { unit });
            let guarded = self.explicit_dot && at == 0;
            let mut accepted = false;
            let mut index = 0;
            while index < here.order.len() {
                let state = here.order[index];
                index += 1;
                self.steps += 1;
                let taken = match &steps[state] {
                    Step::Accept => {
                        accepted = true;
                        false
                    }
                    Step::Split(targets) => {
                        targets.iter().for_each(|&target| here.add(target));
                        false
                    }
                    Step::Not(body) => {
                        let ends = self.ends(*body, at);
                        self.steps += self.text.len() - at;
                        // A text with a leading dot that must be written out is never what a negation stands for.
                        if !guarded {
                            let mut known = ends.iter().peekable();
                            for place in starts(self.text, at) {
                                if known.next_if(|&&end| end == place).is_some() {
                                    continue;
                                }
                                if place == at {
                                    here.add(state + 1);
                                } else {
                                    let waiting = later.entry(place).or_default();
                                    if !waiting.contains(&(state + 1)) {
                                        waiting.push(state + 1);
                                    }
                                }
                            }
                        }
                        false
                    }
                    Step::Char(wanted) => folded == Some(*wanted),
                    Step::Any => unit.is_some() && !guarded,
                    Step::Set(set) => unit.is_some_and(|unit| !guarded && set.holds(unit)),
                };
                if taken {
                    next.add(state + 1);
                }
            }
            if accepted && !tell(at) {
                return;
            }
            let Some(unit) = unit else { return };
            if next.order.is_empty() && later.is_empty() && !anywhere {
                return;
            }
            at += unit.len_utf8();
            std::mem::swap(&mut here, &mut next);
            next.clear();
        }
    }

    fn ends(&mut self, program: usize, start: usize) -> Rc<Vec<usize>> {
        if let Some(known) = self.ends.get(&(program, start)) {
            return known.clone();
        }
        let mut ends = Vec::new();
        self.walk(program, start, false, |end| {
            ends.push(end);
            true
        });
        let ends = Rc::new(ends);
        self.ends.insert((program, start), ends.clone());
        ends
    }
}

/// The states that are alive at a place, each once.
struct Live {
    order: Vec<usize>,
    member: Vec<bool>,
}

impl Live {
    fn new(states: usize) -> Live {
        Live { order: Vec::new(), member: vec![false; states] }
    }

    fn add(&mut self, state: usize) {
        if !std::mem::replace(&mut self.member[state], true) {
            self.order.push(state);
        }
    }

    fn clear(&mut self) {
        for state in self.order.drain(..) {
            self.member[state] = false;
        }
    }
}

impl Automaton {
    fn compile(nodes: &[Node], backwards: bool) -> Automaton {
        let mut automaton = Automaton::default();
        automaton.program(&[nodes], backwards);
        automaton
    }

    /// Adds a program that matches one of the sequences and returns its number.
    fn program<S: AsRef<[Node]>>(&mut self, choices: &[S], backwards: bool) -> usize {
        let number = self.programs.len();
        self.programs.push(Vec::new());
        let mut steps = Vec::new();
        self.choices(&mut steps, choices, backwards);
        steps.push(Step::Accept);
        self.programs[number] = steps;
        number
    }

    fn sequence(&mut self, steps: &mut Vec<Step>, nodes: &[Node], backwards: bool) {
        if backwards {
            nodes.iter().rev().for_each(|node| self.node(steps, node, backwards));
        } else {
            nodes.iter().for_each(|node| self.node(steps, node, backwards));
        }
    }

    fn node(&mut self, steps: &mut Vec<Step>, node: &Node, backwards: bool) {
        match node {
            Node::Char(unit) => steps.push(Step::Char(*unit)),
            Node::Any => steps.push(Step::Any),
            Node::Set(set) => steps.push(Step::Set(set.clone())),
            Node::Star => {
                let at = steps.len();
                steps.push(Step::Split(vec![at + 1, at + 3]));
                steps.push(Step::Any);
                steps.push(Step::Split(vec![at]));
            }
            Node::Group(Kind::Not, choices) => {
                let body = self.program(choices, backwards);
                steps.push(Step::Not(body));
            }
            Node::Group(kind, choices) => {
                let at = steps.len();
                steps.push(Step::Split(vec![at + 1]));
                self.choices(steps, choices, backwards);
                let end = steps.len();
                if matches!(kind, Kind::Any | Kind::Some) {
                    steps.push(Step::Split(vec![at, end + 1]));
                }
                if matches!(kind, Kind::Any | Kind::Maybe) {
                    let end = steps.len();
                    steps[at] = Step::Split(vec![at + 1, end]);
                }
            }
        }
    }

    fn choices<S: AsRef<[Node]>>(&mut self, steps: &mut Vec<Step>, choices: &[S], backwards: bool) {
        let fork = steps.len();
        steps.push(Step::Split(Vec::new()));
        let mut heads = Vec::new();
        let mut exits = Vec::new();
        for choice in choices {
            heads.push(steps.len());
            self.sequence(steps, choice.as_ref(), backwards);
            exits.push(steps.len());
            steps.push(Step::Split(Vec::new()));
        }
        let end = steps.len();
        steps[fork] = Step::Split(heads);
        for exit in exits {
            steps[exit] = Step::Split(vec![end]);
        }
    }
}

#[cfg(test)]
mod tests;
