//! What dpkg's database and apt's lists say of packages.

use config_formats::version;
use invitro_sdk::interpreter::invitro::remediation::files::Workspace;

use crate::{Step, document::Package};

const STATUS: &[u8] = b"/var/lib/dpkg/status";
const LISTS: &str = "/var/lib/apt/lists";

/// Says what is to be done for each package, or why nothing is done at all.
pub(crate) fn plan<'a>(packages: &'a [Package], target: &Workspace) -> Result<Vec<Step<'a>>, String> {
    let status = text(target, STATUS).ok_or("the target has no package database (/var/lib/dpkg/status)")?;
    let lists = lists(target);
    packages.iter().map(|it| one(it, &status, lists.as_deref())).collect()
}

fn one<'a>(package: &'a Package, status: &str, lists: Option<&[String]>) -> Result<Step<'a>, String> {
    let name = &package.name;
    let has = version::installed(status, name).ok_or_else(|| format!("{name}: the package is not installed"))?;
    if version::compare(&has, &package.to).is_ge() {
        return Ok(Step::Done(package, has));
    }
    if let Some(from) = package.from.as_ref().filter(|it| **it != has) {
        return Err(format!("{name}: expected version {from}, found {has}"));
    }
    if version::is_held(status, name) {
        return Err(format!("{name}: the package is held back at {has}; `apt-mark unhold {name}` lets it be upgraded"));
    }
    if let Some(lists) = lists {
        let offered = offered(lists, name);
        if !offered.contains(&package.to.as_str()) {
            let known = if offered.is_empty() { "none".to_owned() } else { offered.join(", ") };
            return Err(format!("{name}: the target's package lists have no version {}; they have {known}", package.to));
        }
    }
    Ok(Step::Upgrade(package, has))
}

/// The lists of packages that can be had; none where the target has none, which is no answer.
fn lists(target: &Workspace) -> Option<Vec<String>> {
    let (mut names, mut cursor) = (Vec::new(), 0);
    while let Ok(page) = target.list(LISTS.as_bytes(), cursor) {
        names.extend(page.entries.into_iter().map(|it| it.name).filter(|it| it.ends_with(b"_Packages")));
        match page.next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    let texts: Vec<String> = names.iter().filter_map(|it| text(target, &[LISTS.as_bytes(), b"/", it].concat())).collect();
    (!texts.is_empty()).then_some(texts)
}

/// Versions of a package that the lists offer.
fn offered<'a>(lists: &'a [String], name: &str) -> Vec<&'a str> {
    let field = |stanza: &'a str, key: &str| stanza.lines().find_map(|it| Some(it.strip_prefix(key)?.strip_prefix(": ")?.trim()));
    lists.iter().flat_map(|it| it.split("\n\n")).filter(|it| field(it, "Package") == Some(name)).filter_map(|it| field(it, "Version")).collect()
}

fn text(target: &Workspace, path: &[u8]) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let piece = target.read(path, bytes.len() as u64, 1 << 20).ok()?;
        if piece.is_empty() {
            return Some(String::from_utf8_lossy(&bytes).into_owned());
        }
        bytes.extend(piece);
    }
}
