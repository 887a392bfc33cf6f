//! docker(1), podman(1), crictl, kubectl, helm and terraform: what acts on containers and clusters is recorded with its parsed intent;
//! questions, and what writes files here, are refused.

use crate::intent::{Intent, plain};

/// Options that take the next word.
const VALUED: &[&str] = &[
    "-n", "--namespace", "-f", "--filename", "--context", "--kubeconfig", "-p", "--patch", "--type", "--timeout", "--replicas", "--selector", "-l", "--name", "-e", "--env", "--network", "--restart", "-H", "--host", "--version", "--set", "--values", "-t", "--tag", "--time", "--grace-period",
    "--memory", "-m", "--cpus", "--user", "-u", "--label", "--repo",
];

/// Verbs that act elsewhere and print a line about it: of a tool, and of a group of verbs of it.
const ACTS: &[(&str, &[&str])] = &[
    ("docker", &["pull", "push", "start", "stop", "restart", "kill", "pause", "unpause", "rm", "rmi", "tag", "rename", "update"]),
    ("docker network", &["create", "rm", "connect", "disconnect", "prune"]),
    ("docker volume", &["rm", "prune"]),
    ("docker image", &["pull", "rm", "prune", "tag"]),
    ("docker container", &["start", "stop", "restart", "kill", "rm", "prune", "update"]),
    ("docker system", &["prune"]),
    ("docker service", &["update", "scale", "rm", "rollback"]),
    ("crictl", &["pull", "start", "stop", "rm", "rmi", "stopp", "rmp"]),
    ("kubectl", &["apply", "create", "delete", "patch", "replace", "scale", "annotate", "label", "taint", "cordon", "uncordon", "drain", "set", "autoscale", "expose"]),
    ("kubectl rollout", &["restart", "undo", "pause", "resume"]),
    ("helm", &["install", "upgrade", "uninstall", "rollback"]),
];

/// Words of options with which files here are written, or the answer is what is wanted.
const ASKS: &[&str] = &["-o", "--output", "--dry-run", "--edit", "--save-config", "-w", "--watch", "-q", "--quiet", "--format", "--local"];

pub(crate) fn read(name: &str, words: &[String]) -> Intent {
    let tool = if name == "podman" { "docker" } else { name };
    let given = plain(words, VALUED);
    let what = format!("{name} {}", given.join(" "));
    let Some(first) = given.first() else { return Intent::Unknown("a call without a command".into()) };
    let asks = words.iter().any(|it| ASKS.contains(&it.split('=').next().unwrap_or(it)) && !matches!((tool, it.as_str()), ("docker", "-q" | "--quiet")));
    let verbs = |group: &str| ACTS.iter().find(|it| it.0 == group).map_or(&[][..], |it| it.1);
    let group = format!("{tool} {first}");
    let acts = verbs(tool).contains(first) || given.get(1).is_some_and(|second| verbs(&group).contains(second));
    let kind = if matches!(tool, "docker" | "crictl") { "container" } else { "cluster" };
    match (tool, *first) {
        _ if acts && !asks => Intent::Acts { kind, what },
        ("docker", "run") if is_apart(words) => Intent::Acts { kind, what },
        ("docker", "run" | "exec" | "cp" | "build" | "save" | "load" | "export" | "login" | "compose") => Intent::Brings { kind, what, why: "print or write what a container has" },
        ("terraform", _) => Intent::Brings { kind: "infrastructure", what, why: "write what it learns of its providers" },
        _ => Intent::Brings { kind, what, why: "print what another machine says" },
    }
}

/// `docker run -d` of a container that sees nothing of this machine.
fn is_apart(words: &[String]) -> bool {
    let detached = words.iter().any(|it| matches!(it.as_str(), "-d" | "--detach"));
    let sees = ["-v", "--volume", "--mount", "--volumes-from", "--privileged", "--device", "--pid", "--cidfile", "--cap-add", "--ipc", "--userns", "--security-opt", "-it", "-ti"];
    detached && !words.iter().any(|it| sees.contains(&it.split('=').next().unwrap_or(it)) || it.starts_with("-v") || it.starts_with("-dv"))
}

#[cfg(test)]
mod tests {
    use super::{Intent, read};

    #[test]
    fn acting_is_told_from_asking() {
        for (line, recorded) in [
            ("docker restart web", true),
            ("docker ps -q", false),
            ("docker run -d --name a img", true),
            ("docker run -d -v /etc:/etc img", false),
            ("docker run --rm img id", false),
            ("docker cp web:/etc/x /etc/x", false),
            ("podman rm -f web", true),
            ("docker network prune -f", true),
            ("docker network ls", false),
            ("kubectl -n kube-system rollout restart deploy/x", true),
            ("kubectl apply -f x.yaml", true),
            ("kubectl apply -f x.yaml -o yaml", false),
            ("kubectl create ns x --dry-run=client", false),
            ("kubectl get pods", false),
            ("helm upgrade a b", true),
            ("terraform apply -auto-approve", false),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(matches!(read(&words[0], &words[1..]), Intent::Acts { .. }), recorded, "{line}");
        }
    }
}
