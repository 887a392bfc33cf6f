//! Looks at a component without running any of it: what it is, what it wants, what it gives.

use wasmparser::{Encoding, Parser, Payload};

use super::{error::Error, module::Role, precheck, wasi};
use crate::digest::Digest;

/// The package of our interfaces.
const PACKAGE: &str = "invitro:remediation/";
/// Versions of it that this host speaks: changes within 0.1 are additive.
const VERSION: &str = "0.1.";

/// What the host says to an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// The module's role gets it.
    Yes,
    /// The host knows it, and gives it to other roles.
    OtherRole,
    /// The host has no such thing.
    Unknown,
}

impl Granted {
    /// Returns the word for people.
    pub fn word(self) -> &'static str {
        match self {
            Granted::Yes => "granted",
            Granted::OtherRole => "not granted to this role",
            Granted::Unknown => "unknown to this host",
        }
    }
}

/// What a component is.
#[derive(Clone, Debug)]
pub struct Inspection {
    /// Digest of its bytes.
    pub digest: Digest,
    /// Its size.
    pub bytes: usize,
    /// The role whose interface it exports.
    pub role: Option<Role>,
    /// What it imports, in its order.
    pub imports: Vec<(String, Granted)>,
    /// What it exports, in its order.
    pub exports: Vec<String>,
    /// Functions of its core modules.
    pub functions: u32,
}

impl Inspection {
    /// Returns the interfaces that the role is granted and the module does not want.
    pub fn unused(&self) -> Vec<&'static str> {
        let granted = self.role.map_or(&[][..], Role::granted);
        granted.iter().copied().filter(|it| !self.imports.iter().any(|(name, _)| interface(name) == Some(it))).collect()
    }
}

/// Looks at a component after the checks that every stranger's passes.
pub fn inspect(name: &str, component: &[u8]) -> Result<Inspection, Error> {
    precheck::check(name, component)?;
    let (mut imports, mut exports, mut functions) = (Vec::new(), Vec::new(), 0);
    let mut depth = 0u32;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(|error| Error::NotAComponent { name: name.into(), reason: error.to_string() })?;
        match payload {
            Payload::Version { encoding: Encoding::Component | Encoding::Module, .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::FunctionSection(section) => functions += section.count(),
            Payload::ComponentImportSection(section) if depth == 1 => {
                imports.extend(section.into_iter().flatten().map(|it| it.name.name.to_owned()));
            }
            Payload::ComponentExportSection(section) if depth == 1 => exports.extend(section.into_iter().flatten().map(|it| it.name.name.to_owned())),
            _ => {}
        }
    }
    let role = Role::ALL.into_iter().find(|role| exports.iter().any(|it| interface(it) == Some(role.exports())));
    let imports = imports.into_iter().map(|it| (it.clone(), granted(role, &it))).collect();
    Ok(Inspection { digest: Digest::of(component), bytes: component.len(), role, imports, exports, functions })
}

/// Returns the name of one of our interfaces in a version that this host speaks.
fn interface(name: &str) -> Option<&str> {
    let (interface, version) = name.strip_prefix(PACKAGE)?.split_once('@')?;
    version.starts_with(VERSION).then_some(interface)
}

fn granted(role: Option<Role>, import: &str) -> Granted {
    if wasi::is_granted(import) {
        return Granted::Yes;
    }
    let Some(interface) = interface(import) else { return Granted::Unknown };
    if role.is_some_and(|it| it.granted().contains(&interface)) {
        Granted::Yes
    } else if Role::ALL.iter().any(|it| it.granted().contains(&interface)) {
        Granted::OtherRole
    } else {
        Granted::Unknown
    }
}

/// Says what stands between a component and a role; none where nothing does that names could tell.
pub(super) fn obstacle(of: &Inspection, role: Role) -> Option<String> {
    if of.role != Some(role) {
        let wanted = format!("{PACKAGE}{}@{VERSION}0", role.exports());
        let other = of.exports.iter().find(|it| it.starts_with(PACKAGE));
        return Some(match (of.role, other) {
            (Some(it), _) => format!("it is a module of role {}; use it as that, or export `{wanted}`", it.word()),
            (None, Some(other)) => format!("it exports `{other}`; this host speaks version {VERSION}x: build it against that WIT"),
            (None, None) => format!("it exports no interface of a role; this role's is `{wanted}`"),
        });
    }
    let (import, granted) = of.imports.iter().find(|it| it.1 != Granted::Yes)?;
    let given = role.granted().join(", ");
    let package = PACKAGE.trim_end_matches('/');
    if wasi::is_wasi(import) {
        return Some(format!(
            "it wants `{import}`, which is {}; of WASI any module may import io, clocks, random, cli and filesystem in a version 0.2.x, and nobody gets \
             the network: build it without that",
            granted.word()
        ));
    }
    Some(format!("it wants `{import}`, which is {}; this role may import: {given} of {package}", granted.word()))
}
