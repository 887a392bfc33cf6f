//! Where the report of a list goes: line by line to stdout as findings are done, or put away in a file without a name until the whole
//! can be printed, so that an early end prints no half of a document.

use std::{
    fs::File,
    io::{self, Write as _},
};

use indicatif::ProgressBar;

use super::{fault::Fault, show};
use crate::{
    engine::Fixed,
    report::{Ending, Flowing, Form, Growing},
};

/// The temporary folder does not take what a report needs.
#[derive(Debug, thiserror::Error)]
#[error("the report can't be kept in the temporary folder {}", folder.display())]
struct SpillError {
    folder: std::path::PathBuf,
    #[source]
    source: io::Error,
}

/// A failure of the temporary folder, with the way out.
pub(super) fn spill(source: io::Error) -> Fault {
    Fault::from(SpillError { folder: std::env::temp_dir(), source }).hint("set TMPDIR to a folder with room; nothing was changed on the target")
}

/// Begins a report that is put away.
pub(super) fn grow(form: Form, rules: Vec<String>) -> Result<Growing<File>, Fault> {
    Ok(Growing::begin(form, rules, tempfile::tempfile().map_err(spill)?))
}

/// A report on its way to stdout.
pub(super) enum Output {
    /// Shown as it comes.
    Flowing(Flowing),
    /// Shown at the end.
    Growing(Growing<File>),
}

impl Output {
    /// Begins a report of findings with these rules.
    pub(super) fn begin(form: Form, rules: Vec<String>) -> Result<Output, Fault> {
        Ok(if form.is_lines() { Output::Flowing(Flowing::begin(form, show::width())) } else { Output::Growing(grow(form, rules)?) })
    }

    /// Takes one finding.
    pub(super) fn add(&mut self, it: &Fixed, progress: &ProgressBar) -> Result<(), Fault> {
        match self {
            Output::Flowing(flowing) => progress.suspend(|| show::data(&flowing.add(it))),
            Output::Growing(growing) => growing.add(it).map_err(spill),
        }
    }

    /// Prints what is left.
    pub(super) fn finish(self, of: &Ending<'_>) -> Result<(), Fault> {
        match self {
            Output::Flowing(flowing) => show::data(&flowing.finish(of)),
            Output::Growing(growing) => {
                let mut out = io::stdout().lock();
                match growing.finish(of, &mut out).and_then(|()| out.flush()) {
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    answer => Ok(answer?),
                }
            }
        }
    }
}
