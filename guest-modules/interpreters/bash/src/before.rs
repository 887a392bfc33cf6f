//! What is looked at before any tool runs: options that were not read, and a file on the way that comes before the tool.

use bashkit::hooks::ToolEvent;
use invitro_sdk::interpreter::invitro::remediation::types::FileType;

use crate::{kernel::Kernel, tools};

/// Folders of the standard path, in the order in which they are searched.
const PATH: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Owns up to whatever makes the run of this tool other than on the target.
pub(crate) fn look(kernel: &Kernel, event: &ToolEvent) {
    if let Some(option) = tools::unknown_option(&event.name, &event.args) {
        tools::unmodelled(&event.name, &event.args, tools::line(kernel, &event.name, &event.args), &format!("the option `{option}` of {} is not modelled", event.name));
    }
    if tools::is_program(&event.name) {
        shadowed(kernel, event);
    }
}

/// The file that execve(2) would run: where the target has one of its own that is no program of a machine, ours does not stand for it.
fn shadowed(kernel: &Kernel, event: &ToolEvent) {
    for folder in PATH {
        let path = format!("{folder}/{}", event.name);
        let Ok(stat) = kernel.stat(&path, true) else { continue };
        if stat.type_ != FileType::Regular || stat.mode & 0o111 == 0 {
            continue;
        }
        let local = folder.starts_with("/usr/local");
        let head = kernel.workspace().read(path.as_bytes(), 0, 4).unwrap_or_default();
        if local || head != b"\x7fELF" {
            tools::unmodelled(&event.name, &event.args, tools::line(kernel, &event.name, &event.args), &format!("the target has its own {path}, which comes before the tool"));
        }
        return;
    }
}
