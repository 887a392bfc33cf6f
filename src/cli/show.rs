//! What is printed: data on stdout, talk on stderr.

use std::{io::Write as _, process::ExitCode};

use anstyle::{AnsiColor, Style};
use clap::CommandFactory as _;

use super::{
    arguments::{Arguments, Format},
    exit,
    fault::Fault,
};
use crate::{
    engine::{Fixed, Learnt},
    evidence::Evidence,
    gate::Verdict,
    report::{self, Ending, Sums},
    sandbox::Ended,
};

/// Prints to stderr. Nobody can be told when that fails.
pub(super) fn talk(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Writes a heading; styles are stripped where they do not belong.
pub(super) fn head(text: &str) -> String {
    paint(Style::new().bold(), text)
}

/// Writes what is well.
pub(super) fn good(text: &str) -> String {
    paint(AnsiColor::Green.on_default(), text)
}

/// Writes what is not.
pub(super) fn bad(text: &str) -> String {
    paint(AnsiColor::Red.on_default(), text)
}

fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Returns the columns of the terminal that stdout is; none where it is something else.
pub(super) fn width() -> Option<usize> {
    let out = std::io::stdout();
    let size = rustix::termios::tcgetwinsize(out).ok()?;
    Some(usize::from(size.ws_col)).filter(|it| *it > 0)
}

/// Prints to stdout; colour stays only where a terminal wants it. A reader that has gone away is no failure.
pub(super) fn data(text: &str) -> Result<(), Fault> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        answer => Ok(answer?),
    }
}

/// Prints one report.
pub(super) fn evidence(of: Evidence, format: Format) -> Result<ExitCode, Fault> {
    let code = exit::of(of.verdict);
    match format {
        Format::Text => data(&report::text(&of, width()))?,
        Format::Json => data(&report::one(&of))?,
        other => {
            let (fixed, mut sums) = ([Fixed::Tried(Box::new(of))], Sums::default());
            sums.add(&fixed[0]);
            let whole = report::whole(other.form(), &fixed, &Ending { sums: &sums, skipped: &[], commutes: None })?;
            data(&String::from_utf8_lossy(&whole))?;
        }
    }
    Ok(ExitCode::from(code))
}

/// Prints what was learnt: a pattern on each line. Where the run was no whole one, that is said, and the exit status is no success.
pub(super) fn learnt(of: &Learnt) -> Result<ExitCode, Fault> {
    data(&of.allow.iter().map(|it| format!("{it}\n")).collect::<String>())?;
    for path in &of.unsaid {
        talk(&format!("no pattern can say {}: allow its folder's names by hand\n", String::from_utf8_lossy(path).escape_debug()));
    }
    let verdict = match &of.ended {
        Ended::Completed => return Ok(ExitCode::from(exit::PROVEN)),
        Ended::Failed => Verdict::Refused,
        Ended::Stopped(_) | Ended::Unproven => Verdict::Unproven,
    };
    talk(&format!("the run is {}: what it would change on the machine may be more\n", of.ended.word()));
    Ok(ExitCode::from(exit::of(verdict)))
}

/// Prints the completions of a shell.
pub(super) fn completions(shell: clap_complete::Shell) -> Result<ExitCode, Fault> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "invitro", &mut script);
    data(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::from(exit::PROVEN))
}

/// Prints the JSON Schema of a report.
pub(super) fn schema() -> Result<ExitCode, Fault> {
    data(&format!("{:#}\n", report::schema()))?;
    Ok(ExitCode::from(exit::PROVEN))
}

/// Makes a progress bar on stderr, which shows only on a terminal.
pub(super) fn progress(length: usize) -> indicatif::ProgressBar {
    let style = indicatif::ProgressStyle::with_template("{bar:40} {pos}/{len} findings {eta}");
    indicatif::ProgressBar::new(length as u64).with_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()))
}

/// What is being compiled: a line that moves on a terminal, a line for each elsewhere.
pub(super) struct Compiling(indicatif::ProgressBar);

/// Begins to tell, on a terminal, that a target is read: a large archive takes some seconds.
pub(super) fn reading() -> indicatif::ProgressBar {
    let style = indicatif::ProgressStyle::with_template("{spinner} reading the target {elapsed}");
    let bar = indicatif::ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_spinner()));
    if !bar.is_hidden() {
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
    }
    bar
}

/// Begins to tell what is being compiled; nothing is shown until there is something.
pub(super) fn compiling() -> Compiling {
    let style = indicatif::ProgressStyle::with_template("{spinner} {msg} {elapsed}");
    Compiling(indicatif::ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_spinner())))
}

impl Compiling {
    /// Tells of one module.
    pub(super) fn tell(&self, text: &str) {
        if self.0.is_hidden() {
            talk(&format!("{text}\n"));
        } else {
            self.0.set_message(text.to_owned());
            // The compiler does not call back, so the line moves by itself.
            self.0.enable_steady_tick(std::time::Duration::from_millis(100));
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
