//! Looks whether a hardening finding stands in a tree: what programs make of their configuration, not what a text looks like. It
//! is not told whether it sees the tree before, after, or a mutant.

use config_formats::{
    Files,
    rule::{self, Named},
    sshd, version,
    want::Want,
};
use invitro_sdk::validator::{
    self,
    exports::invitro::remediation::validate::{Guest, Standing, ValidateError},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect, Finding, Note, NoteLevel, Remediation},
    },
};

use tree_support::validator::Target;

struct Check;

impl Guest for Check {
    fn check(finding: Finding, target: &Tree) -> Result<Standing, ValidateError> {
        validator::log_panics();
        let target = Target::of(target);
        let parameters: Vec<(String, String)> = finding.parameters.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
        let places: Vec<String> = finding.locations.iter().filter_map(|it| String::from_utf8(it.path.clone()).ok()).collect();
        let parts = rule::parts(Named { rule: &finding.rule, title: &finding.title, aliases: &finding.aliases, parameters: &parameters });
        let wants: Option<Vec<Want>> = parts.iter().map(|it| Want::of(&it.rule, &it.parameters)).collect();
        if let Some(wants) = wants {
            // The host asks place by place where a finding has several; then the others are not looked at.
            let one = finding.attributes.iter().any(|it| it.name == "invitro:place");
            return Ok(if one { at(&wants, &places, &target) } else { all(&wants, &places, &target) });
        }
        Ok(match &finding.package {
            Some(package) if package.ecosystem == "deb" => upgraded(&target, &package.name, package.fixed.as_deref().unwrap_or_default(), &package.installed),
            _ => Standing::Unknown("the rule is not known here".to_owned()),
        })
    }

    fn review(_: Option<Finding>, _: Option<Remediation>, before: &Tree, after: &Tree, changes: Vec<Change>, _: Vec<Effect>) -> Result<Vec<Note>, ValidateError> {
        Ok(changes.iter().filter(|it| it.path.starts_with(b"/etc/ssh/sshd_config")).flat_map(|it| shadowed(before, after, it)).collect())
    }
}

fn standing(holds: bool) -> Standing {
    if holds { Standing::Gone } else { Standing::Stands }
}

/// Whether all that is asked for holds: one that does not is enough, and one that nobody can tell spoils the rest.
fn all(wants: &[Want], places: &[String], target: &Target<'_>) -> Standing {
    let mut unknown = None;
    for want in wants {
        match want.holds(target, places) {
            Ok(true) => {}
            Ok(false) => return Standing::Stands,
            Err(why) => unknown = unknown.or(Some(why)),
        }
    }
    unknown.map_or(Standing::Gone, Standing::Unknown)
}

/// Whether the finding stands at one place: that file says otherwise, whatever the others say.
fn at(wants: &[Want], places: &[String], target: &Target<'_>) -> Standing {
    match places {
        [place] if target.state(place).is_none() => Standing::Unknown(format!("{place} is not there")),
        [place] => standing(!wants.iter().any(|it| it.offenders(target, places).contains(place))),
        _ => Standing::Unknown("one place is asked about, and the finding does not have one".to_owned()),
    }
}

fn upgraded(target: &Target<'_>, name: &str, fixed: &str, seen: &str) -> Standing {
    let Some(fixed) = version::healing(fixed, seen, version::compare) else {
        return Standing::Unknown(format!("the report names no version of {name} that heals"));
    };
    let Some(status) = target.text("/var/lib/dpkg/status") else { return Standing::Unknown("the target has no package database".to_owned()) };
    match version::installed(&status, name) {
        Some(installed) => standing(version::compare(&installed, &fixed).is_ge()),
        None => Standing::Unknown(format!("{name} is not installed")),
    }
}

/// Settings that a change brought and that are not in force: inside a `Match` block, or behind an earlier value.
fn shadowed(before: &Tree, after: &Tree, change: &Change) -> Vec<Note> {
    let (was, is) = (sshd::read(&Target::of(before)).unwrap_or_default(), sshd::read(&Target::of(after)).unwrap_or_default());
    let path = String::from_utf8_lossy(&change.path).into_owned();
    let mut notes = Vec::new();
    for setting in is.iter().filter(|it| it.file == path && !was.iter().any(|had| (&had.file, &had.key, &had.value, had.scope) == (&it.file, &it.key, &it.value, it.scope))) {
        let conditional = setting.scope == sshd::Scope::Some;
        let wide = was.iter().any(|it| it.key == setting.key && it.scope != sshd::Scope::Some) || !was.iter().any(|it| it.key == setting.key);
        if conditional && wide {
            notes.push(note("sshd-match-scope", &change.path, setting.line, format!("{} stands inside a Match block and holds only there", setting.key)));
        } else if let Some(first) = is.iter().find(|it| it.key == setting.key && it.scope != sshd::Scope::Some).filter(|it| !conditional && it.value != setting.value) {
            notes.push(note("shadowed-setting", &change.path, setting.line, format!("{} is not in force: an earlier line in {} has `{}`", setting.key, first.file, first.value)));
        }
    }
    notes
}

fn note(code: &str, path: &[u8], line: usize, message: String) -> Note {
    Note { code: code.to_owned(), level: NoteLevel::Warning, path: Some(path.to_vec()), line: u32::try_from(line).ok(), message }
}

validator::export!(Check with_types_in invitro_sdk::validator);
