//! Which file a patch is for (the manual's "Selecting the File to Patch"; POSIX.1-2017, XCU patch, "Filename Determination").

use crate::{
    Failure, Files, Options, Stat, Type,
    drive::Run,
    model::{FilePatch, INDEX, NEW, OLD},
    name,
};

/// The file that was found, or the name of one to be made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    pub(crate) name: Vec<u8>,
    /// None where there is no such file.
    pub(crate) stat: Option<Stat>,
}

/// Looks at a name; links out of the current folder lead nowhere.
pub(crate) fn stat_file(name: &[u8], files: &mut impl Files, options: &Options) -> Result<Stat, Failure> {
    let given = options.file.as_deref() == Some(name) || options.output.as_deref() == Some(name) || options.rejects.as_deref() == Some(name);
    if !given && !name.starts_with(b"/") && files.leads_outside(name) {
        return Err(Failure::Other("Invalid cross-device link".to_owned()));
    }
    files.stat(name, options.follow_links)
}

impl<F: Files> Run<'_, F> {
    /// Finds the file of a patch whose file was not named in the call, and turns the patch round where it looks reversed.
    pub(crate) fn select(&mut self, patch: &mut FilePatch) -> Option<Input> {
        if !self.options.posix && (patch.names[OLD].is_some() || patch.names[NEW].is_some()) {
            patch.names[INDEX] = None;
        }
        let mut refused = Vec::new();
        let mut stats = [None; 3];
        for side in [OLD, NEW, INDEX] {
            let Some(name) = &patch.names[side] else { continue };
            stats[side] = stat_file(name, self.files, self.options).ok().filter(|it| !self.outputs.is_doomed(it));
            if stats[side].is_some() && self.options.posix && self.is_valid(name, &mut refused) {
                return self.checked(patch, Some((side, stats[side])), &mut refused);
            }
        }
        if self.options.posix {
            return self.checked(patch, None, &mut refused);
        }
        let last = [INDEX, NEW, OLD].into_iter().find(|it| patch.names[*it].is_some());
        let mut best = self.best_name(patch, |side| stats[side].is_some(), &mut refused).map(|side| (side, stats[side]));
        let file_type = patch.file_type();
        let shown = best.map(|it| it.0).or(last);
        let same_type = best.is_none_or(|it| it.1.is_none_or(|it| has_type(&it, file_type)));
        if let (Some(shown), true) = (shown, same_type) {
            let empty = best.and_then(|it| it.1).is_none_or(|it| it.size == 0);
            let name = patch.names[shown].clone().unwrap_or_default();
            self.maybe_reverse(patch, &name, best.is_none(), empty);
        }
        if best.is_none() && patch.nonexistent[usize::from(self.reverse)] > 0 {
            let mut made = [usize::MAX; 3];
            for side in [OLD, NEW, INDEX] {
                if let Some(name) = &patch.names[side] {
                    made[side] = components(name) - self.present_components(name);
                }
            }
            let least = made.into_iter().min().unwrap_or_default();
            best = self.best_name(patch, |side| made[side] == least, &mut refused).map(|side| (side, None));
        }
        self.checked(patch, best, &mut refused)
    }

    /// A rename or copy needs both names.
    fn checked(&mut self, patch: &FilePatch, best: Option<(usize, Option<Stat>)>, refused: &mut Vec<Vec<u8>>) -> Option<Input> {
        if patch.is_rename() || patch.is_copy() {
            let (from, to) = (usize::from(self.reverse), usize::from(!self.reverse));
            let mut valid = |side: usize| patch.names[side].clone().is_some_and(|it| self.is_valid(&it, refused));
            if !(best.is_some_and(|it| it.0 != INDEX) && valid(from) && valid(to)) {
                self.talk.say(format!("Cannot {} file without two valid file names\n", if patch.is_rename() { "rename" } else { "copy" }));
                self.skips = true;
                self.failed = true;
            }
        }
        best.map(|(side, stat)| Input { name: patch.names[side].clone().unwrap_or_default(), stat })
    }

    /// Of several names the one with the fewest folders, the shortest last part, the fewest bytes; the first of those.
    fn best_name(&mut self, patch: &FilePatch, counts: impl Fn(usize) -> bool, refused: &mut Vec<Vec<u8>>) -> Option<usize> {
        let rank = |name: &[u8]| (components(name), name::base(name).len(), name.len());
        let sides: Vec<(usize, &Vec<u8>)> =
            [OLD, NEW, INDEX].into_iter().filter(|it| counts(*it)).filter_map(|it| Some((it, patch.names[it].as_ref()?))).collect();
        let least = sides.iter().map(|it| rank(it.1)).min()?;
        let equal: Vec<_> = sides.into_iter().filter(|it| rank(it.1) == least).collect();
        equal.into_iter().find(|it| self.is_valid(it.1, refused)).map(|it| it.0)
    }

    /// Answers whether a name stays in the current folder; one that does not is told once.
    fn is_valid(&mut self, name: &[u8], refused: &mut Vec<Vec<u8>>) -> bool {
        if refused.iter().any(|it| it == name) {
            return false;
        }
        let valid = name::is_safe(name) || self.files.is_at_root();
        if !valid {
            self.talk.say([b"Ignoring potentially dangerous file name ", &name::shell(name)[..], b"\n"].concat());
            refused.push(name.to_vec());
        }
        valid
    }

    /// Asks whether a patch is reversed that makes what is there, or removes what is not.
    pub(crate) fn maybe_reverse(&mut self, patch: &FilePatch, name: &[u8], absent: bool, empty: bool) {
        let says = |side: bool| patch.nonexistent[usize::from(side)];
        // Git says of an empty file that it is empty, and of an absent one that it is absent.
        if empty && says(self.reverse ^ absent) == 1 && says(!self.reverse ^ absent) == 2 {
            return;
        }
        if u8::from(!empty) >= says(self.reverse ^ empty) {
            return;
        }
        let (what, is) = match (absent, empty) {
            (true, _) => ("delete", "does not exist"),
            (_, true) => ("empty out", "is already empty"),
            _ => ("create", "already exists"),
        };
        let turned = if self.reverse { ", when reversed," } else { "" };
        let question =
            [b"The next patch", turned.as_bytes(), b" would ", what.as_bytes(), b" the file ", &name::shell(name)[..], b",\nwhich ", is.as_bytes(), b"!"]
                .concat();
        if self.may_reverse(&question) {
            self.reverse = !self.reverse;
        }
    }

    fn present_components(&mut self, name: &[u8]) -> usize {
        let mut count = 0;
        for at in (1..name.len()).filter(|at| name[*at] == b'/' && name[at - 1] != b'/') {
            if self.files.stat(&name[..at], true).is_err() {
                break;
            }
            count += 1;
        }
        count
    }
}

/// Folders in a name.
fn components(name: &[u8]) -> usize {
    (1..name.len()).filter(|at| name[*at] == b'/' && name[at - 1] != b'/').count()
}

/// Answers whether a file is of the type that a patch is for.
pub(crate) fn has_type(stat: &Stat, file_type: Option<u32>) -> bool {
    match stat.kind {
        Type::Regular => file_type == Some(0o100_000),
        Type::Link => file_type == Some(0o120_000),
        Type::Directory | Type::Other => false,
    }
}
