//! The binary policy of the kernel, as far as its booleans: what they are set to, and the conditions that hang on them.
//!
//! The form is that of libsepol (policydb.c, conditional.c) for policies of the kernel of the versions 30 to 33. What is unknown in it is an
//! error: a policy that was read wrongly would be written wrongly.

/// "SE Linux" policies of the kernel begin with this.
const MAGIC: u32 = 0xf97c_ff8c;
/// Versions whose form is known here.
const VERSIONS: std::ops::RangeInclusive<u32> = 30..=33;
/// A constraint's operand that is a set of names.
const NAMES: u32 = 5;
/// Bits of an access vector rule that mark one of extended permissions.
const EXTENDED: u16 = 0x0700;
/// The bit of a rule's kind that says that it is in force, in its upper half.
const ENABLED: u8 = 0x80;

/// A boolean: its name, and where its state stands.
struct Boolean {
    name: String,
    value: u32,
    at: usize,
}

/// A condition: where its state stands, its expression in reverse Polish notation, and the rules for either state.
struct Condition {
    at: usize,
    expression: Vec<(u32, u32)>,
    rules: [Vec<Rule>; 2],
}

/// A rule of an access vector: where it stands, and source, target and class.
struct Rule {
    span: std::ops::Range<usize>,
    key: [u16; 3],
}

/// Where in a policy stands what may change, or move.
struct Parts {
    rules: Vec<Rule>,
    booleans: Vec<Boolean>,
    conditions: Vec<Condition>,
    paths: Vec<Vec<std::ops::Range<usize>>>,
}

/// A policy that was read.
pub(super) struct Policy {
    bytes: Vec<u8>,
    parts: Parts,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = Option<T>;

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let it = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(it)
    }

    fn word(&mut self) -> Read<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    fn half(&mut self) -> Read<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    /// A set of numbers: words of 64 bits.
    fn set(&mut self) -> Read<()> {
        let (size, _highest, count) = (self.word()?, self.word()?, self.word()?);
        (size == 64).then_some(())?;
        self.take(usize::try_from(count).ok()?.checked_mul(12)?).map(|_| ())
    }

    fn permissions(&mut self, count: u32) -> Read<()> {
        for _ in 0..count {
            let (length, _value) = (self.word()?, self.word()?);
            self.take(length as usize)?;
        }
        Some(())
    }

    fn constraints(&mut self, count: u32) -> Read<()> {
        for _ in 0..count {
            let (_permissions, parts) = (self.word()?, self.word()?);
            for _ in 0..parts {
                let (kind, _attribute, _operator) = (self.word()?, self.word()?, self.word()?);
                if kind == NAMES {
                    self.set()?;
                    // Version 29 and later: the types behind the names.
                    self.set()?;
                    self.set()?;
                    self.word()?;
                }
            }
        }
        Some(())
    }

    fn common(&mut self) -> Read<()> {
        let (length, _value, _primary, count) = (self.word()?, self.word()?, self.word()?, self.word()?);
        self.take(length as usize)?;
        self.permissions(count)
    }

    fn class(&mut self) -> Read<()> {
        let (length, common, _value, _primary, count, constraints) = (self.word()?, self.word()?, self.word()?, self.word()?, self.word()?, self.word()?);
        self.take(length as usize)?;
        self.take(common as usize)?;
        self.permissions(count)?;
        self.constraints(constraints)?;
        let validations = self.word()?;
        self.constraints(validations)?;
        // Defaults of user, role, range and type.
        self.take(16).map(|_| ())
    }

    fn role(&mut self) -> Read<()> {
        let (length, _value, _bounds) = (self.word()?, self.word()?, self.word()?);
        self.take(length as usize)?;
        self.set()?;
        self.set()
    }

    fn kind(&mut self) -> Read<()> {
        let (length, _value, _properties, _bounds) = (self.word()?, self.word()?, self.word()?, self.word()?);
        self.take(length as usize).map(|_| ())
    }

    fn user(&mut self, has_levels: bool) -> Read<()> {
        let (length, _value, _bounds) = (self.word()?, self.word()?, self.word()?);
        self.take(length as usize)?;
        self.set()?;
        if has_levels {
            self.range()?;
            self.word()?;
            self.set()?;
        }
        Some(())
    }

    fn boolean(&mut self) -> Read<Boolean> {
        let value = self.word()?;
        let at = self.at;
        let (state, length) = (self.word()?, self.word()?);
        (state <= 1).then_some(())?;
        let name = String::from_utf8(self.take(length as usize)?.to_vec()).ok()?;
        Some(Boolean { name, value, at })
    }

    fn level(&mut self) -> Read<()> {
        let (length, _alias) = (self.word()?, self.word()?);
        self.take(length as usize)?;
        self.word()?;
        self.set()
    }

    fn category(&mut self) -> Read<()> {
        let (length, _value, _alias) = (self.word()?, self.word()?, self.word()?);
        self.take(length as usize).map(|_| ())
    }

    /// Rules of access vectors.
    fn rules(&mut self) -> Read<Vec<Rule>> {
        let mut rules = Vec::new();
        for _ in 0..self.word()? {
            let start = self.at;
            let (source, target, class, kind) = (self.half()?, self.half()?, self.half()?, self.half()?);
            self.take(if kind & EXTENDED == 0 { 4 } else { 34 })?;
            rules.push(Rule { span: start..self.at, key: [source, target, class] });
        }
        Some(rules)
    }

    fn condition(&mut self) -> Read<Condition> {
        let at = self.at;
        let (_state, count) = (self.word()?, self.word()?);
        let mut expression = Vec::new();
        for _ in 0..count {
            expression.push((self.word()?, self.word()?));
        }
        let (when, otherwise) = (self.rules()?, self.rules()?);
        Some(Condition { at, expression, rules: [otherwise, when] })
    }

    fn policy(&mut self) -> Read<Parts> {
        (self.word()? == MAGIC).then_some(())?;
        let length = self.word()? as usize;
        (self.take(length)? == b"SE Linux").then_some(())?;
        let version = self.word()?;
        VERSIONS.contains(&version).then_some(())?;
        let has_levels = self.word()? & 1 != 0;
        (self.word()? == 8).then_some(())?;
        let kinds = self.word()?;
        // What the policy can do, and which types are permissive.
        self.set()?;
        self.set()?;
        let mut booleans = Vec::new();
        for table in 0..8 {
            let (_primary, count) = (self.word()?, self.word()?);
            for _ in 0..count {
                match table {
                    0 => self.common()?,
                    1 => self.class()?,
                    2 => self.role()?,
                    3 => self.kind()?,
                    4 => self.user(has_levels)?,
                    5 => booleans.push(self.boolean()?),
                    6 => self.level()?,
                    _ => self.category()?,
                }
            }
        }
        let rules = self.rules()?;
        let mut conditions = Vec::new();
        for _ in 0..self.word()? {
            conditions.push(self.condition()?);
        }
        let paths = self.paths(version, has_levels, kinds)?;
        Some(Parts { rules, booleans, conditions, paths })
    }

    fn context(&mut self, has_levels: bool) -> Read<()> {
        self.take(12)?;
        if has_levels { self.range() } else { Some(()) }
    }

    fn range(&mut self) -> Read<()> {
        let levels = self.word()?;
        (1..=2).contains(&levels).then_some(())?;
        self.take(levels as usize * 4)?;
        (0..levels).try_for_each(|_| self.set())
    }

    fn name(&mut self) -> Read<()> {
        let length = self.word()?;
        self.take(length as usize).map(|_| ())
    }

    /// What stands behind the conditions, up to the labels of file systems by path: of each file system, its paths.
    fn paths(&mut self, version: u32, has_levels: bool, kinds: u32) -> Read<Vec<Vec<std::ops::Range<usize>>>> {
        for size in [16, 8] {
            let count = self.word()? as usize;
            self.take(count.checked_mul(size)?)?;
        }
        for _ in 0..self.word()? {
            self.name()?;
            if version < 33 {
                self.take(16)?;
                continue;
            }
            let (_target, _class, count) = (self.word()?, self.word()?, self.word()?);
            for _ in 0..count {
                self.set()?;
                self.word()?;
            }
        }
        for kind in 0..kinds {
            for _ in 0..self.word()? {
                match kind {
                    0 => drop(self.take(4)?),
                    1 | 3 => self.name().and_then(|()| self.context(has_levels))?,
                    2 => drop(self.take(12)?),
                    4 => drop(self.take(8)?),
                    5 => self.take(4).and_then(|_| self.name())?,
                    6 => drop(self.take(32)?),
                    7 => drop(self.take(16)?),
                    8 => {
                        let (length, _port) = (self.word()?, self.word()?);
                        self.take(length as usize)?;
                    }
                    _ => return None,
                }
                self.context(has_levels)?;
            }
        }
        let mut all = Vec::new();
        for _ in 0..self.word()? {
            self.name()?;
            let mut paths = Vec::new();
            for _ in 0..self.word()? {
                let start = self.at;
                self.name()?;
                self.word()?;
                self.context(has_levels)?;
                paths.push(start..self.at);
            }
            all.push(paths);
        }
        Some(all)
    }
}

impl Policy {
    /// Reads a policy; none where its form is not known.
    pub(super) fn read(bytes: Vec<u8>) -> Option<Policy> {
        let parts = Reader { bytes: &bytes, at: 0 }.policy()?;
        let it = Policy { bytes, parts };
        // What stands there must be what we would say: else something was read wrongly.
        it.parts.conditions.iter().all(|condition| it.word(condition.at) == it.holds(condition)).then_some(it)
    }

    fn word(&self, at: usize) -> Option<u32> {
        self.bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// Answers whether there is a boolean of a name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.booleans.iter().any(|it| it.name == name)
    }

    /// Sets a boolean.
    pub(super) fn set(&mut self, name: &str, value: bool) {
        if let Some(at) = self.parts.booleans.iter().find(|it| it.name == name).map(|it| it.at) {
            self.bytes[at..at + 4].copy_from_slice(&u32::from(value).to_le_bytes());
        }
    }

    /// The policy with its conditions as its booleans are.
    pub(super) fn written(mut self) -> Option<Vec<u8>> {
        for condition in &self.parts.conditions {
            let state = self.holds(condition)?;
            if Some(state) == self.word(condition.at) {
                continue;
            }
            self.bytes[condition.at..condition.at + 4].copy_from_slice(&state.to_le_bytes());
            for (at, rules) in condition.rules.iter().enumerate() {
                for rule in rules {
                    // The upper half of the rule's kind, which says whether it is in force (`AVTAB_ENABLED`), is written along.
                    let kind = &mut self.bytes[rule.span.start + 7];
                    *kind = if at as u32 == state { *kind | ENABLED } else { *kind & !ENABLED };
                }
            }
        }
        // libsepol keeps rules in a table of lists, and writes them as they stand in it; of the paths of a file system the longest come first.
        let mask = slots(self.parts.rules.len()) - 1;
        self.parts.rules.sort_by_cached_key(|it| (place(it.key) & mask, it.key));
        let rules: Vec<_> = self.parts.rules.iter().map(|it| it.span.clone()).collect();
        let mut out = Vec::with_capacity(self.bytes.len());
        self.move_to(&mut out, &rules);
        for paths in &self.parts.paths {
            let mut sorted = paths.clone();
            sorted.sort_by_key(|it| std::cmp::Reverse(self.word(it.start)));
            self.move_to(&mut out, &sorted);
        }
        out.extend_from_slice(&self.bytes[out.len()..]);
        Some(out)
    }

    /// Writes what stands ahead of some parts that lie side by side, and these in their new order.
    fn move_to(&self, out: &mut Vec<u8>, parts: &[std::ops::Range<usize>]) {
        if let Some(start) = parts.iter().map(|it| it.start).min() {
            out.extend_from_slice(&self.bytes[out.len()..start]);
            parts.iter().for_each(|it| out.extend_from_slice(&self.bytes[it.clone()]));
        }
    }

    /// What an expression says; none where it makes no sense.
    fn holds(&self, condition: &Condition) -> Option<u32> {
        let mut stack: Vec<bool> = Vec::new();
        for (kind, number) in &condition.expression {
            let it = match kind {
                1 => self.word(self.parts.booleans.iter().find(|it| it.value == *number)?.at)? == 1,
                2 => !stack.pop()?,
                _ => {
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    match kind {
                        3 => left | right,
                        4 => left & right,
                        5 => left ^ right,
                        6 => left == right,
                        7 => left != right,
                        _ => return None,
                    }
                }
            };
            stack.push(it);
        }
        match stack[..] {
            [it] => Some(u32::from(it)),
            _ => None,
        }
    }
}

/// How many lists a table has that was made for so many rules (avtab.c, avtab_alloc).
fn slots(rules: usize) -> u32 {
    let bits = usize::BITS - rules.leading_zeros();
    1 << (if bits > 2 { bits - 2 } else { bits }).min(20)
}

/// The list of a rule: MurmurHash3 over class, target and source (avtab.c, avtab_hash).
fn place([source, target, class]: [u16; 3]) -> u32 {
    let mixed = |hash: u32, input: u16| {
        let it = u32::from(input).wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        (hash ^ it).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64)
    };
    let hash = [class, target, source].into_iter().fold(0, mixed);
    let hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    let hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}
