//! Looks whether a hardening finding stands in a tree: what programs make of their configuration, not what a text looks like. It
//! is not told whether it sees the tree before, after, or a mutant.

use config_formats::{Files, State, keyed, modprobe, permission, rule, sshd, sudoers, sysctl, version};
use invitro_sdk::validator::{
    self,
    exports::invitro::remediation::validate::{Guest, Standing, ValidateError},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect, FileType, Finding, Note, NoteLevel, Remediation},
    },
};

struct Check;

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

impl Guest for Check {
    fn check(finding: Finding, target: &Tree) -> Result<Standing, ValidateError> {
        validator::log_panics();
        let target = Target(target);
        let parameters: Vec<(String, String)> = finding.parameters.iter().map(|it| (it.name.clone(), it.value.clone())).collect();
        let name = rule::plain(&finding.rule);
        if let Some(want) = sshd::want(name, &parameters) {
            return Ok(sshd::read(&target).map_or_else(|| vanished(sshd::MAIN), |settings| standing(want.holds(&settings))));
        }
        if let Some(want) = sysctl::want(name, &parameters) {
            return Ok(standing(want.holds(&target)));
        }
        if let Some(want) = sudoers::want(name, &parameters) {
            return Ok(want.holds(&target).map_or_else(|| Standing::Unknown(format!("{} is not there, or is broken", sudoers::MAIN)), standing));
        }
        if let Some(want) = keyed::want(name, &parameters) {
            return Ok(if target.state(want.layout.main).is_some() { standing(want.holds(&target)) } else { vanished(want.layout.main) });
        }
        if let Some(module) = modprobe::module(name) {
            return Ok(standing(modprobe::said(&target, module).holds()));
        }
        if let Some((path, want)) = permission::want(name) {
            return Ok(target.state(path).map_or_else(|| vanished(path), |state| standing(is_met(&target, &want, state))));
        }
        Ok(match &finding.package {
            Some(package) if package.ecosystem == "deb" => upgraded(&target, &package.name, package.fixed.as_deref().unwrap_or_default(), &package.installed),
            _ => Standing::Unknown("the rule is not known here".to_owned()),
        })
    }

    fn review(
        _: Option<Finding>,
        _: Option<Remediation>,
        before: &Tree,
        after: &Tree,
        changes: Vec<Change>,
        _: Vec<Effect>,
    ) -> Result<Vec<Note>, ValidateError> {
        Ok(changes.iter().filter(|it| it.path.starts_with(b"/etc/ssh/sshd_config")).flat_map(|it| shadowed(before, after, it)).collect())
    }
}

fn standing(holds: bool) -> Standing {
    if holds { Standing::Gone } else { Standing::Stands }
}

fn vanished(path: &str) -> Standing {
    Standing::Unknown(format!("{path} is not there"))
}

fn is_met(target: &Target<'_>, want: &permission::Want, state: State) -> bool {
    match want {
        permission::Want::AtMost(most) => state.mode & !most == 0,
        permission::Want::Owner(uid) => state.uid == *uid,
        permission::Want::Group(names) => names.iter().any(|name| match name.parse::<u32>() {
            Ok(number) => number == state.gid,
            Err(_) => target.text("/etc/group").unwrap_or_default().lines().any(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                fields.first() == Some(name) && fields.get(2).and_then(|it| it.parse().ok()) == Some(state.gid)
            }),
        }),
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
    let (was, is) = (sshd::read(&Target(before)).unwrap_or_default(), sshd::read(&Target(after)).unwrap_or_default());
    let path = String::from_utf8_lossy(&change.path).into_owned();
    let mut notes = Vec::new();
    for setting in is
        .iter()
        .filter(|it| it.file == path && !was.iter().any(|had| (&had.file, &had.key, &had.value, had.scope) == (&it.file, &it.key, &it.value, it.scope)))
    {
        let conditional = setting.scope == sshd::Scope::Some;
        let wide = was.iter().any(|it| it.key == setting.key && it.scope != sshd::Scope::Some) || !was.iter().any(|it| it.key == setting.key);
        if conditional && wide {
            notes.push(note("sshd-match-scope", &change.path, setting.line, format!("{} stands inside a Match block and holds only there", setting.key)));
        } else if let Some(first) =
            is.iter().find(|it| it.key == setting.key && it.scope != sshd::Scope::Some).filter(|it| !conditional && it.value != setting.value)
        {
            notes.push(note(
                "shadowed-setting",
                &change.path,
                setting.line,
                format!("{} is not in force: an earlier line in {} has `{}`", setting.key, first.file, first.value),
            ));
        }
    }
    notes
}

fn note(code: &str, path: &[u8], line: usize, message: String) -> Note {
    Note { code: code.to_owned(), level: NoteLevel::Warning, path: Some(path.to_vec()), line: u32::try_from(line).ok(), message }
}

validator::export!(Check with_types_in invitro_sdk::validator);
