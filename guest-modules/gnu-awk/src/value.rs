//! Values: numbers, texts, and texts of the input, which are numbers too where they look like one.

use std::rc::Rc;

use crate::{
    Dialect, Trouble, format,
    number::{to_number, whole},
    tree::Bytes,
};

#[derive(Clone, Debug, Default)]
pub(crate) enum Value {
    #[default]
    Nothing,
    Number(f64),
    Text(Bytes),
    /// From the input, the environment, arguments or split().
    Input(Bytes),
}

impl Value {
    pub(crate) fn text(bytes: Vec<u8>) -> Value {
        Value::Text(Rc::from(bytes))
    }

    pub(crate) fn input(bytes: &[u8]) -> Value {
        Value::Input(Rc::from(bytes))
    }

    pub(crate) fn truth(yes: bool) -> Value {
        Value::Number(f64::from(u8::from(yes)))
    }

    pub(crate) fn number(&self, dialect: Dialect) -> f64 {
        match self {
            Value::Nothing => 0.0,
            Value::Number(it) => *it,
            Value::Text(text) | Value::Input(text) => to_number(text, dialect),
        }
    }

    /// The number that it is for comparisons and conditions; None where it is a text there.
    pub(crate) fn as_number(&self, dialect: Dialect) -> Option<f64> {
        match self {
            Value::Nothing => Some(0.0),
            Value::Number(it) => Some(*it),
            Value::Text(_) => None,
            Value::Input(text) => whole(text, dialect),
        }
    }

    pub(crate) fn is_true(&self, dialect: Dialect) -> bool {
        match self {
            Value::Nothing => false,
            Value::Number(it) => *it != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::Input(text) => whole(text, dialect).map_or(!text.is_empty(), |it| it != 0.0),
        }
    }

    /// The text of it, where `format` is CONVFMT or OFMT.
    pub(crate) fn bytes(&self, format: &[u8], dialect: Dialect) -> Result<Bytes, Trouble> {
        Ok(match self {
            Value::Nothing => Rc::from(&b""[..]),
            Value::Number(it) => Rc::from(format::number(format, *it, dialect)?),
            Value::Text(text) | Value::Input(text) => text.clone(),
        })
    }

    /// The text that `%s` shows; numbers were made texts before, where CONVFMT is another one.
    pub(crate) fn format_text(&self, dialect: Dialect) -> Result<Bytes, Trouble> {
        self.bytes(b"%.6g", dialect)
    }
}
