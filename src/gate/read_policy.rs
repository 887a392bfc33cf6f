//! Reads a policy file; every mistake is told at once, with its line.

use std::{collections::BTreeSet, path::PathBuf};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::policy::{DOUBTS, Policy};
use crate::{
    digest::Digest,
    finding::Severity,
    guest::{LimitError, Limits},
    remediation::Scope,
};

/// The five proofs by name.
const PROOFS: [&str; 5] = ["fixed", "contained", "idempotent", "reversible", "deterministic"];

/// Tables of the same file that other rooms read.
const OF_OTHERS: [&str; 9] = ["changes", "courier", "inventory", "routes", "silences", "store", "targets", "templates", "waves"];

/// A mistake in a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A policy that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file can't be read.
    #[error("the policy {} can't be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file has mistakes, all of which are here.
    #[error("the policy {} has mistakes:{}", path.display(), problems.iter().map(|it| format!("\n  {}:{}:{}: {}", path.display(), it.line, it.column, it.message)).collect::<String>())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Every mistake.
        problems: Vec<Problem>,
    },
}

/// Reads a policy file over the default policy.
pub fn read_policy(path: &std::path::Path) -> Result<Policy, PolicyError> {
    let text = std::fs::read_to_string(path).map_err(|source| PolicyError::Read { path: path.into(), source })?;
    policy_of(path, &text)
}

/// Reads the text of a policy over the default policy; `path` is what errors call it.
pub fn policy_of(path: &std::path::Path, text: &str) -> Result<Policy, PolicyError> {
    parse(text).map_err(|problems| PolicyError::Invalid { path: path.into(), problems })
}

fn parse(text: &str) -> Result<Policy, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader { text, problems: Vec::new() };
    for error in errors {
        let at = error.span().map_or(0, |it| it.start);
        reader.problem(at, error.message().to_owned());
    }
    let mut policy = Policy { digest: Digest::of(text.as_bytes()), ..Policy::default() };
    for (key, value) in table.get_ref() {
        reader.section(&mut policy, key, value);
    }
    if reader.problems.is_empty() {
        Ok(policy)
    } else {
        reader.problems.sort_by_key(|it| (it.line, it.column));
        Err(reader.problems)
    }
}

struct Reader<'a> {
    text: &'a str,
    problems: Vec<Problem>,
}

type Key<'a> = Spanned<std::borrow::Cow<'a, str>>;

impl Reader<'_> {
    fn problem(&mut self, at: usize, message: String) {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.problems.push(Problem { line, column, message });
    }

    fn section(&mut self, policy: &mut Policy, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let known = ["proofs", "scope", "paths", "effects", "approval", "doubts", "limits", "removals"];
        let name: &str = key.get_ref();
        if OF_OTHERS.contains(&name) {
            return;
        }
        if !known.contains(&name) {
            return self.problem(key.span().start, format!("unknown section `{name}`, valid here: {}, {}", known.join(", "), OF_OTHERS.join(", ")));
        }
        if name == "removals" {
            policy.most_removals = self.number(value).unwrap_or(20) as usize;
            return;
        }
        let DeValue::Table(table) = value.get_ref() else {
            return self.problem(value.span().start, format!("`{name}` must be a table"));
        };
        for (key, value) in table {
            self.entry(policy, name, key, value);
        }
    }

    fn entry(&mut self, policy: &mut Policy, section: &str, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        let name: &str = key.get_ref();
        match (section, name) {
            ("proofs", "fix") => policy.required = self.proofs(value),
            ("proofs", "try") => policy.required_of_own = self.proofs(value),
            ("scope", rule) => drop(self.scope(value).map(|scope| policy.scopes.insert(rule.to_owned(), scope))),
            ("paths", "deny") => policy.denied_paths = self.scope(value).unwrap_or_default(),
            ("approval", "paths") => policy.approved_paths = self.scope(value).unwrap_or_default(),
            ("effects", "deny") => policy.denied_effects = self.words(value).into_iter().collect(),
            ("approval", "effects") => policy.approved_effects = self.words(value).into_iter().collect(),
            ("doubts", "block") => policy.blocking_doubts = self.doubts(value),
            ("proofs", "runs") => policy.most_runs = self.runs(value).unwrap_or(1),
            ("approval", "severities") => policy.approved_severities = self.severities(value),
            ("limits", name) => self.limit(policy, name, key, value),
            _ => {
                let valid = match section {
                    "proofs" => "fix, try, runs",
                    "doubts" => "block",
                    "paths" | "effects" => "deny",
                    _ => "paths, effects, severities",
                };
                self.problem(key.span().start, format!("unknown key `{name}` in [{section}], valid here: {valid}"));
            }
        }
    }

    fn limit(&mut self, policy: &mut Policy, name: &str, key: &Key<'_>, value: &Spanned<DeValue<'_>>) {
        if !Limits::NAMES.contains(&name) {
            return self.problem(key.span().start, LimitError::Unknown { name: name.into() }.to_string());
        }
        let Some(number) = self.number(value) else { return };
        if let Err(error) = policy.limits.set(name, number) {
            self.problem(value.span().start, error.to_string());
        }
    }

    fn number(&mut self, value: &Spanned<DeValue<'_>>) -> Option<u64> {
        let number = match value.get_ref() {
            DeValue::Integer(it) => u64::from_str_radix(it.as_str(), it.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            self.problem(value.span().start, "this must be a whole number, 0 or more".into());
        }
        number
    }

    fn words(&mut self, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let DeValue::Array(array) = value.get_ref() else {
            self.problem(value.span().start, "this must be a list of strings".into());
            return Vec::new();
        };
        let mut words = Vec::new();
        for it in array.iter() {
            match it.get_ref() {
                DeValue::String(word) => words.push(word.to_string()),
                _ => self.problem(it.span().start, "this must be a string".into()),
            }
        }
        words
    }

    fn proofs(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeSet<String> {
        let words = self.words(value);
        for word in words.iter().filter(|it| !PROOFS.contains(&it.as_str())) {
            self.problem(value.span().start, format!("unknown proof `{word}`, valid here: {}", PROOFS.join(", ")));
        }
        words.into_iter().collect()
    }

    /// How many runs a fix may take until nothing changes any more.
    fn runs(&mut self, value: &Spanned<DeValue<'_>>) -> Option<u32> {
        let runs = self.number(value)?;
        if !(1..=3).contains(&runs) {
            self.problem(value.span().start, "`runs` is 1, 2 or 3".into());
        }
        u32::try_from(runs).ok()
    }

    fn doubts(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeSet<String> {
        let words = self.words(value);
        for word in words.iter().filter(|it| !DOUBTS.contains(&it.as_str())) {
            self.problem(value.span().start, format!("unknown doubt `{word}`, valid here: {}", DOUBTS.join(", ")));
        }
        words.into_iter().collect()
    }

    fn severities(&mut self, value: &Spanned<DeValue<'_>>) -> BTreeSet<Severity> {
        let mut severities = BTreeSet::new();
        for word in self.words(value) {
            match Severity::of(&word) {
                Some(it) => drop(severities.insert(it)),
                None => self.problem(value.span().start, format!("unknown severity `{word}`, valid here: info, low, medium, high, critical")),
            }
        }
        severities
    }

    fn scope(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Scope> {
        let words = self.words(value);
        match Scope::parse(words.iter().map(String::as_str)) {
            Ok(scope) => Some(scope),
            Err(error) => {
                self.problem(value.span().start, error.to_string());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "removals = \"x\"\n[proofs]\ntry = [\"fixd\"]\n[paths]\nallow = []\n[scope]\nr = [\"/etc/**\"]\n[limits]\nfule = 3\n[no]\n";
        let problems: Vec<_> = parse(text).expect_err("mistakes").into_iter().map(|it| format!("{}:{}: {}", it.line, it.column, it.message)).collect();
        assert_eq!(
            problems,
            [
                "1:12: this must be a whole number, 0 or more",
                "3:7: unknown proof `fixd`, valid here: fixed, contained, idempotent, reversible, deterministic",
                "5:1: unknown key `allow` in [paths], valid here: deny",
                "7:5: `/etc/**` is no path of a scope: `**` would cover everything below; name each path, or one segment such as `/etc/sysctl.d/*.conf`",
                "9:1: unknown limit `fule`, valid here: fuel, deadline_ms, wall_ms, memory_bytes, table_elements, host_call_bytes, host_data_bytes, kept_bytes, handles, log_bytes, output_bytes, depth, spawns, workspace_bytes, workspace_files",
                "10:2: unknown section `no`, valid here: proofs, scope, paths, effects, approval, doubts, limits, removals, changes, courier, inventory, routes, silences, store, targets, templates, waves",
            ]
        );
    }

    #[test]
    fn each_limit_can_be_set_and_is_held_to_its_range() {
        let names = crate::guest::Limits::NAMES;
        let all: String = names.iter().map(|it| format!("{it} = {}\n", if *it == "depth" { 3 } else { 65_536 })).collect();
        let problems = parse(&format!("[limits]\n{all}")).err().unwrap_or_default();
        // The table has the smallest upper end of those that are set.
        assert_eq!(problems.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), ["`table_elements` must be 0 to 20000"]);
        let deep = parse("[limits]\ndepth = 9\n").expect_err("too deep");
        assert_eq!((deep[0].line, deep[0].message.as_str()), (2, "`depth` must be 0 to 8"));
    }

    #[test]
    fn a_policy_is_read_over_the_default() {
        let policy = parse("removals = 3\n[proofs]\ntry = [\"deterministic\"]\n[limits]\nfuel = 1_000\n").expect("a policy");
        assert_eq!((policy.most_removals, policy.limits.fuel, policy.required_of_own.len(), policy.required.len()), (3, 1000, 1, 5));
    }
}
