//! Corpus: the shell fixes of Debian's data streams, with the values that a stream gives by default.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use invitro::remediation::Language;
use quick_xml::{Reader, events::Event};
use sha2::{Digest as _, Sha256};

use crate::script::{Layers, Script};

/// The language of a fix, as XCCDF 1.2 names it (NISTIR 7275r4, table 14).
const SHELL: &str = "urn:xccdf:fix:script:sh";

/// A piece of a fix: text, or the identifier of a value.
enum Piece {
    Text(String),
    Value(String),
}

/// Reads all streams: each text once, with the machines of both families.
pub(crate) fn read(folder: &Path, debian: &Arc<Layers>, rhel: &Arc<Layers>) -> Result<Vec<Script>, String> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|it| Some(it.ok()?.path()))
        .filter(|it| it.to_string_lossy().ends_with("-ds.xml"))
        .collect();
    files.sort();
    let mut seen = BTreeSet::new();
    let mut scripts = Vec::new();
    for file in files {
        let stem = file.file_name().unwrap_or_default().to_string_lossy().trim_start_matches("ssg-").trim_end_matches("-ds.xml").to_owned();
        let layers = if stem.starts_with("debian") || stem.starts_with("ubuntu") { debian } else { rhel };
        let text = fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        for (rule, text) in fixes(&text).map_err(|error| format!("{}: {error}", file.display()))? {
            if seen.insert(Sha256::digest(&text)) {
                let rule = rule.trim_start_matches("xccdf_org.ssgproject.content_rule_");
                let name = format!("{stem}:{rule}");
                scripts.push(Script {
                    name,
                    corpus: "streams",
                    text: text.into_bytes(),
                    language: Language::Bash,
                    layers: layers.clone(),
                    bad: false,
                    scope: None,
                    ignore: Vec::new(),
                });
            }
        }
    }
    Ok(scripts)
}

/// Returns each rule's fix, with default values in place.
fn fixes(text: &str) -> Result<Vec<(String, String)>, quick_xml::Error> {
    let mut reader = Reader::from_str(text);
    let (mut values, mut found) = (HashMap::new(), Vec::<(String, Vec<Piece>)>::new());
    let (mut rule, mut value, mut fix): (String, Option<String>, Option<Vec<Piece>>) = Default::default();
    // A value's text, and whether it is the one without a selector.
    let mut default: Option<(bool, String)> = None;
    loop {
        match reader.read_event()? {
            Event::Eof => break,
            Event::Start(of) => match of.local_name().as_ref() {
                "Rule" => rule = attribute(&of, "id").unwrap_or_default(),
                "Value" => value = attribute(&of, "id"),
                "value" if value.is_some() => default = Some((attribute(&of, "selector").is_none(), String::new())),
                "fix" if attribute(&of, "system").as_deref() == Some(SHELL) => fix = Some(Vec::new()),
                "sub" => push_value(&mut fix, attribute(&of, "idref")),
                _ => {}
            },
            Event::Empty(of) => match of.local_name().as_ref() {
                "sub" => push_value(&mut fix, attribute(&of, "idref")),
                // A value that is empty.
                "value" => keep(&mut values, value.as_deref(), attribute(&of, "selector").is_none(), String::new()),
                _ => {}
            },
            Event::Text(of) => push_text(&mut fix, &mut default, &of),
            Event::CData(of) => push_text(&mut fix, &mut default, &of),
            Event::GeneralRef(of) => {
                let number = of.strip_prefix('#').and_then(|it| match it.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16).ok(),
                    None => it.parse().ok(),
                });
                let letter = number.and_then(char::from_u32).map(String::from);
                let text = letter.or_else(|| quick_xml::escape::resolve_xml_entity(&of).map(str::to_owned)).unwrap_or_default();
                push_text(&mut fix, &mut default, &text);
            }
            Event::End(of) => match of.local_name().as_ref() {
                "Value" => value = None,
                "value" => {
                    if let Some((plain, text)) = default.take() {
                        keep(&mut values, value.as_deref(), plain, text);
                    }
                }
                "fix" => found.extend(fix.take().map(|it| (rule.clone(), it))),
                _ => {}
            },
            _ => {}
        }
    }
    let bound = |piece: Piece| match piece {
        Piece::Text(text) => text,
        Piece::Value(id) => values.get(&id).cloned().unwrap_or_default(),
    };
    Ok(found.into_iter().map(|(rule, pieces)| (rule, pieces.into_iter().map(bound).collect())).collect())
}

fn attribute(of: &quick_xml::events::BytesStart<'_>, name: &str) -> Option<String> {
    let found = of.try_get_attribute(name).ok()??;
    Some(found.value.into_owned())
}

fn push_value(fix: &mut Option<Vec<Piece>>, id: Option<String>) {
    if let (Some(fix), Some(id)) = (fix, id) {
        fix.push(Piece::Value(id));
    }
}

fn push_text(fix: &mut Option<Vec<Piece>>, default: &mut Option<(bool, String)>, text: &str) {
    if let Some((_, all)) = default {
        all.push_str(text);
    } else if let Some(fix) = fix {
        fix.push(Piece::Text(text.to_owned()));
    }
}

/// A value without a selector is the default; where there is none, the first stands.
fn keep(values: &mut HashMap<String, String>, id: Option<&str>, plain: bool, text: String) {
    let Some(id) = id else { return };
    if plain {
        values.insert(id.to_owned(), text);
    } else {
        values.entry(id.to_owned()).or_insert(text);
    }
}
