//! Packages of the Debian family that own a path (dpkg(1), "FILES"; deb-conffiles(5)).

use config_formats::Files;

use crate::units::is_unit;

/// The database of packages.
pub(crate) const STATUS: &str = "/var/lib/dpkg/status";
/// Where the files of each package are listed.
const INFO: &str = "/var/lib/dpkg/info";

/// What packages made with ucf(1), as those of sshd and others: a package and a path on each line.
const REGISTRY: &str = "/var/lib/ucf/registry";

/// A package that owns a path.
pub(crate) struct Owner {
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// The packages that own a path.
pub(crate) fn owners(files: &dyn Files, status: &str, path: &str) -> Vec<Owner> {
    let mut configured: Vec<Owner> = status
        .split("\n\n")
        .filter(|it| it.contains(path) && has_conffile(it, path))
        .filter_map(|it| Some(Owner { name: field(it, "Package")?.to_owned(), reason: "it is its configuration".into() }))
        .collect();
    let registry = files.text(REGISTRY).unwrap_or_default();
    let registered = registry.lines().filter_map(|it| it.split_once(char::is_whitespace)).filter(|it| it.1.trim() == path);
    configured.extend(registered.map(|it| Owner { name: it.0.to_owned(), reason: "it made it with ucf".into() }));
    // Below /etc packages have hardly anything else, and the lists are long.
    if !configured.is_empty() || path.starts_with("/etc/") {
        return configured;
    }
    let names = files.names(INFO);
    let lists = names.iter().filter_map(|it| it.strip_suffix(".list"));
    lists
        .filter(|it| files.text(&format!("{INFO}/{it}.list")).is_some_and(|text| text.lines().any(|line| is_same(line, path))))
        .map(|it| Owner { name: it.split(':').next().unwrap_or(it).to_owned(), reason: "it is among its files".into() })
        .collect()
}

/// Since Debian 12 `/lib` and the like are links into `/usr`, while the lists of packages may still say them as before (usrmerge).
fn is_same(listed: &str, path: &str) -> bool {
    let merged = |it: &str| ["/lib", "/bin", "/sbin", "/lib64"].iter().any(|root| it.strip_prefix(root).is_some_and(|rest| rest.starts_with('/')));
    listed == path || merged(listed) && path.strip_prefix("/usr") == Some(listed) || merged(path) && listed.strip_prefix("/usr") == Some(path)
}

fn field<'a>(stanza: &'a str, key: &str) -> Option<&'a str> {
    stanza.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim)
}

/// Answers whether an installed package has a path among its configuration files that are not obsolete.
fn has_conffile(stanza: &str, path: &str) -> bool {
    let lines = stanza.lines().skip_while(|it| *it != "Conffiles:").skip(1).take_while(|it| it.starts_with(' '));
    let has = |line: &str| {
        let mut words = line.split_whitespace();
        words.next() == Some(path) && words.all(|it| it != "obsolete")
    };
    field(stanza, "Status").is_some_and(|it| it.ends_with(" installed")) && lines.into_iter().any(has)
}

/// The units that a package has.
pub(crate) fn units(files: &dyn Files, package: &str) -> Vec<String> {
    let names = files.names(INFO);
    let of = |it: &&String| it.strip_suffix(".list").is_some_and(|it| it.split(':').next() == Some(package));
    let text = names.iter().find(of).and_then(|it| files.text(&format!("{INFO}/{it}"))).unwrap_or_default();
    let units = text.lines().filter(|it| it.contains("/systemd/system/") && is_unit(it)).filter_map(|it| it.rsplit('/').next());
    units.filter(|it| !it.contains('@')).map(str::to_owned).collect()
}
