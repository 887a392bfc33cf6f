//! What is looked at before any tool runs: options that were not read, forms that come out otherwise, the clock.

use invitro_sdk::interpreter::invitro::remediation::ledger;

use crate::{kernel::Kernel, tools};

/// A call of a tool.
struct ToolEvent<'a> {
    name: &'a str,
    args: &'a [String],
}

/// Owns up to whatever makes the run of this tool other than on the target.
pub(crate) fn look(kernel: &Kernel, name: &str, args: &[String]) {
    let event = &ToolEvent { name, args };
    if let Some(option) = tools::unknown_option(event.name, event.args) {
        tools::unmodelled(event.name, event.args, tools::line(kernel, event.name, event.args), &format!("the option `{option}` of {} is not modelled", event.name));
    }
    if let Some(reason) = unsure(event) {
        tools::unmodelled(event.name, event.args, tools::line(kernel, event.name, event.args), &reason);
    }
    if event.name == "date" && !event.args.iter().any(|it| it.starts_with("-d") || it.starts_with("--date")) {
        ledger::assume("clock", "date", tools::line(kernel, event.name, event.args));
    }
}

/// Forms of a tool that are known to come out otherwise than GNU's.
fn unsure(event: &ToolEvent<'_>) -> Option<String> {
    match event.name {
        "date" => {
            let given = event.args.iter().zip(event.args.iter().skip(1)).find(|it| matches!(it.0.as_str(), "-d" | "--date")).map(|it| it.1.as_str());
            let given = given.or_else(|| event.args.iter().find_map(|it| it.strip_prefix("--date=")));
            let plain = |text: &str| text.strip_prefix('@').unwrap_or(text).chars().all(|it| it.is_ascii_digit() || "-: ".contains(it)) && text.len() >= 8;
            given.filter(|it| !plain(it)).map(|it| format!("the date `{it}` is not modelled"))
        }
        _ => None,
    }
}
