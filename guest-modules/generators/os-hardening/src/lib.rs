//! Proposes remediations for hardening rules: sshd, sudo, kernel settings and modules, passwords, modes and owners. Rules are XCCDF rule ids or plain names.
//!
//! Each proposal is one bash script that edits in place, keeps comments, modes and owners, and changes nothing when run again.

mod keyed;
mod modprobe;
mod permission;
mod sshd;
mod sudoers;
mod sysctl;

use config_formats::{Files, State, rule};
use invitro_sdk::generator::{
    self,
    exports::invitro::remediation::propose::{Guest, ProposeError},
    invitro::remediation::{
        files::Tree,
        types::{Artifact, ExpectedEffect, FileType, Finding, Language, Remediation, Risk, Script},
    },
};

struct Generator;

/// The read-only tree as configuration formats look at it.
struct Target<'a>(&'a Tree);

impl Files for Target<'_> {
    fn text(&self, path: &str) -> Option<String> {
        let mut bytes = Vec::new();
        loop {
            let piece = self.0.read(path.as_bytes(), bytes.len() as u64, 1 << 20).ok()?;
            if piece.is_empty() {
                return String::from_utf8(bytes).ok();
            }
            bytes.extend(piece);
        }
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), 0);
        while let Ok(page) = self.0.list(folder.as_bytes(), cursor) {
            names.extend(page.entries.into_iter().filter_map(|it| String::from_utf8(it.name).ok()));
            match page.next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        names.sort();
        names
    }

    fn state(&self, path: &str) -> Option<State> {
        let it = self.0.stat(path.as_bytes(), true).ok()?;
        Some(State { mode: it.mode, uid: it.uid, gid: it.gid, is_folder: it.type_ == FileType::Directory })
    }
}

/// What a family makes of a rule.
struct Proposal {
    id: String,
    title: String,
    script: String,
    write_set: Vec<String>,
    effects: Vec<ExpectedEffect>,
    risk: Risk,
    explanation: String,
    restart: bool,
}

type Made = Result<Proposal, ProposeError>;

impl Guest for Generator {
    fn propose(finding: Finding, target: &Tree) -> Result<Vec<Remediation>, ProposeError> {
        generator::log_panics();
        let target = Target(target);
        let parameters: Vec<(String, String)> = finding.parameters.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
        let rule = rule::plain(&finding.rule);
        let made = sshd::propose(rule, &parameters, &target)
            .or_else(|| sysctl::propose(rule, &parameters, &target))
            .or_else(|| sudoers::propose(rule, &parameters, &target))
            .or_else(|| keyed::propose(rule, &parameters, &target))
            .or_else(|| modprobe::propose(rule, &target))
            .or_else(|| permission::propose(rule, &target));
        made.unwrap_or(Err(ProposeError::UnknownRule)).map(|it| vec![remediation(it)])
    }
}

fn remediation(of: Proposal) -> Remediation {
    let script = Script { language: Language::Bash, text: of.script.into_bytes() };
    Remediation {
        id: of.id,
        title: of.title,
        artifacts: vec![Artifact::Script(script)],
        write_set: of.write_set,
        expected_effects: of.effects,
        risk: of.risk,
        explanation: of.explanation,
        restart_needed: of.restart,
    }
}

/// The rule is known, and nothing is to be done.
fn complies() -> ProposeError {
    ProposeError::NotApplicable("the target already complies".to_owned())
}

/// The head of each script.
fn head(title: &str) -> String {
    format!("#!/bin/bash\n# {title}\nset -euo pipefail\n")
}

/// A function of the scripts: what a filter makes of a file goes back into it, so that the file keeps its mode, owner and links;
/// a file that would not change is not touched.
const REWRITE: &str = r#"
rewrite() {
    local file=$1 before after
    shift
    before=$(cat "$file"; printf .)
    after=$(awk "$@" "$file"; printf .)
    if [ "$before" != "$after" ]; then
        printf '%s' "${after%.}" > "$file"
    fi
}
"#;

generator::export!(Generator with_types_in invitro_sdk::generator);
