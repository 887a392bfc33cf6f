//! The differential laboratory: every script runs once with real bash and GNU tools in a Debian root, and once in invitro on the same
//! tree; what they leave is compared path by path.
//!
//! `cargo test --test differential -- [quick|full|nightly] [--only TEXT] [--corpus NAME] [--show] [--jobs N]`, or `sweep`, which
//! [`sweep`] tells of; `patches`, which [`patches`] tells of; `nightly` is `full` and then a sweep. It must be root on Linux with
//! overlayfs and namespaces and Debian's `mmdebstrap` and `bubblewrap`; without them it says that it was skipped, and fails if
//! `INVITRO_FIDELITY` is `required`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its table is what this program is for")]

mod cases;
mod compare;
mod corpus;
mod dry;
mod figures;
mod machine;
#[path = "../marks/mod.rs"]
mod marks;
mod options;
mod outside;
mod page;
mod patches;
mod python;
mod real;
mod root;
mod run;
mod scap;
mod script;
mod state;
mod sweep;
mod table;
mod trees;

use std::process::ExitCode;

fn main() -> ExitCode {
    let options = match options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("differential: {error}");
            return ExitCode::from(2);
        }
    };
    let done = if options.mode == options::Mode::Patches { patches::run(&options) } else { run::run(&options) };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(missing) if std::env::var_os("INVITRO_FIDELITY").is_none_or(|it| it != "required") => {
            eprintln!("differential: SKIPPED: {missing}");
            ExitCode::SUCCESS
        }
        Err(missing) => {
            eprintln!("differential: could not run: {missing}");
            ExitCode::FAILURE
        }
    }
}
