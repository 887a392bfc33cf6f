//! Proposes remediations for hardening rules: sshd, sudo, kernel settings and modules, passwords, modes and owners. Rules are XCCDF rule ids or plain names.
//!
//! Each proposal is one bash script that edits in place, keeps comments, modes and owners, and changes nothing when run again.

mod keyed;
mod modprobe;
mod permission;
mod sshd;
mod sudoers;
mod sysctl;

use config_formats::rule::{self, Named, Part};
use invitro_sdk::generator::{
    self,
    exports::invitro::remediation::propose::{Guest, ProposeError},
    invitro::remediation::{
        files::Tree,
        types::{Artifact, ExpectedEffect, Finding, Language, Remediation, Risk, Script},
    },
};

use tree_support::generator::Target;

struct Generator;

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
        let target = Target::of(target);
        let parameters: Vec<(String, String)> = finding.parameters.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
        let places: Vec<String> = finding.locations.iter().filter_map(|it| String::from_utf8(it.path.clone()).ok()).collect();
        let parts = rule::parts(Named { rule: &finding.rule, title: &finding.title, aliases: &finding.aliases, parameters: &parameters });
        let mut made = Vec::new();
        let mut not_applicable = None;
        for part in &parts {
            match family(part, &places, &target).unwrap_or(Err(ProposeError::UnknownRule)) {
                Ok(it) => made.push(it),
                // A rule of several parts may be met in some of them, or be about files that this target lacks.
                Err(ProposeError::NotApplicable(why)) => not_applicable = not_applicable.or(Some(why)),
                Err(error) => return Err(error),
            }
        }
        match (made.is_empty(), not_applicable) {
            (true, Some(why)) => Err(ProposeError::NotApplicable(why)),
            (true, None) => Err(ProposeError::UnknownRule),
            _ => Ok(vec![remediation(made)]),
        }
    }
}

fn family(of: &Part, places: &[String], target: &Target<'_>) -> Option<Made> {
    let (rule, parameters) = (of.rule.as_str(), of.parameters.as_slice());
    sshd::propose(rule, parameters, target)
        .or_else(|| sysctl::propose(rule, parameters, target))
        .or_else(|| sudoers::propose(rule, parameters, target))
        .or_else(|| keyed::propose(rule, parameters, target))
        .or_else(|| modprobe::propose(rule, target))
        .or_else(|| permission::propose(rule, places, target))
}

/// One remediation of all parts, a script for each.
fn remediation(of: Vec<Proposal>) -> Remediation {
    let joined = |text: &dyn Fn(&Proposal) -> String, between: &str| of.iter().map(text).collect::<Vec<_>>().join(between);
    let (id, title, explanation) = (joined(&|it| it.id.clone(), "+"), joined(&|it| it.title.clone(), "; "), joined(&|it| it.explanation.clone(), " "));
    let risk = [Risk::High, Risk::Medium].into_iter().find(|risk| of.iter().any(|it| it.risk == *risk)).unwrap_or(Risk::Low);
    let restart_needed = of.iter().any(|it| it.restart);
    let (mut artifacts, mut write_set, mut expected_effects) = (Vec::new(), Vec::new(), Vec::new());
    for it in of {
        artifacts.push(Artifact::Script(Script { language: Language::Bash, text: it.script.into_bytes() }));
        write_set.extend(it.write_set);
        for effect in it.effects {
            if !expected_effects.contains(&effect) {
                expected_effects.push(effect);
            }
        }
    }
    write_set.sort();
    write_set.dedup();
    Remediation { id, title, artifacts, write_set, expected_effects, risk, explanation, restart_needed }
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
