//! `invitro fix`: findings in, tried remediations out.

use std::{path::Path, process::ExitCode, sync::atomic::Ordering};

use super::{arguments::Fix, bundle::Bundles, exit, fault::Fault, house, interrupt, output::Output, show};
use crate::{
    engine::{Bench, Fixed, Members, commutes, fix},
    finding::{self, Report},
    guest::Context,
    report::{Ending, Sums},
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
    let reports = of.reports.iter().map(|it| read(it)).collect::<Result<Vec<Report>, Fault>>()?;
    let (target, policy) = (house::target(&of.target)?, house::policy(&of.target)?);
    let modules = house::modules()?;
    let bench = Bench { modules: &modules, policy: &policy, context: Context::default() };
    let (mut findings, mut skipped) = (Vec::new(), Vec::new());
    for report in reports {
        findings.extend(report.findings);
        skipped.extend(report.skipped);
    }
    let rules = || findings.iter().map(|it| it.rule.clone()).collect::<Vec<String>>();
    let mut output = Output::begin(of.format.form(), rules())?;
    let mut bundles = of.out.as_deref().map(|it| Bundles::begin(it, rules())).transpose()?;
    let (mut sums, mut members) = (Sums::default(), Members::default());
    let (asked, progress) = (interrupt::watch(), show::progress(findings.len()));
    let done: Result<(), Fault> = fix(&bench, &target, &findings, &asked, &mut |it: Fixed| {
        sums.add(&it);
        members.add(&it);
        bundles.as_mut().map(|to| to.add(&it)).transpose()?;
        output.add(&it, &progress)?;
        progress.inc(1);
        Ok(())
    });
    progress.finish_and_clear();
    done?;
    if asked.load(Ordering::Relaxed) {
        let kept =
            of.out.as_deref().map(|it| format!("; their bundles in {} are whole, and the report of all was not written", it.display())).unwrap_or_default();
        return Err(Interrupted { done: sums.findings(), all: findings.len(), kept }.into());
    }
    let order = commutes(&bench, &target, &members);
    let ending = Ending { sums: &sums, skipped: &skipped, commutes: Some(&order) };
    bundles.map(|it| it.finish(&ending)).transpose()?;
    output.finish(&ending)?;
    Ok(ExitCode::from(exit::of(sums.verdict())))
}

fn read(path: &Path) -> Result<Report, Fault> {
    let name = path.display().to_string();
    let hint =
        |error: finding::Error| Fault::from(error).hint("give the file that the scanner wrote, such as `trivy rootfs --format json --output trivy.json /`");
    let bytes = std::fs::read(path).map_err(|source| hint(finding::Error::Read { name: name.clone(), source }))?;
    finding::read(&name, &bytes).map_err(hint)
}
