//! Arrays: elements by text, and the order in which each awk goes through them.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use crate::{
    Dialect,
    order::{Key, Order},
    tree::Bytes,
    value::Value,
};

/// An array that functions share with who called them.
pub(crate) type Shared = Rc<RefCell<Array>>;

#[derive(Debug)]
pub(crate) struct Array {
    items: HashMap<Bytes, Value>,
    order: Order,
    /// What is in it hangs on the machine: its order can't be told.
    pub(crate) opaque: bool,
}

/// A subscript: its text, and the whole number that it was.
#[derive(Clone, Debug)]
pub(crate) struct Subscript {
    pub(crate) text: Bytes,
    pub(crate) integer: Option<i32>,
}

impl Subscript {
    fn key(&self) -> Key<'_> {
        match self.integer {
            Some(integer) => Key::Integer(integer),
            None => Key::Text(&self.text),
        }
    }
}

impl Array {
    pub(crate) fn new(dialect: Dialect) -> Array {
        Array { items: HashMap::new(), order: Order::new(dialect), opaque: false }
    }

    pub(crate) fn shared(dialect: Dialect) -> Shared {
        Rc::new(RefCell::new(Array::new(dialect)))
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// An element, which is made where it is not there.
    pub(crate) fn get(&mut self, subscript: &Subscript) -> Value {
        self.touch(subscript);
        self.items.get(&subscript.text).cloned().unwrap_or_default()
    }

    fn touch(&mut self, subscript: &Subscript) {
        let fresh = !self.items.contains_key(&subscript.text);
        self.order.find(&subscript.key(), &subscript.text, true, fresh);
        if fresh {
            self.items.insert(subscript.text.clone(), Value::Nothing);
        }
    }

    pub(crate) fn set(&mut self, subscript: &Subscript, value: Value) {
        let fresh = !self.items.contains_key(&subscript.text);
        self.order.find(&subscript.key(), &subscript.text, true, fresh);
        self.items.insert(subscript.text.clone(), value);
    }

    /// Puts a value where the element was just looked for.
    pub(crate) fn put(&mut self, subscript: &Subscript, value: Value) {
        if self.items.contains_key(&subscript.text) {
            self.items.insert(subscript.text.clone(), value);
        } else {
            self.set(subscript, value);
        }
    }

    pub(crate) fn has(&mut self, subscript: &Subscript) -> bool {
        self.order.find(&subscript.key(), &subscript.text, false, false);
        self.items.contains_key(&subscript.text)
    }

    /// A value by its key, without a trace.
    pub(crate) fn peek(&self, text: &[u8]) -> Option<&Value> {
        self.items.get(text)
    }

    pub(crate) fn delete(&mut self, subscript: &Subscript) {
        let was_there = self.items.remove(&subscript.text).is_some();
        self.order.delete(&subscript.key(), &subscript.text, was_there);
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
        self.order.clear();
    }

    /// Fills it with elements from 1 on, as split() does.
    pub(crate) fn load(&mut self, values: Vec<Value>) {
        let count = values.len();
        self.items = values.into_iter().enumerate().map(|(at, value)| (Rc::from((at + 1).to_string().into_bytes()), value)).collect();
        self.order.clear();
        if count > 0 {
            self.order.load(&self.items, count);
        }
    }

    /// The keys in their order; None where it can't be told.
    pub(crate) fn keys(&mut self) -> Option<Vec<Bytes>> {
        if self.opaque && self.items.len() > 1 {
            return None;
        }
        self.order.keys()
    }

    /// The keys and values, in no order.
    pub(crate) fn entries(&self) -> Vec<(Bytes, Value)> {
        self.items.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}
