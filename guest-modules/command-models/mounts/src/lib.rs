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

mod table;

struct Mounts;

impl Guest for Mounts {
    fn names() -> Vec<String> {
        machine_tools::mounts::NAMES.iter().chain(table::NAMES).map(|it| (*it).to_owned()).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        match command.name.as_str() {
            "df" => table::df(&command),
            "findmnt" => table::findmnt(&command),
            "mountpoint" => table::mountpoint(&command),
            _ => {
                let answer = on_machine(&command, EffectKind::Mount)?;
                if answer.status == 0 {
                    table::remember(&command);
                }
                Ok(answer)
            }
        }
    }
}

command_model::export!(Mounts with_types_in invitro_sdk::command_model);
