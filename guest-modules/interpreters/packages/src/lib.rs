//! Brings packages to a version through the models of the package managers: the interpreter of the language `packages`.
//!
//! All packages are looked at before the first is touched: one that is not installed, held back, of another version than was told, or for which the
//! target's package lists have no candidate refuses the whole document. One that is at the version or later is left alone.

mod debian;
mod document;

use invitro_sdk::interpreter::{
    self,
    exports::invitro::remediation::interpret::{Guest, InterpretError, Outcome},
    invitro::remediation::{
        commands::{self, Invocation, SpawnError},
        files::Workspace,
        ledger,
        types::{Language, Script},
    },
};

use document::Package;

struct Packages;

impl Guest for Packages {
    fn interpret(script: Script, surroundings: Invocation, target: &Workspace) -> Result<Outcome, InterpretError> {
        interpreter::log_panics();
        if script.language != Language::Other("packages".to_owned()) {
            return Err(InterpretError::WrongLanguage);
        }
        let refused = |why: String| Ok(Outcome { status: 1, stdout: Vec::new(), stderr: format!("the packages are refused: {why}\n").into_bytes() });
        let packages = match document::read(&script.text) {
            Ok(packages) => packages,
            Err(why) => return refused(why),
        };
        if let Some(other) = packages.iter().find(|it| it.ecosystem != "deb") {
            let argv = [b"packages".to_vec(), other.ecosystem.clone().into_bytes(), other.name.clone().into_bytes()];
            ledger::unmodelled(&argv, None, "upgrades of this ecosystem are not carried out as a document; write the command of its package manager as a script");
            return Ok(Outcome { status: 0, stdout: Vec::new(), stderr: Vec::new() });
        }
        match debian::plan(&packages, target) {
            Ok(plan) => carry_out(&plan, surroundings),
            Err(why) => refused(why),
        }
    }
}

/// What is to be done for a package.
enum Step<'a> {
    /// It is at a version that will do.
    Done(&'a Package, String),
    /// It is brought from a version to the wanted one.
    Upgrade(&'a Package, String),
}

fn carry_out(plan: &[Step<'_>], surroundings: Invocation) -> Result<Outcome, InterpretError> {
    let mut outcome = Outcome { status: 0, stdout: Vec::new(), stderr: Vec::new() };
    for step in plan {
        match step {
            Step::Done(it, has) => outcome.stdout.extend(format!("{}: {has} is not before {}\n", it.name, it.to).into_bytes()),
            Step::Upgrade(it, has) => {
                outcome.stdout.extend(format!("{}: {has} becomes {}\n", it.name, it.to).into_bytes());
                let argv = ["apt-get", "install", "-y", "--only-upgrade", &format!("{}={}", it.name, it.to)].map(|it| it.as_bytes().to_vec()).to_vec();
                let mut env = surroundings.env.clone();
                env.push((b"DEBIAN_FRONTEND".to_vec(), b"noninteractive".to_vec()));
                let done = commands::spawn(&Invocation { argv, env, stdin: Vec::new(), ..surroundings.clone() }).map_err(|error| match error {
                    SpawnError::Stopped(text) => InterpretError::Stopped(text),
                    SpawnError::Other(text) => InterpretError::Other(text),
                })?;
                outcome.stdout.extend(done.stdout);
                outcome.stderr.extend(done.stderr);
                outcome.status = done.status;
                if done.status != 0 {
                    break;
                }
            }
        }
    }
    Ok(outcome)
}

interpreter::export!(Packages with_types_in invitro_sdk::interpreter);
