//! `invitro gate`: believes no file, re-runs the line.

use std::{path::Path, process::ExitCode};

use super::{
    arguments::{Fix, Gate, Target},
    exit,
    fault::Fault,
    fix, show,
};
use crate::{finding, gate::read_policy};

/// A gate that can't be closed.
#[derive(Debug, thiserror::Error)]
enum GateError {
    /// The policy could have come with what it is to judge.
    #[error("the policy {policy} lies inside the target {target}: whoever writes the target would write the policy")]
    PolicyInside { policy: String, target: String },
    /// The policy weakens what a gate stands for.
    #[error("the policy {policy} does not require all five proofs: a gate does; take `fix` out of its [proofs]")]
    Weak { policy: String },
}

pub(super) fn run(of: Gate) -> Result<ExitCode, Fault> {
    let (policy, target) = (of.policy.display().to_string(), of.on.display().to_string());
    if is_inside(&of.policy, &of.on) {
        return Err(GateError::PolicyInside { policy, target }.into());
    }
    if read_policy(&of.policy)?.required.len() < 5 {
        return Err(GateError::Weak { policy }.into());
    }
    if is_evidence(&of.report)? {
        show::talk("unproven: evidence of an earlier run proves nothing here; give the scanner's report, and the gate tries it again\n");
        return Ok(ExitCode::from(exit::UNPROVEN));
    }
    let target = Target { on: of.on, policy: Some(of.policy), part: of.part, limits: of.limits };
    fix::run(&Fix { reports: vec![of.report], target, out: None, format: of.format })
}

/// Answers whether a path lies inside a folder, links followed.
fn is_inside(path: &Path, folder: &Path) -> bool {
    let real = |it: &Path| it.canonicalize().ok();
    real(path).zip(real(folder)).is_some_and(|(path, folder)| path.starts_with(folder))
}

/// Answers whether a file says that it is a report of ours.
fn is_evidence(path: &Path) -> Result<bool, Fault> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|source| finding::Error::Read { name, source })?;
    let value: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    let schema = value.as_ref().and_then(|it| it.get("schema")).and_then(|it| it.as_str()).unwrap_or_default().to_owned();
    let claims = value.as_ref().is_some_and(|it| it.get("verdict").is_some());
    Ok(schema.starts_with("invitro.report") || claims)
}
