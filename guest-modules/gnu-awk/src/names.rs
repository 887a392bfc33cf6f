//! What a name stands for: found out from all uses, across calls of functions.

use std::collections::HashMap;

use crate::tree::Symbol;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Unknown,
    Scalar,
    Array,
}

/// A bare name as an argument: the function and the place of the argument, and who names it.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    pub(crate) function: usize,
    pub(crate) place: usize,
    pub(crate) symbol: Symbol,
    pub(crate) within: Option<usize>,
}

/// The names of a program that is being read.
#[derive(Debug, Default)]
pub(crate) struct Names {
    globals: HashMap<Vec<u8>, usize>,
    pub(crate) order: Vec<Vec<u8>>,
    pub(crate) uses: Vec<Use>,
    /// Uses of parameters, by function.
    pub(crate) parameters: Vec<Vec<Use>>,
    pub(crate) passed: Vec<Passed>,
}

impl Names {
    pub(crate) fn global(&mut self, name: &[u8]) -> usize {
        if let Some(at) = self.globals.get(name) {
            return *at;
        }
        self.globals.insert(name.to_vec(), self.order.len());
        self.order.push(name.to_vec());
        self.uses.push(Use::Unknown);
        self.order.len() - 1
    }

    /// Answers whether a global of that name was met.
    pub(crate) fn is_named(&self, name: &[u8]) -> bool {
        self.globals.contains_key(name)
    }

    fn slot(&mut self, symbol: Symbol, within: Option<usize>) -> Option<&mut Use> {
        match symbol {
            Symbol::Global(at) => self.uses.get_mut(at),
            Symbol::Local(at) => self.parameters.get_mut(within?)?.get_mut(at),
        }
    }

    /// Notes a use; false where it goes against an earlier one.
    pub(crate) fn note(&mut self, symbol: Symbol, within: Option<usize>, of: Use) -> bool {
        let Some(slot) = self.slot(symbol, within) else { return true };
        if *slot == Use::Unknown {
            *slot = of;
        }
        *slot == of
    }

    fn of(&mut self, symbol: Symbol, within: Option<usize>) -> Use {
        self.slot(symbol, within).map_or(Use::Unknown, |it| *it)
    }

    pub(crate) fn is_unknown(&mut self, symbol: Symbol, within: Option<usize>) -> bool {
        self.of(symbol, within) == Use::Unknown
    }

    pub(crate) fn is_array(&mut self, symbol: Symbol, within: Option<usize>) -> bool {
        self.of(symbol, within) == Use::Array
    }

    /// Carries uses through calls, until nothing more is learnt. None where a name is both.
    pub(crate) fn settle(&mut self) -> Option<()> {
        loop {
            let mut learnt = false;
            for it in self.passed.clone() {
                let inner = self.of(Symbol::Local(it.place), Some(it.function));
                let outer = self.of(it.symbol, it.within);
                match (inner, outer) {
                    (Use::Array, Use::Unknown) => learnt |= self.note(it.symbol, it.within, Use::Array),
                    (Use::Unknown, Use::Array) => learnt |= self.note(Symbol::Local(it.place), Some(it.function), Use::Array),
                    (Use::Array, Use::Scalar) | (Use::Scalar, Use::Array) => return None,
                    _ => {}
                }
            }
            if !learnt {
                return Some(());
            }
        }
    }
}
