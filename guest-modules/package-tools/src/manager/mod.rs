//! Package managers: what they would bring comes from repositories that nobody here can ask. What they do is recorded, with the version
//! that the target has; Debian's database changes where the version is told, else running state says that its version is unknown.

pub(crate) mod apk;
pub(crate) mod apt;
pub(crate) mod dnf;

use crate::world::{Answer, Effect, Treatment, World, said};

/// A word of a manager as what it names.
pub(crate) fn is_plain_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|it| it.is_ascii_alphanumeric() || "+-._".contains(it)) && word.starts_with(|it: char| it.is_ascii_alphanumeric())
}

/// snap(8): what comes is the store's.
pub(crate) fn snap(world: &dyn World, words: &[String]) -> Answer {
    let Some((verb, names)) = words.split_first() else { return Err("a call without a command".into()) };
    let kind = match verb.as_str() {
        "install" => Effect::Install,
        "refresh" => Effect::Upgrade,
        "remove" => Effect::Remove,
        other => return Err(format!("`{other}`")),
    };
    let names: Vec<&String> = names.iter().filter(|it| !matches!(it.as_str(), "--classic" | "--purge" | "--no-wait") && !it.starts_with("--channel=")).collect();
    if let Some(it) = names.iter().find(|it| it.starts_with('-')) {
        return Err(format!("the option `{it}`"));
    }
    let told = if names.is_empty() { "*".to_owned() } else { names.iter().map(|it| it.as_str()).collect::<Vec<_>>().join(" ") };
    world.effect(&kind, &format!("snap {told}"), Treatment::Recorded);
    said(0, "", "")
}
