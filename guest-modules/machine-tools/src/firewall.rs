//! Packet filters: what the kernel holds is recorded; what a tool keeps in files is not guessed, and a question about either is unmodelled.
//! After iptables(8), iptables-save(8), nft(8), ufw(8), firewall-cmd(1), firewall-offline-cmd(1) and netfilter-persistent(8).

use crate::{Answer, Call, Said, World};

/// The commands.
pub const NAMES: &[&str] = &[
    "firewall-cmd",
    "firewall-offline-cmd",
    "ip6tables",
    "ip6tables-restore",
    "ip6tables-save",
    "iptables",
    "iptables-restore",
    "iptables-save",
    "netfilter-persistent",
    "nft",
    "ufw",
];

/// What becomes of a call.
enum Way {
    Asks,
    /// The kernel's rules only.
    Runs,
    /// Files of the tool's own, and often the kernel's rules too.
    Keeps,
}

/// Carries out a call.
pub fn run(world: &dyn World, call: &Call<'_>) -> Answer {
    let words: Vec<&str> = call.words.iter().map(String::as_str).collect();
    let (way, files) = match call.name {
        "ufw" => (ufw(&words), "/etc/ufw"),
        "firewall-cmd" => (firewalld(&words), "/etc/firewalld"),
        "firewall-offline-cmd" => (if asks_firewalld(&words) { Way::Asks } else { Way::Keeps }, "/etc/firewalld"),
        "netfilter-persistent" => (persistent(&words), "/etc/iptables"),
        "nft" => (nft(&words), ""),
        "iptables" | "ip6tables" => (iptables(&words), ""),
        "iptables-restore" | "ip6tables-restore" => (if words.iter().any(|it| matches!(*it, "-t" | "--test" | "-h" | "--help" | "-V" | "--version")) { Way::Asks } else { Way::Runs }, ""),
        _ => (Way::Asks, ""),
    };
    match way {
        Way::Asks => Err("a question about the rules".to_owned()),
        Way::Keeps if world.is_folder(files) => Ok(Said::recorded().blindly(format!("what it would make of the files in {files} is not modelled"))),
        Way::Runs | Way::Keeps => Ok(Said::recorded()),
    }
}

fn ufw(words: &[&str]) -> Way {
    let plain: Vec<&&str> = words.iter().filter(|it| !it.starts_with("--")).collect();
    match plain.first().map(|it| **it) {
        _ if words.contains(&"--dry-run") || words.contains(&"--version") || words.contains(&"--help") => Way::Asks,
        None | Some("status" | "show" | "version" | "help") => Way::Asks,
        Some("app") if plain.get(1).is_some_and(|it| matches!(**it, "list" | "info")) => Way::Asks,
        // It takes the rules of its files anew.
        Some("reload") => Way::Runs,
        Some(_) => Way::Keeps,
    }
}

/// Words of both tools of firewalld that ask.
fn asks_firewalld(words: &[&str]) -> bool {
    let starts = ["--get-", "--list-", "--query-", "--info-", "--path-", "--check-config", "--state", "--help", "--version", "-h", "-V"];
    words.is_empty() || words.iter().any(|word| starts.iter().any(|it| word.starts_with(it)))
}

fn firewalld(words: &[&str]) -> Way {
    // The default zone, what is logged and whether it may panic are kept at once (firewall-cmd(1)).
    let kept = ["--permanent", "--runtime-to-permanent", "--set-default-zone", "--set-log-denied", "--reset-to-defaults", "--lockdown-o"];
    if asks_firewalld(words) {
        Way::Asks
    } else if words.iter().any(|word| kept.iter().any(|it| word.starts_with(it))) {
        Way::Keeps
    } else {
        Way::Runs
    }
}

fn persistent(words: &[&str]) -> Way {
    match words {
        ["save"] => Way::Keeps,
        ["start" | "stop" | "reload" | "flush" | "restart"] => Way::Runs,
        _ => Way::Asks,
    }
}

fn nft(words: &[&str]) -> Way {
    let checks = words.iter().any(|it| matches!(*it, "-c" | "--check" | "-h" | "--help" | "-v" | "-V" | "--version" | "-e" | "--echo" | "-i" | "--interactive"));
    let asks = words.iter().any(|it| it.split(' ').next().is_some_and(|it| matches!(it, "list" | "monitor" | "describe" | "export" | "get")));
    if words.is_empty() || checks || asks { Way::Asks } else { Way::Runs }
}

fn iptables(words: &[&str]) -> Way {
    let is_command = |it: &&&str| matches!(**it, "-A" | "-I" | "-D" | "-R" | "-P" | "-F" | "-X" | "-N" | "-E" | "-Z" | "-C" | "--append" | "--insert" | "--delete" | "--replace" | "--policy" | "--flush" | "--delete-chain" | "--new-chain" | "--rename-chain" | "--zero" | "--check");
    let asks = words.iter().any(|it| it.starts_with("-L") || it.starts_with("-S") || matches!(*it, "-nL" | "-vL" | "-vnL" | "-nvL" | "--list" | "--list-rules" | "-h" | "--help" | "-V" | "--version"));
    if asks || words.iter().find(is_command).is_none() { Way::Asks } else { Way::Runs }
}
