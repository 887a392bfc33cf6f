//! Models crontab(1) of Debian, in the tables of the spool; jobs of at(1) are not guessed.

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        types::EffectKind,
    },
};
use model_support::{Command, on_machine};

struct Schedule;

impl Guest for Schedule {
    fn names() -> Vec<String> {
        machine_tools::schedule::NAMES.iter().map(|it| (*it).to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        on_machine(&Command::read(&invocation, target)?, EffectKind::Other("schedule".to_owned()))
    }
}

command_model::export!(Schedule with_types_in invitro_sdk::command_model);
