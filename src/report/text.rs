//! The report for a terminal. It makes sense without colour.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::{
    list::{List, order, outcome_of, verdict_of},
    markdown::row,
    neutral::{bytes, line, lines, words},
};
use crate::{
    diff::FileState,
    evidence::{Described, Evidence},
    gate::Verdict,
    proof::Proof,
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

/// Returns the report of one trial, with styles as ANSI sequences: the caller strips them where they do not belong.
pub fn text(of: &Evidence) -> String {
    let mut out = String::new();
    write(&mut out, of).expect("a string takes it");
    out
}

fn write(out: &mut String, of: &Evidence) -> std::fmt::Result {
    headline(out, of)?;
    if let Some((finding, outcome)) = &of.finding {
        writeln!(out, "{} {} ({}): {}", paint(HEAD, "finding"), line(&finding.rule), finding.severity.word(), outcome.word())?;
    }
    section(out, "changes", of.changes.iter().map(change))?;
    section(out, "effects", of.effects.iter().map(|it| format!("{} {}{}\n", it.treatment.word(), words(&it.argv), place(it.line))))?;
    section(out, "proofs", of.proofs.all().into_iter().map(|(name, proof)| proof_row(name, proof)))?;
    section(out, "notes", of.notes.iter().map(note))?;
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
            format!("{} {}{}{matters}\n", line(&it.about), line(&it.name), place(it.line))
        }),
    )?;
    section(out, "doubts", of.doubts.iter().map(|it| format!("{}{}: {}\n", line(&it.code), place(it.line), line(&it.message))))?;
    section(out, "output", streams(of))?;
    used(out, of)
}

/// Returns a list of reports for a terminal: one line for each finding, and sums.
pub fn summary(of: &List<'_>) -> String {
    let mut out = String::new();
    for it in of.fixed {
        let (rule, severity, why) = row(it);
        let (word, style) = verdict_of(it).map_or(("-", FAINT), |it| (it.word(), style(it)));
        let short = rule.trim_start_matches("xccdf_org.ssgproject.content_rule_");
        let _ = writeln!(out, "{} {severity:<8} {:<14} {}", paint(style, &format!("{word:<14}")), outcome_of(it).word(), line(short));
        if !why.is_empty() {
            let _ = writeln!(out, "  {}", paint(FAINT, &line(&why)));
        }
    }
    let counts = |of: Vec<(&str, usize)>| of.into_iter().filter(|it| it.1 > 0).map(|it| format!("{} {}", it.1, it.0)).collect::<Vec<_>>().join(", ");
    if of.fixed.is_empty() {
        out.push_str("no findings: there is nothing to fix\n");
    } else {
        let _ = writeln!(out, "\n{} findings: {}", of.fixed.len(), counts(of.results()));
        let _ = writeln!(out, "verdicts: {}", counts(of.verdicts()));
    }
    if let Some((word, why)) = of.commutes.map(order) {
        let _ = writeln!(out, "commutes: {word} {why}");
    }
    if !of.skipped.is_empty() {
        let _ = writeln!(out, "{} entries of the reports are no findings", of.skipped.len());
    }
    out
}

fn style(of: Verdict) -> Style {
    match of {
        Verdict::Proven => GOOD.bold(),
        Verdict::Refused => BAD.bold(),
        Verdict::NeedsApproval | Verdict::Unproven => OPEN.bold(),
    }
}

fn headline(out: &mut String, of: &Evidence) -> std::fmt::Result {
    let style = style(of.verdict);
    let held = of.proofs.all().iter().filter(|it| it.1.holds == Some(true)).count();
    let tried = of.proofs.all().iter().filter(|it| it.1.holds.is_some()).count();
    let counted = if of.verdict == Verdict::Proven && tried < 5 { format!(" ({held} of 5)") } else { String::new() };
    writeln!(out, "{}{counted}  {}", paint(style, of.verdict.word()), line(&of.remediation.title))?;
    for reason in &of.reasons {
        writeln!(out, "  {} {}", paint(FAINT, reason.verdict.word()), line(&reason.message))?;
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

fn proof_row(name: &str, proof: &Proof) -> String {
    let (word, style) = match proof.holds {
        Some(true) => ("yes", GOOD),
        Some(false) => ("no", BAD),
        None => ("-", FAINT),
    };
    format!("{name:<14} {}{} {}\n", paint(style, word), " ".repeat(3 - word.len()), line(&proof.reason))
}

fn note(it: &crate::validate::Note) -> String {
    let style = match it.level {
        Level::Error => BAD,
        Level::Warning => OPEN,
        Level::Info => FAINT,
    };
    let path = it.path.as_ref().map(|path| format!(" {}{}", bytes(path), it.line.map(|it| format!(":{it}")).unwrap_or_default())).unwrap_or_default();
    format!("{} {}{path}: {}\n", paint(style, it.level.word()), line(&it.code), line(&it.message))
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

fn used(out: &mut String, of: &Evidence) -> std::fmt::Result {
    let status = of.status.map_or("no exit status".to_owned(), |it| format!("exit {it}"));
    let memory = |bytes: usize| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
    writeln!(
        out,
        "\n{}",
        paint(
            FAINT,
            &format!(
                "{} ({status}); fuel {}/{}, memory {}/{}, commands {}/{}",
                of.ended,
                of.used.fuel,
                of.limits.fuel,
                memory(of.used.memory_bytes),
                memory(of.limits.memory_bytes),
                of.used.spawns,
                of.limits.spawns
            )
        )
    )
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
