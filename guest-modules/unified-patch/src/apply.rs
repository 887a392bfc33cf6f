//! Works a patch out in memory: what every file becomes. Files of git's patches do not hang on the order in which they stand: what is renamed or
//! goes is gone for all of them (git: apply.c, "previous_patch", "check_to_create", "write_out_results").

use std::collections::{BTreeMap, BTreeSet};

use gnu_patch::{Fitted, Mark};

use crate::{
    Dialect, Look, Moved, Refusal, Rule, Step, Tree, Way, binary,
    git, misfit,
    model::{Binary, FilePatch, Sure},
    resolve::Paths,
    shown,
};

/// Lines of context that GNU patch leaves out at most unless told otherwise.
const FUZZ: i64 = 2;
/// The type bits of a link in git's modes.
const LINK: u32 = 0o120_000;

/// A patch of one file, with its paths.
pub(crate) struct Located {
    pub(crate) patch: FilePatch,
    pub(crate) paths: Paths,
}

impl Located {
    /// The patch that takes this one back.
    pub(crate) fn reversed(&self) -> Located {
        let paths = if self.patch.copy {
            Paths { old: self.paths.new.clone(), new: self.paths.new.clone() }
        } else {
            Paths { old: self.paths.new.clone(), new: self.paths.old.clone() }
        };
        Located { patch: self.patch.reversed(), paths }
    }
}

/// What a file is while the patch is worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    link: bool,
    bytes: Vec<u8>,
    mode: u32,
}

/// What became of a name so far.
enum Entry {
    /// A patch further on takes it away.
    Going,
    /// A patch took it away.
    Gone,
    /// A patch left this there.
    Is(State),
}

/// A patch worked out.
pub(crate) struct Worked {
    pub(crate) steps: Vec<Step>,
    pub(crate) moved: Vec<Moved>,
}

/// Works out what every file becomes.
pub(crate) fn work(text: &[u8], patches: &[Located], dialect: Dialect, tree: &mut impl Tree) -> Result<Worked, Refusal> {
    let mut table: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
    for it in patches {
        if let Some(old) = it.paths.old.as_ref().filter(|_| it.patch.git && (it.patch.rename || it.patch.dies == Sure::Yes)) {
            table.insert(old.clone(), Entry::Going);
        }
    }
    let mut worker = Worker { text, dialect, tree, table, removed: BTreeSet::new(), written: BTreeMap::new(), moved: Vec::new() };
    for it in patches {
        worker.one(it)?;
    }
    worker.steps()
}

struct Worker<'a, T> {
    text: &'a [u8],
    dialect: Dialect,
    tree: &'a mut T,
    table: BTreeMap<Vec<u8>, Entry>,
    removed: BTreeSet<Vec<u8>>,
    written: BTreeMap<Vec<u8>, Written>,
    moved: Vec<Moved>,
}

/// A file as it is to be: and whether the one that is there now is to stay, with its owner.
struct Written {
    state: State,
    /// What it was, where that stays; none for a new file.
    was: Option<State>,
}

impl<T: Tree> Worker<'_, T> {
    fn one(&mut self, of: &Located) -> Result<(), Refusal> {
        let patch = &of.patch;
        for path in [&of.paths.old, &of.paths.new].into_iter().flatten() {
            self.way(path, patch.line)?;
        }
        let before = self.before(of)?;
        let after = self.after(of, before.as_ref())?;
        self.settle(of, before, after)
    }

    fn way(&mut self, path: &[u8], line: usize) -> Result<(), Refusal> {
        let (rule, text) = match self.tree.way(path) {
            Way::Clear => return Ok(()),
            Way::Blocked(at) => (Rule::Type, format!("{}: `{}` on the way is no directory", shown(path), shown(&at))),
            Way::Link(at, false) => (Rule::Link, format!("{}: `{}` on the way is a link that leads out of the target", shown(path), shown(&at))),
            Way::Link(at, true) if self.dialect == Dialect::Git => (Rule::Link, format!("{}: `{}` on the way is a link; name the path behind it", shown(path), shown(&at))),
            Way::Link(..) => return Ok(()),
        };
        Err(Refusal::new(rule, line, text))
    }

    /// The file that a patch begins with; none for one that is new.
    fn before(&mut self, of: &Located) -> Result<Option<State>, Refusal> {
        let patch = &of.patch;
        let Some(old) = of.paths.old.as_ref().filter(|_| patch.born != Sure::Yes) else { return Ok(None) };
        let missing = |why: &str| Err(Refusal::new(Rule::Missing, patch.line, format!("{}: {why}", shown(old))));
        let own = !(patch.rename || patch.copy);
        match self.table.get(old).filter(|_| own) {
            Some(Entry::Gone) => return missing("the patch took the file away further up"),
            Some(Entry::Is(state)) => return Ok(Some(state.clone())),
            Some(Entry::Going) | None => {}
        }
        let look = self.tree.look(old);
        let wants_link = patch.old_mode.is_some_and(|it| it & 0o170_000 == LINK);
        let state = match look {
            Look::Absent if patch.born == Sure::Perhaps => return Ok(None),
            Look::Absent => return missing("the patch changes a file that is not there"),
            Look::File(bytes, mode) if !wants_link => State { link: false, bytes, mode },
            Look::Link(target) if wants_link => State { link: true, bytes: target, mode: 0o777 },
            other => {
                let is = match other {
                    Look::Link(_) => "is a link",
                    Look::File(..) => "is a file",
                    Look::Directory => "is a directory",
                    Look::Other(ref why) => why,
                    Look::Absent => "is not there",
                };
                let text = format!("{}: the patch is for a {}, and it {is}", shown(old), if wants_link { "link" } else { "file" });
                return Err(Refusal::new(Rule::Type, patch.line, text));
            }
        };
        let executable = |mode: u32| mode & 0o111 != 0;
        if patch.reversed && let (Some(had), Some(gives)) = (patch.old_mode, patch.new_mode)
            && had != gives
            && executable(had) != executable(state.mode)
        {
            return Err(Refusal::new(Rule::Type, patch.line, format!("{}: its mode is {:04o}", shown(old), state.mode)));
        }
        Ok(Some(state))
    }

    /// What becomes of it; none for one that goes.
    fn after(&mut self, of: &Located, before: Option<&State>) -> Result<Option<State>, Refusal> {
        let (patch, name) = (&of.patch, of.paths.new.as_ref().or(of.paths.old.as_ref()).map_or(&[][..], Vec::as_slice));
        let content = before.map_or(&[][..], |it| &it.bytes);
        let bytes = match &patch.binary {
            Some(binary) => self.binary(patch, name, binary, before)?,
            None => self.fitted(patch, name, content)?,
        };
        if patch.dies == Sure::Yes {
            if !bytes.is_empty() && patch.binary.is_none() {
                return Err(Refusal::new(Rule::Remains, patch.line, format!("{}: the patch takes the file away, and it has more in it than the patch knows", shown(name))));
            }
            return Ok(None);
        }
        let link = match patch.new_mode {
            Some(mode) => mode & 0o170_000 == LINK,
            None => before.is_some_and(|it| it.link),
        };
        if before.is_some_and(|it| it.link != link) {
            return Err(Refusal::new(Rule::Type, patch.line, format!("{}: the patch changes the type of the file in one step", shown(name))));
        }
        if link && (bytes.is_empty() || bytes.contains(&0) || bytes.len() > 4095) {
            return Err(Refusal::new(Rule::Path, patch.line, format!("{}: the link's target is no path", shown(name))));
        }
        if link && leads_out(name, &bytes) && before.is_none_or(|it| it.bytes != bytes) {
            return Err(Refusal::new(Rule::Link, patch.line, format!("{}: the link would lead out of the target, to `{}`", shown(name), shown(&bytes))));
        }
        let given = patch.new_mode.filter(|it| before.is_none() || patch.old_mode != Some(*it)).map(|it| it & 0o777);
        let mode = given.or(before.map(|it| it.mode)).unwrap_or(0o644);
        Ok(Some(State { link, bytes, mode }))
    }

    fn fitted(&mut self, patch: &FilePatch, name: &[u8], content: &[u8]) -> Result<Vec<u8>, Refusal> {
        if patch.hunks.is_empty() {
            return Ok(content.to_vec());
        }
        let fitted = match self.dialect {
            Dialect::Git => git::fit(self.text, &patch.hunks, content),
            Dialect::Patch => gnu_patch::fit(self.text, &patch.hunks, content.to_vec(), FUZZ),
        };
        let Fitted { bytes, places } = fitted.map_err(|why| misfit::refusal(self.text, name, &patch.hunks, content, why))?;
        for (number, (place, hunk)) in places.iter().zip(&patch.hunks).enumerate() {
            if place.offset != 0 || place.fuzz != 0 {
                let line = usize::try_from(hunk.line).unwrap_or_default();
                let takes = hunk.old.iter().any(|it| it.mark == Mark::Remove);
                self.moved.push(Moved { path: name.to_vec(), hunk: number + 1, line, at: place.line, offset: place.offset, fuzz: place.fuzz, takes });
            }
        }
        Ok(bytes)
    }

    /// Bytes given whole go only onto the file that they were made from.
    fn binary(&mut self, patch: &FilePatch, name: &[u8], binary: &Binary, before: Option<&State>) -> Result<Vec<u8>, Refusal> {
        let refuse = |text: &str| Err(Refusal::new(Rule::Binary, patch.line, format!("{}: {text}", shown(name))));
        let Some((old, new)) = patch.ids.as_ref().filter(|it| it.0.len() >= 40 && it.1.len() >= 40) else {
            return refuse("a binary patch needs an `index` line with whole digests: make it with `git diff --binary --full-index`");
        };
        let none = |id: &str| id.bytes().all(|it| it == b'0');
        if !none(old) && !before.is_some_and(|it| binary::is_blob(&it.bytes, old)) {
            return refuse(&format!("the binary patch is for the content with the digest {old}, and the file has another one"));
        }
        match binary {
            Binary::Opaque => Ok(Vec::new()),
            Binary::Literal(bytes) if none(new) || binary::is_blob(bytes, new) => Ok(bytes.clone()),
            Binary::Literal(_) => refuse(&format!("the bytes of the patch have not the digest {new} that it tells")),
        }
    }

    fn settle(&mut self, of: &Located, before: Option<State>, after: Option<State>) -> Result<(), Refusal> {
        let patch = &of.patch;
        let born = before.is_none();
        if let Some(new) = of.paths.new.as_ref().filter(|_| after.is_some()) {
            let moves = patch.rename || patch.copy;
            if born || moves {
                self.is_free(new, patch)?;
            }
            self.can_change(new, patch.line)?;
            let state = after.clone().unwrap_or(State { link: false, bytes: Vec::new(), mode: 0 });
            let was = match self.written.remove(new) {
                Some(it) => it.was,
                None if moves => None,
                None => before.clone(),
            };
            self.written.insert(new.clone(), Written { state, was });
        }
        if let Some(old) = of.paths.old.as_ref().filter(|_| after.is_none() || patch.rename) {
            if self.written.contains_key(old) && after.is_none() {
                return Err(Refusal::new(Rule::Ambiguous, patch.line, format!("{}: the patch changes the file and takes it away again", shown(old))));
            }
            self.can_change(old, patch.line)?;
            self.removed.insert(old.clone());
            self.table.insert(old.clone(), Entry::Gone);
        }
        if let (Some(new), Some(state)) = (&of.paths.new, after) {
            self.table.insert(new.clone(), Entry::Is(state));
        }
        Ok(())
    }

    fn is_free(&mut self, new: &[u8], patch: &FilePatch) -> Result<(), Refusal> {
        let taken = |why: &str| Err(Refusal::new(Rule::Exists, patch.line, format!("{}: {why}", shown(new))));
        match self.table.get(new) {
            Some(Entry::Going | Entry::Gone) => return Ok(()),
            Some(Entry::Is(_)) => return taken("the patch makes the file twice"),
            None => {}
        }
        match self.tree.look(new) {
            Look::Absent => Ok(()),
            _ => taken("the patch makes a file that is there already, with other content"),
        }
    }

    fn can_change(&mut self, path: &[u8], line: usize) -> Result<(), Refusal> {
        match self.tree.fixed(path) {
            None => Ok(()),
            Some(why) => Err(Refusal::new(Rule::Type, line, format!("{}: {why}", shown(path)))),
        }
    }

    /// First what goes, then what comes.
    fn steps(self) -> Result<Worked, Refusal> {
        let mut steps: Vec<Step> = self.removed.iter().cloned().map(Step::Remove).collect();
        for (path, Written { state, was }) in self.written {
            let gone = self.removed.contains(&path);
            let step = match was.filter(|_| !gone) {
                _ if state.link => Step::Link { path, target: state.bytes },
                None => Step::Create { path, bytes: state.bytes, mode: state.mode },
                Some(was) => {
                    let bytes = (was.bytes != state.bytes).then_some(state.bytes);
                    Step::Write { path, bytes, mode: (was.mode != state.mode).then_some(state.mode) }
                }
            };
            if !matches!(&step, Step::Write { bytes: None, mode: None, .. }) {
                steps.push(step);
            }
        }
        Ok(Worked { steps, moved: self.moved })
    }
}

/// Answers whether a link leads out of the tree, wherever the tree lies: by `/`, or up beyond its root.
fn leads_out(path: &[u8], target: &[u8]) -> bool {
    if target.starts_with(b"/") {
        return true;
    }
    let mut depth = path.split(|it| *it == b'/').count() as i64 - 1;
    target.split(|it| *it == b'/').any(|part| {
        match part {
            b".." => depth -= 1,
            b"" | b"." => {}
            _ => depth += 1,
        }
        depth < 0
    })
}
