//! What a file is, by its path and its first line.

/// Files that are read on their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Yaml,
    Toml,
    Shell,
    Sections,
    Sysctl,
    Fstab,
    Passwd,
    Group,
    Shadow,
    Gshadow,
}

impl Kind {
    /// What it is called in messages.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Json => "JSON",
            Kind::Yaml => "YAML",
            Kind::Toml => "TOML",
            Kind::Shell => "a shell script",
            Kind::Sections => "a file with sections",
            Kind::Sysctl => "a file of kernel settings",
            Kind::Fstab => "fstab",
            Kind::Passwd => "passwd",
            Kind::Group => "group",
            Kind::Shadow => "shadow",
            Kind::Gshadow => "gshadow",
        }
    }
}

/// Endings of systemd's files (systemd.unit(5), systemd.network(5)).
const UNITS: [&str; 15] = [
    ".service",
    ".socket",
    ".device",
    ".mount",
    ".automount",
    ".swap",
    ".target",
    ".path",
    ".timer",
    ".slice",
    ".scope",
    ".network",
    ".netdev",
    ".link",
    ".nspawn",
];

/// JSON with comments, whatever the name says.
fn has_comments(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.contains("/.vscode/")
        || name.starts_with("tsconfig")
        || name.starts_with("jsconfig")
        || matches!(name, "devcontainer.json" | ".eslintrc.json" | ".swcrc" | "settings.json")
}

pub(crate) fn of(path: &str, text: &str) -> Option<Kind> {
    let name = path.rsplit('/').next()?;
    let ends = |ending: &str| name.ends_with(ending);
    match path {
        "/etc/fstab" => return Some(Kind::Fstab),
        "/etc/passwd" | "/etc/passwd-" => return Some(Kind::Passwd),
        "/etc/group" | "/etc/group-" => return Some(Kind::Group),
        "/etc/shadow" | "/etc/shadow-" => return Some(Kind::Shadow),
        "/etc/gshadow" | "/etc/gshadow-" => return Some(Kind::Gshadow),
        "/etc/sysctl.conf" => return Some(Kind::Sysctl),
        "/etc/profile" | "/etc/bash.bashrc" | "/etc/bashrc" => return Some(Kind::Shell),
        _ => {}
    }
    if path.contains("/sysctl.d/") && ends(".conf") {
        return Some(Kind::Sysctl);
    }
    let of_systemd = path.contains("/systemd/") && (UNITS.iter().any(|it| ends(it)) || ends(".conf"));
    if of_systemd || path.starts_with("/etc/yum.repos.d/") && ends(".repo") || path == "/etc/dnf/dnf.conf" || path == "/etc/yum.conf" {
        return Some(Kind::Sections);
    }
    // Templates are no texts of their language yet.
    let template = text.contains("{%") || text.contains("{{");
    match name.rsplit_once('.').map(|it| it.1) {
        Some("json") if !has_comments(path) && !template => Some(Kind::Json),
        Some("yml" | "yaml") if !template || path.contains("/.github/") => Some(Kind::Yaml),
        Some("toml") if !template => Some(Kind::Toml),
        Some("sh" | "bash") => Some(Kind::Shell),
        _ => is_shell(text.lines().next().unwrap_or_default()).then_some(Kind::Shell),
    }
}

fn is_shell(first: &str) -> bool {
    let Some(words) = first.strip_prefix("#!") else { return false };
    words
        .split_whitespace()
        .filter(|it| !it.starts_with('-'))
        .map(|it| it.rsplit('/').next().unwrap_or(it))
        .find(|it| *it != "env")
        .is_some_and(|it| matches!(it, "sh" | "bash" | "dash" | "ash"))
}

#[cfg(test)]
mod tests {
    use super::{Kind, of};

    #[test]
    fn by_path_and_first_line() {
        assert_eq!(of("/etc/sysctl.d/9.conf", ""), Some(Kind::Sysctl));
        assert_eq!(of("/etc/systemd/system/a.service.d/b.conf", ""), Some(Kind::Sections));
        assert_eq!(of("/usr/local/bin/x", "#!/usr/bin/env bash\n"), Some(Kind::Shell));
        assert_eq!(of("/usr/local/bin/x", "#!/usr/bin/python3\n"), None);
        assert_eq!(of("/srv/a/tsconfig.json", "{}"), None);
        assert_eq!(of("/srv/chart/x.yaml", "a: {{ .Values.b }}"), None);
    }
}
