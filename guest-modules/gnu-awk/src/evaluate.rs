//! Expressions, variables and fields.

use std::cmp::Ordering;

use crate::{
    Dialect, Trouble,
    array::{Array, Subscript},
    run::{Machine, Run, Slot},
    special::{CONVFMT, NF, OFS, PROCINFO, SUBSEP},
    statement::Flow,
    stream::shared,
    tree::{Bytes, Compare, Expression, Operator, Source, Symbol},
    value::Value,
};

/// Most fields of a record.
const MOST_FIELDS: f64 = 1_000_000.0;

impl Machine<'_> {
    /// The text of a value, by CONVFMT.
    pub(crate) fn text(&mut self, value: &Value) -> Run<Bytes> {
        match value {
            Value::Number(number) if number.fract() != 0.0 || !number.is_finite() || number.abs() > 2e9 => {
                let format = self.convert()?;
                Ok(value.bytes(&format, self.dialect)?)
            }
            _ => Ok(value.bytes(b"%.6g", self.dialect)?),
        }
    }

    pub(crate) fn convert(&mut self) -> Run<Bytes> {
        Ok(self.global(CONVFMT).bytes(b"%.6g", self.dialect)?)
    }

    pub(crate) fn number(&mut self, expression: &Expression) -> Run<f64> {
        Ok(self.value(expression)?.number(self.dialect))
    }

    pub(crate) fn bytes(&mut self, expression: &Expression) -> Run<Bytes> {
        let value = self.value(expression)?;
        self.text(&value)
    }

    pub(crate) fn condition(&mut self, expression: &Expression) -> Run<bool> {
        Ok(self.value(expression)?.is_true(self.dialect))
    }

    pub(crate) fn value(&mut self, expression: &Expression) -> Run<Value> {
        self.deeper()?;
        let value = self.evaluate(expression)?;
        self.depth -= 1;
        Ok(value)
    }

    fn evaluate(&mut self, expression: &Expression) -> Run<Value> {
        Ok(match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Pattern(text) => {
                let pattern = self.pattern(text)?;
                let record = self.field(0)?;
                let record = self.text(&record)?;
                Value::truth(pattern.is_match(&record)?)
            }
            Expression::Variable(symbol) => self.variable(*symbol)?,
            Expression::Field(number) => {
                let number = self.number(number)?;
                self.field_at(number)?
            }
            Expression::Element(array, subscripts) => {
                let subscript = self.subscript(subscripts)?;
                self.element(*array, &subscript)?
            }
            Expression::Assign(place, value) => self.assignment(place, value)?,
            Expression::Update(operator, place, value) => {
                if self.dialect == Dialect::Mawk {
                    // mawk looks for the place before it looks at the value.
                    let spot = self.spot(place)?;
                    if let Spot::Element(array, subscript) = &spot {
                        array.borrow_mut().get(subscript);
                    }
                    let generation = self.current.generation;
                    let value = self.number(value)?;
                    self.still_there(&spot, generation)?;
                    return self.change(&spot, |old| (*operator, old, value), false);
                }
                let value = self.number(value)?;
                self.update(place, |old| (*operator, old, value), false)?
            }
            Expression::Step { target, by, old } => self.update(target, |it| (Operator::Add, it, *by), *old)?,
            Expression::Negative(operand) => Value::Number(-self.number(operand)?),
            Expression::Positive(operand) => Value::Number(self.number(operand)?),
            Expression::Not(operand) => Value::truth(!self.condition(operand)?),
            Expression::Binary(operator, left, right) => {
                let (left, right) = self.both(left, right)?;
                let (left, right) = (left.number(self.dialect), right.number(self.dialect));
                Value::Number(self.calculate(*operator, left, right)?)
            }
            Expression::Compare(compare, left, right) => {
                let (left, right) = self.both(left, right)?;
                let order = self.compare(&left, &right)?;
                Value::truth(match compare {
                    Compare::Less => order == Ordering::Less,
                    Compare::LessEqual => order != Ordering::Greater,
                    Compare::Equal => order == Ordering::Equal,
                    Compare::NotEqual => order != Ordering::Equal,
                    Compare::Greater => order == Ordering::Greater,
                    Compare::GreaterEqual => order != Ordering::Less,
                })
            }
            Expression::Match { negated, text, pattern } => {
                let text = self.bytes(text)?;
                let pattern = self.pattern_of(pattern)?;
                Value::truth(pattern.is_match(&text)? != *negated)
            }
            Expression::And(left, right) => Value::truth(self.condition(left)? && self.condition(right)?),
            Expression::Or(left, right) => Value::truth(self.condition(left)? || self.condition(right)?),
            Expression::Choice(condition, yes, no) => {
                let chosen = if self.condition(condition)? { yes } else { no };
                self.value(chosen)?
            }
            Expression::Concat(parts) => {
                let mut out = Vec::new();
                for value in self.values(parts)? {
                    out.extend_from_slice(&self.text(&value)?);
                }
                Value::text(out)
            }
            Expression::In(subscripts, array) => {
                let subscript = self.subscript(subscripts)?;
                let array = self.array(*array)?;
                let found = array.borrow_mut().has(&subscript);
                Value::truth(found)
            }
            Expression::Call(function, arguments) => self.call(*function, arguments)?,
            Expression::Builtin(builtin, arguments) => self.builtin(*builtin, arguments)?,
            Expression::Getline { from, target } => self.getline(from, target.as_deref())?,
            Expression::Group(list) => match list.as_slice() {
                [one] => self.value(one)?,
                _ => return Err(Trouble::Unmodelled("a list of expressions as a value is not modelled".to_owned()).into()),
            },
        })
    }

    /// Values of a list, in order. gawk does not keep what a field was when a later part replaces the record.
    pub(crate) fn values(&mut self, list: &[Expression]) -> Run<Vec<Value>> {
        let mut values = Vec::with_capacity(list.len());
        let mut field_at = None;
        for part in list {
            values.push(self.value(part)?);
            if field_at.is_some_and(|it| it != self.current.generation) && self.dialect == Dialect::Gawk {
                return Err(Trouble::Unmodelled("a field beside what replaces the record is not modelled for gawk".to_owned()).into());
            }
            if is_field(part) || matches!(part, Expression::Assign(_, value) if matches!(**value, Expression::Field(_))) {
                field_at = Some(self.current.generation);
            }
        }
        Ok(values)
    }

    /// Two operands, of which gawk does not keep a field either.
    fn both(&mut self, left: &Expression, right: &Expression) -> Run<(Value, Value)> {
        let held = is_field(left).then_some(self.current.generation);
        let left = self.value(left)?;
        let right = self.value(right)?;
        if held.is_some_and(|it| it != self.current.generation) && self.dialect == Dialect::Gawk {
            return Err(Trouble::Unmodelled("a field beside what replaces the record is not modelled for gawk".to_owned()).into());
        }
        Ok((left, right))
    }

    /// The pattern that an operand is: what stands between slashes, or a text.
    pub(crate) fn pattern_of(&mut self, expression: &Expression) -> Run<std::rc::Rc<crate::pattern::Pattern>> {
        if let Expression::Pattern(text) = expression {
            return self.pattern(text);
        }
        let text = self.bytes(expression)?;
        self.pattern(&text)
    }

    pub(crate) fn calculate(&mut self, operator: Operator, left: f64, right: f64) -> Run<f64> {
        let gawk = self.dialect == Dialect::Gawk;
        let result = match operator {
            Operator::Add => left + right,
            Operator::Subtract => left - right,
            Operator::Multiply => left * right,
            Operator::Divide if right == 0.0 && gawk => return Err(Trouble::Exit("fatal: division by zero attempted".to_owned(), 2).into()),
            Operator::Divide => left / right,
            Operator::Remainder if right == 0.0 && gawk => return Err(Trouble::Exit("fatal: division by zero attempted in `%'".to_owned(), 2).into()),
            Operator::Remainder => left % right,
            // pow(3) of the GNU C library turns the sign of what is no number where the exponent is odd.
            Operator::Power if !gawk && left.is_nan() && right != 0.0 => {
                let odd = right.fract() == 0.0 && right.abs() < 9e15 && right % 2.0 != 0.0;
                return Ok(if left.is_sign_negative() && odd { -left } else { left });
            }
            Operator::Power => power(left, right, gawk),
        };
        Ok(if gawk { result } else { signed(result, &[left, right]) })
    }

    fn update(&mut self, place: &Expression, of: impl Fn(f64) -> (Operator, f64, f64), gives_old: bool) -> Run<Value> {
        let spot = self.spot(place)?;
        self.change(&spot, of, gives_old)
    }

    fn change(&mut self, spot: &Spot, of: impl Fn(f64) -> (Operator, f64, f64), gives_old: bool) -> Run<Value> {
        let old = self.read_spot(spot)?.number(self.dialect);
        let (operator, left, right) = of(old);
        let new = self.calculate(operator, left, right)?;
        self.write_spot(spot, Value::Number(new))?;
        Ok(Value::Number(if gives_old { old } else { new }))
    }

    fn assignment(&mut self, place: &Expression, value: &Expression) -> Run<Value> {
        let replaces = matches!(place, Expression::Field(number) if !matches!(**number, Expression::Number(it) if it != 0.0));
        if replaces && self.dialect == Dialect::Gawk && matches!(value, Expression::Field(_)) && self.depth > self.statement_depth + 1 {
            return Err(Trouble::Unmodelled("a record that is made of its field, as a value, is not modelled for gawk".to_owned()).into());
        }
        let value = match (place, self.dialect) {
            // mawk looks for the element before it looks at the value, gawk afterwards; an index with an effect would show.
            (Expression::Element(..), Dialect::Mawk) | (Expression::Field(_), Dialect::Mawk) => {
                let spot = self.spot(place)?;
                if let Spot::Element(array, subscript) = &spot {
                    array.borrow_mut().get(subscript);
                }
                let generation = self.current.generation;
                let value = self.value(value)?;
                self.still_there(&spot, generation)?;
                self.write_spot(&spot, value.clone())?;
                value
            }
            _ => {
                let value = self.value(value)?;
                self.assign(place, value.clone())?;
                value
            }
        };
        Ok(value)
    }

    /// mawk writes to where an element or field was, though it may be another by now.
    fn still_there(&self, spot: &Spot, generation: usize) -> Run<()> {
        let gone = match spot {
            Spot::Element(array, subscript) => array.borrow().peek(&subscript.text).is_none(),
            Spot::Field(_) => self.current.generation != generation,
            Spot::Variable(_) => false,
        };
        if gone {
            return Err(Trouble::Unmodelled("an assignment to what its value took away is not modelled for mawk".to_owned()).into());
        }
        Ok(())
    }

    pub(crate) fn assign(&mut self, place: &Expression, value: Value) -> Run<()> {
        let spot = self.spot(place)?;
        self.write_spot(&spot, value)
    }

    pub(crate) fn spot(&mut self, place: &Expression) -> Run<Spot> {
        Ok(match place {
            Expression::Variable(symbol) => Spot::Variable(*symbol),
            Expression::Field(number) => Spot::Field(self.number(number)?),
            Expression::Element(array, subscripts) => {
                let subscript = self.subscript(subscripts)?;
                Spot::Element(self.array(*array)?, subscript)
            }
            _ => return Err(Trouble::Unmodelled("an assignment to what is no variable is not modelled".to_owned()).into()),
        })
    }

    pub(crate) fn read_spot(&mut self, spot: &Spot) -> Run<Value> {
        match spot {
            Spot::Variable(symbol) => self.variable(*symbol),
            Spot::Field(number) => self.field_at(*number),
            Spot::Element(array, subscript) => Ok(array.borrow_mut().get(subscript)),
        }
    }

    pub(crate) fn write_spot(&mut self, spot: &Spot, value: Value) -> Run<()> {
        match spot {
            Spot::Variable(Symbol::Global(at)) => self.set_global(*at, value),
            Spot::Variable(Symbol::Local(at)) => {
                match self.locals.get_mut(*at) {
                    Some(slot @ Slot::Scalar(_)) => *slot = Slot::Scalar(value),
                    _ => return Err(Trouble::Unmodelled("an array that is used as a scalar is not modelled".to_owned()).into()),
                }
                Ok(())
            }
            Spot::Field(number) => self.set_field(*number, value),
            Spot::Element(array, subscript) => {
                array.borrow_mut().put(subscript, value);
                Ok(())
            }
        }
    }

    fn variable(&mut self, symbol: Symbol) -> Run<Value> {
        match symbol {
            Symbol::Global(NF) => {
                self.split_record()?;
                Ok(Value::Number(self.current.fields.len() as f64))
            }
            Symbol::Global(at) => match &self.globals[at] {
                Slot::Scalar(value) => Ok(value.clone()),
                Slot::Array(_) => Err(Trouble::Unmodelled("an array that is used as a scalar is not modelled".to_owned()).into()),
            },
            Symbol::Local(at) => match self.locals.get(at) {
                Some(Slot::Scalar(value)) => Ok(value.clone()),
                _ => Err(Trouble::Unmodelled("an array that is used as a scalar is not modelled".to_owned()).into()),
            },
        }
    }

    fn element(&mut self, symbol: Symbol, subscript: &Subscript) -> Run<Value> {
        let array = self.array(symbol)?;
        let known = array.borrow().opaque && matches!(symbol, Symbol::Global(PROCINFO)) && self.dialect == Dialect::Gawk;
        if known && &subscript.text[..] != b"sorted_in" {
            return Err(Trouble::Unmodelled("what PROCINFO tells is not modelled".to_owned()).into());
        }
        let value = array.borrow_mut().get(subscript);
        Ok(value)
    }

    pub(crate) fn subscript(&mut self, list: &[Expression]) -> Run<Subscript> {
        if let [one] = list {
            let value = self.value(one)?;
            return self.subscript_value(&value);
        }
        let mut out = Vec::new();
        for (at, part) in list.iter().enumerate() {
            if at > 0 {
                let separator = self.global(SUBSEP);
                out.extend_from_slice(&self.text(&separator)?);
            }
            out.extend_from_slice(&self.bytes(part)?);
        }
        Ok(Subscript { text: shared(&out), integer: None })
    }

    /// gawk 5.2.1 ends where the subscript of what is deleted is an element that was never set.
    pub(crate) fn subscript_to_delete(&mut self, list: &[Expression]) -> Run<Subscript> {
        if let ([one], Dialect::Gawk) = (list, self.dialect) {
            let value = self.value(one)?;
            if matches!(value, Value::Nothing) && !matches!(one, Expression::Variable(_)) {
                return Err(Trouble::Unmodelled("a subscript to delete that was never set is not modelled for gawk".to_owned()).into());
            }
            return self.subscript_value(&value);
        }
        self.subscript(list)
    }

    fn subscript_value(&mut self, value: &Value) -> Run<Subscript> {
        let integer = match value {
            Value::Number(number) if self.dialect == Dialect::Mawk && number.fract() == 0.0 && number.abs() <= 2_147_483_647.0 => Some(*number as i32),
            _ => None,
        };
        Ok(Subscript { text: self.text(value)?, integer })
    }

    /// Compares as numbers where both look like one, else as texts.
    pub(crate) fn compare(&mut self, left: &Value, right: &Value) -> Run<Ordering> {
        if let (Some(left), Some(right)) = (left.as_number(self.dialect), right.as_number(self.dialect)) {
            return left
                .partial_cmp(&right)
                .ok_or_else(|| Trouble::Unmodelled("a comparison with what is no number is not modelled".to_owned()).into());
        }
        let (left, right) = (self.text(left)?, self.text(right)?);
        if self.folds() {
            if !left.is_ascii() || !right.is_ascii() {
                return Err(Trouble::Unmodelled("a comparison by IGNORECASE beyond ASCII is not modelled".to_owned()).into());
            }
            return Ok(left.to_ascii_lowercase().cmp(&right.to_ascii_lowercase()));
        }
        Ok(left.cmp(&right))
    }

    fn call(&mut self, function: usize, arguments: &[Expression]) -> Run<Value> {
        let program = self.program.clone();
        let function = &program.functions[function];
        let mut locals = Vec::with_capacity(function.parameters.len());
        for (at, is_array) in function.parameters.iter().enumerate() {
            locals.push(match (arguments.get(at), is_array) {
                (Some(Expression::Variable(symbol)), true) => Slot::Array(self.array(*symbol)?),
                (Some(_), true) => return Err(Trouble::Unmodelled("a scalar that is handed over as an array is not modelled".to_owned()).into()),
                (Some(argument), false) => Slot::Scalar(self.value(argument)?),
                (None, true) => Slot::Array(Array::shared(self.dialect)),
                (None, false) => Slot::Scalar(Value::Nothing),
            });
        }
        let held = std::mem::replace(&mut self.locals, locals);
        let flow = self.statements(&function.body)?;
        self.locals = held;
        Ok(match flow {
            Flow::Return(value) => value,
            _ => Value::Nothing,
        })
    }

    fn getline(&mut self, from: &Source, target: Option<&Expression>) -> Run<Value> {
        let text = match from {
            Source::Main => match self.next_main()? {
                Some(text) => text,
                None => return Ok(Value::Number(0.0)),
            },
            Source::File(name) => {
                let name = self.bytes(name)?;
                match self.next_of(&name, false)? {
                    Ok(text) => text,
                    Err(answer) => return Ok(Value::Number(answer)),
                }
            }
            Source::Command(command) => {
                let command = self.bytes(command)?;
                match self.next_of(&command, true)? {
                    Ok(text) => {
                        self.count(crate::special::NR)?;
                        if self.dialect == Dialect::Mawk {
                            // mawk counts both.
                            self.count(crate::special::FNR)?;
                        }
                        text
                    }
                    Err(answer) => return Ok(Value::Number(answer)),
                }
            }
        };
        match target {
            Some(place) => self.assign(place, Value::Input(text))?,
            None => self.set_record(Value::Input(text)),
        }
        Ok(Value::Number(1.0))
    }

    /// The next record of a file or command: 0 at its end, -1 where it can't be opened.
    fn next_of(&mut self, name: &[u8], is_command: bool) -> Run<Result<Bytes, f64>> {
        let separator = self.separator()?;
        let dialect = self.dialect;
        let reader = match self.streams.reader(name, is_command, dialect, self.world)? {
            Ok(reader) => reader,
            Err(error) => {
                if dialect == Dialect::Gawk {
                    self.globals[crate::special::ERRNO] = Slot::Scalar(Value::text(error.into_bytes()));
                }
                return Ok(Err(-1.0));
            }
        };
        let Some(record) = reader.next(&separator, dialect)? else { return Ok(Err(0.0)) };
        let text = shared(&reader.text[record.from..record.to]);
        let ended = shared(&reader.text[record.to..record.ended]);
        if dialect == Dialect::Gawk {
            self.globals[crate::special::RT] = Slot::Scalar(Value::Text(ended));
        }
        Ok(Ok(text))
    }

    pub(crate) fn set_record(&mut self, text: Value) {
        self.current.generation += 1;
        self.current.text = text;
        self.current.fields.clear();
        self.current.is_split = false;
        self.current.is_stale = false;
        self.current.splitter = None;
    }

    pub(crate) fn split_record(&mut self) -> Run<()> {
        if self.current.is_split {
            return Ok(());
        }
        let splitter = match self.current.splitter.take() {
            Some(splitter) => splitter,
            None => self.splitter()?,
        };
        let value = self.current.text.clone();
        let text = self.text(&value)?;
        let parts = splitter.split(&text, self.dialect)?;
        self.current.fields = parts.fields.iter().map(|(from, to)| Value::input(&text[*from..*to])).collect();
        self.current.is_split = true;
        Ok(())
    }

    fn field_number(&self, number: f64) -> Run<usize> {
        let number = number.trunc();
        if number < 0.0 {
            return Err(Trouble::Exit(format!("fatal: attempt to access field {number}"), 2).into());
        }
        if !(number <= MOST_FIELDS) {
            return Err(Trouble::Unmodelled("a field of so great a number is not modelled".to_owned()).into());
        }
        Ok(number as usize)
    }

    fn field_at(&mut self, number: f64) -> Run<Value> {
        let number = self.field_number(number)?;
        self.field(number)
    }

    pub(crate) fn field(&mut self, number: usize) -> Run<Value> {
        if number == 0 {
            self.rebuild()?;
            return Ok(self.current.text.clone());
        }
        self.split_record()?;
        // What is not there is an empty text for both, and equal to no number.
        Ok(self.current.fields.get(number - 1).cloned().unwrap_or_else(|| Value::Input(shared(b""))))
    }

    /// Makes the record of its fields, where one was changed.
    pub(crate) fn rebuild(&mut self) -> Run<()> {
        if !self.current.is_stale {
            return Ok(());
        }
        let separator = self.global(OFS);
        let separator = self.text(&separator)?;
        let mut out = Vec::new();
        for at in 0..self.current.fields.len() {
            if at > 0 {
                out.extend_from_slice(&separator);
            }
            let value = self.current.fields[at].clone();
            out.extend_from_slice(&self.text(&value)?);
        }
        self.current.text = Value::input(&out);
        self.current.is_stale = false;
        Ok(())
    }

    fn set_field(&mut self, number: f64, value: Value) -> Run<()> {
        let number = self.field_number(number)?;
        if matches!(value, Value::Number(it) if !it.is_finite()) {
            return Err(Trouble::Unmodelled("a field that is no finite number is not modelled".to_owned()).into());
        }
        if number == 0 {
            let text = self.text(&value)?;
            self.set_record(Value::Input(text));
            return Ok(());
        }
        self.split_record()?;
        if self.current.fields.len() < number {
            self.current.fields.resize(number, Value::Input(shared(b"")));
        }
        self.current.fields[number - 1] = value;
        self.current.is_stale = true;
        Ok(())
    }

    /// Makes fields up to a number, without a change of the record.
    pub(crate) fn reach_field(&mut self, number: f64) -> Run<()> {
        let number = self.field_number(number)?;
        self.split_record()?;
        if self.current.fields.len() < number {
            self.current.fields.resize(number, Value::Input(shared(b"")));
        }
        Ok(())
    }

    /// NF was set.
    pub(crate) fn set_count(&mut self, value: &Value) -> Run<()> {
        let number = value.number(self.dialect);
        if number.fract() != 0.0 {
            return Err(Trouble::Unmodelled("an NF that is no whole number is not modelled".to_owned()).into());
        }
        if number < 0.0 {
            return Err(Trouble::Exit("fatal: NF set to negative value".to_owned(), 2).into());
        }
        let number = self.field_number(number)?;
        self.split_record()?;
        self.current.fields.resize(number, Value::Input(shared(b"")));
        self.current.is_stale = true;
        Ok(())
    }
}

/// A field, parentheses aside.
fn is_field(expression: &Expression) -> bool {
    match expression {
        Expression::Field(_) => true,
        Expression::Group(list) => list.first().is_some_and(is_field),
        _ => false,
    }
}

/// Where a value goes.
#[derive(Clone, Debug)]
pub(crate) enum Spot {
    Variable(Symbol),
    Field(f64),
    Element(crate::array::Shared, Subscript),
}

/// gawk multiplies where the exponent is whole.
fn power(base: f64, exponent: f64, gawk: bool) -> f64 {
    if !gawk || exponent.fract() != 0.0 || exponent.abs() > 9e15 {
        return base.powf(exponent);
    }
    let mut left = exponent.abs() as u64;
    if left == 0 {
        return 1.0;
    }
    let (mut square, mut product) = (base, 1.0);
    while left > 1 {
        if left % 2 == 1 {
            product *= square;
        }
        square *= square;
        left /= 2;
    }
    let whole = product * square;
    if exponent < 0.0 { 1.0 / whole } else { whole }
}

/// What is no number, with the sign that a processor of the x86 kind gives it: the operand's if one is none, else minus. mawk prints it.
pub(crate) fn signed(result: f64, operands: &[f64]) -> f64 {
    if !result.is_nan() {
        return result;
    }
    operands.iter().copied().find(|it| it.is_nan()).unwrap_or(-f64::NAN.abs())
}
