//! Operators by the strength with which they bind, from assignment down to the last operand.

use crate::{
    Dialect, Trouble,
    lex::Token,
    names::Use,
    parse::{Parser, Read},
    pattern::Pattern,
    tree::{Builtin, Compare, Expression, Operator, Source, Symbol},
};

/// Deepest nesting of an expression, and longest chain of operators in a statement.
const DEEPEST: usize = 400;
const LONGEST: usize = 3000;

fn boxed(it: Expression) -> Box<Expression> {
    Box::new(it)
}

pub(crate) fn is_place(it: &Expression) -> bool {
    matches!(it, Expression::Variable(_) | Expression::Field(_) | Expression::Element(..))
}

/// Operators that bind more strongly than `in`.
const STRONGER: [&str; 15] = ["/", "*", "%", "^", "**", "+", "-", "/=", "<", "<=", "==", "!=", ">=", "~", "!~"];

/// Variables that mawk(1) has itself.
const VARIABLES: [&[u8]; 16] = [
    b"ARGC", b"ARGV", b"CONVFMT", b"ENVIRON", b"FILENAME", b"FNR", b"FS", b"NF", b"NR", b"OFMT", b"OFS", b"ORS", b"RLENGTH", b"RS", b"RSTART", b"SUBSEP",
];

impl Parser<'_> {
    pub(crate) fn expression(&mut self) -> Read<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Trouble::Unmodelled("an awk program that is nested so deeply is not carried out".to_owned()));
        }
        self.may_assign = true;
        let found = self.ternary();
        self.depth -= 1;
        found
    }

    fn lengthen(&mut self) -> Read<()> {
        self.chain += 1;
        if self.chain > LONGEST {
            return Err(Trouble::Unmodelled("an awk statement that is so long is not carried out".to_owned()));
        }
        Ok(())
    }

    fn ternary(&mut self) -> Read<Expression> {
        let condition = self.or()?;
        if !self.takes("?")? {
            return Ok(condition);
        }
        self.newlines()?;
        let yes = self.expression()?;
        self.newlines()?;
        self.expect(":")?;
        self.newlines()?;
        let no = self.expression()?;
        Ok(Expression::Choice(boxed(condition), boxed(yes), boxed(no)))
    }

    fn or(&mut self) -> Read<Expression> {
        let mut left = self.and()?;
        while self.takes("||")? {
            self.lengthen()?;
            self.newlines()?;
            self.may_assign = true;
            left = Expression::Or(boxed(left), boxed(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Read<Expression> {
        let mut left = self.membership()?;
        while self.takes("&&")? {
            self.lengthen()?;
            self.newlines()?;
            self.may_assign = true;
            left = Expression::And(boxed(left), boxed(self.membership()?));
        }
        Ok(left)
    }

    fn membership(&mut self) -> Read<Expression> {
        let mut left = self.matching()?;
        while !self.no_in && self.takes("in")? {
            self.lengthen()?;
            let array = self.array()?;
            if STRONGER.iter().any(|it| self.is(it)) || !self.no_greater && self.is(">") {
                return Err(Trouble::Unmodelled("an operator that binds more strongly right behind `in` is not modelled".to_owned()));
            }
            left = Expression::In(vec![left], array);
        }
        Ok(left)
    }

    fn matching(&mut self) -> Read<Expression> {
        let mut left = self.comparison()?;
        loop {
            let negated = if self.takes("~")? {
                false
            } else if self.takes("!~")? {
                true
            } else {
                return Ok(left);
            };
            self.lengthen()?;
            self.may_assign = true;
            let pattern = self.comparison()?;
            left = Expression::Match { negated, text: boxed(left), pattern: boxed(pattern) };
        }
    }

    fn comparison(&mut self) -> Read<Expression> {
        let mut left = self.concat()?;
        let mut many = 0;
        loop {
            if self.is("|") && self.pipes_to_getline()? {
                self.lengthen()?;
                left = self.from_command(left)?;
                continue;
            }
            let Token::Sign(sign) = self.token else { return Ok(left) };
            let compare = match sign {
                "<" => Compare::Less,
                "<=" => Compare::LessEqual,
                "==" => Compare::Equal,
                "!=" => Compare::NotEqual,
                ">" if !self.no_greater => Compare::Greater,
                ">=" => Compare::GreaterEqual,
                _ => return Ok(left),
            };
            many += 1;
            if many > 1 && self.dialect() == Dialect::Gawk {
                return Err(self.unexpected());
            }
            self.lengthen()?;
            self.advance()?;
            self.may_assign = true;
            let right = self.concat()?;
            left = Expression::Compare(compare, boxed(left), boxed(right));
        }
    }

    fn pipes_to_getline(&mut self) -> Read<bool> {
        let mark = self.mark();
        self.advance()?;
        let found = self.is("getline");
        self.back(mark);
        Ok(found)
    }

    fn from_command(&mut self, command: Expression) -> Read<Expression> {
        self.commands = true;
        self.advance()?;
        self.advance()?;
        let target = self.getline_target()?;
        Ok(Expression::Getline { from: Source::Command(boxed(command)), target })
    }

    /// Whether what stands here can begin an operand that is joined to the one before.
    fn begins_operand(&self) -> bool {
        match &self.token {
            Token::Number(_) | Token::Text(_) | Token::Name(_) | Token::Function(_) => true,
            Token::Sign(sign) => matches!(*sign, "$" | "!" | "(" | "++" | "--" | "-" | "+"),
            _ => false,
        }
    }

    fn concat(&mut self) -> Read<Expression> {
        let first = self.additive()?;
        let mut parts = vec![first];
        while self.begins_operand() {
            self.lengthen()?;
            parts.push(self.additive()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Concat(parts) })
    }

    fn additive(&mut self) -> Read<Expression> {
        let mut left = self.product()?;
        loop {
            let operator = match self.token {
                Token::Sign("+") => Operator::Add,
                Token::Sign("-") => Operator::Subtract,
                _ => return Ok(left),
            };
            self.lengthen()?;
            self.advance()?;
            left = Expression::Binary(operator, boxed(left), boxed(self.product()?));
        }
    }

    fn product(&mut self) -> Read<Expression> {
        let mut left = self.unary()?;
        loop {
            let operator = match self.token {
                Token::Sign("*") => Operator::Multiply,
                Token::Sign("/") => Operator::Divide,
                Token::Sign("%") => Operator::Remainder,
                _ => return Ok(left),
            };
            self.lengthen()?;
            self.advance()?;
            let right = self.unary()?;
            // gawk works out constants when it reads the program.
            let by_zero = matches!(right, Expression::Number(it) if it == 0.0) && operator != Operator::Multiply;
            if by_zero && self.dialect() == Dialect::Gawk && matches!(left, Expression::Number(_)) {
                return Err(self.lexer.wrong("error: division by zero attempted"));
            }
            left = Expression::Binary(operator, boxed(left), boxed(right));
        }
    }

    fn unary(&mut self) -> Read<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Trouble::Unmodelled("an awk program that is nested so deeply is not carried out".to_owned()));
        }
        let found = if self.takes("!")? {
            self.may_assign = false;
            let operand = self.unary()?;
            Ok(Expression::Not(boxed(operand)))
        } else if self.takes("-")? {
            self.may_assign = false;
            Ok(Expression::Negative(boxed(self.unary()?)))
        } else if self.takes("+")? {
            self.may_assign = false;
            Ok(Expression::Positive(boxed(self.unary()?)))
        } else {
            self.power()
        };
        self.depth -= 1;
        found
    }

    fn power(&mut self) -> Read<Expression> {
        let base = self.operand()?;
        if !(self.is("^") || self.is("**")) {
            return Ok(base);
        }
        self.advance()?;
        let exponent = self.unary()?;
        if matches!(&exponent, Expression::In(list, _) if list.len() > 1) {
            return Err(Trouble::Unmodelled("a list in an array as an exponent is not modelled".to_owned()));
        }
        Ok(Expression::Binary(Operator::Power, boxed(base), boxed(exponent)))
    }

    /// An operand with what stands behind it: `++`, an assignment, and for mawk a pipe to getline.
    fn operand(&mut self) -> Read<Expression> {
        let may = std::mem::take(&mut self.may_assign);
        self.begins = may;
        let mut found = self.primary()?;
        if is_place(&found) {
            if self.takes("++")? {
                self.no_slash()?;
                found = Expression::Step { target: boxed(found), by: 1.0, old: true };
            } else if self.takes("--")? {
                self.no_slash()?;
                found = Expression::Step { target: boxed(found), by: -1.0, old: true };
            } else if let Some(assigned) = self.assigned(&found)? {
                if !may {
                    return Err(Trouble::Unmodelled("an assignment behind an operator that binds more strongly is not modelled".to_owned()));
                }
                return Ok(assigned);
            }
        }
        while self.dialect() == Dialect::Mawk && self.is("|") && self.pipes_to_getline()? {
            self.lengthen()?;
            found = self.from_command(found)?;
        }
        Ok(found)
    }

    /// mawk takes a slash behind `length` and `++` for the beginning of a pattern.
    fn no_slash(&self) -> Read<()> {
        if self.dialect() == Dialect::Mawk && (self.is("/") || self.is("/=")) {
            return Err(Trouble::Unmodelled("a division right behind `length` or `++` is not modelled for mawk".to_owned()));
        }
        Ok(())
    }

    fn assigned(&mut self, place: &Expression) -> Read<Option<Expression>> {
        let Token::Sign(sign) = self.token else { return Ok(None) };
        let operator = match sign {
            "=" => None,
            "+=" => Some(Operator::Add),
            "-=" => Some(Operator::Subtract),
            "*=" => Some(Operator::Multiply),
            "/=" => Some(Operator::Divide),
            "%=" => Some(Operator::Remainder),
            "^=" | "**=" => Some(Operator::Power),
            _ => return Ok(None),
        };
        self.advance()?;
        let value = boxed(self.expression()?);
        let place = boxed(place.clone());
        Ok(Some(match operator {
            None => Expression::Assign(place, value),
            Some(operator) => Expression::Update(operator, place, value),
        }))
    }

    fn primary(&mut self) -> Read<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Trouble::Unmodelled("an awk program that is nested so deeply is not carried out".to_owned()));
        }
        let found = self.operand_alone();
        self.depth -= 1;
        found
    }

    fn operand_alone(&mut self) -> Read<Expression> {
        let begins = std::mem::take(&mut self.begins);
        match self.token.clone() {
            Token::Number(value) => {
                self.advance()?;
                Ok(Expression::Number(value))
            }
            Token::Text(text) => {
                self.advance()?;
                Ok(Expression::Text(text.into()))
            }
            Token::Sign("/") => self.pattern(b""),
            Token::Sign("/=") => self.pattern(b"="),
            Token::Sign("$") => {
                self.advance()?;
                self.field()
            }
            Token::Sign("++") => self.step(1.0),
            Token::Sign("--") => self.step(-1.0),
            Token::Sign("(") => self.group(begins),
            Token::Sign("getline") => {
                self.advance()?;
                let target = self.getline_target()?;
                if self.takes("<")? {
                    let file = self.file_operand()?;
                    return Ok(Expression::Getline { from: Source::File(boxed(file)), target });
                }
                Ok(Expression::Getline { from: Source::Main, target })
            }
            Token::Sign("-") => {
                self.advance()?;
                Ok(Expression::Negative(boxed(self.unary()?)))
            }
            Token::Sign("+") => {
                self.advance()?;
                Ok(Expression::Positive(boxed(self.unary()?)))
            }
            Token::Sign("!") => {
                self.advance()?;
                Ok(Expression::Not(boxed(self.unary()?)))
            }
            Token::Name(name) => self.named(&name),
            // A name of mawk's own is a variable, with parentheses behind it.
            Token::Function(name) if self.dialect() == Dialect::Mawk && VARIABLES.contains(&&name[..]) => self.named(&name),
            Token::Function(name) => self.called(&name),
            _ => Err(self.unexpected()),
        }
    }

    /// The name of a file behind `getline <`: one operand.
    fn file_operand(&mut self) -> Read<Expression> {
        let found = self.primary()?;
        if is_place(&found) {
            if self.takes("++")? {
                return Ok(Expression::Step { target: boxed(found), by: 1.0, old: true });
            }
            if self.takes("--")? {
                return Ok(Expression::Step { target: boxed(found), by: -1.0, old: true });
            }
        }
        Ok(found)
    }

    fn pattern(&mut self, begin: &[u8]) -> Read<Expression> {
        let mut text = begin.to_vec();
        text.extend(self.lexer.pattern()?);
        self.advance()?;
        if self.dialect() == Dialect::Mawk
            && let Err(trouble) = Pattern::new(&text, Dialect::Mawk, false)
        {
            // It compiles what it reads.
            return Err(trouble);
        }
        Ok(Expression::Pattern(text.into()))
    }

    /// What `$` is about: an operand that binds more strongly than all operators but `++` before it.
    fn field(&mut self) -> Read<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Trouble::Unmodelled("an awk program that is nested so deeply is not carried out".to_owned()));
        }
        let number = match self.token {
            Token::Sign("++") => self.step(1.0)?,
            Token::Sign("--") => self.step(-1.0)?,
            Token::Sign("-") => {
                self.advance()?;
                Expression::Negative(boxed(self.primary()?))
            }
            Token::Sign("+") => {
                self.advance()?;
                Expression::Positive(boxed(self.primary()?))
            }
            Token::Sign("!") => {
                self.advance()?;
                Expression::Not(boxed(self.primary()?))
            }
            _ => self.primary()?,
        };
        self.depth -= 1;
        Ok(Expression::Field(boxed(number)))
    }

    fn step(&mut self, by: f64) -> Read<Expression> {
        self.advance()?;
        let target = self.primary()?;
        if !is_place(&target) {
            return Err(self.unexpected());
        }
        Ok(Expression::Step { target: boxed(target), by, old: false })
    }

    /// Parentheses; a list in them for `in`, which mawk reads only where an expression begins.
    fn group(&mut self, begins: bool) -> Read<Expression> {
        let mut list = self.group_list()?;
        if list.len() > 1 {
            if !begins && self.dialect() == Dialect::Mawk {
                return Err(self.lexer.wrong("syntax error at or near ,"));
            }
            if !self.takes("in")? {
                return Err(self.unexpected());
            }
            let array = self.array()?;
            if STRONGER[..8].iter().any(|it| self.is(it)) {
                return Err(Trouble::Unmodelled("an operator that binds more strongly right behind `in` is not modelled".to_owned()));
            }
            return Ok(Expression::In(list, array));
        }
        Ok(Expression::Group(vec![list.remove(0)]))
    }

    /// Expressions within parentheses.
    pub(crate) fn group_list(&mut self) -> Read<Vec<Expression>> {
        self.expect("(")?;
        let held = (std::mem::take(&mut self.no_greater), std::mem::take(&mut self.no_in));
        let mut list = vec![self.expression()?];
        while self.takes(",")? {
            self.newlines()?;
            list.push(self.expression()?);
        }
        (self.no_greater, self.no_in) = held;
        self.expect(")")?;
        Ok(list)
    }

    fn getline_target(&mut self) -> Read<Option<Box<Expression>>> {
        let place = match self.token.clone() {
            Token::Sign("$") => {
                self.advance()?;
                self.field()?
            }
            Token::Name(name) if Builtin::of(&name).is_none_or(|it| it.1 && self.dialect() == Dialect::Mawk) => self.named(&name)?,
            _ => return Ok(None),
        };
        Ok(Some(boxed(place)))
    }

    fn builtin(&self, name: &[u8]) -> Option<Builtin> {
        Builtin::of(name).filter(|it| !it.1 || self.dialect() == Dialect::Gawk).map(|it| it.0)
    }

    fn named(&mut self, name: &[u8]) -> Read<Expression> {
        if let Some(builtin) = self.builtin(name) {
            self.advance()?;
            if self.is("(") {
                return self.builtin_call(builtin);
            }
            if builtin == Builtin::Length {
                self.no_slash()?;
                return Ok(Expression::Builtin(builtin, Vec::new()));
            }
            return Err(self.unexpected());
        }
        let symbol = self.symbol(name)?;
        self.advance()?;
        if !self.is("[") {
            self.note(symbol, Use::Scalar, name)?;
            return Ok(Expression::Variable(symbol));
        }
        let is_new = self.is_unknown(symbol);
        self.note(symbol, Use::Array, name)?;
        // mawk knows that it is an array behind the subscript.
        self.indexed.extend(is_new.then_some(symbol));
        let subscripts = self.subscripts()?;
        if is_new {
            self.indexed.pop();
        }
        Ok(Expression::Element(symbol, subscripts))
    }

    pub(crate) fn subscripts(&mut self) -> Read<Vec<Expression>> {
        self.expect("[")?;
        let held = (std::mem::take(&mut self.no_greater), std::mem::take(&mut self.no_in));
        let mut list = vec![self.expression()?];
        while self.takes(",")? {
            self.newlines()?;
            list.push(self.expression()?);
        }
        (self.no_greater, self.no_in) = held;
        self.expect("]")?;
        if self.is("[") {
            return Err(match self.dialect() {
                Dialect::Gawk => Trouble::Unmodelled("arrays in arrays are not modelled".to_owned()),
                Dialect::Mawk => self.unexpected(),
            });
        }
        Ok(list)
    }

    fn called(&mut self, name: &[u8]) -> Read<Expression> {
        if let Some(builtin) = self.builtin(name) {
            self.advance()?;
            return self.builtin_call(builtin);
        }
        self.advance()?;
        if self.dialect() == Dialect::Mawk && self.is_variable(name) {
            return Err(Trouble::Unmodelled("a variable with parentheses behind it is not modelled for mawk".to_owned()));
        }
        let function = self.function(name);
        let arguments = self.arguments(|parser, place| parser.user_argument(function, place))?;
        self.calls.push((function, arguments.len()));
        Ok(Expression::Call(function, arguments))
    }

    /// Arguments in parentheses, each read by `read`.
    fn arguments(&mut self, mut read: impl FnMut(&mut Self, usize) -> Read<Expression>) -> Read<Vec<Expression>> {
        self.expect("(")?;
        let held = (std::mem::take(&mut self.no_greater), std::mem::take(&mut self.no_in));
        self.newlines()?;
        let mut list = Vec::new();
        if !self.is(")") {
            loop {
                list.push(read(self, list.len())?);
                if !self.takes(",")? {
                    break;
                }
                self.newlines()?;
            }
        }
        (self.no_greater, self.no_in) = held;
        self.expect(")")?;
        Ok(list)
    }

    /// A bare name goes as what it is, which is found out when all is read.
    fn user_argument(&mut self, function: usize, place: usize) -> Read<Expression> {
        match self.bare_name()? {
            Some(symbol) => {
                self.pass(function, place, symbol);
                Ok(Expression::Variable(symbol))
            }
            None => self.expression(),
        }
    }

    /// A name alone, up to a comma or parenthesis.
    fn bare_name(&mut self) -> Read<Option<Symbol>> {
        let Token::Name(name) = self.token.clone() else { return Ok(None) };
        if self.builtin(&name).is_some() {
            return Ok(None);
        }
        let mark = self.mark();
        self.advance()?;
        if self.is(",") || self.is(")") {
            return self.symbol(&name).map(Some);
        }
        self.back(mark);
        Ok(None)
    }

    fn builtin_call(&mut self, builtin: Builtin) -> Read<Expression> {
        let list = self.arguments(|parser, place| parser.builtin_argument(builtin, place))?;
        let (least, most) = builtin.arity();
        let most = if self.dialect() == Dialect::Mawk {
            match builtin {
                Builtin::Split => 3,
                Builtin::Match => 2,
                Builtin::Close => 1,
                Builtin::Mktime => 1,
                _ => most,
            }
        } else {
            most
        };
        if list.len() < least || list.len() > most {
            // gawk finds some of these only when it runs.
            return Err(self.lexer.wrong("wrong number of arguments in a call"));
        }
        if matches!(builtin, Builtin::Sub | Builtin::Gsub) && list.len() == 3 && !is_place(&list[2]) {
            return Err(Trouble::Unmodelled("a substitution in what is no variable is not modelled".to_owned()));
        }
        Ok(Expression::Builtin(builtin, list))
    }

    fn builtin_argument(&mut self, builtin: Builtin, place: usize) -> Read<Expression> {
        let is_array = match builtin {
            Builtin::Split | Builtin::Patsplit => place == 1 || place == 3,
            Builtin::Asort | Builtin::Asorti => place < 2,
            Builtin::Match => place == 2,
            _ => false,
        };
        let either = matches!(builtin, Builtin::Length | Builtin::Isarray | Builtin::Typeof);
        if is_array || either {
            if let Some(symbol) = self.bare_name()? {
                if is_array {
                    self.note(symbol, Use::Array, b"")?;
                } else {
                    self.ask(symbol);
                }
                return Ok(Expression::Variable(symbol));
            }
            if is_array {
                return Err(self.unexpected());
            }
        }
        self.expression()
    }
}
