//! pip(1), npm(1), gem(1), cargo(1) and go(1): what they install for the machine is recorded as a package manager's is; what they
//! change in a project's own files is refused.

use crate::intent::{INSTALL, Intent, plain, value};

const VALUED: &[&str] = &["-r", "--requirement", "-i", "--index-url", "--extra-index-url", "-c", "--constraint", "--version", "-v", "--registry", "--target", "-t", "--prefix", "--root", "--path", "--git"];

pub(crate) fn read(name: &str, words: &[String]) -> Intent {
    let given = plain(words, VALUED);
    let Some((verb, names)) = given.split_first() else { return Intent::Unknown("a call without a command".into()) };
    let mut names = names.join(" ");
    if let Some(file) = value(words, Some('r'), "requirement").filter(|_| name.starts_with("pip")) {
        names = format!("{names} -r {file}").trim_start().to_owned();
    }
    let has = |words_of: &[&str]| words.iter().any(|it| words_of.contains(&it.split('=').next().unwrap_or(it)));
    let what = if names.is_empty() { format!("{name} {verb}") } else { format!("{name} {names}") };
    let elsewhere = has(&["--target", "-t", "--root", "--prefix", "-e", "--editable", "--dry-run", "--path", "--report"]);
    let installs = match name {
        "pip" | "pip3" => matches!(*verb, "install") && !names.is_empty(),
        "npm" => matches!(*verb, "install" | "i" | "update") && has(&["-g", "--global"]) && !names.is_empty(),
        "gem" => matches!(*verb, "install" | "update"),
        "cargo" => *verb == "install" && !names.is_empty(),
        "go" => *verb == "install" && names.contains('@'),
        _ => false,
    };
    let changes = match name {
        "npm" => matches!(*verb, "install" | "i" | "ci" | "update" | "audit" | "uninstall" | "run" | "exec"),
        "pip" | "pip3" => matches!(*verb, "install" | "download" | "wheel"),
        "gem" => matches!(*verb, "fetch"),
        "cargo" => matches!(*verb, "update" | "add" | "fetch" | "build" | "install" | "remove" | "audit" | "run" | "test"),
        "go" => matches!(*verb, "get" | "mod" | "build" | "install" | "run" | "test" | "work"),
        _ => false,
    };
    if installs && !elsewhere {
        Intent::Acts { kind: INSTALL, what }
    } else if changes {
        Intent::Brings { kind: "package-fetch", what, why: "write what a registry has" }
    } else {
        Intent::Unknown(format!("`{verb}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Intent, read};

    #[test]
    fn installing_is_told_from_changing_a_project() {
        for (line, recorded) in [
            ("pip3 install --upgrade requests==2.32.0", Some("pip3 requests==2.32.0")),
            ("pip install -r requirements.txt", Some("pip -r requirements.txt")),
            ("pip install -t /srv/app x", None),
            ("pip freeze", None),
            ("npm audit fix", None),
            ("npm install -g npm@10", Some("npm npm@10")),
            ("npm install lodash", None),
            ("gem install rack -v 3.0", Some("gem rack")),
            ("cargo install ripgrep", Some("cargo ripgrep")),
            ("cargo update -p time", None),
            ("go get example.org/x@v1", None),
            ("go install example.org/x@v1", Some("go example.org/x@v1")),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            let got = match read(&words[0], &words[1..]) {
                Intent::Acts { what, .. } => Some(what),
                _ => None,
            };
            assert_eq!(got.as_deref(), recorded, "{line}");
        }
    }
}
