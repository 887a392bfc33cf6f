//! Models package managers with the library `package-tools`. What databases say is read from the target; what an installation would
//! bring is known to no one here, so it is recorded, and later questions know that it happened.

mod world;

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
    },
};
use model_support::Command;

struct Packages;

impl Guest for Packages {
    fn names() -> Vec<String> {
        package_tools::NAMES.iter().map(|it| (*it).to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        match package_tools::run(&world::Machine(&command), &command.name, &command.words) {
            Ok(done) => Ok(Completion { status: done.status, stdout: done.out.into(), stderr: done.err.into() }),
            Err(what) => command.unmodelled(&what),
        }
    }
}

command_model::export!(Packages with_types_in invitro_sdk::command_model);
