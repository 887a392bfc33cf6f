//! Models packet filters: rules of the kernel are recorded, files of a tool that keeps them are not guessed.

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

struct Firewall;

impl Guest for Firewall {
    fn names() -> Vec<String> {
        machine_tools::firewall::NAMES.iter().map(|it| (*it).to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        on_machine(&Command::read(&invocation, target)?, EffectKind::Firewall)
    }
}

command_model::export!(Firewall with_types_in invitro_sdk::command_model);
