//! Reads a user's own fix.

use std::{fs::File, io::Read as _, path::Path};

use super::{
    error::Error,
    remediation::{Artifact, Language},
};

/// Most bytes of an artifact (WIT: `script`, 1 MiB).
const MOST_BYTES: u64 = 1 << 20;

/// Reads a fix; its kind is told by the name's ending, else by its first line.
pub fn read(path: &Path) -> Result<Artifact, Error> {
    let fail = |source| Error::Read { path: path.into(), source };
    let meta = std::fs::metadata(path).map_err(fail)?;
    if !meta.is_file() {
        return Err(Error::NoFile { path: path.into() });
    }
    let mut text = Vec::new();
    File::open(path).and_then(|it| it.take(MOST_BYTES + 1).read_to_end(&mut text)).map_err(fail)?;
    if text.is_empty() {
        return Err(Error::Empty { path: path.into() });
    }
    if text.len() as u64 > MOST_BYTES {
        return Err(Error::TooLong { path: path.into(), size: meta.len(), limit: MOST_BYTES });
    }
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    artifact(&name, text).ok_or_else(|| Error::UnknownKind { path: path.into() })
}

fn artifact(name: &str, text: Vec<u8>) -> Option<Artifact> {
    let ending = name.rsplit_once('.').map(|it| it.1.to_ascii_lowercase());
    let language = match ending.as_deref() {
        Some("patch" | "diff") => return Some(Artifact::Patch { text }),
        Some("sh" | "bash") => Language::Bash,
        Some("py") => Language::Python,
        Some("ps1") => Language::Powershell,
        _ => by_first_line(&text)?,
    };
    Some(Artifact::Script { language, name: name.to_owned(), text })
}

fn by_first_line(text: &[u8]) -> Option<Language> {
    let line = text.split(|it| *it == b'\n').next()?.strip_prefix(b"#!")?;
    let line = String::from_utf8_lossy(line);
    let mut words = line.split_whitespace();
    let base = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let program = match base(words.next()?) {
        env if env == "env" => base(words.find(|it| !it.starts_with('-'))?),
        program => program,
    };
    Some(match program.trim_end_matches(|it: char| it.is_ascii_digit() || it == '.') {
        "bash" | "sh" | "dash" => Language::Bash,
        "python" => Language::Python,
        "pwsh" | "powershell" => Language::Powershell,
        other => Language::Other(other.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Artifact, artifact};

    fn check(name: &str, text: &str) -> Option<String> {
        artifact(name, text.into()).map(|it| match it {
            Artifact::Script { language, .. } => language.word().to_owned(),
            other => other.kind().to_owned(),
        })
    }

    #[test]
    fn the_ending_tells_then_the_first_line() {
        assert_eq!(check("a.sh", "x").as_deref(), Some("bash"));
        assert_eq!(check("a.diff", "x").as_deref(), Some("patch"));
        assert_eq!(check("a", "#!/usr/bin/env -S python3.11 -u\n").as_deref(), Some("python"));
        assert_eq!(check("a", "#! /bin/sh -e\n").as_deref(), Some("bash"));
        assert_eq!(check("a", "#!/usr/bin/perl\n").as_deref(), Some("perl"));
        assert_eq!(check("a", "echo\n"), None);
        assert_eq!(check("a", "#!\n"), None);
    }
}
