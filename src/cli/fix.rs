//! `invitro fix`: findings in, tried remediations out.

use std::{path::Path, process::ExitCode, sync::atomic::Ordering};

use super::{
    arguments::{Fix, Format},
    bundle::Bundles,
    desk, exit,
    fault::Fault,
    house, interrupt,
    output::Output,
    record, show,
};
use crate::{
    engine::{Bench, Fixed, Members, commutes, fix},
    finding::{self, Report},
    gate::Policy,
    guest::Context,
    report::{Ending, Sums},
    strain::Wanted,
    tree::Tree,
};

/// Somebody ended the run.
#[derive(Debug, thiserror::Error)]
#[error("interrupted after {done} of {all} findings{kept}")]
struct Interrupted {
    done: usize,
    all: usize,
    kept: String,
}

pub(super) fn run(of: &Fix) -> Result<ExitCode, Fault> {
    let reports = of.reports.iter().map(|it| parse(it, &read(it)?)).collect::<Result<Vec<Report>, Fault>>()?;
    let (target, policy) = (house::target(&of.target)?, house::policy(&of.target)?);
    let open = record::desk(&of.recording, of.target.policy.as_deref()).map(|it| desk::open(&it)).transpose()?;
    let how = How { out: of.out.as_deref(), format: of.format, wanted: of.strains.wanted() };
    let done = line(reports, &target, &policy, &how, &mut |it| match (&open, it) {
        (Some(open), Fixed::Tried(evidence)) => open.wait(record::record(&open.desk, *evidence, &of.target.on, None)).map(drop),
        _ => Ok(()),
    });
    if let Some(open) = open {
        open.close();
    }
    done
}

/// How a list is tried and printed.
pub(super) struct How<'a> {
    /// Where bundles are written, if they are.
    pub(super) out: Option<&'a Path>,
    /// How the list is printed.
    pub(super) format: Format,
    /// Strains besides the proofs.
    pub(super) wanted: Wanted,
}

/// Takes reports through the line, prints what came out, and hands it to `keep`.
pub(super) fn line(
    reports: Vec<Report>,
    target: &Tree,
    policy: &Policy,
    how: &How<'_>,
    keep: &mut dyn FnMut(Fixed) -> Result<(), Fault>,
) -> Result<ExitCode, Fault> {
    let modules = house::modules()?;
    let bench = Bench { modules: &modules, policy, context: Context::default(), wanted: how.wanted };
    let (mut findings, mut skipped) = (Vec::new(), Vec::new());
    for report in reports {
        findings.extend(report.findings);
        skipped.extend(report.skipped);
    }
    let rules = || findings.iter().map(|it| it.rule.clone()).collect::<Vec<String>>();
    let mut output = Output::begin(how.format.form(), rules())?;
    let mut bundles = how.out.map(|it| Bundles::begin(it, rules())).transpose()?;
    let (mut sums, mut members) = (Sums::default(), Members::default());
    let (asked, progress) = (interrupt::watch(), show::progress(findings.len()));
    let done: Result<(), Fault> = fix(&bench, target, &findings, &asked, &mut |it: Fixed| {
        sums.add(&it);
        members.add(&it);
        bundles.as_mut().map(|to| to.add(&it)).transpose()?;
        output.add(&it, &progress)?;
        progress.inc(1);
        keep(it)
    });
    progress.finish_and_clear();
    done?;
    if asked.load(Ordering::Relaxed) {
        let kept = how.out.map(|it| format!("; their bundles in {} are whole, and the report of all was not written", it.display())).unwrap_or_default();
        return Err(Interrupted { done: sums.findings(), all: findings.len(), kept }.into());
    }
    let order = commutes(&bench, target, &members);
    let ending = Ending { sums: &sums, skipped: &skipped, commutes: Some(&order) };
    bundles.map(|it| it.finish(&ending)).transpose()?;
    output.finish(&ending)?;
    Ok(ExitCode::from(exit::of(sums.verdict())))
}

/// Reads a report's bytes.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    std::fs::read(path).map_err(|source| hinted(finding::Error::Read { name: path.display().to_string(), source }))
}

/// Finds the findings in a report.
pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Report, Fault> {
    finding::read(&path.display().to_string(), bytes).map_err(hinted)
}

fn hinted(error: finding::Error) -> Fault {
    Fault::from(error).hint("give the file that the scanner wrote, such as `trivy rootfs --format json --output trivy.json /`")
}
