//! Corpus: the project's own cases, `tests/cases`.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use invitro::remediation::Scope;

use crate::{
    marks,
    script::{Layers, Mark, Script, fix},
};

/// Repositories: no repository can hold another's `.git`.
const REPOSITORIES: [(&str, &str); 8] = [
    ("/srv/vendored/.git/config", "[core]\n    bare = false\n"),
    ("/srv/vendored/.gitignore", "*.o\n"),
    ("/srv/vendored/.gitmodules", "[submodule \"lib\"]\n    path = lib\n    url = http://example.com/lib.git\n"),
    ("/srv/linked/.git", "gitdir: ../../../../../etc\n"),
    ("/srv/bare/HEAD", ""),
    ("/srv/bare/objects/info/alternates", ""),
    ("/srv/bare/refs/heads/main", ""),
    ("/srv/bare/hooks/post-receive.sample", ""),
];

/// Reads all cases.
pub(crate) fn read(folder: &Path) -> Result<Vec<Script>, String> {
    let mut cases: Vec<_> = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?.filter_map(|it| Some(it.ok()?.path())).collect();
    cases.sort();
    let shadow = Mark { mode: Some(0o640), gid: Some(42), ..Mark::default() };
    let mut marks = BTreeMap::from([("/etc/shadow".to_owned(), shadow), ("/srv/repo/.git".to_owned(), Mark { is_dir: true, ..Mark::default() })]);
    marks.extend(REPOSITORIES.iter().map(|(path, text)| ((*path).to_owned(), Mark { content: Some(text.as_bytes().to_vec()), ..Mark::default() })));
    let second = Mark { hardlink: Some("/srv/vendored/.git/config".to_owned()), ..Mark::default() };
    marks.insert("/srv/vendored/second-name".to_owned(), second);
    let layers = Arc::new(Layers { folders: vec![folder.join("base")], marks });
    let scripts = cases.into_iter().filter_map(|case| {
        let (text, language) = fix(&case)?;
        let name = case.file_name()?.to_string_lossy().into_owned();
        // What never ends, or fills a disk, has no real answer.
        let endless = ["endless", "fork-bomb", "hang", "recursion", "huge"].iter().any(|it| name.contains(it));
        // These are bad since the small tree lacks the tool: the root has it.
        let bad = name.starts_with("bad-") && !name.ends_with("-nobody-knows");
        let layers = own(&case).unwrap_or_else(|| layers.clone());
        let flags = fs::read_to_string(case.join("flags")).unwrap_or_default();
        let allowed: Vec<&str> = flags.lines().filter(|it| !it.starts_with('-')).collect();
        let scope = if allowed.is_empty() { None } else { Some(Scope::parse(allowed).ok()?) };
        (!endless).then(|| Script { name, corpus: "cases", text, language, layers, bad, scope, ignore: Vec::new() })
    });
    Ok(scripts.collect())
}

/// The machine of a case that has its own.
fn own(case: &Path) -> Option<Arc<Layers>> {
    let tree = case.join("tree");
    let marks = fs::read_to_string(case.join("marks")).unwrap_or_default();
    tree.is_dir().then(|| Arc::new(Layers { folders: vec![tree], marks: marks::read(&marks) }))
}
