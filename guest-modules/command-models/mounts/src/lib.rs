//! Models mount(8) and its kin: what `/etc/fstab` and the paths of a tree say; what the kernel would do is recorded.

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

struct Mounts;

impl Guest for Mounts {
    fn names() -> Vec<String> {
        machine_tools::mounts::NAMES.iter().map(|it| (*it).to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        on_machine(&Command::read(&invocation, target)?, EffectKind::Mount)
    }
}

command_model::export!(Mounts with_types_in invitro_sdk::command_model);
