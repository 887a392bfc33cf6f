//! Names of units (systemd.unit(5), `unit_name_is_valid` of basic/unit-name.c).

const SUFFIXES: [&str; 11] = [".service", ".socket", ".timer", ".target", ".mount", ".automount", ".path", ".slice", ".scope", ".swap", ".device"];
/// UNIT_NAME_MAX of basic/unit-name.h, with its end.
const MOST: usize = 255;

/// Answers whether a name ends as a unit does.
pub(crate) fn has_suffix(name: &str) -> bool {
    SUFFIXES.iter().any(|it| name.ends_with(it))
}

/// The full name of a unit as a person writes it.
pub fn full(name: &str) -> String {
    if has_suffix(name) { name.to_owned() } else { format!("{name}.service") }
}

/// Answers whether a name is one of a unit.
pub fn is_valid(name: &str) -> bool {
    let Some((stem, _)) = name.rsplit_once('.') else { return false };
    let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, ':' | '-' | '_' | '.' | '\\' | '@');
    has_suffix(name) && !stem.is_empty() && !stem.starts_with('@') && name.len() <= MOST && stem.chars().all(allowed)
}

/// The template of an instance, and the instance: `a@b.service` gives `a@.service`, `b`.
pub fn instance(name: &str) -> Option<(String, String)> {
    let (stem, rest) = name.split_once('@')?;
    let (instance, suffix) = rest.rsplit_once('.')?;
    (!instance.is_empty()).then(|| (format!("{stem}@.{suffix}"), instance.to_owned()))
}

/// Answers whether a name is that of a template.
pub fn template(name: &str) -> bool {
    name.split_once('@').and_then(|it| it.1.rsplit_once('.')).is_some_and(|it| it.0.is_empty())
}

/// The name of an instance of a template.
pub(crate) fn instantiate(name: &str, instance: &str) -> String {
    name.replacen("@.", &format!("@{instance}."), 1)
}

/// The last part of a path.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}
