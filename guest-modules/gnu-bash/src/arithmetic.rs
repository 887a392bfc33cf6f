//! Arithmetic of the shell (bash(1), ARITHMETIC EVALUATION): 64 bits that wrap, C's operators and `**`.

/// Deepest nesting of expressions and of variables that name others (`MAX_EXPR_RECURSION_LEVEL` of bash).
const DEEPEST: usize = 1024;

/// Most nesting of parentheses; each costs stack.
const MOST_OPEN: usize = 250;

/// Why an expression has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Bash's words for it.
    Message(String),
    /// Something else, which was told already.
    Other(String),
}

/// The variables of an expression.
pub trait Scope {
    /// The text of a variable, or of an element by its subscript's text.
    fn get(&mut self, name: &str, index: Option<&str>) -> Result<Option<String>, Trouble>;
    fn set(&mut self, name: &str, index: Option<&str>, value: i64) -> Result<(), Trouble>;
}

/// The value of an expression; of nothing, 0.
pub fn evaluate(text: &str, scope: &mut dyn Scope) -> Result<i64, Trouble> {
    within(text, scope, 0)
}

fn within(text: &str, scope: &mut dyn Scope, depth: usize) -> Result<i64, Trouble> {
    if depth >= DEEPEST.min(200) {
        return Err(Trouble::Message(format!("{text}: expression recursion level exceeded (error token is \"{text}\")")));
    }
    // The number that most expressions are.
    if let Ok(number) = text.trim().parse::<i64>()
        && !text.trim().trim_start_matches(['-', '+']).starts_with('0')
    {
        return Ok(number);
    }
    let mut reader = Reader { text, letters: text.chars().collect(), at: 0, before: 0, scope, depth, open: 0, skips: 0 };
    reader.blank();
    if reader.at >= reader.letters.len() {
        return Ok(0);
    }
    let value = reader.comma()?;
    reader.blank();
    if reader.at < reader.letters.len() {
        let rest = reader.rest();
        let kind = if rest.starts_with(|it: char| it.is_alphanumeric() || it == '_') || reader.operator().is_none() { "syntax error in expression" } else { "syntax error in expression" };
        let kind = if reader.operator().is_none() && !rest.starts_with(|it: char| it.is_alphanumeric() || it == '_') { "syntax error: invalid arithmetic operator" } else { kind };
        return reader.wrong(kind);
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    letters: Vec<char>,
    at: usize,
    /// Where the last token began.
    before: usize,
    scope: &'a mut dyn Scope,
    depth: usize,
    open: usize,
    /// Above 0 where a value is not wanted: the other side of `&&`, `||`, `?:`.
    skips: usize,
}

/// What a name stands for in an assignment.
type Place = (String, Option<String>);

const OPERATORS: &[&str] = &[
    "<<=", ">>=", "**", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "+", "-", "*", "/", "%", "&", "|", "^", "<", ">", "=",
    "!", "~", "?", ":", ",", "(", ")",
];

/// Binary operators by how strongly they bind, weakest first.
const LEVELS: &[&[&str]] = &[&["||"], &["&&"], &["|"], &["^"], &["&"], &["==", "!="], &["<=", ">=", "<", ">"], &["<<", ">>"], &["+", "-"], &["*", "/", "%"]];

impl Reader<'_> {
    fn blank(&mut self) {
        while self.letters.get(self.at).is_some_and(|it| it.is_whitespace()) {
            self.at += 1;
        }
    }

    fn rest(&self) -> String {
        self.letters[self.at.min(self.letters.len())..].iter().collect()
    }

    fn wrong<T>(&self, what: &str) -> Result<T, Trouble> {
        self.wrong_at(what, self.at)
    }

    fn wrong_at<T>(&self, what: &str, at: usize) -> Result<T, Trouble> {
        let token: String = self.letters[at.min(self.letters.len())..].iter().collect();
        let shown = self.text.trim_start();
        Err(Trouble::Message(format!("{shown}: {what} (error token is \"{token}\")")))
    }

    fn operator(&self) -> Option<&'static str> {
        OPERATORS.iter().find(|it| it.chars().enumerate().all(|(at, letter)| self.letters.get(self.at + at) == Some(&letter))).copied()
    }

    fn take(&mut self, operator: &str) -> bool {
        self.blank();
        if self.operator() == Some(operator) {
            self.before = self.at;
            self.at += operator.len();
            return true;
        }
        false
    }

    fn comma(&mut self) -> Result<i64, Trouble> {
        let mut value = self.assignment()?;
        while self.take(",") {
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, Trouble> {
        self.blank();
        let start = self.at;
        if let Some(place) = self.place() {
            self.blank();
            if let Some(operator) = self.operator().filter(|it| it.ends_with('=') && !matches!(*it, "==" | "!=" | "<=" | ">=")) {
                self.at += operator.len();
                let before = if operator == "=" { 0 } else { self.value(&place)? };
                let right = self.assignment()?;
                let value = if operator == "=" { right } else { self.binary(&operator[..operator.len() - 1], before, right)? };
                self.put(&place, value)?;
                return Ok(value);
            }
        }
        self.at = start;
        self.choice()
    }

    fn choice(&mut self) -> Result<i64, Trouble> {
        let condition = self.level(0)?;
        if !self.take("?") {
            self.blank();
            if self.operator() == Some("=") {
                return self.wrong("attempted assignment to non-variable");
            }
            return Ok(condition);
        }
        self.blank();
        if self.at >= self.letters.len() || self.operator() == Some(":") {
            return self.wrong("expression expected");
        }
        self.skips += usize::from(condition == 0);
        let yes = self.comma()?;
        self.skips -= usize::from(condition == 0);
        if !self.take(":") {
            return self.wrong("`:' expected for conditional expression");
        }
        self.blank();
        if self.at >= self.letters.len() {
            return self.wrong("expression expected");
        }
        self.skips += usize::from(condition != 0);
        let no = self.assignment()?;
        self.skips -= usize::from(condition != 0);
        Ok(if condition != 0 { yes } else { no })
    }

    fn level(&mut self, number: usize) -> Result<i64, Trouble> {
        let Some(operators) = LEVELS.get(number) else { return self.power() };
        let mut left = self.level(number + 1)?;
        loop {
            self.blank();
            let operator = match self.operator() {
                // Two signs where one is wanted are two, unless a name follows that they could change.
                Some(sign @ ("++" | "--")) if !self.letters.get(self.at + 2).is_some_and(|it| it.is_ascii_alphabetic() || *it == '_') => Some(&sign[..1]),
                other => other,
            };
            let Some(operator) = operator.filter(|it| operators.contains(it)) else { return Ok(left) };
            self.at += operator.len();
            match operator {
                "&&" | "||" => {
                    let decided = (left != 0) == (operator == "||");
                    self.skips += usize::from(decided);
                    let right = self.level(number + 1)?;
                    self.skips -= usize::from(decided);
                    left = i64::from(if operator == "&&" { left != 0 && right != 0 } else { left != 0 || right != 0 });
                }
                _ => {
                    self.blank();
                    let right = self.level(number + 1)?;
                    left = self.binary(operator, left, right)?;
                }
            }
        }
    }

    fn power(&mut self) -> Result<i64, Trouble> {
        let base = self.unary()?;
        if !self.take("**") {
            return Ok(base);
        }
        let exponent = self.power()?;
        self.raised(base, exponent)
    }

    fn raised(&mut self, base: i64, exponent: i64) -> Result<i64, Trouble> {
        if exponent < 0 {
            return self.wrong_at("exponent less than 0", self.before);
        }
        let (mut out, mut base, mut left) = (1_i64, base, exponent);
        while left > 0 {
            if left & 1 == 1 {
                out = out.wrapping_mul(base);
            }
            base = base.wrapping_mul(base);
            left >>= 1;
        }
        Ok(out)
    }

    fn binary(&mut self, operator: &str, left: i64, right: i64) -> Result<i64, Trouble> {
        Ok(match operator {
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            "/" | "%" => {
                if right == 0 {
                    if self.skips > 0 {
                        return Ok(0);
                    }
                    return self.wrong_at("division by 0", self.before);
                }
                if operator == "/" { left.wrapping_div(right) } else { left.wrapping_rem(right) }
            }
            "**" => return self.raised(left, right),
            "<<" => left.wrapping_shl(right as u32),
            ">>" => left.wrapping_shr(right as u32),
            "&" => left & right,
            "|" => left | right,
            "^" => left ^ right,
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "<=" => i64::from(left <= right),
            ">=" => i64::from(left >= right),
            "<" => i64::from(left < right),
            _ => i64::from(left > right),
        })
    }

    fn unary(&mut self) -> Result<i64, Trouble> {
        self.blank();
        let start = self.at;
        match self.operator() {
            Some("!") => {
                self.at += 1;
                Ok(i64::from(self.unary()? == 0))
            }
            Some("~") => {
                self.at += 1;
                Ok(!self.unary()?)
            }
            Some(sign @ ("++" | "--")) => {
                self.at += 2;
                self.blank();
                if let Some(place) = self.place() {
                    let value = self.value(&place)?;
                    let value = if sign == "++" { value.wrapping_add(1) } else { value.wrapping_sub(1) };
                    self.put(&place, value)?;
                    return Ok(value);
                }
                // Two signs of a number.
                self.at = start + 1;
                let value = self.unary()?;
                Ok(if sign == "++" { value } else { value.wrapping_neg() })
            }
            Some("-") => {
                self.at += 1;
                Ok(self.unary()?.wrapping_neg())
            }
            Some("+") => {
                self.at += 1;
                self.unary()
            }
            _ => self.primary(),
        }
    }

    fn primary(&mut self) -> Result<i64, Trouble> {
        self.blank();
        self.before = self.at;
        if self.take("(") {
            self.open += 1;
            if self.open > MOST_OPEN {
                return self.wrong("expression recursion level exceeded");
            }
            let value = self.comma()?;
            self.open -= 1;
            if !self.take(")") {
                return self.wrong("missing `)'");
            }
            return Ok(value);
        }
        match self.letters.get(self.at) {
            Some(letter) if letter.is_ascii_digit() => self.number(),
            Some(letter) if letter.is_ascii_alphabetic() || *letter == '_' => {
                let Some(place) = self.place() else { return self.wrong("syntax error: operand expected") };
                let value = self.value(&place)?;
                self.blank();
                let sign = self.operator().filter(|it| matches!(*it, "++" | "--"));
                if let Some(sign) = sign {
                    self.at += 2;
                    self.put(&place, if sign == "++" { value.wrapping_add(1) } else { value.wrapping_sub(1) })?;
                }
                Ok(value)
            }
            _ => self.wrong("syntax error: operand expected"),
        }
    }

    fn number(&mut self) -> Result<i64, Trouble> {
        let start = self.at;
        let word: String = self.letters[start..].iter().take_while(|it| it.is_ascii_alphanumeric() || matches!(it, '#' | '@' | '_')).collect();
        self.at += word.len();
        let fail = |it: &Self, what: &str| it.wrong_at::<i64>(what, start);
        if let Some((base, digits)) = word.split_once('#') {
            let Ok(base) = base.parse::<i64>() else { return fail(self, "invalid number") };
            if !(2..=64).contains(&base) {
                return fail(self, "invalid arithmetic base");
            }
            if digits.is_empty() {
                return fail(self, "invalid integer constant");
            }
            return self.digits(digits, base, start);
        }
        if let Some(digits) = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
            return self.digits(digits, 16, start);
        }
        if word.len() > 1 && word.starts_with('0') {
            return self.digits(&word[1..], 8, start);
        }
        self.digits(&word, 10, start)
    }

    fn digits(&self, digits: &str, base: i64, start: usize) -> Result<i64, Trouble> {
        let mut value = 0_i64;
        for letter in digits.chars() {
            let digit = match letter {
                '0'..='9' => i64::from(u32::from(letter) - u32::from('0')),
                'a'..='z' => i64::from(u32::from(letter) - u32::from('a')) + 10,
                'A'..='Z' if base <= 36 => i64::from(u32::from(letter) - u32::from('A')) + 10,
                'A'..='Z' => i64::from(u32::from(letter) - u32::from('A')) + 36,
                '@' => 62,
                '_' => 63,
                _ => return self.wrong_at("invalid number", start),
            };
            if digit >= base {
                return self.wrong_at("value too great for base", start);
            }
            value = value.wrapping_mul(base).wrapping_add(digit);
        }
        Ok(value)
    }

    /// A name with its subscript.
    fn place(&mut self) -> Option<Place> {
        let start = self.at;
        if !self.letters.get(start).is_some_and(|it| it.is_ascii_alphabetic() || *it == '_') {
            return None;
        }
        let name: String = self.letters[start..].iter().take_while(|it| it.is_ascii_alphanumeric() || **it == '_').collect();
        self.at += name.len();
        self.before = start;
        if self.letters.get(self.at) != Some(&'[') {
            return Some((name, None));
        }
        let (mut at, mut depth) = (self.at + 1, 1);
        while at < self.letters.len() {
            match self.letters[at] {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let index: String = self.letters[self.at + 1..at].iter().collect();
                self.at = at + 1;
                return Some((name, Some(index)));
            }
            at += 1;
        }
        Some((name, None))
    }

    fn value(&mut self, place: &Place) -> Result<i64, Trouble> {
        if self.skips > 0 {
            return Ok(0);
        }
        match self.scope.get(&place.0, place.1.as_deref())? {
            None => Ok(0),
            Some(text) => within(&text, self.scope, self.depth + 1),
        }
    }

    fn put(&mut self, place: &Place, value: i64) -> Result<(), Trouble> {
        if self.skips > 0 {
            return Ok(());
        }
        self.scope.set(&place.0, place.1.as_deref(), value)
    }
}
