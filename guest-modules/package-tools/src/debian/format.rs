//! `--showformat` (dpkg-query(1)): a package poured into a text.

use super::{
    FOLDER,
    status::{Database, OBSOLETE, ORDER, Stanza},
};
use crate::world::{World, text};

/// Why a format has no answer.
pub(super) enum Fault {
    /// dpkg's own words.
    Said(String),
    /// It is not modelled.
    Unmodelled(String),
}

/// The widest field: more than any script asks for.
const MOST_WIDTH: usize = 1000;

pub(super) enum Piece {
    Text(String),
    Field { name: String, left: bool, width: usize },
}

/// Reads a format.
pub(super) fn read(format: &str) -> Result<Vec<Piece>, Fault> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        if let Some(body) = rest.strip_prefix("${") {
            let end = body.find('}').ok_or_else(|| Fault::Said("missing closing brace".into()))?;
            let (name, width) = body[..end].split_once(';').unwrap_or((&body[..end], "0"));
            let digits = width.strip_prefix('-').unwrap_or(width);
            if name.is_empty() || name.contains(['$', '{', ';']) || digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) || digits.len() > 1 && digits.starts_with('0') {
                return Err(Fault::Unmodelled(format!("the field `{}`", &body[..end])));
            }
            let width = digits.parse().ok().filter(|it| *it <= MOST_WIDTH).ok_or_else(|| Fault::Unmodelled("a field that wide".into()))?;
            pieces.push(Piece::Field { name: name.to_owned(), left: body[..end].contains(";-"), width });
            rest = &body[end + 1..];
        } else if let Some(body) = rest.strip_prefix('\\') {
            let letter = body.chars().next();
            pieces.push(Piece::Text(match letter {
                Some('n') => "\n".into(),
                Some('t') => "\t".into(),
                Some('r') => "\r".into(),
                Some(other) => other.to_string(),
                None => return Err(Fault::Unmodelled("a format that ends with `\\`".into())),
            }));
            rest = &body[letter.map_or(0, char::len_utf8)..];
        } else {
            pieces.push(Piece::Text(letter.to_string()));
            rest = &rest[letter.len_utf8()..];
        }
    }
    Ok(pieces)
}

/// Pours a package into a format.
pub(super) fn fill(world: &dyn World, database: &Database, stanza: &Stanza, pieces: &[Piece]) -> Result<String, String> {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Field { name, left, width } => {
                let mut value = value(world, database, stanza, name)?;
                if *width > 0 && !value.is_ascii() {
                    return Err(format!("the width of `{name}`, which is not ASCII,"));
                }
                // A width cuts too; a field that nobody knows stays nothing.
                if *width > 0 && value.len() > *width {
                    value.truncate(*width);
                }
                if value.is_empty() && !ORDER.iter().any(|it| it.eq_ignore_ascii_case(name)) && !name.contains(':') {
                    continue;
                }
                let pad = " ".repeat(width.saturating_sub(value.len()));
                out.push_str(&if *left { format!("{value}{pad}") } else { format!("{pad}{value}") });
            }
        }
    }
    Ok(out)
}

fn value(world: &dyn World, database: &Database, of: &Stanza, name: &str) -> Result<String, String> {
    if of.recorded && !matches!(name, "Package" | "Status" | "db:Status-Status" | "db:Status-Want" | "db:Status-Eflag" | "db:Status-Abbrev") {
        return Err(format!("the field `{name}` of {}, whose installation was only recorded,", of.name()));
    }
    if of.recorded && name.ends_with("us") {
        return Ok(if name == "Status" { "install ok installed".into() } else { "installed".into() });
    }
    if of.recorded && name != "Package" {
        return Ok(match name {
            "db:Status-Want" => "install",
            "db:Status-Eflag" => "ok",
            _ => "ii ",
        }
        .into());
    }
    let version = of.field("Version").unwrap_or_default();
    let source = of.field("Source").unwrap_or_else(|| of.name());
    let source_version = || source.split_once(" (").map_or(version, |it| it.1.trim_end_matches(')')).to_owned();
    Ok(match name {
        "binary:Package" => database.native_name(of),
        "db:Status-Status" => of.state().into(),
        "db:Status-Want" => of.want().into(),
        "db:Status-Eflag" => of.flag().into(),
        "db:Status-Abbrev" => of.letters(),
        "binary:Summary" | "binary:Synopsis" => of.field("Description").unwrap_or("(no description available)").lines().next().unwrap_or_default().into(),
        "source:Package" => source.split(' ').next().unwrap_or_default().into(),
        "source:Version" => source_version(),
        "source:Upstream-Version" => {
            let version = source_version();
            let bare = version.split_once(':').map_or(version.as_str(), |it| it.1);
            bare.rsplit_once('-').map_or(bare, |it| it.0).to_owned()
        }
        "db-fsys:Files" => {
            let path = list_path(database, of);
            let list = text(world, &path)?.unwrap_or_default();
            list.lines().map(|it| format!(" {it}\n")).collect()
        }
        it if it.contains(':') => return Err(format!("the field `{it}`")),
        it if it.eq_ignore_ascii_case("Status") => format!("{} {} {}", of.want(), of.flag(), of.state()),
        it if it.eq_ignore_ascii_case("Essential") => of.field(it).unwrap_or("no").into(),
        it if it.eq_ignore_ascii_case("Protected") => of.field(it).unwrap_or("no").into(),
        it if it.eq_ignore_ascii_case("Multi-Arch") => of.field(it).unwrap_or("no").into(),
        it if it.eq_ignore_ascii_case("Conffiles") => of.field(it).unwrap_or_default().trim_start_matches('\n').into(),
        it if it.eq_ignore_ascii_case("Triggers-Pending") || it.eq_ignore_ascii_case("Triggers-Awaited") => return Err(format!("the field `{it}`")),
        it if OBSOLETE.iter().any(|known| known.eq_ignore_ascii_case(it)) => return Err(format!("the field `{it}`")),
        it => {
            if !of.is_regular_field(it) {
                return Err(format!("the field `{it}` of {}, which dpkg did not write so,", of.name()));
            }
            of.field(it).unwrap_or_default().into()
        }
    })
}

/// Where the list of a package's files stands.
pub(super) fn list_path(database: &Database, of: &Stanza) -> String {
    format!("{FOLDER}/info/{}.list", if of.field("Multi-Arch") == Some("same") { database.native_name(of) } else { of.name().to_owned() })
}
