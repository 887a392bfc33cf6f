//! Models commands.

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
    },
};

struct Model;

impl Guest for Model {
    fn names() -> Vec<String> {
        Vec::new()
    }

    fn run(_: Invocation, _: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        Err(ModelError::Unmodelled("no command is modelled here".to_owned()))
    }
}

command_model::export!(Model with_types_in invitro_sdk::command_model);
