//! Tools that the target itself says it does not have: those of the other family.

use crate::{
    debian, rpm,
    world::{Answer, World, has_program, said},
};

/// The answer for a tool that is not there, as the shell has it. A target of one family, with no program of that name, has none of the
/// other's; a target of none tells nothing.
pub(crate) fn told(world: &dyn World, name: &str) -> Option<Answer> {
    if has_program(world, name) || listed(world, name) {
        return None;
    }
    let (debian, red_hat, alpine) = (debian::status::is_here(world), rpm::is_here(world), world.stat("/lib/apk/db/installed", true).is_some());
    let there = match name {
        "rpm" | "dnf" | "yum" | "microdnf" | "zypper" => red_hat || !(debian || alpine),
        "apk" => alpine || !(debian || red_hat),
        "snap" => true,
        _ => debian || !(red_hat || alpine),
    };
    if there {
        return None;
    }
    world.assume("tool-missing", name);
    Some(said(127, "", format!("{name}: command not found\n")))
}

/// Answers whether Debian's database holds a package of the tool's name: a tree may be a machine without its programs.
fn listed(world: &dyn World, name: &str) -> bool {
    match debian::status::Database::read(world) {
        Ok(Some(database)) => database.packages.iter().any(|it| it.name() == name && it.state() != "not-installed"),
        Ok(None) => false,
        Err(_) => true,
    }
}
