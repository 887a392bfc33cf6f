//! `/var/lib/dpkg/status` (deb-control(5) stanzas): read, asked, and written as dpkg writes it.

use std::collections::BTreeSet;

use super::FOLDER;
use crate::{
    changed::{self, Change},
    pattern,
    world::{World, has_program, text},
};

/// Fields in the order in which dpkg writes them (dpkg 1.21, lib/dpkg/parse.c); others stand behind, as they came.
pub(super) const ORDER: &[&str] = &[
    "Package", "Essential", "Protected", "Status", "Priority", "Section", "Installed-Size", "Origin", "Maintainer", "Bugs", "Architecture", "Multi-Arch", "Source", "Version", "Config-Version", "Replaces",
    "Provides", "Depends", "Pre-Depends", "Recommends", "Suggests", "Breaks", "Conflicts", "Enhances", "Conffiles", "Description", "Triggers-Pending", "Triggers-Awaited",
];

/// Fields that name other packages.
const RELATIONS: &[&str] = &["Replaces", "Provides", "Depends", "Pre-Depends", "Recommends", "Suggests", "Breaks", "Conflicts", "Enhances"];

/// Fields that dpkg reads and writes in another form.
pub(super) const OBSOLETE: &[&str] = &["Revision", "Package-Revision", "Package_Revision", "Class", "Recommended", "Optional", "Filename", "Size", "MD5sum", "MSDOS-Filename"];

/// States of a package in the order of dpkg, with the letters that stand for them.
const STATES: &[(&str, char)] = &[
    ("not-installed", 'n'),
    ("config-files", 'c'),
    ("half-installed", 'H'),
    ("unpacked", 'U'),
    ("half-configured", 'F'),
    ("triggers-awaited", 'W'),
    ("triggers-pending", 't'),
    ("installed", 'i'),
];
const WANTS: &[(&str, char)] = &[("unknown", 'u'), ("install", 'i'), ("hold", 'h'), ("deinstall", 'r'), ("purge", 'p')];

/// One package: its fields in order, values with their continuation lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stanza {
    pub(crate) fields: Vec<(String, String)>,
    /// The name stands nowhere but in what others say of it.
    pub(crate) mentioned: bool,
    /// What it is now was only recorded: nobody knows its version.
    pub(crate) recorded: bool,
}

impl Stanza {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1.as_str())
    }

    pub(crate) fn name(&self) -> &str {
        self.field("Package").unwrap_or_default()
    }

    pub(crate) fn architecture(&self) -> &str {
        self.field("Architecture").unwrap_or_default()
    }

    fn word(&self, at: usize, default: &'static str) -> &str {
        self.field("Status").and_then(|it| it.split(' ').nth(at)).unwrap_or(default)
    }

    pub(crate) fn want(&self) -> &str {
        self.word(0, "unknown")
    }

    pub(crate) fn flag(&self) -> &str {
        self.word(1, "ok")
    }

    pub(crate) fn state(&self) -> &str {
        self.word(2, "not-installed")
    }

    pub(crate) fn is_installed(&self) -> bool {
        self.state() == "installed"
    }

    /// Sets a field, at its place where it is new.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        if let Some(field) = self.fields.iter_mut().find(|it| it.0 == name) {
            value.clone_into(&mut field.1);
            return;
        }
        let rank = |name: &str| ORDER.iter().position(|it| *it == name).unwrap_or(ORDER.len());
        let at = self.fields.iter().position(|it| rank(&it.0) > rank(name)).unwrap_or(self.fields.len());
        self.fields.insert(at, (name.to_owned(), value.to_owned()));
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.fields.retain(|it| it.0 != name);
    }

    /// The letters of `dpkg -l`.
    pub(crate) fn letters(&self) -> String {
        let letter = |of: &[(&str, char)], word: &str| of.iter().find(|it| it.0 == word).map_or('?', |it| it.1);
        let flag = if self.flag() == "reinstreq" { 'R' } else { ' ' };
        format!("{}{}{flag}", letter(WANTS, self.want()), letter(STATES, self.state()))
    }

    /// The stanza as dpkg writes it.
    pub(crate) fn written(&self) -> String {
        let mut fields: Vec<&(String, String)> = self.fields.iter().collect();
        fields.sort_by_key(|it| ORDER.iter().position(|known| *known == it.0).unwrap_or(ORDER.len()));
        fields.into_iter().map(|(name, value)| if value.starts_with('\n') { format!("{name}:{value}\n") } else { format!("{name}: {value}\n") }).collect()
    }

    /// Answers whether the stanza stands here as dpkg writes it: then what is printed of it is what stands there.
    pub(super) fn is_regular(&self) -> bool {
        for (name, _) in &self.fields {
            let odd = !ORDER.contains(&name.as_str()) && ORDER.iter().chain(OBSOLETE).any(|it| it.eq_ignore_ascii_case(name));
            if odd || !self.is_regular_field(name) {
                return false;
            }
        }
        let words: Vec<&str> = self.field("Status").unwrap_or_default().split(' ').collect();
        words.len() == 3 && WANTS.iter().any(|it| it.0 == words[0]) && ["ok", "reinstreq"].contains(&words[1]) && STATES.iter().any(|it| it.0 == words[2]) && is_name(self.name())
    }

    /// Answers whether a field's value is as dpkg writes it.
    pub(super) fn is_regular_field(&self, name: &str) -> bool {
        let Some(value) = self.field(name) else { return true };
        let relation = RELATIONS.iter().any(|it| it.eq_ignore_ascii_case(name)) && (value.contains('\n') || !value.split(", ").all(|it| it.split(" | ").all(is_relation)));
        let version = matches!(name, "Version" | "Config-Version") && (value.contains([' ', '\n']) || value.starts_with("0:") || value.matches(':').count() > 1);
        !value.is_empty() && !relation && !version
    }
}

fn is_relation(one: &str) -> bool {
    let (name, rest) = one.split_once(' ').unwrap_or((one, ""));
    let version = rest.is_empty()
        || rest.strip_prefix('(').and_then(|it| it.strip_suffix(')')).and_then(|it| it.split_once(' ')).is_some_and(|(operator, version)| {
            matches!(operator, "=" | ">=" | "<=" | "<<" | ">>") && !version.is_empty() && !version.contains(' ') && !version.starts_with("0:")
        });
    is_name(name.split(':').next().unwrap_or_default()) && version
}

/// Answers whether a word is a name of a package (deb-control(5)).
pub(crate) fn is_name(word: &str) -> bool {
    word.len() > 1 && word.starts_with(|it: char| it.is_ascii_lowercase() || it.is_ascii_digit()) && word.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || "+-.".contains(it))
}

/// All packages that dpkg knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Database {
    pub(crate) packages: Vec<Stanza>,
    pub(crate) native: String,
}

/// Answers whether the target is one of dpkg's.
pub(crate) fn is_here(world: &dyn World) -> bool {
    has_program(world, "dpkg") || world.stat(&format!("{FOLDER}/status"), true).is_some()
}

impl Database {
    /// Reads the database; none where there is none. The error says what of it is not modelled.
    pub(crate) fn read(world: &dyn World) -> Result<Option<Database>, String> {
        let path = format!("{FOLDER}/status");
        let Some(whole) = text(world, &path)? else { return Ok(None) };
        if !world.list(&format!("{FOLDER}/updates")).is_empty() {
            return Err("a database with changes that stand in /var/lib/dpkg/updates only".into());
        }
        let mut packages = parse(&whole)?;
        // dpkg forgets that a package that is not there was to be purged.
        packages.retain(|it| it.state() != "not-installed" || matches!(it.want(), "install" | "hold" | "purge"));
        for stanza in packages.iter_mut().filter(|it| it.state() == "not-installed" && it.want() == "purge") {
            stanza.set("Status", "unknown ok not-installed");
        }
        let native = native(&packages)?;
        let mentioned: BTreeSet<String> = packages.iter().flat_map(relations).collect();
        for name in mentioned {
            if !packages.iter().any(|it| it.name() == name) {
                packages.push(Stanza { fields: vec![("Package".into(), name)], mentioned: true, recorded: false });
            }
        }
        let mut database = Database { packages, native };
        if changed::is_all(world, "dpkg") {
            return Err("the database after a change of all packages that was only recorded".into());
        }
        if changed::any(world, "dpkg") {
            database.carry(world);
        }
        database.sort();
        Ok(Some(database))
    }

    /// Brings the packages into dpkg's order.
    fn sort(&mut self) {
        let mut packages = std::mem::take(&mut self.packages);
        packages.sort_by_cached_key(|it| (self.native_name(it), it.architecture().to_owned()));
        self.packages = packages;
    }

    /// Lays over it what was only recorded.
    fn carry(&mut self, world: &dyn World) {
        for stanza in &mut self.packages {
            if changed::state(world, "dpkg", stanza.name()) == Some(Change::Installed) {
                stanza.recorded = true;
            }
        }
    }

    /// The name with its architecture, where it would else be ambiguous.
    pub(crate) fn native_name(&self, of: &Stanza) -> String {
        let arch = of.architecture();
        if of.field("Multi-Arch") == Some("same") || !(arch.is_empty() || arch == "all" || arch == self.native) { format!("{}:{arch}", of.name()) } else { of.name().to_owned() }
    }

    /// Packages that a pattern of dpkg-query(1) means, by their places.
    pub(crate) fn matching(&self, word: &str) -> Result<Vec<usize>, String> {
        let (name, arch) = word.split_once(':').unwrap_or((word, ""));
        if pattern::is_pattern(word) && !pattern::is_known(word) || pattern::is_pattern(arch) || word.ends_with(':') || arch.contains(':') || !name.is_ascii() || name.is_empty() {
            return Err(format!("the pattern `{word}`"));
        }
        if !pattern::is_pattern(name) && !is_name(name) && !name.bytes().all(|it| it.is_ascii_alphanumeric()) {
            return Err(format!("the name `{word}`"));
        }
        let is_named = |it: &Stanza| if pattern::is_pattern(name) { pattern::matches(name, it.name()) } else { it.name() == name };
        let of_arch = |it: &Stanza| arch.is_empty() || it.architecture() == arch;
        Ok((0..self.packages.len()).filter(|at| is_named(&self.packages[*at]) && of_arch(&self.packages[*at])).collect())
    }

    /// The one package that a word means, in the words of a command that takes names and no patterns. None is one that nobody knows.
    pub(crate) fn single(&self, word: &str) -> Result<Option<&Stanza>, String> {
        let (name, arch) = word.split_once(':').unwrap_or((word, ""));
        if !is_name(name) || word.ends_with(':') || matches!(arch, "any" | "native" | "all") || pattern::is_pattern(word) || arch.contains(':') {
            return Err(format!("the name `{word}`"));
        }
        let of: Vec<&Stanza> = self.packages.iter().filter(|it| it.name() == name && (arch.is_empty() || it.architecture() == arch)).collect();
        match &of[..] {
            [] if !arch.is_empty() => Err(format!("the name `{word}` of an architecture that the database does not know")),
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several if several.iter().all(|it| it.field("Multi-Arch") == Some("same")) => Err(format!("the name `{word}`, which is of several architectures,")),
            _ => Err(format!("the name `{word}`, which is of several packages,")),
        }
    }

    /// Answers whether everything stands in the file as dpkg writes it.
    pub(crate) fn is_regular(&self) -> bool {
        self.packages.iter().all(|it| it.mentioned || it.is_regular())
    }

    /// Writes the database as dpkg does: the former file becomes `status-old`.
    pub(crate) fn write(&self, world: &dyn World) -> Result<(), String> {
        if !self.is_regular() {
            return Err("a change of a database that dpkg did not write".into());
        }
        replace(world, "status", &self.written())
    }

    /// Writes the database as it may be after an installation, which is a guess: dpkg's own copies on the way are not made.
    pub(crate) fn write_guess(&self, world: &dyn World) -> Result<(), String> {
        world.write(&format!("{FOLDER}/status"), self.written().as_bytes(), 0o644)
    }

    fn written(&self) -> String {
        self.packages.iter().filter(|it| !it.mentioned && it.field("Status") != Some("unknown ok not-installed")).map(|it| format!("{}\n", it.written())).collect()
    }
}

/// Replaces a file of the database, of which the former one is kept with `-old` at its name.
pub(crate) fn replace(world: &dyn World, name: &str, whole: &str) -> Result<(), String> {
    let path = format!("{FOLDER}/{name}");
    let old = format!("{path}-old");
    if world.stat(&path, false).is_some() {
        if world.stat(&old, false).is_some() {
            world.remove(&old)?;
        }
        world.rename(&path, &old)?;
    }
    world.write(&path, whole.as_bytes(), 0o644)?;
    world.set_owner_and_mode(&path, 0, 0, 0o644)
}

fn parse(whole: &str) -> Result<Vec<Stanza>, String> {
    let mut packages = Vec::new();
    let mut stanza = Stanza::default();
    for (number, line) in whole.lines().enumerate() {
        let odd = || format!("the line {} of the database", number + 1);
        if line.trim().is_empty() {
            if !stanza.fields.is_empty() {
                packages.push(std::mem::take(&mut stanza));
            }
        } else if line.starts_with([' ', '\t']) {
            let field = stanza.fields.last_mut().ok_or_else(odd)?;
            field.1.push('\n');
            field.1.push_str(line);
        } else {
            let (name, value) = line.split_once(':').ok_or_else(odd)?;
            if stanza.field(name).is_some() || name.is_empty() || name.contains(' ') {
                return Err(odd());
            }
            stanza.fields.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    if !stanza.fields.is_empty() {
        packages.push(stanza);
    }
    if packages.iter().any(|it| it.name().is_empty()) {
        return Err("a package without a name in the database".into());
    }
    Ok(packages)
}

/// The architecture that dpkg was built for: its own package's, or the only one.
fn native(packages: &[Stanza]) -> Result<String, String> {
    let own = packages.iter().filter(|it| it.name() == "dpkg" && it.is_installed()).map(Stanza::architecture).find(|it| !it.is_empty() && *it != "all");
    if let Some(it) = own {
        return Ok(it.to_owned());
    }
    let all: BTreeSet<&str> = packages.iter().map(Stanza::architecture).filter(|it| !it.is_empty() && *it != "all").collect();
    match all.len() {
        0 | 1 => Ok(all.first().map_or(String::new(), |it| (*it).to_owned())),
        _ => Err("a database of several architectures without dpkg in it".into()),
    }
}

/// Names that a package mentions.
fn relations(of: &Stanza) -> Vec<String> {
    let name = |one: &str| -> String { one.trim().split([' ', '(', ':', '[', '<', '\t', '\n']).next().unwrap_or_default().to_owned() };
    RELATIONS.iter().filter_map(|it| of.field(it)).flat_map(|it| it.split([',', '|']).map(name)).filter(|it| !it.is_empty()).collect()
}
