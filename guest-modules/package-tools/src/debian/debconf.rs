//! debconf-set-selections(1) and debconf-show(1) of debconf 1.5, over the databases of debconf.conf(5) as Debian sets them up.

use std::collections::BTreeMap;

use crate::world::{Answer, Done, Effect, Treatment, World, said, text};

const FOLDER: &str = "/var/cache/debconf";

/// Types of questions that the tool knows.
const TYPES: [&str; 8] = ["select", "boolean", "string", "multiselect", "note", "password", "text", "title"];

/// One record: its lines behind `Name:`, as they stand.
#[derive(Clone, Debug, Default, PartialEq)]
struct Record {
    /// Fields but the three below, by their names.
    fields: BTreeMap<String, String>,
    owners: Vec<String>,
    flags: Vec<String>,
    variables: BTreeMap<String, String>,
}

type Records = BTreeMap<String, Record>;

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |it| it.to_uppercase().collect::<String>() + letters.as_str())
}

fn written(records: &Records) -> String {
    let mut all = String::new();
    for (name, record) in records {
        all.push_str(&format!("Name: {name}\n"));
        for (field, value) in &record.fields {
            all.push_str(&format!("{}: {value}\n", capital(field)));
        }
        for (field, words) in [("Owners", &record.owners), ("Flags", &record.flags)] {
            if !words.is_empty() {
                all.push_str(&format!("{field}: {}\n", words.join(", ")));
            }
        }
        if !record.variables.is_empty() {
            all.push_str("Variables:\n");
            for (name, value) in &record.variables {
                all.push_str(&format!(" {name} = {value}\n"));
            }
        }
        all.push('\n');
    }
    all
}

/// Reads a database; what would not be written again as it stands is not read.
fn read(world: &dyn World, file: &str) -> Result<Option<Records>, String> {
    let path = format!("{FOLDER}/{file}");
    let Some(whole) = text(world, &path)? else { return Ok(None) };
    let odd = || format!("{path}, which debconf did not write so,");
    let mut records = Records::new();
    for stanza in whole.split("\n\n").map(|it| it.trim_end_matches('\n')).filter(|it| !it.is_empty()) {
        let mut record = Record::default();
        let mut name = None;
        for line in stanza.lines() {
            if let Some(variable) = line.strip_prefix(' ') {
                let (key, value) = variable.split_once(" = ").ok_or_else(odd)?;
                record.variables.insert(key.to_owned(), value.to_owned());
                continue;
            }
            let (field, value) = line.split_once(':').ok_or_else(odd)?;
            let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
            let words = || value.split(", ").map(str::to_owned).collect();
            match field {
                "Name" => name = Some(value),
                "Owners" => record.owners = words(),
                "Flags" => record.flags = words(),
                "Variables" => {}
                other => drop(record.fields.insert(other.to_lowercase(), value)),
            }
        }
        records.insert(name.ok_or_else(odd)?, record);
    }
    if written(&records) == whole { Ok(Some(records)) } else { Err(odd()) }
}

/// Answers whether the databases are where Debian has them.
fn is_usual(world: &dyn World) -> Result<(), String> {
    let whole = text(world, "/etc/debconf.conf")?.unwrap_or_default();
    let fine = ["config", "passwords", "templates"].iter().all(|it| whole.lines().any(|line| line == format!("Filename: {FOLDER}/{it}.dat")));
    if !fine || world.variable("DEBCONF_DB_OVERRIDE").is_some() || world.variable("DEBCONF_DB_FALLBACK").is_some() {
        return Err("databases at other places than Debian's".into());
    }
    if world.stat(FOLDER, true).is_none() {
        return Err("databases without their folder".into());
    }
    Ok(())
}

/// Files that are missing are made when the databases are opened.
fn open(world: &dyn World) -> Result<(), String> {
    for (file, mode) in [("config.dat", 0o644), ("passwords.dat", 0o600), ("templates.dat", 0o644)] {
        let path = format!("{FOLDER}/{file}");
        if world.stat(&path, false).is_none() {
            world.write(&path, b"", mode)?;
        }
    }
    Ok(())
}

fn add(words: &mut Vec<String>, word: &str) {
    if !words.iter().any(|it| it == word) {
        words.push(word.to_owned());
        words.sort();
    }
}

/// Answers questions before they are asked.
pub(crate) fn set_selections(world: &dyn World, words: &[String]) -> Answer {
    is_usual(world)?;
    let (mut check, mut unseen, mut files) = (false, false, Vec::new());
    for word in words {
        match word.as_str() {
            "-c" | "--checkonly" => check = true,
            "-u" | "--unseen" => unseen = true,
            it if it.starts_with('-') && it != "-" => return Err(format!("the option `{it}`")),
            it => files.push(it),
        }
    }
    let input = match files[..] {
        [] => String::from_utf8(world.stdin()).map_err(|_| "an input that is not UTF-8")?,
        [file] if file != "-" => text(world, &crate::world::absolute(world, file))?.ok_or_else(|| format!("the file {file}, which is not there,"))?,
        _ => return Err("several files".into()),
    };
    let (had_config, had_passwords, had_templates) = (read(world, "config.dat")?, read(world, "passwords.dat")?, read(world, "templates.dat")?);
    let (mut config, mut passwords, mut templates) = (had_config.unwrap_or_default(), had_passwords.unwrap_or_default(), had_templates.unwrap_or_default());
    let (mut done, mut names, mut touched) = (Done::default(), Vec::new(), [false; 2]);
    for (number, line) in input.lines().enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.ends_with('\\') {
            return Err("a line that goes on".into());
        }
        let bare = line.trim_start_matches([' ', '\t']);
        if bare.is_empty() || bare.starts_with('#') {
            continue;
        }
        let Some((owner, label, kind, value)) = split(bare) else {
            done.err.push_str(&format!("error: parse error on line {}: '{line}'\n", number + 1));
            done.status = 1;
            continue;
        };
        if !TYPES.contains(&kind) || !line.is_ascii() {
            return Err(format!("the line `{line}`"));
        }
        let secret = kind == "password";
        let questions = if secret { &mut passwords } else { &mut config };
        match (templates.get(label), questions.contains_key(label)) {
            (Some(template), true) if template.fields.get("type").map(String::as_str) == Some(kind) => {}
            (None, false) => {
                let about = "This is a fake template used to pre-seed the debconf database. If you are seeing this, something is probably wrong.";
                let fields = [("description", "Dummy template"), ("extended_description", about), ("type", kind)].map(|(name, value)| (name.to_owned(), value.to_owned()));
                templates.insert(label.to_owned(), Record { fields: fields.into(), owners: vec![label.to_owned()], ..Record::default() });
                questions.insert(label.to_owned(), Record { fields: [("template".to_owned(), label.to_owned())].into(), ..Record::default() });
            }
            _ => return Err(format!("the question {label}, which stands in another way,")),
        }
        if secret && config.contains_key(label) || !secret && passwords.contains_key(label) {
            return Err(format!("the question {label}, which is of another type,"));
        }
        let questions = if secret { &mut passwords } else { &mut config };
        let Some(question) = questions.get_mut(label) else { return Err(format!("the question {label}")) };
        question.fields.insert("value".to_owned(), value.to_owned());
        add(&mut question.owners, owner);
        if !unseen {
            add(&mut question.flags, "seen");
        }
        touched[usize::from(secret)] = true;
        names.push(label.to_owned());
    }
    open(world)?;
    if !check && !names.is_empty() {
        save(world, &[("config.dat", &config, touched[0], true), ("passwords.dat", &passwords, touched[1], false), ("templates.dat", &templates, true, true)])?;
        world.effect(&Effect::Other("package-answer"), &names.join(" "), Treatment::Modelled);
    }
    Ok(done)
}

/// Owner, question, type and value: the value is all behind one space.
fn split(line: &str) -> Option<(&str, &str, &str, &str)> {
    let blank = |it: char| it == ' ' || it == '\t';
    let (owner, rest) = line.split_once(blank)?;
    let (label, rest) = rest.trim_start_matches(blank).split_once(blank)?;
    let rest = rest.trim_start_matches(blank);
    let (kind, value) = rest.split_once(blank).unwrap_or((rest, ""));
    (!kind.is_empty()).then_some((owner, label, kind, value))
}

/// Writes what was touched; the former file is kept with `-old` at its name where debconf.conf(5) says so.
fn save(world: &dyn World, files: &[(&str, &Records, bool, bool)]) -> Result<(), String> {
    for (file, records, touched, backup) in files {
        let path = format!("{FOLDER}/{file}");
        let mode = if *file == "passwords.dat" { 0o600 } else { 0o644 };
        let there = world.stat(&path, false).is_some();
        if !touched {
            continue;
        }
        if there && *backup {
            let old = format!("{path}-old");
            if world.stat(&old, false).is_some() {
                world.remove(&old)?;
            }
            world.rename(&path, &old)?;
        } else if there {
            world.remove(&path)?;
        }
        world.write(&path, written(records).as_bytes(), mode)?;
    }
    Ok(())
}

/// Prints what was answered for a package; several answers come in an order that nobody knows.
pub(crate) fn show(world: &dyn World, words: &[String]) -> Answer {
    is_usual(world)?;
    let [package] = words else { return Err("this form".into()) };
    if package.starts_with('-') {
        return Err(format!("the option `{package}`"));
    }
    let config = read(world, "config.dat")?.unwrap_or_default();
    let passwords = read(world, "passwords.dat")?.unwrap_or_default();
    let owned = |it: &Record| it.owners.contains(package);
    let mut of = config.iter().filter(|it| owned(it.1)).chain(passwords.iter().filter(|it| owned(it.1)));
    let (first, second) = (of.next(), of.next());
    let done = match (first, second) {
        (None, _) => said(0, "", ""),
        (Some((name, record)), None) if record.fields.get("template") == Some(name) && !passwords.contains_key(name) => {
            let Some(value) = record.fields.get("value") else { return Err(format!("the question {name}, which has no answer,")) };
            let seen = if record.flags.iter().any(|it| it == "seen") { '*' } else { ' ' };
            said(0, format!("{seen} {name}: {value}\n"), "")
        }
        _ => Err("the order of several answers".into()),
    };
    if done.is_ok() {
        open(world)?;
    }
    done
}
