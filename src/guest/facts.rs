//! What a target says about itself, read from its files.

use super::bindings::wit::facts::{InstalledPackage, OsRelease};
use crate::tree::Tree;

/// The package database of the Debian family (dpkg(1), FILES).
const DATABASE: &[u8] = b"/var/lib/dpkg/status";

/// Returns the fields of os-release(5), empty where there is none.
pub(crate) fn os_release(tree: &Tree) -> OsRelease {
    let text = [b"/etc/os-release".as_slice(), b"/usr/lib/os-release"].iter().find_map(|path| text(tree, path)).unwrap_or_default();
    let value = |key: &str| {
        text.lines()
            .filter_map(|line| line.split_once('='))
            .find(|(name, _)| name.trim() == key)
            .map(|(_, value)| value.trim().trim_matches(['"', '\'']).to_owned())
            .unwrap_or_default()
    };
    OsRelease {
        id: value("ID"),
        version_id: value("VERSION_ID"),
        id_like: value("ID_LIKE").split_whitespace().map(str::to_owned).collect(),
        pretty_name: value("PRETTY_NAME"),
    }
}

/// Returns the fields of a target without os-release.
pub(crate) fn no_release() -> OsRelease {
    OsRelease { id: String::new(), version_id: String::new(), id_like: Vec::new(), pretty_name: String::new() }
}

/// Returns the architecture that the package database has for its base package.
pub(crate) fn architecture(mut packages: Vec<InstalledPackage>) -> Option<String> {
    packages.retain(|it| it.architecture != "all" && !it.architecture.is_empty());
    packages.iter().find(|it| it.name == "dpkg" || it.name == "base-files").or(packages.first()).map(|it| it.architecture.clone())
}

/// Returns how large the package database is.
pub(crate) fn database_bytes(tree: &Tree) -> usize {
    tree.stat(DATABASE, true).map_or(0, |it| usize::try_from(it.size).unwrap_or(usize::MAX))
}

/// Returns the installed packages of `/var/lib/dpkg/status`, sorted by name (deb-control(5) stanzas).
pub(crate) fn packages(tree: &Tree) -> Vec<InstalledPackage> {
    let status = text(tree, DATABASE).unwrap_or_default();
    let mut packages: Vec<_> = status.split("\n\n").filter_map(stanza).collect();
    packages.sort_by(|a, b| a.name.cmp(&b.name));
    packages
}

fn stanza(text: &str) -> Option<InstalledPackage> {
    let field = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':').map(|it| it.trim().to_owned()));
    if !field("Status")?.ends_with(" installed") {
        return None;
    }
    Some(InstalledPackage {
        name: field("Package")?,
        version: field("Version").unwrap_or_default(),
        architecture: field("Architecture").unwrap_or_default(),
        ecosystem: "deb".into(),
    })
}

/// Returns the names of the unit files, sorted, each once.
pub(crate) fn units(tree: &Tree) -> Vec<String> {
    let folders = [b"/etc/systemd/system".as_slice(), b"/usr/lib/systemd/system", b"/lib/systemd/system", b"/run/systemd/system"];
    let mut names: Vec<String> = folders
        .iter()
        .flat_map(|folder| tree.list(folder).unwrap_or_default())
        .filter_map(|entry| String::from_utf8(entry.name).ok())
        .filter(|name| [".service", ".socket", ".timer", ".target", ".mount", ".path"].iter().any(|it| name.ends_with(it)))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn text(tree: &Tree, path: &[u8]) -> Option<String> {
    tree.read_all(path).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}
