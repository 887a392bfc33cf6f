//! `invitro fix`: findings in, tried remediations out.

use std::{path::Path, process::ExitCode};

use super::{arguments::Fix, bundle, fault::Fault, house, show};
use crate::{
    engine::{Bench, commutes, fix},
    finding::{self, Report},
    guest::Context,
    report::List,
};

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
    let progress = show::progress(findings.len());
    let fixed = fix(&bench, &target, &findings, &|| progress.inc(1));
    progress.finish_and_clear();
    let order = commutes(&bench, &target, &fixed);
    let list = List { fixed: &fixed, skipped: &skipped, commutes: Some(&order) };
    if let Some(folder) = &of.out {
        bundle::write(folder, &list)?;
    }
    show::list(&list, of.format)
}

fn read(path: &Path) -> Result<Report, Fault> {
    let name = path.display().to_string();
    let hint =
        |error: finding::Error| Fault::from(error).hint("give the file that the scanner wrote, such as `trivy rootfs --format json --output trivy.json /`");
    let bytes = std::fs::read(path).map_err(|source| hint(finding::Error::Read { name: name.clone(), source }))?;
    finding::read(&name, &bytes).map_err(hint)
}
