//! What kind of artifact a file is: told by its name's ending, by its first line, or by what it holds.

use super::remediation::Language;

/// A kind of artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A script of a language.
    Script(Language),
    /// A unified patch.
    Patch,
    /// Edits of structured files.
    Edits,
    /// Packages to upgrade.
    Packages,
}

impl Kind {
    /// Finds a kind by the word of `--kind`.
    pub fn of(word: &str) -> Option<Kind> {
        Some(match word {
            "bash" => Kind::Script(Language::Bash),
            "python" => Kind::Script(Language::Python),
            "powershell" => Kind::Script(Language::Powershell),
            "patch" => Kind::Patch,
            "edits" => Kind::Edits,
            "packages" => Kind::Packages,
            _ => return None,
        })
    }
}

/// Finds the kind of a file.
pub(super) fn kind_of(name: &str, text: &[u8]) -> Option<Kind> {
    let lower = name.to_ascii_lowercase();
    let ends = |with: &[&str]| with.iter().any(|it| lower.ends_with(it));
    if ends(&[".patch", ".diff"]) {
        Some(Kind::Patch)
    } else if ends(&[".edits.json"]) {
        Some(Kind::Edits)
    } else if ends(&[".packages.json"]) {
        Some(Kind::Packages)
    } else if ends(&[".sh", ".bash"]) {
        Some(Kind::Script(Language::Bash))
    } else if ends(&[".py"]) {
        Some(Kind::Script(Language::Python))
    } else if ends(&[".ps1", ".psm1"]) {
        Some(Kind::Script(Language::Powershell))
    } else {
        by_first_line(text).map(Kind::Script).or_else(|| by_content(text))
    }
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

/// A patch has git's header, or `---` and `+++` one below the other; our documents name their schema.
fn by_content(text: &[u8]) -> Option<Kind> {
    let mut lines = text.split(|it| *it == b'\n').take(10_000).peekable();
    if text.trim_ascii_start().starts_with(b"{") {
        let has = |word: &[u8]| text.windows(word.len()).any(|it| it == word);
        return if has(b"\"invitro.edits/v1\"") {
            Some(Kind::Edits)
        } else if has(b"\"invitro.packages/v1\"") {
            Some(Kind::Packages)
        } else {
            None
        };
    }
    while let Some(line) = lines.next() {
        let pair = line.starts_with(b"--- ") && lines.peek().is_some_and(|it| it.starts_with(b"+++ "));
        if line.starts_with(b"diff --git ") || pair {
            return Some(Kind::Patch);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind_of};

    fn check(name: &str, text: &str) -> Option<String> {
        kind_of(name, text.as_bytes()).map(|it| match it {
            Kind::Script(language) => language.word().to_owned(),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn the_ending_tells_then_the_first_line_then_the_content() {
        assert_eq!(check("a.sh", "x").as_deref(), Some("bash"));
        assert_eq!(check("a.diff", "x").as_deref(), Some("Patch"));
        assert_eq!(check("a", "#!/usr/bin/env -S python3.11 -u\n").as_deref(), Some("python"));
        assert_eq!(check("a", "#! /bin/sh -e\n").as_deref(), Some("bash"));
        assert_eq!(check("a", "#!/usr/bin/perl\n").as_deref(), Some("perl"));
        assert_eq!(check("a", "echo\n"), None);
        assert_eq!(check("a", "#!\n"), None);
        assert_eq!(check("-", "From 1\n\ndiff --git a/x b/x\n").as_deref(), Some("Patch"));
        assert_eq!(check("-", "text\n--- a/x\n+++ b/x\n").as_deref(), Some("Patch"));
        assert_eq!(check("x.edits.json", "").as_deref(), Some("Edits"));
        assert_eq!(check("-", " {\"schema\": \"invitro.packages/v1\"}").as_deref(), Some("Packages"));
    }
}
