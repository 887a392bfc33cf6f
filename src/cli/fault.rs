//! A failure as it is told at the edge: kind, chain, hint.

use std::{error::Error, fmt::Write as _};

/// What ended a command before its time.
#[derive(Debug)]
pub(super) struct Fault {
    error: Box<dyn Error>,
    hint: Option<&'static str>,
    pub(super) is_bug: bool,
    /// The exit code, where it is another one than that of an expected failure.
    pub(super) code: Option<u8>,
}

impl Fault {
    /// Returns the failure with something to type.
    pub(super) fn hint(self, hint: &'static str) -> Fault {
        Fault { hint: Some(hint), ..self }
    }

    /// Returns the failure with an exit code of its own.
    pub(super) fn exits(self, code: u8) -> Fault {
        Fault { code: Some(code), ..self }
    }

    /// Returns the lines that are printed.
    pub(super) fn told(&self) -> String {
        let mut out = format!("{}: {}\n", if self.is_bug { "Bug" } else { "Error" }, self.error);
        let mut cause = self.error.source();
        while let Some(it) = cause {
            let _ = writeln!(out, "  Caused by: {it}");
            cause = it.source();
        }
        if let Some(hint) = self.hint {
            let _ = writeln!(out, "Hint: {hint}");
        }
        out
    }
}

impl<E: Error + 'static> From<E> for Fault {
    fn from(error: E) -> Fault {
        Fault { error: Box::new(error), hint: None, is_bug: false, code: None }
    }
}
