//! mv(1), as GNU coreutils 9.1 has it (mv.c, copy.c in its mode that moves).

use std::collections::HashSet;

use gnu_bash::text::{from_bytes, to_bytes};
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType, Stat};

use super::{
    backup,
    call::{Answer, Call, base, join, not_modelled},
    file_systems::{Borders, busy},
    copy::{is_newer, last_of, places},
    options::{Known, Parsed},
    sameness::{Rules, Sameness, compare},
};

const MV: Known = Known {
    short: "fnuvTt:bS:i",
    long: &[
        ("force", 'f'),
        ("no-clobber", 'n'),
        ("update", 'u'),
        ("verbose", 'v'),
        ("no-target-directory", 'T'),
        ("target-directory=", 't'),
        ("backup?", 'b'),
        ("suffix=", 'S'),
        ("strip-trailing-slashes", '/'),
    ],
};

/// One call.
struct Moving<'a> {
    parsed: &'a Parsed,
    /// What is there is left alone.
    keeps: bool,
    backs_up: Option<char>,
    /// Names that this call has made, and what is there; kept where several files are moved.
    made: Option<HashSet<(String, u64)>>,
    /// Folders that could not go into themselves, and where they were to go.
    failed: HashSet<(String, u64)>,
}

/// mv(1).
pub(crate) fn mv(call: &mut Call<'_>) -> Answer {
    let parsed = MV.read(call)?;
    if parsed.last_of("fni") == Some('i') {
        return Err(not_modelled("mv that asks is not modelled"));
    }
    let keeps = parsed.last_of("fni") == Some('n');
    let mut parsed = parsed;
    let strips = if parsed.has('/') { parsed.words.clone() } else { Vec::new() };
    if parsed.has('/') {
        parsed.words = parsed.words.iter().map(|it| super::copy::stripped(it).to_owned()).collect();
    }
    let place = places(call, &parsed)?;
    let two = parsed.words.len() == 2 && !parsed.has('t') && !parsed.has('T');
    if two && strips.iter().any(|it| it.ends_with('/')) {
        return Err(not_modelled("mv of two names, of which slashes are stripped, is not modelled"));
    }
    if keeps && backup::is_asked(&parsed) {
        // What is not in the way of anything was moved before it looks at its options.
        let (from, full) = (call.path(&parsed.words[0]), call.path(&place.destination));
        if two && !place.inside && !place.destination.is_empty() && !call.is_there(full.trim_end_matches('/')) {
            let _ = call.kernel.workspace().rename(&to_bytes(&from), &to_bytes(&full));
        }
        return Err(call.misused("options --backup and --no-clobber are mutually exclusive"));
    }
    let backs_up = backup::way(call, &parsed)?;
    let several = place.inside && place.sources.len() > 1;
    let mut moving = Moving { parsed: &parsed, keeps, backs_up, made: several.then(HashSet::new), failed: HashSet::new() };
    // The folder is opened once: what happens to its name on the way does not matter.
    let real = place.inside.then(|| from_bytes(&call.kernel.workspace().real_path(&to_bytes(&call.path(&place.destination))).unwrap_or_default()));
    for source in &place.sources {
        let (to, full) = match &real {
            Some(real) => (join(&place.destination, base(source)), join(real, base(source))),
            None => (place.destination.clone(), call.path(&place.destination)),
        };
        moving.one(call, source, &to, full)?;
    }
    Ok(())
}

impl Moving<'_> {
    fn one(&mut self, call: &mut Call<'_>, source: &str, to: &str, full: String) -> Answer {
        let from = call.path(source);
        // What is not there is told before anything else, but where what is there would stay anyhow.
        let there = match call.stat(&full, false) {
            Ok(it) => Ok(it),
            Err(_) if to.is_empty() => Err(Error::NoEntry),
            Err(error) => Err(error),
        };
        let plain = |it: &str| it.trim_end_matches('/').to_owned();
        if self.keeps && !to.is_empty() && call.is_there(&plain(&full)) && call.is_there(&plain(&from)) && !source.is_empty() {
            return Ok(());
        }
        let stat = match call.stat(&from, false) {
            Ok(stat) => stat,
            Err(error) => {
                call.refused(&format!("cannot stat {}", call.q(source)), error);
                return Ok(());
            }
        };
        if self.keeps && there.is_ok() {
            return Ok(());
        }
        if self.failed.contains(&(full.clone(), stat.inode)) {
            call.say(&format!("warning: source directory {} specified more than once", call.q(source)));
            return Ok(());
        }
        let mut kept = None;
        match there {
            Ok(there) => match self.clear(call, (source, &from, &stat), (to, &full, &there))? {
                Some(ending) => kept = ending,
                None => return Ok(()),
            },
            Err(Error::NoEntry) => {}
            Err(error) => {
                call.refused(&format!("cannot stat {}", call.q(to)), error);
                return Ok(());
            }
        }
        let borders = Borders::of(call.kernel);
        let is_root = |path: &str| call.stat(path, false).is_ok_and(|it| it.type_ == FileType::Directory) && borders.is_at(call.kernel, path, call.line);
        let answer = if is_root(&from) || is_root(&full) { Err(busy()) } else { call.kernel.workspace().rename(&to_bytes(&from), &to_bytes(&full)) };
        match answer {
            Ok(()) => {
                if self.parsed.has('v') {
                    let kept = kept.map_or(String::new(), |it| format!(" (backup: {})", call.q(&format!("{to}{it}"))));
                    call.print(&format!("renamed {} -> {}{kept}\n", call.q(source), call.q(to)));
                }
                if let Some(made) = &mut self.made {
                    made.insert((full, stat.inode));
                }
            }
            Err(Error::Invalid) => {
                self.failed.insert((full, stat.inode));
                call.complain(&format!("cannot move {} to a subdirectory of itself, {}", call.q(source), call.q(to)));
            }
            Err(error) => call.refused(&format!("cannot move {} to {}", call.q(source), call.q(to)), error),
        }
        Ok(())
    }

    /// Looks at what is in the way. Nothing where the file is not moved; else what the name of its copy got.
    fn clear(&self, call: &mut Call<'_>, (source, from, stat): (&str, &str, &Stat), (to, full, there): (&str, &str, &Stat)) -> Answer<Option<Option<String>>> {
        let rules = Rules { never_follows: true, moves: true, backs_up: self.backs_up.is_some(), ..Rules::default() };
        match compare(call, from, stat, full, there, rules) {
            Sameness::Other => {}
            Sameness::Done => return Ok(None),
            Sameness::Same => {
                call.complain(&format!("{} and {} are the same file", call.q(source), call.q(to)));
                return Ok(None);
            }
        }
        let (folder, onto_folder) = (stat.type_ == FileType::Directory, there.type_ == FileType::Directory);
        if self.parsed.has('u') && !folder && !is_newer(stat, there) {
            return Ok(None);
        }
        if folder && !onto_folder && self.backs_up.is_none() {
            call.complain(&format!("cannot overwrite non-directory {} with directory {}", call.q(to), call.q(source)));
            return Ok(None);
        }
        if !onto_folder && self.backs_up != Some('#') && self.made.as_ref().is_some_and(|it| it.contains(&(full.to_owned(), there.inode))) {
            call.complain(&format!("will not overwrite just-created {} with {}", call.q(to), call.q(source)));
            return Ok(None);
        }
        if !folder && onto_folder && self.backs_up.is_none() {
            call.complain(&format!("cannot overwrite directory {} with non-directory", call.q(to)));
            return Ok(None);
        }
        if self.backs_up.is_none() || matches!(last_of(source), "." | "..") {
            return Ok(Some(None));
        }
        if self.backs_up != Some('#') && super::copy::is_copy_of(call, self.parsed, source, stat, full) {
            call.complain(&format!("backing up {} might destroy source;  {} not moved", call.q(to), call.q(source)));
            return Ok(None);
        }
        backup::make(call, self.parsed, full, to).map(Some)
    }
}
