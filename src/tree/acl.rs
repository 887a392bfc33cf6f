//! POSIX access lists as the kernel holds them in an extended attribute (acl(5); linux/posix_acl_xattr.h), and its rules for them
//! (fs/posix_acl.c): what a mode changes, what is inherited, who is let in.

/// Version of the format.
const VERSION: u32 = 2;

/// Whom an entry is about (linux/posix_acl.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tag {
    UserObject,
    User,
    GroupObject,
    Group,
    Mask,
    Other,
}

const TAGS: [(u16, Tag); 6] = [(1, Tag::UserObject), (2, Tag::User), (4, Tag::GroupObject), (8, Tag::Group), (16, Tag::Mask), (32, Tag::Other)];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    tag: Tag,
    bits: u32,
    id: u32,
}

/// An access list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Acl(Vec<Entry>);

impl Acl {
    /// Reads the value of an attribute; none where it is no valid list.
    pub(crate) fn read(value: &[u8]) -> Option<Acl> {
        Acl::parse(value).filter(Acl::is_valid)
    }

    /// Reads entries that need not make sense together (the kernel's posix_acl_from_xattr).
    pub(crate) fn parse(value: &[u8]) -> Option<Acl> {
        let (version, rest) = value.split_first_chunk::<4>()?;
        if u32::from_le_bytes(*version) != VERSION || rest.len() % 8 != 0 {
            return None;
        }
        let entry = |it: &[u8]| {
            let number = |at: usize| u16::from_le_bytes([it[at], it[at + 1]]);
            let tag = TAGS.iter().find(|known| known.0 == number(0))?.1;
            let id = u32::from_le_bytes([it[4], it[5], it[6], it[7]]);
            // Who needs no id has none (ACL_UNDEFINED_ID), whatever was written.
            let id = if matches!(tag, Tag::User | Tag::Group) { id } else { u32::MAX };
            Some(Entry { tag, bits: u32::from(number(2)), id })
        };
        rest.chunks_exact(8).map(entry).collect::<Option<Vec<Entry>>>().map(Acl)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The kernel's posix_acl_valid: one of each needed entry, in order, and a mask where somebody is named.
    pub(crate) fn is_valid(&self) -> bool {
        let count = |tag| self.0.iter().filter(|it| it.tag == tag).count();
        let sorted = self.0.windows(2).all(|it| it[0].tag <= it[1].tag);
        let needed = [Tag::UserObject, Tag::GroupObject, Tag::Other].into_iter().all(|it| count(it) == 1);
        let named = count(Tag::User) + count(Tag::Group) > 0;
        let ids = self.0.iter().all(|it| it.bits <= 7 && (!matches!(it.tag, Tag::User | Tag::Group) || it.id != u32::MAX));
        sorted && needed && ids && count(Tag::Mask) <= 1 && (!named || count(Tag::Mask) == 1)
    }

    /// Returns the value of the attribute.
    pub(crate) fn written(&self) -> Vec<u8> {
        let mut out = VERSION.to_le_bytes().to_vec();
        for it in &self.0 {
            let tag = TAGS.iter().find(|known| known.1 == it.tag).map_or(0, |it| it.0);
            out.extend(tag.to_le_bytes());
            out.extend((it.bits as u16).to_le_bytes());
            out.extend(it.id.to_le_bytes());
        }
        out
    }

    fn bits(&self, tag: Tag) -> Option<u32> {
        self.0.iter().find(|it| it.tag == tag).map(|it| it.bits)
    }

    /// The nine bits that the list means: the group's are the mask's, where there is one.
    pub(crate) fn mode(&self) -> u32 {
        let group = self.bits(Tag::Mask).or(self.bits(Tag::GroupObject)).unwrap_or(0);
        self.bits(Tag::UserObject).unwrap_or(0) << 6 | group << 3 | self.bits(Tag::Other).unwrap_or(0)
    }

    /// Answers whether a mode says as much.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.iter().all(|it| matches!(it.tag, Tag::UserObject | Tag::GroupObject | Tag::Other))
    }

    /// The entry that the group bits of a mode stand for.
    fn group_class(&self) -> Tag {
        if self.bits(Tag::Mask).is_some() { Tag::Mask } else { Tag::GroupObject }
    }

    fn map(&self, change: impl Fn(Tag, u32) -> u32) -> Acl {
        Acl(self.0.iter().map(|it| Entry { bits: change(it.tag, it.bits), ..*it }).collect())
    }

    /// The list after chmod(2).
    pub(crate) fn with_mode(&self, mode: u32) -> Acl {
        let group = self.group_class();
        self.map(|tag, bits| match tag {
            Tag::UserObject => mode >> 6 & 7,
            Tag::Other => mode & 7,
            it if it == group => mode >> 3 & 7,
            _ => bits,
        })
    }

    /// The list that a new file gets from this default list when it is made with `mode`.
    pub(crate) fn inherited(&self, mode: u32) -> Acl {
        let group = self.group_class();
        self.map(|tag, bits| match tag {
            Tag::UserObject => bits & mode >> 6 & 7,
            Tag::Other => bits & mode & 7,
            it if it == group => bits & mode >> 3 & 7,
            _ => bits,
        })
    }

    /// Answers whether the list lets somebody who is not the owner of the file do this (the kernel's posix_acl_permission).
    pub(crate) fn allows(&self, uid: u32, gid: u32, group_of_file: u32, want: u32) -> bool {
        let masked = |bits: u32| bits & self.bits(Tag::Mask).unwrap_or(7) & want == want;
        if let Some(mine) = self.0.iter().find(|it| it.tag == Tag::User && it.id == uid) {
            return masked(mine.bits);
        }
        let mine = |it: &&Entry| it.tag == Tag::GroupObject && group_of_file == gid || it.tag == Tag::Group && it.id == gid;
        let mut groups = self.0.iter().filter(mine).peekable();
        if groups.peek().is_none() {
            return self.bits(Tag::Other).unwrap_or(0) & want == want;
        }
        groups.find(|it| it.bits & want == want).is_some_and(|it| masked(it.bits))
    }
}

#[cfg(test)]
mod tests {
    use super::Acl;

    /// `user::rw-,user:1000:rwx,group::r--,mask::rw-,other::---`.
    const VALUE: [u8; 44] = [
        2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2, 0, 7, 0, 232, 3, 0, 0, 4, 0, 4, 0, 255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0,
        255, 255, 255, 255,
    ];

    #[test]
    fn means_what_the_kernel_says() {
        let acl = Acl::read(&VALUE).expect("a valid list");
        assert_eq!(acl.written(), VALUE);
        assert_eq!((acl.mode(), acl.is_plain()), (0o660, false));
        assert_eq!(acl.with_mode(0o751).mode(), 0o751);
        assert_eq!(acl.inherited(0o644).mode(), 0o640);
        assert!(acl.allows(1000, 1000, 0, 6) && !acl.allows(1000, 1000, 0, 1), "the mask takes a bit away");
        assert!(acl.allows(1001, 0, 0, 4) && !acl.allows(1001, 1001, 0, 4));
    }

    #[test]
    fn refuses_what_is_no_list() {
        for bad in [&VALUE[..4], &VALUE[..43], &VALUE[4..], &[], &VALUE[..36]] {
            assert_eq!(Acl::read(bad), None, "{bad:?}");
        }
        let mut unmasked = VALUE.to_vec();
        unmasked.drain(28..36);
        assert_eq!(Acl::read(&unmasked), None, "somebody is named, and there is no mask");
    }
}
