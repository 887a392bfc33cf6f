//! TZif (RFC 9636), the zone data that zic(8) makes, read as glibc reads it.

use crate::zone::{Rule, Shown};

/// Largest file that is read: the largest of the database has 4 KiB.
const LARGEST: usize = 1 << 20;

/// A zone out of a file.
#[derive(Clone, Debug)]
pub struct File {
    moments: Vec<i64>,
    /// For each moment, what is shown from then on.
    kinds: Vec<u8>,
    shown: Vec<Shown>,
    /// What holds behind the last moment.
    rule: Option<Box<Rule>>,
}

/// Returns `None` for what is no zone data, and an error for data that is not used here.
pub(crate) fn read(data: &[u8]) -> Option<Result<File, String>> {
    if data.len() > LARGEST {
        return None;
    }
    let first = Head::read(data, 0)?;
    if data[4] == 0 {
        return first.body(data, 44, 4, None);
    }
    let second = 44 + first.length(4)?;
    let head = Head::read(data, second)?;
    let body = second + 44;
    let footer = data.get(body.checked_add(head.length(8)?)?..)?;
    let text = footer.strip_prefix(b"\n").and_then(|it| it.split(|it| *it == b'\n').next()).unwrap_or_default();
    head.body(data, body, 8, std::str::from_utf8(text).ok())
}

struct Head {
    leaps: usize,
    moments: usize,
    kinds: usize,
    letters: usize,
    others: usize,
}

impl Head {
    fn read(data: &[u8], at: usize) -> Option<Head> {
        let head = data.get(at..at + 44)?;
        if !head.starts_with(b"TZif") {
            return None;
        }
        let count = |number: usize| {
            let at = 20 + number * 4;
            let value = u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
            (value <= LARGEST).then_some(value)
        };
        let head = Head { leaps: count(2)?, moments: count(3)?, kinds: count(4)?, letters: count(5)?, others: count(0)? + count(1)? };
        (head.kinds > 0).then_some(head)
    }

    /// Bytes of the body, with moments of so many bytes.
    fn length(&self, wide: usize) -> Option<usize> {
        Some(self.moments * (wide + 1) + self.kinds * 6 + self.letters + self.leaps * (wide + 4) + self.others)
    }

    fn body(&self, data: &[u8], at: usize, wide: usize, rule: Option<&str>) -> Option<Result<File, String>> {
        let body = data.get(at..at.checked_add(self.length(wide)?)?)?;
        if self.leaps > 0 {
            return Some(Err("zone data with leap seconds is not modelled".to_owned()));
        }
        let (moments, body) = body.split_at(self.moments * wide);
        let (kinds, body) = body.split_at(self.moments);
        let (types, letters) = body.split_at(self.kinds * 6);
        let letters = &letters[..self.letters];
        let moments = moments.chunks(wide).map(|it| {
            let negative = it[0] & 0x80 != 0;
            it.iter().fold(if negative { -1_i64 } else { 0 }, |all, byte| all << 8 | i64::from(*byte))
        });
        let shown = types.chunks(6).map(|it| {
            let name = letters.get(usize::from(it[5])..)?.split(|it| *it == 0).next()?;
            let east = i64::from(i32::from_be_bytes([it[0], it[1], it[2], it[3]]));
            Some(Shown { east, summer: it[4] != 0, name: String::from_utf8_lossy(name).into_owned() })
        });
        let shown: Vec<Shown> = shown.collect::<Option<_>>()?;
        if kinds.iter().any(|it| usize::from(*it) >= shown.len()) {
            return None;
        }
        let rule = rule.filter(|it| !it.is_empty()).and_then(Rule::of_file).map(Box::new);
        Some(Ok(File { moments: moments.collect(), kinds: kinds.to_vec(), shown, rule }))
    }
}

impl File {
    pub(crate) fn rule(&self) -> Option<&Rule> {
        self.rule.as_deref()
    }

    pub(crate) fn at(&self, seconds: i64) -> Shown {
        let after = self.moments.partition_point(|it| *it <= seconds);
        if after == self.moments.len()
            && let Some(rule) = &self.rule
        {
            return rule.at(seconds);
        }
        let kind = match after.checked_sub(1) {
            Some(last) => usize::from(self.kinds[last]),
            // Before the first moment winter is shown.
            None => self.shown.iter().position(|it| !it.summer).unwrap_or(0),
        };
        self.shown[kind].clone()
    }
}
