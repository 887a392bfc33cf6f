//! What a patch says of one file.

use gnu_patch::Hunk;

/// A name as it stands in the patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) raw: Vec<u8>,
    /// Whether it stands without the first folder that others have (`rename from` and the like).
    pub(crate) bare: bool,
}

/// How sure it is that a side has no file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sure {
    #[default]
    No,
    /// It is empty, and may be absent.
    Perhaps,
    Yes,
}

/// Content in a git binary patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    /// The new bytes.
    Literal(Vec<u8>),
    /// Taken back: the bytes are known by their digest alone.
    Opaque,
}

/// What a patch says of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FilePatch {
    /// Line of the patch where it begins.
    pub(crate) line: usize,
    pub(crate) git: bool,
    pub(crate) old: Option<Name>,
    pub(crate) new: Option<Name>,
    pub(crate) born: Sure,
    pub(crate) dies: Sure,
    pub(crate) old_mode: Option<u32>,
    pub(crate) new_mode: Option<u32>,
    pub(crate) rename: bool,
    pub(crate) copy: bool,
    pub(crate) hunks: Vec<Hunk>,
    pub(crate) binary: Option<Binary>,
    /// The digests of the `index` line, old and new.
    pub(crate) ids: Option<(String, String)>,
    /// Whether carriage returns at the ends of its lines were taken off.
    pub(crate) returns: bool,
    /// Whether it is taken back: then the mode that it would have given must be there.
    pub(crate) reversed: bool,
}

impl FilePatch {
    /// The patch that takes this one back.
    pub(crate) fn reversed(&self) -> FilePatch {
        let mut turned = self.clone();
        std::mem::swap(&mut turned.old, &mut turned.new);
        std::mem::swap(&mut turned.born, &mut turned.dies);
        std::mem::swap(&mut turned.old_mode, &mut turned.new_mode);
        turned.hunks.iter_mut().for_each(Hunk::swap);
        turned.ids = self.ids.clone().map(|(old, new)| (new, old));
        turned.binary = self.binary.as_ref().map(|_| Binary::Opaque);
        turned.reversed = !self.reversed;
        if self.copy {
            // The original stays where it is; what was copied is looked at alone.
            turned.copy = false;
            turned.new.clone_from(&turned.old);
        }
        turned
    }
}
