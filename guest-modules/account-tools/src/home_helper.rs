//! mkhomedir_helper(8) of Linux-PAM 1.5: makes a home that is missing and fills it from a skeleton.

use crate::{
    Answer, Kind, Said, World,
    table::{self, PASSWD},
};

/// `PAM_SESSION_ERR`, `PAM_USER_UNKNOWN` and `PAM_PERM_DENIED` (security/_pam_types.h).
const SESSION: u32 = 14;
const UNKNOWN: u32 = 10;
const DENIED: u32 = 6;
/// Deeper than this no skeleton is followed.
const DEEPEST: u32 = 16;

pub(crate) fn mkhomedir_helper(world: &dyn World, words: &[String]) -> Answer {
    if words.is_empty() || words.len() > 4 {
        let text = "Usage: mkhomedir_helper <username> [<umask> [<skeldir> [<home_mode>]]]".to_owned();
        return Ok(Said::error(SESSION, text));
    }
    let Some(user) = table::must(world, PASSWD)?.get(&words[0]).cloned() else { return Ok(Said { status: UNKNOWN, ..Said::default() }) };
    let mask = words.get(1).map_or(Some(0o022), |it| number(it));
    let mode = words.get(3).map_or(Some(None), |it| number(it).map(Some));
    let (Some(mask), Some(mode)) = (mask, mode) else { return Ok(Said { status: SESSION, ..Said::default() }) };
    let (Ok(uid), Ok(gid)) = (user[2].parse(), user[3].parse()) else { return Err("an odd number of an account".to_owned()) };
    let home = user[5].trim_end_matches('/');
    if world.stat(home, true).is_some() || home.is_empty() {
        return Ok(Said::default());
    }
    if !home.starts_with('/') || home.contains("//") || home.contains("/.") || mode.is_some() {
        return Err("a home like this".to_owned());
    }
    let skeleton = words.get(2).map_or("/etc/skel", String::as_str).trim_end_matches('/');
    for (at, _) in home.match_indices('/').skip(1).filter(|it| world.stat(&home[..it.0], true).is_none()) {
        folder(world, &home[..at], 0o755, 0, 0)?;
    }
    let maker = Maker { world, uid, gid, mask };
    Ok(Said { status: if maker.fill(skeleton, home, mode.unwrap_or(0o777 & !mask), 0)? { 0 } else { DENIED }, ..Said::default() })
}

/// A number as strtoul(3) takes it with the base 0, whole.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix('0') {
        Some("") => Some(0),
        Some(rest) if rest.starts_with(['x', 'X']) => u32::from_str_radix(&rest[1..], 16).ok(),
        Some(rest) => u32::from_str_radix(rest, 8).ok(),
        None => text.parse().ok().filter(|_| text.starts_with(|it: char| it.is_ascii_digit())),
    }
}

fn folder(world: &dyn World, path: &str, mode: u32, uid: u32, gid: u32) -> Result<(), String> {
    world.make_folder(path)?;
    world.set_owner(path, uid, gid)?;
    world.set_mode(path, mode)
}

struct Maker<'a> {
    world: &'a dyn World,
    uid: u32,
    gid: u32,
    mask: u32,
}

impl Maker<'_> {
    /// Makes a folder and copies what a skeleton has: all modes less the mask. Answers false where there is no skeleton.
    fn fill(&self, from: &str, to: &str, mode: u32, deep: u32) -> Result<bool, String> {
        if deep > DEEPEST {
            return Err("a deep skeleton".to_owned());
        }
        folder(self.world, to, mode, self.uid, self.gid)?;
        if !self.world.stat(from, true).is_some_and(|it| it.kind == Kind::Folder) {
            return Ok(false);
        }
        for name in self.world.list(from).ok_or("a skeleton with odd names")? {
            let (source, goal) = (format!("{from}/{name}"), format!("{to}/{name}"));
            let meta = self.world.stat(&source, false).ok_or("a skeleton that vanished")?;
            match meta.kind {
                Kind::Folder if !self.fill(&source, &goal, meta.mode & !self.mask, deep + 1)? => return Ok(false),
                Kind::Folder => {}
                Kind::File => {
                    self.world.write(&goal, &self.world.read(&source).ok_or("a skeleton that can't be read")?)?;
                    self.world.set_owner(&goal, self.uid, self.gid)?;
                    self.world.set_mode(&goal, meta.mode & !self.mask)?;
                }
                Kind::Link => {
                    self.world.make_link(&self.world.read_link(&source).ok_or("a skeleton with odd links")?, &goal)?;
                    self.world.set_owner(&goal, self.uid, self.gid)?;
                }
                Kind::Other => return Err("a skeleton with a special file".to_owned()),
            }
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_as_strtoul_has_them() {
        assert_eq!(["0077", "77", "0", "0x1f", "9x", "", "-1", "08"].map(super::number), [Some(0o77), Some(77), Some(0), Some(31), None, None, None, None]);
    }
}
