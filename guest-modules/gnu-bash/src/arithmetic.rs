//! Arithmetic as in `$((…))`, `((…))`, `let` and subscripts: 64-bit integers that wrap, C's operators, and variables whose
//! values are themselves expressions.
//!
//! It reads token by token with one token looked ahead, in the order bash does, because that order shows: in which part of a
//! wrong expression the message points, and in what was assigned before it.

mod number;
mod token;

use token::Token;

/// Variables, as an expression reads and sets them.
pub trait Scope {
    /// Returns the value of a variable or of an element of one; `index` is the text between the brackets.
    fn get(&mut self, name: &str, index: Option<&str>) -> Result<Option<String>, Trouble>;

    /// Sets a variable or an element of one.
    fn set(&mut self, name: &str, index: Option<&str>, value: i64) -> Result<(), Trouble>;

    /// Returns a subscript that means the same element later, for `a[i++] += 1` reads and sets one element and counts once.
    fn resolve(&mut self, _name: &str, index: &str) -> Result<String, Trouble> {
        Ok(index.to_string())
    }
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The text bash writes behind `bash: line N: `.
    Message(String),
    /// The variables could not be asked; whoever was asked knows why.
    Other(String),
    /// A limit of this reader, where bash goes on.
    Beyond(String),
}

/// How deep values may be expressions of values (expr.c, `MAX_EXPR_RECURSION_LEVEL`).
const DEEPEST: usize = 1024;

/// How deep parentheses and operators may stand in each other, over all values. Bash goes on until its stack ends; here the
/// stack is small and running out of it would be no answer.
const MOST_NESTED: usize = 1100;

/// How many names in a row are looked ahead over; a second one in a row is already an error.
const MOST_AHEAD: usize = 200;

/// Returns the value of an expression whose expansions are done.
pub fn evaluate(text: &str, scope: &mut dyn Scope) -> Result<i64, Trouble> {
    subexpression(text, scope, 0, 0)
}

fn subexpression(text: &str, scope: &mut dyn Scope, depth: usize, nested: usize) -> Result<i64, Trouble> {
    if text.trim_matches(blank).is_empty() {
        return Ok(0);
    }
    let mut reader = Reader { text, scope, depth: depth + 1, nested, ahead: 0, state: State::default() };
    reader.next()?;
    let value = reader.comma()?;
    if reader.state.current != Token::End {
        return Err(reader.trouble("syntax error in expression"));
    }
    Ok(value)
}

/// What bash skips between tokens.
fn blank(unit: char) -> bool {
    matches!(unit, ' ' | '\t' | '\n')
}

/// Makes bash's message about an expression, of which the leading blanks are not shown.
fn message(text: &str, what: &str, token: &str) -> Trouble {
    Trouble::Message(format!("{}: {what} (error token is \"{token}\")", text.trim_start_matches([' ', '\t'])))
}

/// A variable or an element of one; `fixed` is the subscript once it is resolved.
#[derive(Clone, Debug)]
struct Place {
    name: String,
    index: Option<String>,
    fixed: Option<String>,
}

/// Where the reader stands: all that is put back after looking ahead.
#[derive(Clone, Debug, Default)]
struct State {
    at: usize,
    /// Where the last token began, as messages show it.
    token_at: usize,
    current: Token,
    last: Token,
    value: i64,
    place: Option<Place>,
    /// How many unevaluated branches this is inside of.
    skipped: usize,
    /// The operator in front of the `=`.
    assigning: Token,
}

struct Reader<'a> {
    text: &'a str,
    scope: &'a mut dyn Scope,
    depth: usize,
    nested: usize,
    ahead: usize,
    state: State,
}

impl Reader<'_> {
    fn trouble(&self, what: &str) -> Trouble {
        message(self.text, what, self.text.get(self.state.token_at..).unwrap_or(""))
    }

    fn comma(&mut self) -> Result<i64, Trouble> {
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(Trouble::Beyond(format!("an arithmetic expression nests deeper than {MOST_NESTED} levels")));
        }
        let mut value = self.assignment()?;
        while self.state.current == Token::Comma {
            self.next()?;
            value = self.assignment()?;
        }
        self.nested -= 1;
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, Trouble> {
        let before = self.conditional()?;
        let operator = match self.state.current {
            Token::Assign => None,
            Token::AssignWith => Some(self.state.assigning),
            _ => return Ok(before),
        };
        if self.state.last != Token::Name {
            return Err(self.trouble("attempted assignment to non-variable"));
        }
        let Some(mut place) = self.state.place.clone() else {
            return Err(self.trouble("syntax error in variable assignment"));
        };
        self.next()?;
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(Trouble::Beyond(format!("an arithmetic expression nests deeper than {MOST_NESTED} levels")));
        }
        let mut value = self.assignment()?;
        self.nested -= 1;
        if let Some(operator) = operator {
            if matches!(operator, Token::Divide | Token::Modulo) && value == 0 {
                if self.state.skipped == 0 {
                    return Err(self.trouble("division by 0"));
                }
                value = 1;
            }
            value = combine(operator, before, value);
        } else {
            place.fixed = None;
        }
        if self.state.skipped == 0 {
            self.set(&place, value)?;
        }
        self.state.place = None;
        Ok(value)
    }

    fn set(&mut self, place: &Place, value: i64) -> Result<(), Trouble> {
        self.scope.set(&place.name, place.fixed.as_deref().or(place.index.as_deref()), value)
    }

    fn conditional(&mut self) -> Result<i64, Trouble> {
        let condition = self.binary(1)?;
        if self.state.current != Token::Question {
            return Ok(condition);
        }
        let skip = usize::from(condition == 0);
        self.state.skipped += skip;
        self.next()?;
        if matches!(self.state.current, Token::End | Token::Colon) {
            return Err(self.trouble("expression expected"));
        }
        let yes = self.comma()?;
        self.state.skipped -= skip;
        if self.state.current != Token::Colon {
            return Err(self.trouble("`:' expected for conditional expression"));
        }
        let skip = usize::from(condition != 0);
        self.state.skipped += skip;
        self.next()?;
        if self.state.current == Token::End {
            return Err(self.trouble("expression expected"));
        }
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(Trouble::Beyond(format!("an arithmetic expression nests deeper than {MOST_NESTED} levels")));
        }
        let no = self.conditional()?;
        self.nested -= 1;
        self.state.skipped -= skip;
        self.state.last = Token::Question;
        Ok(if condition != 0 { yes } else { no })
    }

    /// Reads the operators that bind at least as tightly as told, which all take their operands from the left.
    fn binary(&mut self, least: u8) -> Result<i64, Trouble> {
        let mut left = self.power()?;
        loop {
            let operator = self.state.current;
            let tightness = operator.tightness();
            if tightness < least || tightness == 0 {
                return Ok(left);
            }
            let skip = usize::from(matches!((operator, left != 0), (Token::Or, true) | (Token::And, false)));
            self.state.skipped += skip;
            let after_operator = self.state.at;
            self.next()?;
            let mut right = self.binary(tightness + 1)?;
            self.state.skipped -= skip;
            if matches!(operator, Token::Divide | Token::Modulo) && right == 0 {
                if self.state.skipped == 0 {
                    let rest = self.text.get(after_operator..).unwrap_or("").trim_start_matches([' ', '\t']);
                    return Err(message(self.text, "division by 0", rest));
                }
                right = 1;
            }
            left = combine(operator, left, right);
            self.state.last = Token::Number;
        }
    }

    fn power(&mut self) -> Result<i64, Trouble> {
        let base = self.unary()?;
        if self.state.current != Token::Power {
            return Ok(base);
        }
        self.next()?;
        self.nested += 1;
        if self.nested > MOST_NESTED {
            return Err(Trouble::Beyond(format!("an arithmetic expression nests deeper than {MOST_NESTED} levels")));
        }
        let exponent = self.power()?;
        self.nested -= 1;
        self.state.last = Token::Number;
        if exponent < 0 {
            return Err(self.trouble("exponent less than 0"));
        }
        Ok(raised(base, exponent))
    }

    fn unary(&mut self) -> Result<i64, Trouble> {
        let mut signs = Vec::new();
        while matches!(self.state.current, Token::Not | Token::Complement | Token::Minus | Token::Plus) {
            signs.push(self.state.current);
            self.next()?;
        }
        let mut value = self.primary()?;
        for sign in signs.into_iter().rev() {
            value = match sign {
                Token::Not => i64::from(value == 0),
                Token::Complement => !value,
                Token::Minus => value.wrapping_neg(),
                _ => value,
            };
            self.state.last = Token::Number;
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<i64, Trouble> {
        match self.state.current {
            Token::Increment | Token::Decrement => self.stepped_before(),
            Token::Open => {
                self.next()?;
                let value = self.comma()?;
                if self.state.current != Token::Close {
                    return Err(self.trouble("missing `)'"));
                }
                self.next()?;
                Ok(value)
            }
            Token::Number => {
                let value = self.state.value;
                self.next()?;
                Ok(value)
            }
            Token::Name => self.name(),
            _ => Err(self.trouble("syntax error: operand expected")),
        }
    }

    fn stepped_before(&mut self) -> Result<i64, Trouble> {
        let sign = self.state.current;
        self.state.last = sign;
        self.next()?;
        if self.state.current != Token::Name {
            return Err(self.trouble("identifier expected after pre-increment or pre-decrement"));
        }
        let value = self.state.value.wrapping_add(if sign == Token::Increment { 1 } else { -1 });
        if self.state.skipped == 0
            && let Some(place) = self.state.place.clone()
        {
            self.set(&place, value)?;
        }
        // `--x=7` is an error.
        self.state.current = Token::Number;
        self.next()?;
        Ok(value)
    }

    fn name(&mut self) -> Result<i64, Trouble> {
        let value = self.state.value;
        let before = self.state.clone();
        self.state.skipped = 1;
        self.next()?;
        let sign = self.state.current;
        if matches!(sign, Token::IncrementAfter | Token::DecrementAfter) {
            self.state.place = before.place;
            self.state.skipped = before.skipped;
            self.state.last = Token::Name;
            if self.state.skipped == 0
                && let Some(place) = self.state.place.clone()
            {
                self.set(&place, value.wrapping_add(if sign == Token::IncrementAfter { 1 } else { -1 }))?;
            }
            // `x++=7` is an error.
            self.state.current = Token::Number;
        } else {
            self.state = before;
        }
        self.next()?;
        Ok(value)
    }

    /// Returns the value of a variable, which is an expression; one that is a name alone is followed without going deeper.
    fn value_of(&mut self, place: &mut Place) -> Result<i64, Trouble> {
        if self.state.skipped > 0 {
            return Ok(0);
        }
        if let Some(index) = &place.index {
            place.fixed = Some(self.scope.resolve(&place.name, index)?);
        }
        let mut value = self.scope.get(&place.name, place.fixed.as_deref())?.unwrap_or_default();
        let mut depth = self.depth;
        let mut parent: Option<String> = None;
        loop {
            let inner = value.trim_matches(blank);
            if value.is_empty() {
                return Ok(0);
            }
            if depth >= DEEPEST {
                let (text, token) = match &parent {
                    Some(text) => (text.as_str(), text.trim_start_matches(blank)),
                    None => (self.text, self.text.get(self.state.token_at..).unwrap_or("")),
                };
                return Err(message(text, "expression recursion level exceeded", token));
            }
            if !is_name(inner) {
                return subexpression(&value, self.scope, depth, self.nested);
            }
            let next = self.scope.get(inner, None)?.unwrap_or_default();
            parent = Some(std::mem::replace(&mut value, next));
            depth += 1;
        }
    }
}

fn is_name(text: &str) -> bool {
    text.bytes().next().is_some_and(|unit| unit == b'_' || unit.is_ascii_alphabetic()) && text.bytes().all(|unit| unit == b'_' || unit.is_ascii_alphanumeric())
}

/// Applies an operator; a division by nought never comes here.
fn combine(operator: Token, left: i64, right: i64) -> i64 {
    // The machine takes the count of a shift modulo the width.
    let count = (right & 63) as u32;
    match operator {
        Token::Or => i64::from(left != 0 || right != 0),
        Token::And => i64::from(left != 0 && right != 0),
        Token::BitOr => left | right,
        Token::BitXor => left ^ right,
        Token::BitAnd => left & right,
        Token::Equal => i64::from(left == right),
        Token::Unequal => i64::from(left != right),
        Token::Less => i64::from(left < right),
        Token::More => i64::from(left > right),
        Token::AtMost => i64::from(left <= right),
        Token::AtLeast => i64::from(left >= right),
        Token::ShiftLeft => left.wrapping_shl(count),
        Token::ShiftRight => left.wrapping_shr(count),
        Token::Plus => left.wrapping_add(right),
        Token::Minus => left.wrapping_sub(right),
        Token::Times => left.wrapping_mul(right),
        Token::Divide if right != 0 => left.wrapping_div(right),
        Token::Modulo if right != 0 => left.wrapping_rem(right),
        _ => 0,
    }
}

fn raised(mut base: i64, mut exponent: i64) -> i64 {
    let mut result = 1i64;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests;
