//! `invitro explain`: what a code of a report means, why it counts, what to do.

use std::{fmt::Write as _, process::ExitCode};

use super::{arguments::Explain, exit, explain_fix, fault::Fault, show};
use crate::report::{Page, codes, nearest};

/// The kinds of codes in the order in which they are listed, with their headings.
const KINDS: [(&str, &str); 8] = [
    ("verdict", "verdicts"),
    ("result", "results of findings"),
    ("proof", "proofs"),
    ("reason", "reasons"),
    ("note", "notes"),
    ("doubt", "doubts"),
    ("assumption", "assumptions"),
    ("stop", "limits that stop a run"),
];

/// A code that is none.
#[derive(Debug, thiserror::Error)]
#[error("there is no code `{code}`; the nearest are {}", nearest.join(", "))]
struct UnknownCode {
    code: String,
    nearest: Vec<&'static str>,
}

/// A fix where none is wanted.
#[derive(Debug, thiserror::Error)]
#[error("a code is explained by itself, and `{code}` was given a fix")]
struct Unwanted {
    code: String,
}

pub(super) fn run(of: &Explain) -> Result<ExitCode, Fault> {
    match of.code.as_deref() {
        Some("coverage") => return explain_fix::coverage(of),
        Some("effects") => return explain_fix::effects(of),
        Some(code) if !of.fix.is_empty() => {
            let unwanted = Unwanted { code: code.escape_debug().to_string() };
            return Err(Fault::from(unwanted).hint("`invitro explain coverage FIX` and `invitro explain effects FIX` take a fix"));
        }
        _ => {}
    }
    let text = match of.code.as_deref() {
        None => list(),
        Some(code) => match codes().get(code) {
            Some(it) => page(code, it),
            None => {
                let unknown = UnknownCode { code: code.escape_debug().to_string(), nearest: nearest(code) };
                return Err(Fault::from(unknown).hint("`invitro explain` lists every code"));
            }
        },
    };
    show::data(&text)?;
    Ok(ExitCode::from(exit::PROVEN))
}

fn page(code: &str, it: &Page) -> String {
    format!("{}  ({})\n\n{}\n\nWhy it counts: {}\n\nWhat to do: {}\n", show::head(code), it.kinds.join(", "), it.means, it.why, it.r#do)
}

fn list() -> String {
    let mut out = String::new();
    for (kind, heading) in KINDS {
        let _ = writeln!(out, "{}", show::head(heading));
        for (code, it) in codes().iter().filter(|it| it.1.kinds.iter().any(|it| it == kind)) {
            // The first sentence is enough to choose by.
            let first = it.means.split_inclusive(['.', ':', ';']).next().unwrap_or_default().trim_end_matches(['.', ':', ';']);
            let _ = writeln!(out, "  {code:<26} {first}");
        }
        out.push('\n');
    }
    out.push_str("`invitro explain CODE` says why it counts and what to do.\n");
    out
}

#[cfg(test)]
mod tests {
    use super::{KINDS, list};
    use crate::report::codes;

    #[test]
    fn every_kind_has_a_heading_and_every_code_is_listed() {
        let list = list();
        for (code, page) in codes() {
            assert!(page.kinds.iter().all(|kind| KINDS.iter().any(|it| it.0 == kind)), "{code}: {:?}", page.kinds);
            assert!(list.contains(&format!("\n  {code} ")), "{code}");
        }
    }
}
