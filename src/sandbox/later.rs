//! A built-in module that is made ready when it is first needed.

use std::sync::{Arc, OnceLock};

use crate::{
    digest::Digest,
    guest::{BuiltIn, Cache, Error, Module, Role, built_in},
};

/// A built-in module that few runs need, and whose start is dear: Python's has some sixty megabytes of machine code to be authenticated.
#[derive(Clone)]
pub struct Later {
    of: &'static BuiltIn,
    cache: Option<Cache>,
    made: Arc<OnceLock<Result<Module, String>>>,
}

impl std::fmt::Debug for Later {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Later({} {})", self.of.name, self.digest())
    }
}

impl Later {
    /// Names the interpreter of Python that the program has inside.
    pub fn python(cache: Option<&Cache>) -> Result<Later, Error> {
        let of = built_in().iter().find(|it| is_python(it)).ok_or_else(|| Error::MissingBuiltIn { name: "python".into() })?;
        Ok(Later { of, cache: cache.cloned(), made: Arc::default() })
    }

    /// Returns its name.
    pub fn name(&self) -> &'static str {
        self.of.name
    }

    /// Returns the digest of the component's bytes, which needs no module that is ready.
    pub fn digest(&self) -> Digest {
        Digest::from_bytes(*self.of.digest)
    }

    /// Returns the module, made ready at the first call. `tell` hears of it when it must be compiled.
    pub fn ready(&self, tell: &dyn Fn(&str)) -> Result<&Module, Error> {
        let made = self.made.get_or_init(|| Module::built_in(self.of, self.cache.as_ref(), tell).map_err(|error| error.to_string()));
        made.as_ref().map_err(|reason| Error::Compile { name: self.of.name.into(), reason: reason.clone() })
    }
}

/// Whether this is the one module that is made ready later.
pub(super) fn is_python(it: &BuiltIn) -> bool {
    it.role == Role::Interpreter && it.name == "python"
}
