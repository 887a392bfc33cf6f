//! ssh(1) and its kin, nc(1), ping(8), rsync(1), and what git(1) asks of others.

use crate::intent::{Intent, plain, value};

/// Commands that print what another machine says.
pub(crate) fn question(name: &str, words: &[String]) -> Intent {
    let what = plain(words, &["-p", "-i", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-m", "-S", "-W", "-w", "-t"]).join(" ");
    if what.is_empty() {
        return Intent::Unknown("a call without an address".into());
    }
    let kind = if matches!(name, "ssh" | "sftp" | "telnet" | "ftp") { "network-session" } else { "network-question" };
    Intent::Brings { kind, what, why: "print what another machine says" }
}

/// `nc -z` and ping: the status is all that they tell. What ping prints is refused unless it is quiet.
pub(crate) fn probe(name: &str, words: &[String]) -> Intent {
    let what = plain(words, &["-w", "-c", "-W", "-i", "-s", "-I", "-t", "-p", "-q"]).join(" ");
    let letters = words.iter().filter(|it| it.starts_with('-') && !it.starts_with("--"));
    let has = |letter: char| letters.clone().any(|it| it[1..].starts_with(|it: char| it.is_ascii_alphabetic()) && it.contains(letter));
    if what.is_empty() {
        Intent::Unknown("a call without an address".into())
    } else if name != "ping" && has('z') && !has('v') && !has('l') && !has('e') {
        Intent::Acts { kind: "network-probe", what }
    } else {
        Intent::Brings { kind: "network-session", what, why: "print what another machine says" }
    }
}

/// `HOST:PATH`, `USER@HOST:PATH`, `rsync://…`: not a path with a colon behind its first slash.
fn is_remote(word: &str) -> bool {
    word.contains("://") || word.split_once(':').is_some_and(|(host, _)| !host.is_empty() && !host.contains('/'))
}

/// scp(1) and rsync(1): sending is recorded, fetching refused.
pub(crate) fn copy(name: &str, words: &[String]) -> Intent {
    let given = plain(words, &["-P", "-i", "-o", "-F", "-J", "-c", "-l", "-S", "-e", "--rsh", "--exclude", "--include", "--password-file", "--port", "--timeout"]);
    let Some((to, from)) = given.split_last().filter(|it| !it.1.is_empty()) else { return Intent::Unknown("this form".into()) };
    let what = given.join(" ");
    if words.iter().any(|it| it.starts_with("--remove-source-files") || it.starts_with("--log-file") || it.starts_with("--write-batch")) {
        return Intent::Unknown("an option that changes what is here".into());
    }
    match (is_remote(to), from.iter().any(|it| is_remote(it))) {
        (true, false) => Intent::Acts { kind: "network-send", what },
        (_, true) => Intent::Brings { kind: "network-fetch", what, why: "write what another machine has" },
        (false, false) => Intent::Unknown(if name == "rsync" { "a copy between folders of this machine".into() } else { "a copy on this machine".into() }),
    }
}

/// git(1): what meets another repository. Commands on the own one are not modelled.
pub(crate) fn git(_: &str, words: &[String]) -> Intent {
    let given = plain(words, &["-C", "-c", "--git-dir", "--work-tree", "--depth", "-b", "--branch"]);
    let what = given.join(" ");
    match given.first().copied() {
        Some("clone" | "fetch" | "pull") => Intent::Brings { kind: "network-fetch", what, why: "write what a repository has" },
        Some("ls-remote") => Intent::Brings { kind: "network-question", what, why: "print what a repository has" },
        Some("submodule") if given.get(1).is_some_and(|it| matches!(*it, "update" | "add")) => Intent::Brings { kind: "network-fetch", what, why: "write what a repository has" },
        Some("remote") if given.get(1) == Some(&"update") => Intent::Brings { kind: "network-fetch", what, why: "write what a repository has" },
        // A push moves the remote's names in the own repository too.
        Some("push") => Intent::Brings { kind: "network-send", what, why: "send commits, and note so in the repository" },
        Some(other) => Intent::Unknown(format!("`{other}`")),
        None => Intent::Unknown(value(words, None, "exec-path").map_or("a call without a command", |_| "`--exec-path`").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Intent, copy, git, probe, question};

    fn kind(intent: Intent) -> String {
        match intent {
            Intent::Acts { kind, .. } => kind.to_owned(),
            Intent::Brings { kind, .. } => format!("refused {kind}"),
            Intent::Unknown(_) => "unknown".to_owned(),
        }
    }

    #[test]
    fn sending_is_told_from_fetching() {
        for (line, expected) in [
            ("scp /etc/a host:/b", "network-send"),
            ("scp host:/b /etc/a", "refused network-fetch"),
            ("scp a b", "unknown"),
            ("rsync -a /etc/ user@host:/b", "network-send"),
            ("rsync -a --remove-source-files /etc/ host:/b", "unknown"),
            ("rsync -a /etc/a:b /srv", "unknown"),
            ("rsync -a rsync://host/m /srv", "refused network-fetch"),
            ("git clone https://example.org/r", "refused network-fetch"),
            ("git -C /srv/r pull", "refused network-fetch"),
            ("git push", "refused network-send"),
            ("git config --file x a.b c", "unknown"),
            ("nc -z host 22", "network-probe"),
            ("nc -zw1 host 22", "network-probe"),
            ("nc -l 22", "refused network-session"),
            ("ping -c1 host", "refused network-session"),
            ("ssh -p 2222 host id", "refused network-session"),
            ("ssh", "unknown"),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let intent = match words[0].as_str() {
                "git" => git("git", &words[1..]),
                "nc" | "ping" => probe(&words[0], &words[1..]),
                "ssh" => question("ssh", &words[1..]),
                name => copy(name, &words[1..]),
            };
            assert_eq!(kind(intent), expected, "{line}");
        }
    }
}
