//! What a cmdlet would change on a Windows machine, from its name and its target.

/// Cmdlets and programs whose effect is known (learn.microsoft.com, module references), and what they change.
const KNOWN: [(&str, &str); 36] = [
    ("set-itemproperty", "sets a registry value or a property of a file"),
    ("new-itemproperty", "adds a registry value"),
    ("remove-itemproperty", "removes a registry value"),
    ("new-item", "makes a registry key, file or folder"),
    ("remove-item", "removes a registry key, file or folder"),
    ("rename-item", "renames a registry key, file or folder"),
    ("copy-item", "copies files or keys"),
    ("move-item", "moves files or keys"),
    ("set-content", "writes a file"),
    ("add-content", "writes to the end of a file"),
    ("out-file", "writes a file"),
    ("set-acl", "changes an access list"),
    ("set-service", "changes how a service starts"),
    ("start-service", "starts a service"),
    ("stop-service", "stops a service"),
    ("restart-service", "restarts a service"),
    ("set-localuser", "changes a local account"),
    ("new-localuser", "makes a local account"),
    ("disable-localuser", "disables a local account"),
    ("enable-localuser", "enables a local account"),
    ("rename-localuser", "renames a local account"),
    ("add-localgroupmember", "adds a member to a local group"),
    ("remove-localgroupmember", "takes a member out of a local group"),
    ("set-netfirewallprofile", "changes a profile of the firewall"),
    ("new-netfirewallrule", "adds a rule of the firewall"),
    ("set-netfirewallrule", "changes a rule of the firewall"),
    ("set-smbserverconfiguration", "changes the SMB server"),
    ("set-mppreference", "changes Microsoft Defender"),
    ("disable-windowsoptionalfeature", "switches a feature of Windows off"),
    ("enable-windowsoptionalfeature", "switches a feature of Windows on"),
    ("uninstall-windowsfeature", "removes a feature of Windows"),
    ("set-executionpolicy", "changes which scripts may run"),
    ("auditpol", "changes the audit policy"),
    ("secedit", "changes the security policy"),
    ("net", "changes accounts, shares or services"),
    ("reg", "changes the registry"),
];

/// Parameters that name what a command is about, in the order in which they are looked for.
const TARGETS: [&str; 7] = ["-path", "-literalpath", "-filepath", "-name", "-displayname", "-featurename", "-group"];

/// Says what a command would do.
pub fn of(words: &[String]) -> String {
    let first = words.first().map_or("", String::as_str);
    let base = first.rsplit(['\\', '/']).next().unwrap_or(first).to_ascii_lowercase();
    let base = base.strip_suffix(".exe").unwrap_or(&base);
    let does = KNOWN.iter().find(|it| it.0 == base).map(|it| it.1);
    let does = does.unwrap_or_else(|| match base.split_once('-').map(|it| it.0) {
        Some("get" | "test" | "measure" | "select" | "where" | "sort" | "compare" | "resolve" | "format" | "write" | "convertto" | "convertfrom" | "join" | "split" | "out") => {
            "reads or prints"
        }
        _ => "what it would change is not known",
    });
    match target(words) {
        Some(target) => format!("not run; {does}: {target}"),
        None => format!("not run; {does}"),
    }
}

/// What a command is about: the value of a parameter that names it, with the value's name where there is one, else its first plain word.
fn target(words: &[String]) -> Option<String> {
    let value = |name: &str| words.iter().position(|it| it.eq_ignore_ascii_case(name)).and_then(|at| words.get(at + 1)).filter(|it| !it.starts_with('-'));
    let mut named = TARGETS.iter().filter_map(|it| value(it));
    match (named.next(), named.next()) {
        (Some(one), Some(other)) => Some(format!("{one} {other}")),
        (Some(one), None) => Some(one.clone()),
        _ => words.get(1).filter(|it| !it.starts_with('-')).cloned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    fn check(line: &str) -> String {
        of(&line.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn effects_have_targets() {
        assert_eq!(check("Set-ItemProperty -Path HKLM:\\x -Name y -Value 1"), "not run; sets a registry value or a property of a file: HKLM:\\x y");
        assert_eq!(check("Stop-Service Spooler"), "not run; stops a service: Spooler");
        assert_eq!(check("C:\\Windows\\System32\\net.exe user guest /active:no"), "not run; changes accounts, shares or services: user");
        assert_eq!(check("Get-Service -Name x"), "not run; reads or prints: x");
        assert_eq!(check("Invoke-Thing"), "not run; what it would change is not known");
    }
}
