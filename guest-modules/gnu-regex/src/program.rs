//! A pattern as steps.

use crate::{
    class::Set,
    parse::{Assert, Error, Node, Options},
};

/// Most steps of one pattern: an interval repeats what it is about.
const MOST_STEPS: usize = 100_000;

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Takes one letter of the set.
    Set(Set),
    /// Goes on only where this holds.
    Assert(Assert),
    /// Goes on at the first place, or else at the second.
    Split(usize, usize),
    Jump(usize),
    /// Notes the place: twice the group's number where it begins, one more where it ends.
    Save(usize),
    /// Takes what a group has taken.
    Reference(usize),
    Match,
}

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) steps: Vec<Step>,
    pub(crate) groups: usize,
    pub(crate) refers: bool,
    pub(crate) fold: bool,
    pub(crate) multiline: bool,
    pub(crate) inner_anchor: bool,
    /// Bytes that a match can begin with; none where it may begin with anything or be empty.
    pub(crate) first: Option<Box<[bool; 256]>>,
}

pub(crate) fn compile(node: &Node, groups: usize, options: Options) -> Result<Program, Error> {
    let mut steps = Vec::new();
    emit(node, &mut steps)?;
    steps.push(Step::Match);
    let refers = steps.iter().any(|it| matches!(it, Step::Reference(_)));
    let first = first(&steps);
    Ok(Program { steps, groups, refers, fold: options.fold, multiline: options.multiline, inner_anchor: inner_anchor(node, true, true), first })
}

/// Whether an anchor stands elsewhere than at the edge that it is about.
fn inner_anchor(node: &Node, begins: bool, ends: bool) -> bool {
    match node {
        Node::Assert(Assert::LineStart) => !begins,
        Node::Assert(Assert::LineEnd) => !ends,
        Node::Group(_, inner) => inner_anchor(inner, begins, ends),
        Node::Repeat { node, .. } => inner_anchor(node, false, false),
        Node::Either(branches) => branches.iter().any(|it| inner_anchor(it, begins, ends)),
        Node::Concat(nodes) => nodes.iter().enumerate().any(|(at, it)| inner_anchor(it, begins && at == 0, ends && at + 1 == nodes.len())),
        Node::Empty | Node::Set(_) | Node::Assert(_) | Node::Reference(_) => false,
    }
}

fn emit(node: &Node, into: &mut Vec<Step>) -> Result<(), Error> {
    if into.len() > MOST_STEPS {
        return Err(Error::BEYOND);
    }
    match node {
        Node::Empty => {}
        Node::Set(set) => into.push(Step::Set(set.clone())),
        Node::Assert(assert) => into.push(Step::Assert(*assert)),
        Node::Reference(number) => into.push(Step::Reference(*number)),
        Node::Group(number, inner) => {
            into.push(Step::Save(2 * number));
            emit(inner, into)?;
            into.push(Step::Save(2 * number + 1));
        }
        Node::Concat(nodes) => nodes.iter().try_for_each(|it| emit(it, into))?,
        Node::Either(branches) => {
            let mut ends = Vec::new();
            for (number, branch) in branches.iter().enumerate() {
                if number + 1 == branches.len() {
                    emit(branch, into)?;
                    break;
                }
                let split = into.len();
                into.push(Step::Match);
                emit(branch, into)?;
                ends.push(into.len());
                into.push(Step::Match);
                into[split] = Step::Split(split + 1, into.len());
            }
            let end = into.len();
            for at in ends {
                into[at] = Step::Jump(end);
            }
        }
        Node::Repeat { node, least, most } => {
            for _ in 0..*least {
                emit(node, into)?;
            }
            match most {
                None => {
                    let split = into.len();
                    into.push(Step::Match);
                    emit(node, into)?;
                    into.push(Step::Jump(split));
                    into[split] = Step::Split(split + 1, into.len());
                }
                Some(most) => {
                    let mut splits = Vec::new();
                    for _ in *least..*most {
                        splits.push(into.len());
                        into.push(Step::Match);
                        emit(node, into)?;
                    }
                    let end = into.len();
                    for at in splits {
                        into[at] = Step::Split(at + 1, end);
                    }
                }
            }
        }
    }
    Ok(())
}

/// Bytes that a match can begin with.
fn first(steps: &[Step]) -> Option<Box<[bool; 256]>> {
    use crate::class::Letter;
    let mut bytes = Box::new([false; 256]);
    let (mut seen, mut open) = (vec![false; steps.len()], vec![0]);
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        match &steps[at] {
            Step::Match | Step::Reference(_) => return None,
            Step::Assert(_) | Step::Save(_) => open.push(at + 1),
            Step::Jump(to) => open.push(*to),
            Step::Split(one, other) => open.extend([*one, *other]),
            Step::Set(set) => {
                for byte in 0..128_u8 {
                    bytes[usize::from(byte)] |= set.holds(Letter::Char(byte as char));
                }
                // What begins with a higher byte is looked at letter by letter.
                bytes[128..].fill(true);
            }
        }
    }
    Some(bytes)
}
