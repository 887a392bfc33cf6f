//! What `list-unit-files` prints: names by kind, states, and what presets want (`output_unit_file_list` of systemctl).

use std::collections::BTreeMap;

use crate::{Files, Layout, Stop, is_valid, preset, state};

/// What is asked for.
#[derive(Default)]
pub struct Wanted {
    /// Names or patterns; none is all.
    pub patterns: Vec<String>,
    /// Kinds such as `service`; none is all.
    pub kinds: Vec<String>,
    /// States such as `enabled`; none is all.
    pub states: Vec<String>,
    /// Whether there are no first and last lines.
    pub bare: bool,
}

/// The list, and how many units are in it.
pub fn list(files: &dyn Files, layout: &Layout, wanted: &Wanted) -> Result<(String, usize), Stop> {
    let rules = preset::lines(files, layout)?;
    let mut rows: BTreeMap<(String, String), [String; 3]> = BTreeMap::new();
    let names = layout.search.iter().flat_map(|folder| files.names(folder)).filter(|it| is_valid(it));
    for name in names {
        let kind = name.rsplit('.').next().unwrap_or_default().to_owned();
        let key = (kind.clone(), name.to_ascii_lowercase());
        let fits = |pattern: &String| preset::fits(pattern.as_bytes(), name.as_bytes());
        if rows.contains_key(&key) || !wanted.kinds.is_empty() && !wanted.kinds.contains(&kind) || !wanted.patterns.is_empty() && !wanted.patterns.iter().any(fits) {
            continue;
        }
        let state = state(files, layout, &name)?.ok_or_else(|| Stop::Unmodelled(format!("the state of {name}")))?;
        if !wanted.states.is_empty() && !wanted.states.iter().any(|it| it == state) {
            continue;
        }
        let wants = match state {
            "alias" | "static" | "generated" | "transient" => "-",
            _ => if preset::wants(&rules, &name) { "enabled" } else { "disabled" },
        };
        rows.insert(key, [name, state.to_owned(), wants.to_owned()]);
    }
    let heads = [["UNIT FILE", "STATE", "PRESET"].map(str::to_owned)];
    let shown: Vec<&[String; 3]> = heads.iter().filter(|_| !wanted.bare).chain(rows.values()).collect();
    let width = |column: usize| shown.iter().map(|it| it[column].len()).max().unwrap_or_default();
    let (first, second) = (width(0), width(1));
    let mut out = String::new();
    for [name, state, wants] in shown {
        out.push_str(&format!("{name:first$} {state:second$} {wants}\n"));
    }
    if !wanted.bare {
        out.push_str(&format!("\n{} unit files listed.\n", rows.len()));
    }
    Ok((out, rows.len()))
}
