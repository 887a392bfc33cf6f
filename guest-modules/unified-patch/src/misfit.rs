//! Says why a hunk does not fit: file, line, what is expected, what is found.

use gnu_patch::{Hunk, Misfit};

use crate::{Refusal, Rule, shown};

/// Most letters of a line that a message shows.
const MOST: usize = 120;

/// Names whose content is never shown.
const SECRET: [&str; 12] = ["shadow", "secret", "token", "credential", "password", "passwd-", ".env", ".pem", ".key", "_key", "id_rsa", "id_ed25519"];

/// Says why hunk `number` (from 0) of a file does not fit.
pub(crate) fn refusal(text: &[u8], path: &[u8], hunks: &[Hunk], content: &[u8], (number, why): (usize, Misfit)) -> Refusal {
    let name = shown(path);
    let Some(hunk) = hunks.get(number) else { return Refusal::new(Rule::Hunk, None, format!("{name}: the hunks do not fit")) };
    let head = format!("{name}: hunk {}", number + 1);
    let line = usize::try_from(hunk.line).ok();
    let told = match why {
        Misfit::Nowhere(guess) => format!("{head} fits nowhere: {}", first_difference(text, path, hunk, content, guess)),
        Misfit::Misordered => format!("{head} belongs before the hunk ahead of it: the text would be garbled"),
        Misfit::OutOfSync => format!("{head} has sides that do not agree about the context"),
        Misfit::Glued => format!("{head} puts a line behind one that has no newline"),
        Misfit::Exhausted => format!("{head} took too many comparisons to place: the patch is for another file, or made to tire"),
    };
    Refusal::new(if why == Misfit::Glued { Rule::Glued } else { Rule::Hunk }, line, told)
}

fn first_difference(text: &[u8], path: &[u8], hunk: &Hunk, content: &[u8], guess: i64) -> String {
    let lines: Vec<&[u8]> = content.split_inclusive(|it| *it == b'\n').collect();
    let secret = SECRET.iter().any(|it| shown(path).to_ascii_lowercase().contains(it));
    let quote = |it: &[u8]| if secret { "a text that is not shown".to_owned() } else { format!("`{}`", shown(it).chars().take(MOST).collect::<String>()) };
    let begin = guess.max(1);
    for (at, line) in (begin..).zip(&hunk.old) {
        let wanted = line.text.of(text);
        let Some(there) = usize::try_from(at - 1).ok().and_then(|it| lines.get(it)) else {
            return format!("line {at} should be {}, and the file ends at line {}", quote(wanted), lines.len());
        };
        let (body, ended) = there.strip_suffix(b"\n").map_or((*there, false), |it| (it, true));
        if body != wanted {
            let ends = if body.strip_suffix(b"\r") == Some(wanted) {
                " (the file's lines end with a carriage return, and the patch's do not)"
            } else if wanted.strip_suffix(b"\r") == Some(body) {
                " (the patch's lines end with a carriage return, and the file's do not)"
            } else {
                ""
            };
            return format!("line {at} should be {}, and is {}{ends}", quote(wanted), quote(body));
        }
        if ended != line.text.newline {
            return format!("line {at}, {}, should {} a newline", quote(wanted), if line.text.newline { "end with" } else { "be the last one and end without" });
        }
    }
    let end = begin + hunk.old.len() as i64 - 1;
    format!("its lines stand at {begin}, and must {}", if hunk.suffix == 0 { format!("reach to the end of the file, which has {} lines, not to line {end}", lines.len()) } else { "begin the file".to_owned() })
}
