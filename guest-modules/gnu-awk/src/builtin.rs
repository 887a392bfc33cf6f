//! Functions that awk has.

use std::cmp::Ordering;

use gnu_regex::decode;

use crate::{
    Dialect, Trouble,
    array::Shared,
    fields::Splitter,
    format::count,
    number::any_radix,
    run::{Machine, Run, Slot},
    special::{FPAT, RLENGTH, RSTART},
    stream::shared,
    tree::{Builtin, Bytes, Expression, Symbol},
    value::Value,
};

/// Bytes that mawk's sprintf() has room for (`sprintf_buff`).
const MAWK_BUFFER: usize = 8000;

fn odd(reason: &str) -> crate::run::Stop {
    Trouble::Unmodelled(reason.to_owned()).into()
}

impl Machine<'_> {
    pub(crate) fn builtin(&mut self, builtin: Builtin, arguments: &[Expression]) -> Run<Value> {
        let number = |machine: &mut Self, at: usize| machine.number(&arguments[at]);
        Ok(match builtin {
            Builtin::Length => self.length(arguments)?,
            Builtin::Substr => self.substr(arguments)?,
            Builtin::Index => {
                let text = self.bytes(&arguments[0])?;
                let part = self.bytes(&arguments[1])?;
                Value::Number(self.index(&text, &part)?)
            }
            Builtin::Split => self.split(arguments)?,
            Builtin::Patsplit => self.patsplit(arguments)?,
            Builtin::Sub => self.substitute(arguments, false)?,
            Builtin::Gsub => self.substitute(arguments, true)?,
            Builtin::Gensub => self.gensub(arguments)?,
            Builtin::Match => self.match_of(arguments)?,
            Builtin::Sprintf => {
                let values = self.values(arguments)?;
                let text = self.formatted(&values)?;
                if self.dialect == Dialect::Mawk && text.len() > MAWK_BUFFER {
                    return Err(odd("a text of sprintf that is longer than mawk's buffer is not modelled"));
                }
                Value::text(text)
            }
            Builtin::Tolower | Builtin::Toupper => {
                let text = self.bytes(&arguments[0])?;
                if self.dialect == Dialect::Mawk && text.contains(&0) {
                    return Err(odd("a change of case of a text with a NUL is not modelled for mawk"));
                }
                Value::text(self.cased(&text, builtin == Builtin::Toupper))
            }
            Builtin::Int => Value::Number(number(self, 0)?.trunc()),
            Builtin::Sqrt => {
                let of = number(self, 0)?;
                self.warn_negative("sqrt", of)?;
                Value::Number(crate::evaluate::signed(of.sqrt(), &[of]))
            }
            Builtin::Exp => Value::Number(number(self, 0)?.exp()),
            Builtin::Log => {
                let of = number(self, 0)?;
                self.warn_negative("log", of)?;
                // The sign of what is no number is the processor's.
                Value::Number(if of < 0.0 { -f64::NAN.abs() } else { of.ln() })
            }
            Builtin::Sin => Value::Number(number(self, 0)?.sin()),
            Builtin::Cos => Value::Number(number(self, 0)?.cos()),
            Builtin::Atan2 => {
                let left = number(self, 0)?;
                let right = number(self, 1)?;
                Value::Number(left.atan2(right))
            }
            Builtin::Rand => return Err(odd("the random numbers of awk are not modelled")),
            Builtin::Srand => match self.srand(arguments)? {
                Some(old) => Value::Number(old),
                None => return Err(odd("the seed that mawk begins with is not modelled")),
            },
            Builtin::System => self.system(&arguments[0])?,
            Builtin::Close => self.close(arguments)?,
            Builtin::Fflush => self.fflush(arguments)?,
            Builtin::Systime => Value::Number(self.world.now() as f64),
            Builtin::Strftime => self.strftime(arguments)?,
            Builtin::Mktime => self.mktime(arguments)?,
            Builtin::Strtonum => {
                let value = self.value(&arguments[0])?;
                match &value {
                    Value::Number(number) => Value::Number(*number),
                    Value::Nothing => Value::Number(0.0),
                    Value::Text(text) | Value::Input(text) => Value::Number(any_radix(text)),
                }
            }
            Builtin::And | Builtin::Or | Builtin::Xor | Builtin::Lshift | Builtin::Rshift | Builtin::Compl => self.bits(builtin, arguments)?,
            Builtin::Asort | Builtin::Asorti => self.sorted(builtin, arguments)?,
            Builtin::Isarray | Builtin::Typeof => return Err(odd("typeof and isarray are not modelled")),
            Builtin::Bindtextdomain | Builtin::Dcgettext | Builtin::Dcngettext => return Err(odd("translations of gawk are not modelled")),
        })
    }

    fn warn_negative(&mut self, name: &str, of: f64) -> Run<()> {
        if of < 0.0 && self.dialect == Dialect::Gawk {
            self.tell(&format!("cmd. line:1: warning: {name}: received negative argument {of}"))?;
        }
        Ok(())
    }

    /// How long a text is for this awk.
    pub(crate) fn letters(&self, text: &[u8]) -> usize {
        if self.dialect == Dialect::Mawk { text.len() } else { count(text) }
    }

    /// gawk's letters are not modelled where the bytes are none.
    fn sound(&self, text: &[u8]) -> Run<()> {
        if self.dialect == Dialect::Gawk && std::str::from_utf8(text).is_err() {
            return Err(odd("letters of what is not UTF-8 are not modelled"));
        }
        Ok(())
    }

    fn length(&mut self, arguments: &[Expression]) -> Run<Value> {
        let text = match arguments.first() {
            None => {
                let record = self.field(0)?;
                self.text(&record)?
            }
            Some(Expression::Variable(symbol)) => {
                let slot = match symbol {
                    Symbol::Global(at) => self.globals.get(*at),
                    Symbol::Local(at) => self.locals.get(*at),
                };
                if let Some(Slot::Array(array)) = slot {
                    return Ok(Value::Number(array.borrow().len() as f64));
                }
                self.bytes(&arguments[0])?
            }
            Some(other) => self.bytes(other)?,
        };
        self.sound(&text)?;
        Ok(Value::Number(self.letters(&text) as f64))
    }

    /// The place of a byte as awk counts.
    fn counted_place(&self, text: &[u8], at: usize) -> f64 {
        self.letters(&text[..at]) as f64 + 1.0
    }

    fn index(&mut self, text: &[u8], part: &[u8]) -> Run<f64> {
        self.sound(text)?;
        if part.is_empty() {
            return Ok(1.0);
        }
        if self.folds() {
            return Err(odd("index under IGNORECASE is not modelled"));
        }
        let found = text.windows(part.len()).position(|it| it == part);
        Ok(found.map_or(0.0, |at| self.counted_place(text, at)))
    }

    fn substr(&mut self, arguments: &[Expression]) -> Run<Value> {
        let text = self.bytes(&arguments[0])?;
        let from = self.number(&arguments[1])?;
        let length = match arguments.get(2) {
            Some(length) => Some(self.number(length)?),
            None => None,
        };
        if from.is_nan() || length.is_some_and(f64::is_nan) {
            return Err(odd("substr at what is no number is not modelled"));
        }
        let (from, length) = match self.dialect {
            Dialect::Mawk => {
                let whole = |it: f64| it.clamp(-2_147_483_647.0, 2_147_483_647.0) as i64;
                let (mut from, mut length) = (whole(from) - 1, length.map_or(text.len() as i64, whole));
                if from > text.len() as i64 {
                    length = 0;
                }
                // mawk moves what begins before the text so that the first letter is not counted twice.
                if from < 0 {
                    length -= from + 1;
                    from = 0;
                }
                (from as usize, length.max(0) as usize)
            }
            Dialect::Gawk => {
                self.sound(&text)?;
                if length.is_some_and(|it| it < 1.0) {
                    return Ok(Value::text(Vec::new()));
                }
                let from = from.max(1.0) as usize - 1;
                (from, length.map_or(usize::MAX, |it| it as usize))
            }
        };
        Ok(Value::Text(shared(self.part(&text, from, length))))
    }

    /// A part of a text, in letters.
    fn part<'a>(&self, text: &'a [u8], from: usize, length: usize) -> &'a [u8] {
        if self.dialect == Dialect::Mawk || text.is_ascii() {
            let from = from.min(text.len());
            return &text[from..from.saturating_add(length).min(text.len())];
        }
        let walk = |mut at: usize, mut many: usize| {
            while many > 0 {
                match decode(text, at) {
                    Some((_, length)) => at += length,
                    None => break,
                }
                many -= 1;
            }
            at
        };
        let begin = walk(0, from);
        &text[begin..walk(begin, length)]
    }

    fn cased(&self, text: &[u8], upper: bool) -> Vec<u8> {
        if self.dialect == Dialect::Mawk || text.is_ascii() {
            return if upper { text.to_ascii_uppercase() } else { text.to_ascii_lowercase() };
        }
        let mut out = Vec::with_capacity(text.len());
        for chunk in text.utf8_chunks() {
            for letter in chunk.valid().chars() {
                let mut cased: Vec<char> = if upper { letter.to_uppercase().collect() } else { letter.to_lowercase().collect() };
                // towupper(3) has one letter for one.
                if cased.len() != 1 {
                    cased = vec![letter];
                }
                out.extend(cased.into_iter().collect::<String>().bytes());
            }
            out.extend_from_slice(chunk.invalid());
        }
        out
    }

    fn array_argument(&mut self, argument: &Expression) -> Run<Shared> {
        match argument {
            Expression::Variable(symbol) => self.array(*symbol),
            _ => Err(odd("an array is wanted here")),
        }
    }

    /// What the third word of split() parts by.
    fn parter(&mut self, argument: Option<&Expression>) -> Run<Splitter> {
        match argument {
            None => match self.splitter()? {
                Splitter::Contents(_) | Splitter::Widths(_) => {
                    let value = self.global(crate::special::FS);
                    let text = self.text(&value)?;
                    self.splitter_of(&text)
                }
                other => Ok(other),
            },
            Some(Expression::Pattern(text)) => {
                let pattern = self.pattern(text)?;
                self.paragraphed(Splitter::Pattern(pattern))
            }
            Some(other) => {
                let text = self.bytes(other)?;
                let splitter = self.splitter_of(&text)?;
                self.paragraphed(splitter)
            }
        }
    }

    fn paragraphed(&mut self, splitter: Splitter) -> Run<Splitter> {
        let value = self.global(crate::special::FS);
        let by_blanks = &self.text(&value)?[..] == b" ";
        let in_paragraph = by_blanks && self.dialect == Dialect::Gawk && matches!(self.separator()?, crate::record::Separator::Paragraph);
        Ok(match splitter {
            Splitter::Pattern(pattern) if in_paragraph => Splitter::InParagraph(pattern),
            other => other,
        })
    }

    fn split(&mut self, arguments: &[Expression]) -> Run<Value> {
        let text = self.bytes(&arguments[0])?;
        let splitter = self.parter(arguments.get(2))?;
        let array = self.array_argument(&arguments[1])?;
        let parts = splitter.split(&text, self.dialect)?;
        let values: Vec<Value> = parts.fields.iter().map(|(from, to)| Value::input(&text[*from..*to])).collect();
        let many = values.len();
        array.borrow_mut().load(values);
        if let Some(separators) = arguments.get(3) {
            let separators = self.array_argument(separators)?;
            let is_blanks = matches!(splitter, Splitter::Blanks);
            self.load_separators(&separators, &text, &parts.between, is_blanks);
        }
        Ok(Value::Number(many as f64))
    }

    /// What stood between fields; by blanks also what stood before the first (at 0) and behind the last.
    fn load_separators(&mut self, array: &Shared, text: &[u8], between: &[(usize, usize)], from_zero: bool) {
        let mut array = array.borrow_mut();
        array.clear();
        let last = between.len();
        for (at, (from, to)) in between.iter().enumerate() {
            let number = if from_zero { at } else { at + 1 };
            if from_zero && from == to && (at == 0 || at + 1 == last) {
                continue;
            }
            let subscript = self.subscript_of(number as f64);
            array.set(&subscript, Value::text(text[*from..*to].to_vec()));
        }
    }

    fn patsplit(&mut self, arguments: &[Expression]) -> Run<Value> {
        if arguments.len() > 3 {
            return Err(odd("patsplit with separators is not modelled"));
        }
        let text = self.bytes(&arguments[0])?;
        let pattern = match arguments.get(2) {
            Some(pattern) => self.pattern_of(pattern)?,
            None => {
                let value = self.global(FPAT);
                let text = self.text(&value)?;
                self.pattern(&text)?
            }
        };
        let array = self.array_argument(&arguments[1])?;
        let parts = Splitter::Contents(pattern).split(&text, self.dialect)?;
        let values: Vec<Value> = parts.fields.iter().map(|(from, to)| Value::input(&text[*from..*to])).collect();
        let many = values.len();
        array.borrow_mut().load(values);
        Ok(Value::Number(many as f64))
    }

    fn match_of(&mut self, arguments: &[Expression]) -> Run<Value> {
        let text = self.bytes(&arguments[0])?;
        let pattern = self.pattern_of(&arguments[1])?;
        self.sound(&text)?;
        let found = pattern.captures(&text, 0)?;
        let (start, length) = match found.as_ref().and_then(|it| it[0]) {
            Some((from, to)) => (self.counted_place(&text, from), self.letters(&text[from..to]) as f64),
            None => (0.0, -1.0),
        };
        self.globals[RSTART] = Slot::Scalar(Value::Number(start));
        self.globals[RLENGTH] = Slot::Scalar(Value::Number(length));
        if let Some(array) = arguments.get(2) {
            let array = self.array_argument(array)?;
            self.load_match(&array, &text, found.as_deref().unwrap_or_default())?;
        }
        Ok(Value::Number(start))
    }

    /// gawk's third argument: the groups, with their places and lengths.
    fn load_match(&mut self, array: &Shared, text: &[u8], found: &[Option<(usize, usize)>]) -> Run<()> {
        let separator = self.global(crate::special::SUBSEP);
        let separator = self.text(&separator)?;
        array.borrow_mut().clear();
        for (at, place) in found.iter().enumerate() {
            let Some((from, to)) = place else { continue };
            let subscript = self.subscript_of(at as f64);
            array.borrow_mut().set(&subscript, Value::input(&text[*from..*to]));
            let start = self.counted_place(text, *from);
            let length = self.letters(&text[*from..*to]) as f64;
            for (name, value) in [(&b"start"[..], start), (b"length", length)] {
                let key = [at.to_string().as_bytes(), &separator, name].concat();
                array.borrow_mut().set(&crate::array::Subscript { text: shared(&key), integer: None }, Value::Number(value));
            }
        }
        Ok(())
    }

    pub(crate) fn srand(&mut self, arguments: &[Expression]) -> Run<Option<f64>> {
        let new = match arguments.first() {
            Some(seed) => {
                let value = self.value(seed)?;
                Some(value.number(self.dialect))
            }
            // The clock; who asks for it is told that it is not known.
            None => None,
        };
        let old = self.seed.take();
        self.seed = match (new, self.dialect) {
            (Some(seed), Dialect::Gawk) => Some(seed.trunc()),
            (Some(seed), Dialect::Mawk) => Some(seed),
            (None, _) => None,
        };
        Ok(old)
    }

    fn system(&mut self, command: &Expression) -> Run<Value> {
        let command = self.bytes(command)?;
        self.streams.flush_all(self.world)?;
        let (_, status) = self.streams.command(&command, None, false, self.world)?;
        Ok(Value::Number(f64::from(self.exit_of(status))))
    }

    /// A status as awk tells it.
    fn exit_of(&self, status: i32) -> i32 {
        match status & 0x7f {
            0 => status >> 8 & 0xff,
            signal => 256 + signal,
        }
    }

    fn close(&mut self, arguments: &[Expression]) -> Run<Value> {
        if arguments.len() > 1 {
            return Err(odd("closing one end of a coprocess is not modelled"));
        }
        let name = self.bytes(&arguments[0])?;
        let status = self.streams.close(&name, self.dialect, self.world)?;
        Ok(Value::Number(status.map_or(-1.0, |it| f64::from(self.exit_of(it)))))
    }

    fn fflush(&mut self, arguments: &[Expression]) -> Run<Value> {
        let Some(name) = arguments.first() else {
            self.streams.flush_all(self.world)?;
            return Ok(Value::Number(0.0));
        };
        let name = self.bytes(name)?;
        if name.is_empty() {
            self.streams.flush_all(self.world)?;
            return Ok(Value::Number(0.0));
        }
        if &name[..] == b"/dev/stdout" {
            self.streams.flush_stdout(self.world);
            return Ok(Value::Number(0.0));
        }
        if self.streams.flush_named(&name, self.world)? {
            return Ok(Value::Number(0.0));
        }
        if self.dialect == Dialect::Gawk {
            let shown = String::from_utf8_lossy(&name).into_owned();
            self.tell(&format!("cmd. line:1: warning: fflush: `{shown}' is not an open file, pipe or co-process"))?;
        }
        Ok(Value::Number(-1.0))
    }

    fn strftime(&mut self, arguments: &[Expression]) -> Run<Value> {
        let format = match arguments.first() {
            Some(format) => self.bytes(format)?,
            None if self.dialect == Dialect::Mawk => shared(b"%c"),
            None => shared(b"%a %b %e %H:%M:%S %Z %Y"),
        };
        let moment = match arguments.get(1) {
            Some(moment) => {
                let number = self.number(moment)?;
                if !(number.abs() < 1e11) {
                    return Err(odd("a time so far away is not modelled"));
                }
                number.floor() as i64
            }
            None => self.world.now(),
        };
        let utc = match arguments.get(2) {
            Some(utc) => self.condition(utc)?,
            None => false,
        };
        if format.is_empty() {
            return Ok(Value::text(Vec::new()));
        }
        let text = self.world.written(&format, moment, utc).map_err(Trouble::Unmodelled)?;
        Ok(Value::text(text))
    }

    fn mktime(&mut self, arguments: &[Expression]) -> Run<Value> {
        let text = self.bytes(&arguments[0])?;
        let utc = match arguments.get(1) {
            Some(utc) => self.condition(utc)?,
            None => false,
        };
        let text = String::from_utf8_lossy(&text).into_owned();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let numbers: Option<Vec<i64>> = words.iter().map(|it| it.parse().ok()).collect();
        match numbers.as_deref() {
            Some([year, month, day, hour, minute, second]) | Some([year, month, day, hour, minute, second, -1]) => {
                let parts = [*year, *month, *day, *hour, *minute, *second];
                let moment = self.world.moment(parts, utc).map_err(Trouble::Unmodelled)?;
                Ok(Value::Number(moment as f64))
            }
            Some(list) if list.len() < 6 => Ok(Value::Number(-1.0)),
            _ => Err(odd("such a date for mktime is not modelled")),
        }
    }

    fn bits(&mut self, builtin: Builtin, arguments: &[Expression]) -> Run<Value> {
        let mut numbers = Vec::new();
        for argument in arguments {
            let number = self.number(argument)?.trunc();
            if !(0.0..=9_007_199_254_740_991.0).contains(&number) {
                return Err(odd("bits of such a number are not modelled"));
            }
            numbers.push(number as u64);
        }
        let all = numbers[1..].iter();
        let value = match builtin {
            Builtin::And => all.fold(numbers[0], |it, other| it & other),
            Builtin::Or => all.fold(numbers[0], |it, other| it | other),
            Builtin::Xor => all.fold(numbers[0], |it, other| it ^ other),
            Builtin::Rshift => numbers[0].checked_shr(numbers[1] as u32).unwrap_or(0),
            Builtin::Lshift => {
                let shifted = u128::from(numbers[0]).checked_shl(numbers[1] as u32).unwrap_or(u128::MAX);
                if shifted > 9_007_199_254_740_991 {
                    return Err(odd("bits of such a number are not modelled"));
                }
                shifted as u64
            }
            _ => 9_007_199_254_740_991 - numbers[0],
        };
        Ok(Value::Number(value as f64))
    }

    /// asort() and asorti() in their own order.
    fn sorted(&mut self, builtin: Builtin, arguments: &[Expression]) -> Run<Value> {
        let source = self.array_argument(&arguments[0])?;
        let target = match arguments.get(1) {
            Some(target) => self.array_argument(target)?,
            None => source.clone(),
        };
        if arguments.len() > 2 || self.folds() {
            return Err(odd("sorting in another order is not modelled"));
        }
        let entries = source.borrow().entries();
        let values = if builtin == Builtin::Asorti {
            let mut keys: Vec<Bytes> = entries.into_iter().map(|it| it.0).collect();
            keys.sort();
            keys.into_iter().map(Value::Text).collect()
        } else {
            let mut values: Vec<Value> = entries.into_iter().map(|it| it.1).collect();
            let mut texts = Vec::new();
            for value in &values {
                texts.push(self.text(value)?);
            }
            // Numbers before texts, each in their own order (`info gawk`, "Controlling Scanning").
            let dialect = self.dialect;
            let mut keyed: Vec<(Value, Bytes)> = values.drain(..).zip(texts).collect();
            if keyed.iter().any(|it| matches!(it.0, Value::Nothing) || it.0.as_number(dialect).is_some_and(f64::is_nan)) {
                return Err(odd("sorting values that are none is not modelled"));
            }
            keyed.sort_by(|left, right| match (left.0.as_number(dialect), right.0.as_number(dialect)) {
                (Some(one), Some(other)) => one.partial_cmp(&other).unwrap_or(Ordering::Equal),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => left.1.cmp(&right.1),
            });
            let tie = keyed.windows(2).any(|it| it[0].0.as_number(dialect).is_some() && it[0].0.as_number(dialect) == it[1].0.as_number(dialect) && it[0].1 != it[1].1);
            if tie {
                return Err(odd("sorting equal numbers that are written in two ways is not modelled"));
            }
            keyed.into_iter().map(|it| it.0).collect::<Vec<Value>>()
        };
        let many = values.len();
        target.borrow_mut().load(values);
        Ok(Value::Number(many as f64))
    }

    /// Keys by PROCINFO["sorted_in"].
    pub(crate) fn sorted_keys(&mut self, array: &Shared, order: &[u8]) -> Run<Vec<Bytes>> {
        let mut entries = array.borrow().entries();
        if self.folds() {
            return Err(odd("sorting by IGNORECASE is not modelled"));
        }
        entries.sort_by(|left, right| left.0.cmp(&right.0));
        let dialect = self.dialect;
        let number = |text: &Bytes| Value::Text(text.clone()).number(dialect);
        match order {
            b"@ind_str_asc" => {}
            b"@ind_str_desc" => entries.reverse(),
            b"@ind_num_asc" | b"@ind_num_desc" => {
                // Equal numbers go by their text.
                entries.sort_by(|left, right| number(&left.0).total_cmp(&number(&right.0)));
                if order.ends_with(b"desc") {
                    entries.reverse();
                }
            }
            b"@val_num_asc" | b"@val_num_desc" => {
                let values: Vec<f64> = entries.iter().map(|it| it.1.number(dialect)).collect();
                let mut sorted = values.clone();
                sorted.sort_by(f64::total_cmp);
                if sorted.windows(2).any(|it| it[0] == it[1]) {
                    return Err(odd("an order of equal values is not modelled"));
                }
                entries.sort_by(|left, right| left.1.number(dialect).total_cmp(&right.1.number(dialect)));
                if order.ends_with(b"desc") {
                    entries.reverse();
                }
            }
            b"@val_str_asc" | b"@val_str_desc" => {
                let mut keyed = Vec::new();
                for (key, value) in entries {
                    keyed.push((self.text(&value)?, key));
                }
                keyed.sort();
                if keyed.windows(2).any(|it| it[0].0 == it[1].0) {
                    return Err(odd("an order of equal values is not modelled"));
                }
                if order.ends_with(b"desc") {
                    keyed.reverse();
                }
                return Ok(keyed.into_iter().map(|it| it.1).collect());
            }
            _ => return Err(odd("such an order of an array is not modelled")),
        }
        Ok(entries.into_iter().map(|it| it.0).collect())
    }
}
