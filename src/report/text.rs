//! The report for a terminal. It makes sense without colour.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{
    attributes,
    form::Shape,
    list::{Ending, order, outcome_of, short, title, verdict_of},
    markdown::row,
    neutral::{bytes, line, lines, words},
};
use crate::{
    diff::FileState,
    engine::Fixed,
    evidence::{Described, Evidence},
    gate::Verdict,
    proof::Proof,
    strain::Strain,
    tree::FileType,
    validate::Level,
};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();
const OPEN: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const HEAD: Style = Style::new().bold();

/// Lines of the fix's output that are shown of each stream.
const MOST_LINES: usize = 40;

/// Returns the report of one trial, with styles as ANSI sequences: the caller strips them where they do not belong. Sentences are
/// folded to `width` columns, where there is a width; what may be copied (changes, output) is not.
pub fn text(of: &Evidence, width: Option<usize>) -> String {
    let mut out = String::new();
    write(&mut out, of, width).expect("a string takes it");
    out
}

fn write(out: &mut String, of: &Evidence, width: Option<usize>) -> std::fmt::Result {
    headline(out, of, width)?;
    if let Some((finding, outcome)) = &of.finding {
        writeln!(out, "{} {} ({}): {}", paint(HEAD, "finding"), line(&finding.rule), finding.severity.word(), outcome.word())?;
    }
    section(out, "changes", of.changes.iter().map(change))?;
    section(out, "effects", of.effects.iter().map(|it| format!("{} {}{}\n", it.treatment.word(), words(&it.argv), place(it.line))))?;
    section(out, "proofs", of.proofs.all().into_iter().map(|(name, proof)| proof_row(name, proof, width)))?;
    // Each error is a reason, and stands at the top.
    section(out, "notes", of.notes.iter().filter(|it| it.level != Level::Error).map(|it| note(it, width)))?;
    section(
        out,
        "dependents",
        of.dependents.iter().map(|it| format!("{} {}: {} ({})\n", line(&it.kind), line(&it.name), line(&it.reason), line(&String::from_utf8_lossy(&it.path)))),
    )?;
    section(
        out,
        "assumptions",
        of.answers.iter().map(|it| {
            let matters = if it.matters { " - the result hangs on it" } else { "" };
            fold(&line(&it.about), &format!("{}{}{matters}", line(&it.name), place(it.line)), inside(width))
        }),
    )?;
    section(out, "doubts", of.doubts.iter().map(|it| fold(&format!("{}{}:", line(&it.code), place(it.line)), &line(&it.message), inside(width))))?;
    section(out, "strains", of.strains.iter().map(|it| strain(it, width)))?;
    section(out, "output", streams(of))?;
    used(out, of, width)
}

fn strain(of: &Strain, width: Option<usize>) -> String {
    let (word, style) = match of.holds {
        Some(true) => ("yes", GOOD),
        Some(false) => ("no", BAD),
        None => ("-", FAINT),
    };
    let mut out = fold(&format!("{:<13} {}", of.name, paint(style, &format!("{word:<3}"))), &line(&of.reason), inside(width));
    for case in &of.cases {
        let _ = write!(out, "{}", fold("  ", &format!("{}: {}", line(&case.name), line(&case.reason)), inside(width)));
    }
    if of.more > 0 {
        let _ = writeln!(out, "  and {} more", of.more);
    }
    out
}

/// A list of reports for a terminal: a line for each finding with title and reason below it, and sums.
pub(super) struct Lines(pub(super) Option<usize>);

impl Shape for Lines {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        let mut out = String::new();
        let (rule, severity, why) = row(it);
        let (word, style) = verdict_of(it).map_or(("-", FAINT), |it| (it.word(), style(it)));
        let _ = writeln!(out, "{} {severity:<8} {:<14} {}", paint(style, &format!("{word:<14}")), outcome_of(it).word(), line(short(&rule)));
        for text in [title(it), &why].into_iter().filter(|it| !it.is_empty() && **it != rule) {
            for it in fold("  ", &line(text), self.0).lines() {
                let _ = writeln!(out, "{}", paint(FAINT, it));
            }
        }
        (0, out)
    }

    fn tail(&self, of: &Ending<'_>) -> String {
        let mut out = String::new();
        let counts = |of: Vec<(&str, usize)>| of.into_iter().filter(|it| it.1 > 0).map(|it| format!("{} {}", it.1, it.0)).collect::<Vec<_>>().join(", ");
        if of.sums.findings() == 0 {
            out.push_str("no findings: there is nothing to fix\n");
        } else {
            let _ = writeln!(out, "\n{} findings: {}", of.sums.findings(), counts(of.sums.results()));
            let _ = writeln!(out, "verdicts: {}", counts(of.sums.verdicts()));
        }
        if let Some((word, why)) = of.commutes.map(order) {
            out.push_str(&fold("commutes:", &format!("{word} {why}"), self.0));
        }
        if !of.skipped.is_empty() {
            let _ = writeln!(out, "{} entries of the reports are no findings", of.skipped.len());
        }
        out
    }
}

fn style(of: Verdict) -> Style {
    match of {
        Verdict::Proven => GOOD.bold(),
        Verdict::Refused => BAD.bold(),
        Verdict::NeedsApproval | Verdict::Unproven => OPEN.bold(),
    }
}

/// Width inside a section.
fn inside(width: Option<usize>) -> Option<usize> {
    width.map(|it| it.saturating_sub(2))
}

/// Puts words behind a beginning, and what has no room below each other, moved in as far as the beginning reaches (at most half of the
/// width). A word that is longer than a line stands alone.
fn fold(begin: &str, text: &str, width: Option<usize>) -> String {
    let shown = anstream::adapter::strip_str(begin).to_string().chars().count();
    let blank = if begin.ends_with(' ') || begin.is_empty() { "" } else { " " };
    let Some(width) = width.filter(|it| *it >= NARROWEST) else { return format!("{begin}{blank}{text}\n") };
    let hang = if begin.is_empty() {
        0
    } else if shown + blank.len() > width / 2 {
        4
    } else {
        shown + blank.len()
    };
    let (mut out, mut at, mut fresh) = (format!("{begin}{blank}"), shown + blank.len(), true);
    for word in text.split(' ') {
        let length = word.chars().count();
        if !fresh && at + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', hang));
            (at, fresh) = (hang, true);
        }
        if !fresh {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        (at, fresh) = (at + length, false);
    }
    out.push('\n');
    out
}

/// Columns below which folding makes nothing better.
const NARROWEST: usize = 40;

fn headline(out: &mut String, of: &Evidence, width: Option<usize>) -> std::fmt::Result {
    let style = style(of.verdict);
    let held = of.proofs.all().iter().filter(|it| it.1.holds == Some(true)).count();
    let tried = of.proofs.all().iter().filter(|it| it.1.holds.is_some()).count();
    let counted = if of.verdict == Verdict::Proven && tried < 5 { format!(" ({held} of 5)") } else { String::new() };
    writeln!(out, "{}{counted}  {}", paint(style, of.verdict.word()), line(&of.remediation.title))?;
    for reason in &of.reasons {
        out.push_str(&fold(&format!("  {}", paint(FAINT, reason.verdict.word())), &line(&reason.message), width));
    }
    Ok(())
}

fn section(out: &mut String, name: &str, parts: impl Iterator<Item = String>) -> std::fmt::Result {
    let mut parts = parts.peekable();
    if parts.peek().is_some() {
        writeln!(out, "\n{}", paint(HEAD, name))?;
    }
    for part in parts {
        for it in part.lines() {
            writeln!(out, "  {it}")?;
        }
    }
    Ok(())
}

fn change(it: &Described) -> String {
    let (sign, style) = match (&it.change.before, &it.change.after) {
        (None, _) => ("+", GOOD),
        (_, None) => ("-", BAD),
        _ => ("~", OPEN),
    };
    let mut out = format!("{} {}{}\n", paint(style, sign), bytes(&it.change.path), states(it));
    if it.origin != "fix" {
        let _ = writeln!(out, "    written by {}", line(&it.origin));
    }
    for attribute in attributes::changed(&it.change) {
        let _ = writeln!(out, "    {attribute}");
    }
    if it.withheld {
        out.push_str("    content withheld: the path bears secrets\n");
    }
    for hunk in it.diff.as_deref().unwrap_or_default().lines() {
        let style = match hunk.as_bytes().first() {
            Some(b'+') => GOOD,
            Some(b'-') => BAD,
            _ => FAINT,
        };
        let _ = writeln!(out, "    {}", paint(style, &lines(hunk)));
    }
    out
}

/// What changed besides content.
fn states(it: &Described) -> String {
    let shown = |it: &FileState| {
        let kind = match it.kind {
            FileType::Regular => "",
            FileType::Directory => "directory ",
            FileType::Symlink => "link ",
            FileType::Fifo => "fifo ",
            FileType::Special => "special ",
        };
        let target = it.target.as_ref().map(|it| format!(" -> {}", bytes(it))).unwrap_or_default();
        format!("{kind}{:04o} {}:{}{target}", it.mode, it.uid, it.gid)
    };
    match (&it.change.before, &it.change.after) {
        (Some(was), Some(is)) if shown(was) != shown(is) => format!("  {} => {}", shown(was), shown(is)),
        (Some(was), Some(is)) if was.linked != is.linked => "  hard links differ".to_owned(),
        (None, Some(is)) => format!("  {}", shown(is)),
        _ => String::new(),
    }
}

fn proof_row(name: &str, proof: &Proof, width: Option<usize>) -> String {
    let (word, style) = match proof.holds {
        Some(true) => ("yes", GOOD),
        Some(false) => ("no", BAD),
        None => ("-", FAINT),
    };
    fold(&format!("{name:<14} {}{}", paint(style, word), " ".repeat(4 - word.len())), &line(&proof.reason), inside(width))
}

fn note(it: &crate::validate::Note, width: Option<usize>) -> String {
    let style = match it.level {
        Level::Error => BAD,
        Level::Warning => OPEN,
        Level::Info => FAINT,
    };
    let path = it.path.as_ref().map(|path| format!(" {}{}", bytes(path), it.line.map(|it| format!(":{it}")).unwrap_or_default())).unwrap_or_default();
    fold(&paint(style, it.level.word()), &format!("{}{path}: {}", line(&it.code), line(&it.message)), inside(width))
}

fn place(number: Option<u32>) -> String {
    number.map(|it| format!(" (line {it})")).unwrap_or_default()
}

fn streams(of: &Evidence) -> impl Iterator<Item = String> {
    let shown = |name: &str, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let count = text.lines().count();
        let more = if count > MOST_LINES { format!("{name}: {} more lines\n", count - MOST_LINES) } else { String::new() };
        text.lines().take(MOST_LINES).map(|it| format!("{name} {}\n", lines(it))).collect::<String>() + &more
    };
    [shown("out", &of.stdout), shown("err", &of.stderr)].into_iter().filter(|it| !it.is_empty())
}

fn used(out: &mut String, of: &Evidence, width: Option<usize>) -> std::fmt::Result {
    let status = of.status.map_or("no exit status".to_owned(), |it| format!("exit {it}"));
    let memory = |bytes: usize| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
    let (fuel, spawns) = (count(of.used.fuel), of.used.spawns);
    let text = format!(
        "{} ({status}); fuel {fuel} of {}, memory {} of {}, commands {spawns} of {}",
        of.ended,
        count(of.limits.fuel),
        memory(of.used.memory_bytes),
        memory(of.limits.memory_bytes),
        of.limits.spawns
    );
    out.push('\n');
    fold("", &text, width).lines().try_for_each(|it| writeln!(out, "{}", paint(FAINT, it)))
}

/// A large number in a few letters.
fn count(number: u64) -> String {
    let scales = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    scales.iter().find(|it| number >= it.0).map_or(number.to_string(), |(one, letter)| format!("{:.1} {letter}", number as f64 / *one as f64))
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::{count, fold};

    #[test]
    fn sentences_are_folded_below_where_they_begin() {
        let text = "one two three four five six seven eight nine ten";
        assert_eq!(fold("  no ", text, None), format!("  no {text}\n"));
        assert_eq!(fold("  no", text, Some(40)), "  no one two three four five six seven\n     eight nine ten\n");
        assert_eq!(fold("x", &"y".repeat(50), Some(40)), format!("x {}\n", "y".repeat(50)), "a long word is not broken");
        assert_eq!(fold("\u{1b}[2mno\u{1b}[0m", text, Some(40)).lines().last(), Some("   eight nine ten"), "styles take no room");
        assert_eq!((count(999), count(1_500), count(20_000_000_000)), ("999".into(), "1.5 k".into(), "20.0 G".into()));
    }
}
