//! Keyfiles as GLib's GKeyFile reads them: groups, and keys with their raw values.

/// A group's name with its keys, in the order of the file.
type Group = (String, Vec<(String, String)>);

/// Reads a keyfile; the error names what is not modelled, or what the tool would not take either.
pub(super) fn read(text: &str) -> Result<Vec<Group>, String> {
    let mut groups: Vec<Group> = Vec::new();
    let mut current = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line).trim_start_matches([' ', '\t']);
        let odd = || format!("the line `{}`", line.escape_debug());
        if line.contains(|it: char| it.is_control() && it != '\t') {
            return Err(odd());
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let name = rest.trim_end_matches([' ', '\t']).strip_suffix(']').ok_or_else(odd)?;
            if !is_name(name, "/") || name.starts_with('/') || name.ends_with('/') || name.contains("//") {
                return Err(odd());
            }
            current = Some(groups.iter().position(|it| it.0 == name).unwrap_or_else(|| {
                groups.push((name.to_owned(), Vec::new()));
                groups.len() - 1
            }));
            continue;
        }
        let (key, value) = line.split_once('=').ok_or_else(odd)?;
        let (key, value) = (key.trim_end_matches([' ', '\t']), value.trim_start_matches([' ', '\t']));
        let group = current.and_then(|at: usize| groups.get_mut(at)).ok_or_else(odd)?;
        if !is_name(key, "") {
            return Err(odd());
        }
        // A key that stands twice is told once, with its last value.
        match group.1.iter_mut().find(|it| it.0 == key) {
            Some(it) => it.1 = value.to_owned(),
            None => group.1.push((key.to_owned(), value.to_owned())),
        }
    }
    Ok(groups)
}

/// Names that need no second thought; others are left to the tool.
fn is_name(text: &str, more: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it) || more.contains(it))
}
