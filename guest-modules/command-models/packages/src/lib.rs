//! Models package managers. What Debian's database says is read from the target; what an installation would bring is known to no
//! one here, so it is recorded, and the database changes where the version is told.

mod debian;
mod manager;

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
        ["apt", "apt-get", "aptitude", "apt-mark", "dnf", "yum", "microdnf", "zypper", "apk", "dpkg", "dpkg-query"].map(str::to_owned).to_vec()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        match command.name.as_str() {
            "dpkg-query" | "dpkg" => debian::query(&command),
            "apt-mark" => debian::mark(&command),
            _ => manager::manage(&command),
        }
    }
}

command_model::export!(Packages with_types_in invitro_sdk::command_model);
