//! In which order `for (key in array)` goes: it is that of each awk's own tables, which scripts see.
//!
//! mawk keeps two sets of lists, by integer and by text, and moves what is looked for to the front of its list. gawk keeps whole
//! numbers in order, and texts in a table of chains.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use crate::{Dialect, tree::Bytes};

/// A key as it was given.
#[derive(Clone, Debug)]
pub(crate) enum Key<'a> {
    /// A whole number that mawk's integers hold.
    Integer(i32),
    Text(&'a Bytes),
}

#[derive(Debug)]
pub(crate) enum Order {
    Mawk(Lists),
    Gawk(Tables),
}

impl Order {
    pub(crate) fn new(dialect: Dialect) -> Order {
        match dialect {
            Dialect::Mawk => Order::Mawk(Lists::default()),
            Dialect::Gawk => Order::Gawk(Tables::default()),
        }
    }
}

/// mawk's table of two sets of lists.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    nodes: Vec<Node>,
    free: Vec<usize>,
    size: usize,
    state: State,
    by_text: Vec<Vec<usize>>,
    by_integer: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Empty,
    /// What split() made: elements 1 to size.
    Split,
    Table {
        text: bool,
    },
}

#[derive(Debug)]
struct Node {
    text: Option<Bytes>,
    hash: u32,
    integer: Option<i32>,
}

/// Lists that a table begins with, and the average length of one before the table is doubled.
const LISTS: usize = 64;
const LONGEST: usize = 12;

/// FNV-1a (RFC 9923).
fn fnv(text: &[u8]) -> u32 {
    text.iter().fold(2_166_136_261, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(16_777_619))
}

impl Lists {
    fn mask(&self) -> usize {
        self.by_text.len() - 1
    }

    fn start(&mut self, lists: usize, text: bool) {
        self.by_text = vec![Vec::new(); lists];
        self.by_integer = vec![Vec::new(); lists];
        self.state = State::Table { text };
    }

    fn node(&mut self, node: Node) -> usize {
        match self.free.pop() {
            Some(at) => {
                self.nodes[at] = node;
                at
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() - 1
            }
        }
    }

    /// split() filled the array.
    pub(crate) fn load(&mut self, count: usize) {
        *self = Lists { size: count, state: State::Split, ..Lists::default() };
    }

    fn unsplit(&mut self) {
        let mut lists = LISTS;
        while self.size > lists * LONGEST {
            lists *= 2;
        }
        self.start(lists, false);
        for integer in 1..=self.size as i32 {
            let at = self.node(Node { text: None, hash: 0, integer: Some(integer) });
            self.by_integer[integer as usize & (lists - 1)].insert(0, at);
        }
    }

    fn add_texts(&mut self) {
        match self.state {
            State::Empty => return self.start(LISTS, true),
            State::Split => self.unsplit(),
            State::Table { .. } => {}
        }
        let mask = self.mask();
        for list in 0..=mask {
            for at in self.by_integer[list].clone() {
                let text = self.nodes[at].integer.unwrap_or(0).to_string().into_bytes();
                let hash = fnv(&text);
                self.nodes[at].text = Some(Rc::from(text));
                self.nodes[at].hash = hash;
                self.by_text[hash as usize & mask].insert(0, at);
            }
        }
        self.state = State::Table { text: true };
    }

    fn grow(&mut self) {
        let old = self.by_text.len();
        let mask = old * 2 - 1;
        let (mut texts, mut integers) = (vec![Vec::new(); old * 2], vec![Vec::new(); old * 2]);
        for list in 0..old {
            for at in &self.by_text[list] {
                texts[self.nodes[*at].hash as usize & mask].push(*at);
            }
            for at in &self.by_integer[list] {
                integers[self.nodes[*at].integer.unwrap_or(0) as usize & mask].push(*at);
            }
        }
        (self.by_text, self.by_integer) = (texts, integers);
    }

    fn find_text(&mut self, text: &Bytes, create: bool) -> Option<usize> {
        if !matches!(self.state, State::Table { text: true }) {
            self.add_texts();
        }
        let hash = fnv(text);
        let list = hash as usize & self.mask();
        if let Some(place) = self.by_text[list].iter().position(|at| self.nodes[*at].hash == hash && self.nodes[*at].text.as_ref() == Some(text)) {
            let at = self.by_text[list].remove(place);
            self.by_text[list].insert(0, at);
            return Some(at);
        }
        if !create {
            return None;
        }
        let at = self.node(Node { text: Some(text.clone()), hash, integer: None });
        self.size += 1;
        if self.size > self.by_text.len() * LONGEST {
            self.grow();
        }
        let list = hash as usize & self.mask();
        self.by_text[list].insert(0, at);
        Some(at)
    }

    fn find_integer(&mut self, integer: i32, create: bool) -> Option<usize> {
        match self.state {
            State::Split if integer >= 1 && integer as usize <= self.size => return None,
            State::Split if !create => return None,
            State::Split => self.unsplit(),
            State::Empty => self.start(LISTS, false),
            State::Table { .. } => {}
        }
        let list = integer as usize & self.mask();
        if let Some(place) = self.by_integer[list].iter().position(|at| self.nodes[*at].integer == Some(integer)) {
            let at = self.by_integer[list].remove(place);
            self.by_integer[list].insert(0, at);
            return Some(at);
        }
        let at = if self.state == (State::Table { text: true }) {
            self.find_text(&Rc::from(integer.to_string().into_bytes()), create)?
        } else if create {
            let at = self.node(Node { text: None, hash: 0, integer: None });
            self.size += 1;
            if self.size > self.by_text.len() * LONGEST {
                self.grow();
            }
            at
        } else {
            return None;
        };
        self.nodes[at].integer = Some(integer);
        let list = integer as usize & self.mask();
        self.by_integer[list].insert(0, at);
        Some(at)
    }

    /// Notes that a key was looked for.
    pub(crate) fn find(&mut self, key: &Key<'_>, create: bool) {
        if self.size == 0 && !create {
            return;
        }
        match key {
            Key::Integer(integer) => self.find_integer(*integer, create),
            Key::Text(text) => self.find_text(text, create),
        };
    }

    pub(crate) fn delete(&mut self, key: &Key<'_>) {
        if self.size == 0 {
            return;
        }
        let found = match key {
            Key::Integer(integer) => {
                if self.state == State::Split {
                    if *integer < 1 || *integer as usize > self.size {
                        return;
                    }
                    self.unsplit();
                }
                self.find_integer(*integer, false)
            }
            Key::Text(text) => self.find_text(text, false),
        };
        let Some(at) = found else { return };
        let mask = self.mask();
        if let Some(integer) = self.nodes[at].integer {
            self.by_integer[integer as usize & mask].retain(|it| *it != at);
        }
        if self.nodes[at].text.is_some() {
            self.by_text[self.nodes[at].hash as usize & mask].retain(|it| *it != at);
        }
        self.free.push(at);
        self.size -= 1;
        if self.size == 0 {
            *self = Lists::default();
        }
    }

    pub(crate) fn keys(&mut self) -> Vec<Bytes> {
        if self.size == 0 {
            return Vec::new();
        }
        if !matches!(self.state, State::Table { text: true }) {
            self.add_texts();
        }
        self.by_text.iter().flatten().filter_map(|at| self.nodes[*at].text.clone()).collect()
    }
}

/// gawk's tables: what the first key was decides.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    kind: Table,
    size: usize,
    numbers: BTreeSet<i64>,
    leaves: HashSet<(i64, i64)>,
    capacity: i64,
    /// Negative and scattered numbers, whose order is not known.
    scattered: HashSet<i64>,
    texts: Chains,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Table {
    #[default]
    Empty,
    /// Whole numbers from 0 first, all else beside.
    Numbers,
    Scattered,
    Texts,
}

/// Numbers below 2^10 share a tree; beyond twice that much unused room, numbers are put elsewhere.
const TREE: i64 = 10;
const ROOM: i64 = 2048;

/// The number that gawk takes a text for as a key: what printf's `%d` would print of it.
fn standard(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let good = text == b"0" || matches!(digits.first(), Some(b'1'..=b'9')) && digits.iter().all(u8::is_ascii_digit);
    let value: i64 = std::str::from_utf8(text).ok().filter(|_| good)?.parse().ok()?;
    i32::try_from(value).ok().map(i64::from)
}

/// The tree, the leaf in it and the leaf's size for a number.
fn leaf(number: i64) -> (i64, i64, i64) {
    let tree = if number < 1 << TREE { TREE } else { i64::from(63 - number.leading_zeros()) + 1 };
    let (mut power, mut base) = if tree == TREE { (TREE, 0) } else { (tree - 1, 1_i64 << (tree - 1)) };
    loop {
        let half = (power + 1) / 2;
        let size = 1_i64 << half;
        base += (number - base) / size * size;
        if half <= TREE {
            return (tree, base, size);
        }
        power = half;
    }
}

impl Tables {
    fn room(&self, number: i64) -> bool {
        let tree = if number < 1 << TREE { TREE } else { i64::from(63 - number.leading_zeros()) + 1 };
        let mut power = (tree - 1).max(TREE);
        while power >= TREE {
            power = (power + 1) / 2;
        }
        self.capacity + (1 << power) - self.numbers.len() as i64 <= ROOM
    }

    fn add(&mut self, text: &Bytes) {
        let number = standard(text);
        if self.kind == Table::Empty {
            self.kind = match number {
                Some(0..) => Table::Numbers,
                Some(_) => Table::Scattered,
                None => Table::Texts,
            };
        }
        self.size += 1;
        match (self.kind, number) {
            (Table::Numbers, Some(number @ 0..)) if self.room(number) => {
                let (tree, base, size) = leaf(number);
                if self.leaves.insert((tree, base)) {
                    self.capacity += size;
                }
                self.numbers.insert(number);
            }
            (Table::Texts, _) => self.texts.add(text),
            // Beside the numbers, the first other key decides in the same way.
            (Table::Numbers, Some(_)) if self.texts.size == 0 => {
                self.scattered.extend(number);
            }
            (Table::Numbers, None) if self.scattered.is_empty() => self.texts.add(text),
            (Table::Numbers, _) if self.scattered.is_empty() => self.texts.add(text),
            _ => {
                match number {
                    Some(number) => {
                        self.scattered.insert(number);
                    }
                    None => self.texts.add(text),
                };
            }
        }
    }

    fn delete(&mut self, text: &Bytes) {
        self.size -= 1;
        if self.size == 0 {
            *self = Tables::default();
            return;
        }
        let number = standard(text);
        if let Some(number) = number
            && self.numbers.remove(&number)
        {
            let (tree, base, size) = leaf(number);
            if self.numbers.range(base..base + size).next().is_none() {
                self.leaves.remove(&(tree, base));
                self.capacity -= size;
            }
            if self.numbers.is_empty() {
                // What stood beside takes the place.
                self.kind = if self.scattered.is_empty() { Table::Texts } else { Table::Scattered };
                self.leaves.clear();
                self.capacity = 0;
            }
            return;
        }
        if let Some(number) = number
            && self.scattered.remove(&number)
        {
            if self.scattered.is_empty() && self.kind == Table::Scattered {
                self.kind = Table::Texts;
            }
            return;
        }
        self.texts.delete(text);
    }

    /// The keys in order; None where it is not known.
    fn keys(&self) -> Option<Vec<Bytes>> {
        if self.scattered.len() > 1 || !self.scattered.is_empty() && self.texts.size > 0 {
            return None;
        }
        let number = |it: &i64| Rc::from(it.to_string().into_bytes());
        let mut keys: Vec<Bytes> = self.scattered.iter().map(number).collect();
        keys.extend(self.texts.chains.iter().flatten().cloned());
        keys.extend(self.numbers.iter().map(number));
        Some(keys)
    }
}

/// Texts in chains by their hash.
#[derive(Debug, Default)]
struct Chains {
    size: usize,
    chains: Vec<Vec<Bytes>>,
}

/// Sizes of gawk's tables, which are primes.
const SIZES: [usize; 14] = [13, 127, 1021, 8191, 16381, 32749, 65497, 131_101, 262_147, 524_309, 1_048_583, 2_097_169, 4_194_319, 8_388_617];
/// Most keys for each chain.
const CHAIN: usize = 2;

/// The hash of sdbm, in 32 bits; letters are signed.
fn sdbm(text: &[u8]) -> u32 {
    text.iter().fold(0_u32, |hash, byte| ((*byte as i8) as u32).wrapping_add(hash.wrapping_mul(65_599)))
}

impl Chains {
    fn place(&self, text: &[u8]) -> usize {
        sdbm(text) as usize % self.chains.len()
    }

    fn grow(&mut self) {
        let Some(size) = SIZES.iter().find(|it| **it > self.chains.len()) else { return };
        let old = std::mem::replace(&mut self.chains, vec![Vec::new(); *size]);
        for text in old.into_iter().flatten() {
            let place = self.place(&text);
            self.chains[place].insert(0, text);
        }
    }

    fn add(&mut self, text: &Bytes) {
        if self.chains.is_empty() {
            self.grow();
        }
        self.size += 1;
        if self.size / self.chains.len() > CHAIN {
            self.grow();
        }
        let place = self.place(text);
        self.chains[place].insert(0, text.clone());
    }

    fn delete(&mut self, text: &Bytes) {
        if self.chains.is_empty() {
            return;
        }
        let place = self.place(text);
        let before = self.chains[place].len();
        self.chains[place].retain(|it| it != text);
        self.size -= before - self.chains[place].len();
        if self.size == 0 {
            self.chains.clear();
        }
    }
}

impl Order {
    pub(crate) fn load<T>(&mut self, items: &HashMap<Bytes, T>, count: usize) {
        match self {
            Order::Mawk(lists) => lists.load(count),
            Order::Gawk(tables) => {
                *tables = Tables::default();
                for number in 1..=count {
                    if let Some((text, _)) = items.get_key_value(number.to_string().as_bytes()) {
                        tables.add(text);
                    }
                }
            }
        }
    }

    /// A key was looked for, and stands there now if `there`; `fresh` where it did not before.
    pub(crate) fn find(&mut self, key: &Key<'_>, text: &Bytes, create: bool, fresh: bool) {
        match self {
            Order::Mawk(lists) => lists.find(key, create),
            Order::Gawk(tables) if create && fresh => tables.add(text),
            Order::Gawk(_) => {}
        }
    }

    pub(crate) fn delete(&mut self, key: &Key<'_>, text: &Bytes, was_there: bool) {
        match self {
            Order::Mawk(lists) => lists.delete(key),
            Order::Gawk(tables) if was_there => tables.delete(text),
            Order::Gawk(_) => {}
        }
    }

    pub(crate) fn clear(&mut self) {
        match self {
            Order::Mawk(lists) => *lists = Lists::default(),
            Order::Gawk(tables) => *tables = Tables::default(),
        }
    }

    pub(crate) fn keys(&mut self) -> Option<Vec<Bytes>> {
        match self {
            Order::Mawk(lists) => Some(lists.keys()),
            Order::Gawk(tables) => tables.keys(),
        }
    }
}
