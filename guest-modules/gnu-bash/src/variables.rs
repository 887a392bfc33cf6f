//! Variables, arrays and their attributes (bash(1), PARAMETERS), with the scopes of functions.

use std::collections::{BTreeMap, HashMap};

/// What a variable holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    Nothing,
    Text(String),
    List(BTreeMap<i64, String>),
    Map(Map),
}

/// An associative array, in the order in which bash walks its hash table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map(Vec<(u32, String, String)>);

/// Buckets of a new table (`ASSOC_HASH_BUCKETS` of bash); it grows when twice as many entries are in it.
const BUCKETS: u32 = 1024;

/// The bucket of a key in a table of so many: FNV-1 over the bytes, as bash's hashlib has it.
pub(crate) fn bucket_of(key: &str, buckets: u32) -> u32 {
    let hash = crate::text::to_bytes(key).iter().fold(2_166_136_261_u32, |hash, byte| hash.wrapping_mul(16_777_619) ^ u32::from(*byte));
    hash & (buckets - 1)
}

impl Map {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|it| it.1 == key).map(|it| it.2.as_str())
    }

    /// A new entry comes first in its bucket.
    pub fn set(&mut self, key: &str, value: String) {
        if let Some(entry) = self.0.iter_mut().find(|it| it.1 == key) {
            entry.2 = value;
            return;
        }
        let bucket = bucket_of(key, BUCKETS);
        let at = self.0.iter().position(|it| it.0 >= bucket).unwrap_or(self.0.len());
        self.0.insert(at, (bucket, key.to_owned(), value));
    }

    pub fn remove(&mut self, key: &str) {
        self.0.retain(|it| it.1 != key);
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|it| (it.1.as_str(), it.2.as_str()))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A variable with its attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    pub held: Held,
    pub exported: bool,
    pub readonly: bool,
    pub integer: bool,
    /// `u`, `l`, or nothing.
    pub case: Option<char>,
    /// Whether it stands for another variable (`declare -n`).
    pub reference: bool,
    /// Whether it is an array that was declared, and never set.
    pub bare: bool,
}

impl Default for Variable {
    fn default() -> Variable {
        Variable { held: Held::Nothing, exported: false, readonly: false, integer: false, case: None, reference: false, bare: false }
    }
}

/// All variables of a shell.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    all: HashMap<String, Variable>,
    /// For each function that runs, what its local names meant before.
    scopes: Vec<Vec<(String, Option<Variable>)>>,
    /// Whether PATH was assigned since somebody asked.
    path_set: bool,
}

impl Variables {
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.all.get(name)
    }

    pub fn get_mut(&mut self, name: &str) -> Option<&mut Variable> {
        self.all.get_mut(name)
    }

    pub fn entry(&mut self, name: &str) -> &mut Variable {
        self.all.entry(name.to_owned()).or_default()
    }

    /// Notes that a variable was assigned, where more hangs on it.
    pub fn was_set(&mut self, name: &str) {
        self.path_set |= name == "PATH";
    }

    /// Answers whether PATH was assigned since this was asked last.
    pub fn path_was_set(&mut self) -> bool {
        std::mem::take(&mut self.path_set)
    }

    pub fn put(&mut self, name: &str, variable: Option<Variable>) {
        self.was_set(name);
        match variable {
            Some(variable) => drop(self.all.insert(name.to_owned(), variable)),
            None => drop(self.all.remove(name)),
        }
    }

    /// Names, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.all.keys().cloned().collect();
        names.sort();
        names
    }

    pub fn enter(&mut self) {
        self.scopes.push(Vec::new());
    }

    pub fn leave(&mut self) {
        for (name, before) in self.scopes.pop().unwrap_or_default().into_iter().rev() {
            self.put(&name, before);
        }
    }

    /// Makes a name local to the function that runs; false outside of one.
    pub fn localise(&mut self, name: &str) -> bool {
        self.was_set(name);
        let before = self.all.get(name).cloned();
        let Some(scope) = self.scopes.last_mut() else { return false };
        if !scope.iter().any(|it| it.0 == name) {
            scope.push((name.to_owned(), before.clone()));
            let exported = before.is_some_and(|it| it.exported);
            self.all.insert(name.to_owned(), Variable { exported, ..Variable::default() });
        }
        true
    }

    /// Whether a name is local to the function that runs.
    pub fn is_local(&self, name: &str) -> bool {
        self.scopes.last().is_some_and(|it| it.iter().any(|it| it.0 == name))
    }

    /// Removes a variable; a local one stays as an unset local.
    pub fn unset(&mut self, name: &str) {
        self.was_set(name);
        if self.is_local(name) {
            self.all.insert(name.to_owned(), Variable::default());
        } else if let Some(at) = self.scopes.iter().rposition(|it| it.iter().any(|it| it.0 == name)) {
            // A caller's local: what was before it shows again.
            let entry = self.scopes[at].iter().position(|it| it.0 == name);
            let before = entry.and_then(|it| self.scopes[at].remove(it).1);
            self.put(name, before);
        } else {
            self.all.remove(name);
        }
    }

    /// What programs get, sorted by name.
    pub fn exported(&self) -> Vec<(String, String)> {
        let mut out: Vec<(String, String)> = self
            .all
            .iter()
            .filter(|it| it.1.exported)
            .filter_map(|(name, it)| if let Held::Text(text) = &it.held { Some((name.clone(), text.clone())) } else { None })
            .collect();
        out.sort();
        out
    }
}
