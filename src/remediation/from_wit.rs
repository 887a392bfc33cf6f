//! A generator's artifact as ours.

use super::remediation::{Artifact, Language};
use crate::guest::wit::types;

/// Turns a generator's artifact into ours. What this version does not execute keeps its kind and a digest of what it holds.
pub(crate) fn from_wit(artifact: types::Artifact) -> Artifact {
    match artifact {
        types::Artifact::Script(it) => {
            let language = match it.language {
                types::Language::Bash => Language::Bash,
                types::Language::Python => Language::Python,
                types::Language::Powershell => Language::Powershell,
                types::Language::Other(name) => Language::Other(name),
            };
            Artifact::Script { language, name: "fix.sh".into(), text: it.text }
        }
        types::Artifact::Patch(text) => Artifact::Patch { text },
        types::Artifact::Edits(edits) => Artifact::Other { kind: "edits", bytes: format!("{edits:?}").into_bytes() },
        types::Artifact::Packages(packages) => Artifact::Other { kind: "packages", bytes: format!("{packages:?}").into_bytes() },
    }
}
