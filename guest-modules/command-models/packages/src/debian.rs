//! Debian's database: dpkg-query(1), dpkg(1), apt-mark(8) over `/var/lib/dpkg/status` (deb-control(5) stanzas).

use invitro_sdk::command_model::{
    exports::invitro::remediation::model::ModelError,
    invitro::remediation::types::{EffectKind, Treatment},
};
use model_support::{Answer, Command, done, said};

pub(crate) const STATUS: &str = "/var/lib/dpkg/status";

/// One stanza, as its lines.
pub(crate) struct Stanza(pub(crate) String);

impl Stanza {
    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let mut lines = self.0.lines();
        let first = lines.by_ref().find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(|it| it.trim().to_owned()))?;
        let more: Vec<&str> = lines.take_while(|it| it.starts_with([' ', '\t'])).collect();
        Some(if more.is_empty() { first } else { format!("{first}\n{}", more.join("\n")) })
    }

    pub(crate) fn name(&self) -> String {
        self.field("Package").unwrap_or_default()
    }

    pub(crate) fn is_installed(&self) -> bool {
        self.field("Status").is_some_and(|it| it.ends_with(" installed"))
    }

    /// Sets a field that is there, or adds it at the end.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        let mut found = false;
        let mut lines: Vec<String> = Vec::new();
        for line in self.0.lines() {
            if line.strip_prefix(name).is_some_and(|it| it.starts_with(':')) {
                found = true;
                lines.push(format!("{name}: {value}"));
            } else {
                lines.push(line.to_owned());
            }
        }
        if !found {
            lines.push(format!("{name}: {value}"));
        }
        self.0 = lines.join("\n");
    }
}

/// Reads the database; none where the target has none.
pub(crate) fn read(command: &Command<'_>) -> Option<Vec<Stanza>> {
    let text = command.text(STATUS)?;
    Some(text.split("\n\n").map(|it| it.trim_end_matches('\n')).filter(|it| !it.is_empty()).map(|it| Stanza(it.to_owned())).collect())
}

/// Writes the database.
pub(crate) fn write(command: &Command<'_>, stanzas: &[Stanza]) -> Result<(), ModelError> {
    let text: String = stanzas.iter().map(|it| format!("{}\n\n", it.0)).collect();
    command.write(STATUS, &text, 0o644)
}

fn wanted(stanza: &Stanza, pattern: &str) -> bool {
    let name = stanza.name();
    let pattern = pattern.split(':').next().unwrap_or(pattern);
    pattern.strip_suffix('*').map_or(name == pattern, |start| name.starts_with(start))
}

/// dpkg-query(1) and the same questions of dpkg(1).
pub(crate) fn query(command: &Command<'_>) -> Answer {
    let (mut act, mut format, mut names) = (None, None, Vec::new());
    let mut words = command.words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-W" | "--show" => act = Some('W'),
            "-s" | "--status" => act = Some('s'),
            "-l" | "--list" => act = Some('l'),
            "-L" | "--listfiles" => act = Some('L'),
            "--compare-versions" => return compare(command, words.as_slice()),
            "--print-architecture" => return architecture(command),
            "-f" => format = words.next().cloned(),
            it if it.starts_with("-f=") || it.starts_with("--showformat=") => format = it.split_once('=').map(|it| it.1.to_owned()),
            it if it.starts_with("-f") => format = Some(it[2..].to_owned()),
            it if it.starts_with('-') => return command.unmodelled(&format!("the option `{it}`")),
            it => names.push(it.to_owned()),
        }
    }
    let Some(stanzas) = read(command) else {
        command.assume("package-database", STATUS);
        return command.unmodelled("a query without a package database");
    };
    match act {
        Some('W') => show(command, &stanzas, &names, format.as_deref().unwrap_or("${binary:Package}\t${Version}\n")),
        Some('s') => status(&stanzas, &names),
        Some('L') => files(command, &names),
        Some('l') => list(&stanzas, &names),
        _ => command.unmodelled("this form"),
    }
}

fn missing(name: &str) -> String {
    format!("dpkg-query: no packages found matching {name}\n")
}

fn show(command: &Command<'_>, stanzas: &[Stanza], names: &[String], format: &str) -> Answer {
    let (mut out, mut err) = (String::new(), String::new());
    let none = [String::from("*")];
    for name in if names.is_empty() { &none[..] } else { names } {
        let found: Vec<&Stanza> = stanzas.iter().filter(|it| wanted(it, name)).collect();
        if found.is_empty() {
            err.push_str(&missing(name));
        }
        for stanza in found {
            out.push_str(&filled(command, stanza, format)?);
        }
    }
    said(u32::from(!err.is_empty()), &out, &err)
}

fn filled(command: &Command<'_>, stanza: &Stanza, format: &str) -> Result<String, ModelError> {
    let mut out = String::new();
    let format = format.replace("\\n", "\n").replace("\\t", "\t");
    let mut rest = format.as_str();
    while let Some(start) = rest.find("${") {
        out.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}') else { break };
        let name = &rest[start + 2..start + end];
        let status = stanza.field("Status").unwrap_or_default();
        let words: Vec<&str> = status.split_whitespace().collect();
        out.push_str(&match name {
            "binary:Package" | "Package" => stanza.name(),
            "Status" => status.clone(),
            "db:Status-Status" => words.get(2).copied().unwrap_or_default().to_owned(),
            "db:Status-Want" => words.first().copied().unwrap_or_default().to_owned(),
            "db:Status-Abbrev" => format!("{}{} ", words.first().map_or("u", |it| &it[..1]), words.get(2).map_or("n", |it| &it[..1])),
            "Version" | "Architecture" | "Maintainer" | "Section" | "Priority" | "Essential" | "Source" | "Multi-Arch" => {
                stanza.field(name).unwrap_or_default()
            }
            other => return command.unmodelled(&format!("the field `{other}`")),
        });
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    Ok(out)
}

fn status(stanzas: &[Stanza], names: &[String]) -> Answer {
    let (mut out, mut err) = (String::new(), String::new());
    for name in names {
        match stanzas.iter().find(|it| wanted(it, name)) {
            Some(stanza) => out.push_str(&format!("{}\n\n", stanza.0)),
            None => err.push_str(&format!(
                "dpkg-query: package '{name}' is not installed and no information is available\nUse dpkg --info (= dpkg-deb --info) to examine archive files.\n"
            )),
        }
    }
    said(u32::from(!err.is_empty()), &out, &err)
}

fn files(command: &Command<'_>, names: &[String]) -> Answer {
    let mut out = String::new();
    for name in names {
        let Some(text) = command.text(&format!("/var/lib/dpkg/info/{name}.list")) else {
            return said(
                1,
                &out,
                &format!("dpkg-query: package '{name}' is not installed\nUse dpkg --contents (= dpkg-deb --contents) to list archive files contents.\n"),
            );
        };
        out.push_str(&text);
    }
    said(0, &out, "")
}

fn list(stanzas: &[Stanza], names: &[String]) -> Answer {
    let mut rows: Vec<&Stanza> = stanzas.iter().filter(|it| names.is_empty() || names.iter().any(|name| wanted(it, name))).collect();
    rows.sort_by_key(|it| it.name());
    if rows.is_empty() {
        return said(1, "", &names.iter().map(|it| missing(it)).collect::<String>());
    }
    let mut out = String::from(
        "Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n||/ Name Version Architecture Description\n+++-====-=======-============-===========\n",
    );
    for stanza in rows {
        let state = if stanza.is_installed() { "ii" } else { "rc" };
        let about = stanza.field("Description").unwrap_or_default();
        out.push_str(&format!(
            "{state}  {} {} {} {}\n",
            stanza.name(),
            stanza.field("Version").unwrap_or_default(),
            stanza.field("Architecture").unwrap_or_default(),
            about.lines().next().unwrap_or_default()
        ));
    }
    said(0, &out, "")
}

fn architecture(command: &Command<'_>) -> Answer {
    let stanzas = read(command).unwrap_or_default();
    match stanzas.iter().filter_map(|it| it.field("Architecture")).find(|it| it != "all") {
        Some(it) => said(0, &format!("{it}\n"), ""),
        None => command.unmodelled("the architecture without a package database"),
    }
}

fn compare(command: &Command<'_>, words: &[String]) -> Answer {
    let [one, operator, other] = words else { return command.unmodelled("this form") };
    let order = config_formats::version::compare(one, other);
    let holds = match operator.as_str() {
        "lt" | "<<" => order.is_lt(),
        "le" | "<=" | "<" => order.is_le(),
        "eq" | "=" => order.is_eq(),
        "ne" => order.is_ne(),
        "ge" | ">=" | ">" => order.is_ge(),
        "gt" | ">>" => order.is_gt(),
        _ => return command.unmodelled(&format!("the relation `{operator}`")),
    };
    said(u32::from(!holds), "", "")
}

/// apt-mark(8): hold and unhold are words of the database.
pub(crate) fn mark(command: &Command<'_>) -> Answer {
    let Some((verb, names)) = command.words.split_first() else { return command.unmodelled("this form") };
    let want = match verb.as_str() {
        "hold" => "hold",
        "unhold" => "install",
        other => return command.unmodelled(&format!("`{other}`")),
    };
    let Some(mut stanzas) = read(command) else { return command.unmodelled("a change without a package database") };
    let mut out = String::new();
    for name in names {
        let Some(stanza) = stanzas.iter_mut().find(|it| it.name() == *name) else {
            return said(100, &out, &format!("E: Unable to locate package {name}\n"));
        };
        let status = stanza.field("Status").unwrap_or_default();
        let rest = status.split_once(' ').map_or("ok installed", |it| it.1).to_owned();
        out.push_str(&if status.starts_with(want) {
            format!("{name} was already set on {}.\n", if want == "hold" { "hold" } else { "install" })
        } else {
            format!("{name} set on hold.\n")
        });
        stanza.set("Status", &format!("{want} {rest}"));
    }
    write(command, &stanzas)?;
    command.effect(EffectKind::Other("package-hold".to_owned()), &names.join(" "), Treatment::Modelled);
    if want == "install" { done() } else { said(0, &out, "") }
}
