//! Output that looks like an error, of a fix that exits with 0. Half of all good fixes have some, as tools that are not there say so; so it
//! is told and blocks nothing.

use crate::{guest::Doubt, sandbox::DryRun};

/// How programs say that something went wrong: glibc's texts of errno(3) and the words of shells and tools.
const WORDS: [&str; 20] = [
    "error:",
    "error ",
    "fatal",
    "failed",
    "failure",
    "cannot ",
    "can't ",
    "could not",
    "unable to",
    "unterminated",
    "not found",
    "no such file",
    "permission denied",
    "not permitted",
    "no space left",
    "invalid",
    "unrecognized",
    "traceback (most recent call last)",
    "syntax error",
    "undefined",
];

/// Most lines that are looked at.
const MOST_LINES: usize = 10_000;
/// Most characters of a line that are told.
const MOST_SHOWN: usize = 160;

/// The first line of standard error that looks like an error, where the fix says that all went well.
pub(super) fn looks_like_an_error(run: &DryRun) -> Option<Doubt> {
    if run.status != Some(0) {
        return None;
    }
    let text = String::from_utf8_lossy(&run.stderr);
    let lines: Vec<&str> = text.lines().take(MOST_LINES).filter(|it| looks_wrong(it)).collect();
    let first = lines.first()?.trim();
    let shown: String = first.chars().take(MOST_SHOWN).collect();
    let more = if lines.len() > 1 { format!(" (and {} more lines)", lines.len() - 1) } else { String::new() };
    Some(Doubt { code: "error-output-exit-0".into(), line: place(first), message: format!("the fix exits with 0 and says `{shown}`{more}") })
}

fn looks_wrong(line: &str) -> bool {
    let lower = line.to_lowercase();
    WORDS.iter().any(|it| lower.contains(it))
}

/// The line of the script, as bash tells it: `fix.sh: line 12: …`.
fn place(line: &str) -> Option<u32> {
    let rest = line.split_once(": line ")?.1;
    rest.split(':').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{looks_wrong, place};

    #[test]
    fn tells_errors_from_talk() {
        for line in ["sed: can't read /etc/x: No such file or directory", "fix.sh: line 4: frob: command not found", "E: Unable to locate package x"] {
            assert!(looks_wrong(line), "{line}");
        }
        for line in ["restarting sshd", "Created symlink /etc/systemd/system/x → /dev/null.", ""] {
            assert!(!looks_wrong(line), "{line}");
        }
        assert_eq!(place("fix.sh: line 4: frob: command not found"), Some(4));
        assert_eq!(place("sed: -e expression #1, char 3: unterminated `s' command"), None);
    }
}
