//! The same fix on a machine with another name, with another mask and in another language.

use super::{
    strain::{Strain, StrainCase, Strained},
    torn::named,
};
use crate::{
    diff,
    sandbox::{Ended, Setting, Surroundings, rehearse},
    tree::{Actor, Quotas, Tree, Workspace},
};

/// Where the machine's name stands (hostname(5)).
const HOST_NAME: &[u8] = b"/etc/hostname";

/// Runs the fix in each surroundings and compares the trees.
pub(super) fn surroundings(of: &Strained<'_>) -> Strain {
    let (setting, case) = (of.case.setting, of.case);
    let with = |umask: u32, locale: &str| Setting { surroundings: Surroundings { umask, locale: locale.into() }, ..setting.clone() };
    let settings = [
        ("the host is named `elsewhere`", setting.clone(), renamed(case.before)),
        ("umask 027", with(0o027, "C.UTF-8"), Some(case.before.clone())),
        ("LANG=de_DE.UTF-8", with(0o022, "de_DE.UTF-8"), Some(case.before.clone())),
    ];
    let mut cases = Vec::new();
    for (name, setting, before) in &settings {
        let mut say = |code, reason| cases.push(StrainCase { name: (*name).to_owned(), code, reason });
        let Some(before) = before else {
            say(None, "the target's /etc/hostname can't be written".into());
            continue;
        };
        let run = rehearse(setting, before, case.remediation);
        let mut paths: Vec<_> = diff::between(&case.first.after, &run.after).into_iter().map(|it| it.path).collect();
        paths.retain(|it| it != HOST_NAME);
        let unknown = run.ledger.unmodelled.iter().find(|it| !case.first.ledger.unmodelled.iter().any(|had| had.argv == it.argv));
        match (&run.ended, unknown) {
            (Ended::Stopped(stop), _) => say(None, format!("the run was stopped: {stop}")),
            (_, Some(unknown)) => say(None, format!("the run meets what can't be simulated: {}", unknown.reason)),
            _ if run.status != case.first.status => say(Some("surroundings-matter"), format!("the fix exits with {}", run.status.unwrap_or_default())),
            _ if !paths.is_empty() => say(Some("surroundings-matter"), format!("not as in the first run: {}", named(&paths))),
            _ => {}
        }
    }
    Strain::of("surroundings", settings.len(), "other surroundings", cases)
}

/// The tree of a machine with another name.
fn renamed(before: &Tree) -> Option<Tree> {
    let root = Actor { uid: 0, gid: 0, umask: 0o022 };
    let mut workspace = Workspace::over(before, Quotas::default());
    if workspace.make_directory(&root, b"/etc", 0o755).is_ok() || before.stat(b"/etc", true).is_ok() {
        workspace.create(&root, HOST_NAME, 0o644, false).ok()?;
        workspace.write(&root, HOST_NAME, 0, b"elsewhere\n").ok()?;
    }
    Some(workspace.tree())
}
