//! Exit codes, in one place, and what is said on the way out.

use std::process::ExitCode;

use super::fault::Fault;
use crate::gate::Verdict;

/// Proven.
pub(super) const PROVEN: u8 = 0;
/// An expected failure: bad input, an unreachable store.
pub(super) const EXPECTED: u8 = 1;
/// The words of the command line make no sense.
pub(super) const USAGE: u8 = 2;
/// A person must decide.
pub(super) const NEEDS_APPROVAL: u8 = 10;
/// The fix must not be applied.
pub(super) const REFUSED: u8 = 11;
/// Something could not be simulated.
pub(super) const UNPROVEN: u8 = 12;
/// A bug of invitro.
pub(super) const BUG: u8 = 70;

/// Returns the exit code of a verdict.
pub(super) fn of(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Proven => PROVEN,
        Verdict::NeedsApproval => NEEDS_APPROVAL,
        Verdict::Refused => REFUSED,
        Verdict::Unproven => UNPROVEN,
    }
}

/// Prints what clap has to say: help on stdout, mistakes on stderr.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(if error.use_stderr() { USAGE } else { PROVEN })
}

/// Prints an expected failure with its causes and a way out.
pub(super) fn expected(fault: &Fault) -> ExitCode {
    // Names out of archives and reports are in it.
    super::show::talk(&crate::report::neutral(&fault.told()));
    ExitCode::from(fault.code.unwrap_or(if fault.is_bug { BUG } else { EXPECTED }))
}
