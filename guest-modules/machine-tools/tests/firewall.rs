//! Which calls of packet filters ask, which only reach the kernel, and which write files that are not guessed.

#[path = "agrees/memory.rs"]
#[allow(dead_code, reason = "the other test lays it out")]
mod memory;

use machine_tools::{Call, Effect};
use memory::{Memory, Node};

fn way(line: &str, files: &[&str]) -> &'static str {
    let memory = Memory::default();
    files.iter().for_each(|it| memory.put(&format!("{it}/x"), Node::file("")));
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    let call = Call { name: &words[0], words: &words[1..], stdin: b"", cwd: "/", umask: 0o022 };
    match machine_tools::run(&memory, &call) {
        Err(_) => "asks",
        Ok(it) if it.blind.is_some() => "keeps",
        Ok(it) if it.effect == Effect::Recorded && it.status == 0 => "runs",
        Ok(_) => "else",
    }
}

#[test]
fn by_words() {
    for (line, expected) in [
        ("ufw status", "asks"),
        ("ufw --dry-run allow 22", "asks"),
        ("ufw allow 22/tcp", "keeps"),
        ("ufw --force enable", "keeps"),
        ("ufw default deny incoming", "keeps"),
        ("ufw reload", "runs"),
        ("firewall-cmd --state", "asks"),
        ("firewall-cmd --zone=public --list-all", "asks"),
        ("firewall-cmd --permanent --zone=public --add-service=ssh", "keeps"),
        ("firewall-cmd --set-default-zone=drop", "keeps"),
        ("firewall-cmd --zone=public --add-service=ssh", "runs"),
        ("firewall-cmd --reload", "runs"),
        ("firewall-offline-cmd --zone=public --add-service=ssh", "keeps"),
        ("firewall-offline-cmd --get-default-zone", "asks"),
        ("iptables -A INPUT -i lo -j ACCEPT", "runs"),
        ("iptables -t nat -P OUTPUT ACCEPT", "runs"),
        ("iptables -nL", "asks"),
        ("iptables -S INPUT", "asks"),
        ("ip6tables-save", "asks"),
        ("iptables-restore --test", "asks"),
        ("nft list ruleset", "asks"),
        ("nft add table inet filter", "runs"),
        ("nft -f /etc/nftables.conf", "runs"),
        ("nft -c -f /etc/nftables.conf", "asks"),
        ("netfilter-persistent save", "keeps"),
        ("netfilter-persistent reload", "runs"),
    ] {
        assert_eq!(way(line, &["/etc/ufw", "/etc/firewalld", "/etc/iptables"]), expected, "{line}");
    }
    // A part of a machine without these files.
    assert_eq!(way("ufw allow 22/tcp", &[]), "runs");
}
