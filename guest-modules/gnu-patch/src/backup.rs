//! The names of backups (the manual's "Backup File Names").

use crate::{Files, name};

/// How backups are named.
#[derive(Clone, Debug, Default)]
pub(crate) struct Naming {
    /// `-B`
    pub(crate) prefix: Option<Vec<u8>>,
    /// `-Y`
    pub(crate) base_prefix: Option<Vec<u8>>,
    /// `-z`
    pub(crate) suffix: Option<Vec<u8>>,
    /// `-V`, or what the environment says.
    pub(crate) version: Option<Vec<u8>>,
    /// The suffix that holds where none is given.
    standard: Vec<u8>,
}

impl Naming {
    /// Takes what the environment says.
    pub(crate) fn of_environment(files: &mut impl Files) -> Naming {
        let version = files.variable("PATCH_VERSION_CONTROL").or_else(|| files.variable("VERSION_CONTROL"));
        let standard = files.variable("SIMPLE_BACKUP_SUFFIX").filter(|it| !it.is_empty() && !it.contains(&b'/')).unwrap_or_else(|| b".orig".to_vec());
        Naming { version, standard, ..Naming::default() }
    }

    /// Says whether numbers are used: always, or where there are some. None for a word that is no kind of backup.
    pub(crate) fn numbers(&self) -> Option<Numbers> {
        const WORDS: [(&str, Numbers); 8] = [
            ("none", Numbers::Never),
            ("off", Numbers::Never),
            ("simple", Numbers::Never),
            ("never", Numbers::Never),
            ("existing", Numbers::Existing),
            ("nil", Numbers::Existing),
            ("numbered", Numbers::Always),
            ("t", Numbers::Always),
        ];
        let word = self.version.as_deref().unwrap_or_default();
        if word.is_empty() {
            return Some(Numbers::Existing);
        }
        let exact = WORDS.iter().find(|it| it.0.as_bytes() == word);
        let mut beginning = WORDS.iter().filter(|it| it.0.as_bytes().starts_with(word));
        exact.or_else(|| beginning.next().filter(|one| beginning.all(|it| it.1 == one.1))).map(|it| it.1)
    }

    /// The backup's name, and whether folders are made for it.
    pub(crate) fn name(&self, of: &[u8], files: &mut impl Files) -> (Vec<u8>, bool) {
        if self.prefix.is_some() || self.base_prefix.is_some() || self.suffix.is_some() {
            let (folder, base) = of.split_at(of.len() - name::base(of).len());
            let plain = |it: &Option<Vec<u8>>| it.clone().unwrap_or_default();
            let suffix = self.suffix.clone().unwrap_or_default();
            let made = [&plain(&self.prefix)[..], folder, &plain(&self.base_prefix), base, &suffix].concat();
            let folders =
                plain(&self.prefix).contains(&b'/') || plain(&self.base_prefix).contains(&b'/') || self.suffix.as_ref().is_some_and(|it| it.contains(&b'/'));
            return (made, folders);
        }
        let simple = [of, &self.standard].concat();
        let numbers = self.numbers().unwrap_or(Numbers::Existing);
        if numbers == Numbers::Never {
            return (simple, false);
        }
        let numbered = |number: u64| [of, format!(".~{number}~").as_bytes()].concat();
        let highest = highest(of, files);
        match numbers {
            Numbers::Existing if highest == 0 => (simple, false),
            _ => (numbered(highest.saturating_add(1)), false),
        }
    }
}

/// The highest number of a backup that a file has; 0 where it has none.
fn highest(of: &[u8], files: &mut impl Files) -> u64 {
    let (folder, base) = of.split_at(of.len() - name::base(of).len());
    let names = files.names(if folder.is_empty() { b"." } else { folder }).unwrap_or_default();
    let number = |it: &Vec<u8>| {
        let digits = it.strip_prefix(base)?.strip_prefix(b".~")?.strip_suffix(b"~")?;
        let plain = digits.first().is_some_and(|it| *it != b'0') && digits.iter().all(u8::is_ascii_digit);
        plain.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
    };
    names.iter().filter_map(number).max().unwrap_or(0)
}

/// When backups have numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Numbers {
    Never,
    Existing,
    Always,
}
