//! The tokens of an expression and the reading of the next.

use super::{MOST_AHEAD, Place, Reader, Trouble, message, number};

/// What a token is; operators that take two operands know how tightly they bind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Token {
    #[default]
    End,
    Name,
    Number,
    Assign,
    AssignWith,
    Comma,
    Question,
    Colon,
    Open,
    Close,
    Not,
    Complement,
    Increment,
    Decrement,
    IncrementAfter,
    DecrementAfter,
    Power,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equal,
    Unequal,
    Less,
    More,
    AtMost,
    AtLeast,
    ShiftLeft,
    ShiftRight,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

impl Token {
    /// Returns how tightly a left-to-right operator binds, 0 for what is none.
    pub fn tightness(self) -> u8 {
        match self {
            Token::Or => 1,
            Token::And => 2,
            Token::BitOr => 3,
            Token::BitXor => 4,
            Token::BitAnd => 5,
            Token::Equal | Token::Unequal => 6,
            Token::Less | Token::More | Token::AtMost | Token::AtLeast => 7,
            Token::ShiftLeft | Token::ShiftRight => 8,
            Token::Plus | Token::Minus => 9,
            Token::Times | Token::Divide | Token::Modulo => 10,
            _ => 0,
        }
    }
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// Reads the next token.
    pub fn next(&mut self) -> Result<(), Trouble> {
        let mut at = self.state.at;
        while matches!(self.byte(at), b' ' | b'\t' | b'\n') {
            at += 1;
        }
        self.state.at = at;
        if at >= self.text.len() {
            self.state.last = self.state.current;
            self.state.current = Token::End;
            return Ok(());
        }
        self.state.token_at = at;
        match self.byte(at) {
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => self.name_token(at),
            b'0'..=b'9' => self.number_token(at),
            _ => self.operator_token(at),
        }
    }

    fn take(&mut self, token: Token, end: usize) {
        self.state.last = self.state.current;
        self.state.current = token;
        self.state.at = end;
    }

    fn name_token(&mut self, start: usize) -> Result<(), Trouble> {
        let mut end = start;
        while self.byte(end) == b'_' || self.byte(end).is_ascii_alphanumeric() {
            end += 1;
        }
        let name = self.text[start..end].to_string();
        let mut index = None;
        if self.byte(end) == b'[' {
            let Some(close) = closing(self.text, end) else {
                return Err(self.trouble("bad array subscript"));
            };
            index = Some(self.text[end + 1..close].to_string());
            end = close + 1;
        }
        let mut place = Place { name, index, fixed: None };
        let following = self.look_ahead(&place, end)?;
        let value = if matches!(self.state.last, Token::Increment | Token::Decrement) || following != Token::Assign { self.value_of(&mut place)? } else { 0 };
        self.state.place = Some(place);
        self.state.value = value;
        self.take(Token::Name, end);
        Ok(())
    }

    /// Returns the token behind a name, which is not evaluated but complains as any.
    fn look_ahead(&mut self, place: &Place, end: usize) -> Result<Token, Trouble> {
        if self.ahead >= MOST_AHEAD {
            return Ok(Token::Name);
        }
        let before = self.state.clone();
        self.state.place = Some(place.clone());
        self.state.at = end;
        self.state.skipped = 1;
        self.state.current = Token::Name;
        self.ahead += 1;
        self.next()?;
        self.ahead -= 1;
        let following = self.state.current;
        self.state = before;
        Ok(following)
    }

    fn number_token(&mut self, start: usize) -> Result<(), Trouble> {
        let mut end = start;
        while self.byte(end).is_ascii_alphanumeric() || matches!(self.byte(end), b'#' | b'@' | b'_') {
            end += 1;
        }
        // The message shows the expression as far as the number goes.
        self.state.value = number::read(&self.text[start..end]).map_err(|what| message(&self.text[..end], what, &self.text[start..end]))?;
        self.take(Token::Number, end);
        Ok(())
    }

    fn operator_token(&mut self, at: usize) -> Result<(), Trouble> {
        let (first, second, third) = (self.byte(at), self.byte(at + 1), self.byte(at + 2));
        let (token, length) = match (first, second) {
            (b'=', b'=') => (Token::Equal, 2),
            (b'!', b'=') => (Token::Unequal, 2),
            (b'>', b'=') => (Token::AtLeast, 2),
            (b'<', b'=') => (Token::AtMost, 2),
            (b'<', b'<') if third == b'=' => (self.assign_with(Token::ShiftLeft), 3),
            (b'>', b'>') if third == b'=' => (self.assign_with(Token::ShiftRight), 3),
            (b'<', b'<') => (Token::ShiftLeft, 2),
            (b'>', b'>') => (Token::ShiftRight, 2),
            (b'&', b'&') => (Token::And, 2),
            (b'|', b'|') => (Token::Or, 2),
            (b'*', b'*') => (Token::Power, 2),
            (b'-', b'-') | (b'+', b'+') => self.doubled(at, first)?,
            _ => match single(first) {
                Some((token, true)) if second == b'=' => (self.assign_with(token), 2),
                Some((token, _)) => (token, 1),
                None if matches!(self.state.current, Token::Name | Token::Number) => {
                    return Err(self.trouble("syntax error: invalid arithmetic operator"));
                }
                None => return Err(self.trouble("syntax error: operand expected")),
            },
        };
        self.take(token, at + length);
        Ok(())
    }

    fn assign_with(&mut self, operator: Token) -> Token {
        self.state.assigning = operator;
        Token::AssignWith
    }

    /// Decides what `++` or `--` is: behind a name, before a name, or two signs.
    fn doubled(&self, at: usize, sign: u8) -> Result<(Token, usize), Trouble> {
        let plus = sign == b'+';
        if self.state.current == Token::Name {
            return Ok((if plus { Token::IncrementAfter } else { Token::DecrementAfter }, 2));
        }
        if self.state.current == Token::Number && matches!(self.state.last, Token::Increment | Token::Decrement) {
            return Err(self.trouble(if plus { "++: assignment requires lvalue" } else { "--: assignment requires lvalue" }));
        }
        let mut after = at + 2;
        while matches!(self.byte(after), b' ' | b'\t' | b'\n') {
            after += 1;
        }
        if self.byte(after) == b'_' || self.byte(after).is_ascii_alphabetic() {
            return Ok((if plus { Token::Increment } else { Token::Decrement }, 2));
        }
        Ok((if plus { Token::Plus } else { Token::Minus }, 1))
    }
}

/// Returns an operator of one sign and whether it can stand before `=`.
fn single(sign: u8) -> Option<(Token, bool)> {
    Some(match sign {
        b'=' => (Token::Assign, false),
        b'>' => (Token::More, false),
        b'<' => (Token::Less, false),
        b'+' => (Token::Plus, true),
        b'-' => (Token::Minus, true),
        b'*' => (Token::Times, true),
        b'/' => (Token::Divide, true),
        b'%' => (Token::Modulo, true),
        b'!' => (Token::Not, false),
        b'(' => (Token::Open, false),
        b')' => (Token::Close, false),
        b'&' => (Token::BitAnd, true),
        b'|' => (Token::BitOr, true),
        b'^' => (Token::BitXor, true),
        b'~' => (Token::Complement, false),
        b'?' => (Token::Question, false),
        b':' => (Token::Colon, false),
        b',' => (Token::Comma, false),
        _ => return None,
    })
}

/// Returns where the `]` of the `[` at a place stands, over nested brackets, quotes and backslashes.
fn closing(text: &str, open: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (open, 0usize);
    while let Some(&unit) = bytes.get(at) {
        match unit {
            b'\\' => at += 1,
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            b'\'' | b'"' | b'`' => {
                at += 1;
                while *bytes.get(at)? != unit {
                    at += if bytes[at] == b'\\' && unit != b'\'' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}
