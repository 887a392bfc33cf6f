//! Reads a user's own fix: files, folders of them, or what comes by standard input, in order.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    error::Error,
    kind::{Kind, kind_of},
    remediation::{Artifact, Taking},
};

/// Most bytes of an artifact (WIT: `script`, 1 MiB).
const MOST_BYTES: u64 = 1 << 20;
/// Most artifacts of one fix.
const MOST_ARTIFACTS: usize = 256;

/// What is known of a fix before it is read.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The kind of all files, where it is given: then neither names nor contents are asked.
    pub kind: Option<Kind>,
    /// How patches are taken.
    pub taking: Taking,
}

/// Reads a fix: each path is a file, a folder whose files are taken in the order of their names, or `-`, which is `input`.
pub fn read(paths: &[PathBuf], known: &Known, input: &mut dyn Read) -> Result<Vec<Artifact>, Error> {
    let mut artifacts = Vec::new();
    let mut input = Some(input);
    for path in paths {
        if path.as_os_str() == "-" {
            let input = input.take().ok_or(Error::TwiceInput)?;
            artifacts.push(take(path, "-", input, known)?);
        } else if path.is_dir() {
            let files = files(path)?;
            if files.is_empty() {
                return Err(Error::EmptyFolder { path: path.clone() });
            }
            for file in files {
                artifacts.push(one(&file, known)?);
            }
        } else {
            artifacts.push(one(path, known)?);
        }
        if artifacts.len() > MOST_ARTIFACTS {
            return Err(Error::TooMany { limit: MOST_ARTIFACTS });
        }
    }
    Ok(artifacts)
}

/// The files of a folder in the order of their names; those that begin with a dot are an editor's or git's.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let fail = |source| Error::Read { path: folder.into(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn one(path: &Path, known: &Known) -> Result<Artifact, Error> {
    let fail = |source| Error::Read { path: path.into(), source };
    if !std::fs::metadata(path).map_err(fail)?.is_file() {
        return Err(Error::NoFile { path: path.into() });
    }
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    take(path, &name, &mut File::open(path).map_err(fail)?, known)
}

fn take(path: &Path, name: &str, from: &mut dyn Read, known: &Known) -> Result<Artifact, Error> {
    let mut text = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut text).map_err(|source| Error::Read { path: path.into(), source })?;
    if text.is_empty() {
        return Err(Error::Empty { path: path.into() });
    }
    if text.len() as u64 > MOST_BYTES {
        let size = std::fs::metadata(path).map_or(text.len() as u64, |it| it.len());
        return Err(Error::TooLong { path: path.into(), size, limit: MOST_BYTES });
    }
    let kind = known.kind.clone().or_else(|| kind_of(name, &text)).ok_or_else(|| Error::UnknownKind { path: path.into() })?;
    Ok(match kind {
        Kind::Script(language) => Artifact::Script { language, name: if name == "-" { "fix".to_owned() } else { name.to_owned() }, text },
        Kind::Patch => Artifact::Patch { text, taking: known.taking },
        Kind::Edits => Artifact::Edits { text },
        Kind::Packages => Artifact::Packages { text },
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Known, read};
    use crate::remediation::Artifact;

    fn check(paths: &[&str], input: &str) -> Result<Vec<&'static str>, String> {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        let read = read(&paths, &Known::default(), &mut input.as_bytes());
        read.map(|it| it.iter().map(Artifact::kind).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_comes_by_standard_input_is_known_by_what_it_is() {
        assert_eq!(check(&["-"], "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"), Ok(vec!["patch"]));
        assert_eq!(check(&["-"], "#!/bin/bash\necho\n"), Ok(vec!["script"]));
        assert_eq!(check(&["-", "-"], "#!/bin/bash\n"), Err("`-` is given twice: standard input can be read once".into()));
        assert_eq!(check(&["-"], ""), Err("the fix - is empty: there is nothing to try".into()));
    }

    #[test]
    fn a_folder_is_read_in_the_order_of_names() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        for (name, text) in [("2.sh", "true\n"), ("1.patch", "--- a\n"), (".hidden", "x")] {
            std::fs::write(folder.path().join(name), text).expect("a file can be written");
        }
        assert_eq!(check(&[folder.path().to_str().expect("UTF-8")], ""), Ok(vec!["patch", "script"]));
    }
}
