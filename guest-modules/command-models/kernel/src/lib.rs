//! Models commands about the kernel and what it holds: sysctl(8), modules, audit rules, and the boot
//! loader's configuration. Settings are running state; the others are recorded, since no file of the tree shows them.

mod audit;
mod sysctl;

use invitro_sdk::command_model::{
    self,
    exports::invitro::remediation::model::{Guest, ModelError},
    invitro::remediation::{
        commands::{Completion, Invocation},
        files::Workspace,
        types::{EffectKind, Treatment},
    },
};
use model_support::{Answer, Command, done};

struct Kernel;

/// Commands that are recorded, by the kind of their effect.
const RECORDED: &[(&str, &str)] = &[
    ("aa-complain", "apparmor"),
    ("aa-enforce", "apparmor"),
    ("apparmor_parser", "apparmor"),
    ("auditctl", "audit-rules"),
    ("depmod", "kernel-module"),
    ("dracut", "boot-loader"),
    ("grub-mkconfig", "boot-loader"),
    ("grub2-mkconfig", "boot-loader"),
    ("insmod", "kernel-module"),
    ("modprobe", "kernel-module"),
    ("reboot", "reboot"),
    ("rmmod", "kernel-module"),
    ("shutdown", "reboot"),
    ("update-grub", "boot-loader"),
    ("update-initramfs", "boot-loader"),
];

/// Words with which a command asks rather than acts, by its name: what is printed then is not known.
const QUERIES: &[(&str, &[&str])] = &[("auditctl", &["-l", "-s", "-v"]), ("modprobe", &["-n", "--show-depends", "--dry-run", "-c", "--showconfig"])];

/// Answers whether a command asks.
fn asks(command: &Command<'_>) -> bool {
    let words = QUERIES.iter().find(|it| it.0 == command.name).map_or(&[][..], |it| it.1);
    command.words.iter().any(|it| words.contains(&it.as_str()) || matches!(it.as_str(), "--version" | "-V" | "--help" | "-h"))
}

impl Guest for Kernel {
    fn names() -> Vec<String> {
        RECORDED.iter().map(|it| it.0.to_owned()).chain(["augenrules", "sysctl"].map(str::to_owned)).collect()
    }

    fn run(invocation: Invocation, target: &Workspace) -> Result<Completion, ModelError> {
        command_model::log_panics();
        let command = Command::read(&invocation, target)?;
        match command.name.as_str() {
            "augenrules" => audit::augenrules(&command),
            "sysctl" => sysctl::sysctl(&command),
            _ => recorded(&command),
        }
    }
}

fn recorded(command: &Command<'_>) -> Answer {
    if asks(command) {
        command.blind("what it prints is not known");
        return done();
    }
    let makes_file = command.words.iter().any(|it| matches!(it.as_str(), "-o" | "--output"));
    if makes_file && matches!(command.name.as_str(), "grub-mkconfig" | "grub2-mkconfig") {
        let at = command.words.iter().position(|it| it == "-o" || it == "--output").unwrap_or_default();
        // The file that it writes is made of what the machine has: it is told, not guessed.
        command.assume("boot-loader", command.words.get(at + 1).map_or("grub.cfg", String::as_str));
    }
    let kind = RECORDED.iter().find(|it| it.0 == command.name).map_or("other", |it| it.1);
    let kind = match kind {
        "audit-rules" => EffectKind::AuditRules,
        "boot-loader" => EffectKind::BootLoader,
        "kernel-module" => EffectKind::KernelModule,
        other => EffectKind::Other(other.to_owned()),
    };
    // A boot loader is one: options like `-u` are no name of it.
    let is_name = |it: &&String| kind != EffectKind::BootLoader || !it.starts_with('-');
    let name: Vec<&str> = command.words.iter().filter(is_name).map(String::as_str).collect();
    command.effect(kind.clone(), &name.join(" "), Treatment::Recorded);
    done()
}

command_model::export!(Kernel with_types_in invitro_sdk::command_model);
