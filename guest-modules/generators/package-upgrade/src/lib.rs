//! Proposes upgrades of system packages to the version that a scanner says heals: Debian's family by apt-get, Red Hat's by dnf.

use config_formats::version;
use invitro_sdk::generator::{
    self,
    exports::invitro::remediation::propose::{Guest, ProposeError},
    invitro::remediation::{
        facts,
        files::Tree,
        types::{Artifact, EffectKind, ExpectedEffect, Finding, Language, Remediation, Risk, Script},
    },
};

struct Generator;

impl Guest for Generator {
    fn propose(finding: Finding, target: &Tree) -> Result<Vec<Remediation>, ProposeError> {
        generator::log_panics();
        let Some(package) = &finding.package else { return Err(ProposeError::UnknownRule) };
        let debian = match package.ecosystem.as_str() {
            "deb" => true,
            "rpm" => false,
            _ => return Err(ProposeError::UnknownRule),
        };
        let order = if debian { version::compare } else { version::compare_rpm };
        let Some(fixed) = version::healing(package.fixed.as_deref().unwrap_or_default(), &package.installed, order) else {
            return Err(ProposeError::BadFinding(format!("no version of {} heals {} yet", package.name, finding.rule)));
        };
        let fixed = fixed.as_str();
        if !is_plain(&package.name) || !is_plain(fixed) {
            return Err(ProposeError::BadFinding("the package's name or version has characters that no package has".to_owned()));
        }
        if debian {
            let Some(installed) = facts::find_package(&package.name) else {
                return Err(ProposeError::NotApplicable(format!("the target has no package {}", package.name)));
            };
            if version::is_held(&status(target), &package.name) {
                return Err(ProposeError::BadFinding(format!(
                    "{} is held back on the target: whoever did so decides; `apt-mark unhold {}` lets it be upgraded",
                    package.name, package.name
                )));
            }
            if version::compare(&installed.version, fixed).is_ge() {
                return Err(ProposeError::NotApplicable(format!("the target has {} {}, which is not before {fixed}", package.name, installed.version)));
            }
        }
        Ok(vec![upgrade(&finding, &package.name, fixed, debian)])
    }
}

/// Debian's database; empty where there is none.
fn status(target: &Tree) -> String {
    let mut bytes = Vec::new();
    while let Ok(piece) = target.read(b"/var/lib/dpkg/status", bytes.len() as u64, 1 << 20) {
        if piece.is_empty() {
            break;
        }
        bytes.extend(piece);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The package manager of Red Hat's family: dnf came with version 8, and with Fedora.
fn manager() -> &'static str {
    let os = facts::os();
    let major = os.version_id.split('.').next().and_then(|it| it.parse::<u32>().ok());
    let old = matches!(os.id.as_str(), "rhel" | "centos" | "ol" | "rocky" | "almalinux" | "scientific") && major.is_some_and(|it| it < 8)
        || os.id == "amzn" && major.is_some_and(|it| it <= 2);
    if old { "yum" } else { "dnf" }
}

/// Characters of package names and versions (deb-version(7), Debian policy 5.6.7): they go into a script.
fn is_plain(word: &str) -> bool {
    !word.starts_with('-') && word.chars().all(|it| it.is_ascii_alphanumeric() || ".+-~:_^".contains(it))
}

fn upgrade(finding: &Finding, name: &str, fixed: &str, debian: bool) -> Remediation {
    let command = if debian {
        format!("export DEBIAN_FRONTEND=noninteractive\napt-get install -y --only-upgrade {name}={fixed}\n")
    } else {
        format!("{} upgrade -y {name}-{fixed}\n", manager())
    };
    let title = format!("upgrade {name} to {fixed}");
    Remediation {
        id: format!("upgrade-{}", name.to_ascii_lowercase()),
        artifacts: vec![Artifact::Script(Script {
            language: Language::Bash,
            text: format!("#!/bin/bash\n# {title}\nset -euo pipefail\n{command}").into_bytes(),
        })],
        write_set: if debian { vec!["/var/lib/dpkg/status".to_owned()] } else { Vec::new() },
        expected_effects: vec![ExpectedEffect { kind: EffectKind::PackageUpgrade, name: if debian { name.to_owned() } else { format!("{name}-{fixed}") } }],
        risk: Risk::Medium,
        explanation: format!(
            "{} is healed by version {fixed} of {name}. The upgrade brings files that are not known here; services that use {name} must restart.",
            finding.rule
        ),
        restart_needed: true,
        title,
    }
}

generator::export!(Generator with_types_in invitro_sdk::generator);
