//! Models setsebool(8) and its kin: the store of a policy, and what the configuration says of the machine.

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

struct Selinux;

impl Guest for Selinux {
    fn names() -> Vec<String> {
        machine_tools::selinux::NAMES.iter().map(|it| (*it).to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        on_machine(&Command::read(&invocation, target)?, EffectKind::Other("selinux".to_owned()))
    }
}

command_model::export!(Selinux with_types_in invitro_sdk::command_model);
