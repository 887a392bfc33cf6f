//! Statements.

use std::rc::Rc;

use crate::{
    Dialect, Trouble,
    array::Shared,
    run::{Machine, Run, Slot, Stop},
    special::{OFMT, OFS, ORS, PROCINFO},
    stream::Way,
    tree::{Builtin, Bytes, Expression, Statement, Symbol, Target},
    value::Value,
};

/// How a statement ended.
#[derive(Debug)]
pub(crate) enum Flow {
    On,
    Break,
    Continue,
    Return(Value),
}

/// Deepest nesting of calls and expressions in a run.
pub(crate) const DEEPEST: usize = 1000;

impl Machine<'_> {
    pub(crate) fn deeper(&mut self) -> Run<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Trouble::Unmodelled("an awk program that calls itself so deeply is not carried out".to_owned()).into());
        }
        Ok(())
    }

    pub(crate) fn statements(&mut self, list: &[Statement]) -> Run<Flow> {
        for statement in list {
            match self.statement(statement)? {
                Flow::On => {}
                other => return Ok(other),
            }
        }
        Ok(Flow::On)
    }

    fn statement(&mut self, statement: &Statement) -> Run<Flow> {
        match statement {
            Statement::Expression(Expression::Builtin(Builtin::Srand, arguments)) => {
                self.srand(arguments)?;
            }
            Statement::Expression(expression) => {
                let held = std::mem::replace(&mut self.statement_depth, self.depth);
                self.value(expression)?;
                self.statement_depth = held;
            }
            Statement::Print(list, target) => self.print(list, target.as_ref())?,
            Statement::Printf(list, target) => self.printf(list, target.as_ref())?,
            Statement::Block(list) => return self.statements(list),
            Statement::If(condition, yes, no) => {
                if self.condition(condition)? {
                    return self.nested(yes);
                }
                if let Some(no) = no {
                    return self.nested(no);
                }
            }
            Statement::While(condition, body) => {
                while self.condition(condition)? {
                    match self.nested(body)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        _ => {}
                    }
                }
            }
            Statement::Do(body, condition) => loop {
                match self.nested(body)? {
                    Flow::Break => break,
                    Flow::Return(value) => return Ok(Flow::Return(value)),
                    _ => {}
                }
                if !self.condition(condition)? {
                    break;
                }
            },
            Statement::For(first, condition, step, body) => return self.counted(first.as_deref(), condition.as_ref(), step.as_deref(), body),
            Statement::ForIn(key, array, body) => return self.for_in(key, *array, body),
            Statement::Switch(value, cases) => return self.switch(value, cases),
            Statement::Next => return Err(Stop::Next),
            Statement::NextFile => return Err(Stop::NextFile),
            Statement::Exit(status) => {
                if let Some(status) = status {
                    let value = self.value(status)?.number(self.dialect);
                    if !(-2_147_483_648.0..=2_147_483_647.0).contains(&value) {
                        return Err(Trouble::Unmodelled("such an exit status is not modelled".to_owned()).into());
                    }
                    self.status = (value as i64 & 0xff) as i32;
                }
                return Err(Stop::Exit);
            }
            Statement::Return(value) => {
                let value = match value {
                    Some(value) => self.value(value)?,
                    None => Value::Nothing,
                };
                return Ok(Flow::Return(value));
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
            Statement::Delete(array, subscripts) => {
                let array = self.array(*array)?;
                match subscripts {
                    None => array.borrow_mut().clear(),
                    Some(list) => {
                        let subscript = self.subscript_to_delete(list)?;
                        array.borrow_mut().delete(&subscript);
                    }
                }
            }
        }
        Ok(Flow::On)
    }

    fn nested(&mut self, statement: &Statement) -> Run<Flow> {
        self.deeper()?;
        let flow = self.statement(statement)?;
        self.depth -= 1;
        Ok(flow)
    }

    fn counted(&mut self, first: Option<&Statement>, condition: Option<&Expression>, step: Option<&Statement>, body: &Statement) -> Run<Flow> {
        if let Some(first) = first {
            self.statement(first)?;
        }
        loop {
            if let Some(condition) = condition
                && !self.condition(condition)?
            {
                return Ok(Flow::On);
            }
            match self.nested(body)? {
                Flow::Break => return Ok(Flow::On),
                Flow::Return(value) => return Ok(Flow::Return(value)),
                _ => {}
            }
            if let Some(step) = step {
                self.statement(step)?;
            }
        }
    }

    fn for_in(&mut self, key: &Expression, array: Symbol, body: &Statement) -> Run<Flow> {
        let array = self.array(array)?;
        for text in self.keys(&array)? {
            self.assign(key, Value::Text(text))?;
            match self.nested(body)? {
                Flow::Break => break,
                Flow::Return(value) => return Ok(Flow::Return(value)),
                _ => {}
            }
        }
        Ok(Flow::On)
    }

    /// The keys of an array in the order in which a loop goes.
    fn keys(&mut self, array: &Shared) -> Run<Vec<Bytes>> {
        if self.dialect == Dialect::Gawk
            && let Slot::Array(info) = &self.globals[PROCINFO]
        {
            let order = info.borrow().peek(b"sorted_in").cloned();
            if let Some(order) = order {
                let order = self.text(&order)?;
                if !order.is_empty() && &order[..] != b"@unsorted" {
                    return self.sorted_keys(array, &order);
                }
            }
        }
        let unknown = || Trouble::Unmodelled("the order in which awk goes through this array is not known".to_owned());
        if array.borrow().len() == 1 {
            return Ok(array.borrow().entries().into_iter().map(|it| it.0).collect());
        }
        array.borrow_mut().keys().ok_or_else(|| unknown().into())
    }

    fn switch(&mut self, value: &Expression, cases: &[(Option<Expression>, Vec<Statement>)]) -> Run<Flow> {
        let value = self.value(value)?;
        let mut found = None;
        for (at, (case, _)) in cases.iter().enumerate() {
            let Some(case) = case else { continue };
            let matches = match case {
                Expression::Pattern(text) => {
                    let pattern = self.pattern(text)?;
                    let text = self.text(&value)?;
                    pattern.is_match(&text)?
                }
                case => {
                    let case = self.value(case)?;
                    self.compare(&value, &case)? == std::cmp::Ordering::Equal
                }
            };
            if matches {
                found = Some(at);
                break;
            }
        }
        let Some(begin) = found.or_else(|| cases.iter().position(|it| it.0.is_none())) else { return Ok(Flow::On) };
        for (_, body) in &cases[begin..] {
            match self.statements(body)? {
                Flow::On => {}
                Flow::Break => return Ok(Flow::On),
                other => return Ok(other),
            }
        }
        Ok(Flow::On)
    }

    pub(crate) fn print(&mut self, list: &[Expression], target: Option<&Target>) -> Run<()> {
        let mut out = Vec::new();
        if list.is_empty() {
            let record = self.field(0)?;
            out.extend_from_slice(&self.text(&record)?);
        }
        let values = self.values(list)?;
        let format = self.global(OFMT);
        let format = self.text(&format)?;
        let between = self.global(OFS);
        let between = self.text(&between)?;
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                out.extend_from_slice(&between);
            }
            out.extend_from_slice(&value.bytes(&format, self.dialect)?);
        }
        let end = self.global(ORS);
        out.extend_from_slice(&self.text(&end)?);
        self.emit(&out, target)
    }

    fn printf(&mut self, list: &[Expression], target: Option<&Target>) -> Run<()> {
        let values = self.values(list)?;
        let out = self.formatted(&values).map_err(|stop| match stop {
            // What stood before the fault is printed by then.
            Stop::Trouble(Trouble::Exit(message, _)) if self.dialect == Dialect::Mawk => {
                Trouble::Unmodelled(format!("a printf of mawk that ends within is not modelled: {message}")).into()
            }
            stop => stop,
        })?;
        self.emit(&out, target)
    }

    /// What a format with its values comes to.
    pub(crate) fn formatted(&mut self, values: &[Value]) -> Run<Vec<u8>> {
        let Some((format, values)) = values.split_first() else { return Ok(Vec::new()) };
        let format = self.text(format)?;
        let convert = self.convert()?;
        Ok(crate::format::sprintf(&format, values, &convert, self.dialect)?)
    }

    fn emit(&mut self, bytes: &[u8], target: Option<&Target>) -> Run<()> {
        let Some(target) = target else { return Ok(self.streams.out(bytes, self.world)?) };
        let (expression, way, append) = match target {
            Target::Truncate(name) => (name, Way::File, false),
            Target::Append(name) => (name, Way::File, true),
            Target::Pipe(command) => (command, Way::Pipe, false),
        };
        let name = self.value(expression)?;
        let name = self.text(&name)?;
        self.streams.open(&name, way, append, self.dialect, self.world)?;
        Ok(self.streams.write(&name, bytes, self.world)?)
    }

    /// The array that a name holds.
    pub(crate) fn array(&mut self, symbol: Symbol) -> Run<Shared> {
        let slot = match symbol {
            Symbol::Global(at) => self.globals.get(at),
            Symbol::Local(at) => self.locals.get(at),
        };
        match slot {
            Some(Slot::Array(array)) => Ok(Rc::clone(array)),
            _ => Err(Trouble::Unmodelled("a scalar that is used as an array is not modelled".to_owned()).into()),
        }
    }
}
