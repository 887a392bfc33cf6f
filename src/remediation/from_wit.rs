//! A generator's artifact as ours.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::remediation::{Artifact, Language, Taking};
use crate::guest::wit::types;

/// Turns a generator's artifact into ours; edits and packages become the documents that a user would write.
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
        types::Artifact::Patch(text) => Artifact::Patch { text, taking: Taking::default() },
        types::Artifact::Edits(edits) => {
            let edits: Vec<_> = edits
                .iter()
                .map(
                    |it| json!({ "file_b64": STANDARD.encode(&it.path), "bytes": { "start": it.start, "end": it.end, "text_b64": STANDARD.encode(&it.text) } }),
                )
                .collect();
            Artifact::Edits { text: json!({ "schema": "invitro.edits/v1", "edits": edits }).to_string().into_bytes() }
        }
        types::Artifact::Packages(packages) => {
            let packages: Vec<_> =
                packages.iter().map(|it| json!({ "name": it.name, "from": it.from_version, "to": it.to_version, "ecosystem": it.ecosystem })).collect();
            Artifact::Packages { text: json!({ "schema": "invitro.packages/v1", "packages": packages }).to_string().into_bytes() }
        }
    }
}
