//! What an inode has besides content, mode and owner: extended attributes (xattr(7)) and the flags that forbid changes
//! (ioctl_iflags(2)). The rules of the kernel for both that hang on nothing else.

use std::collections::BTreeMap;

use super::{
    acl::Acl,
    node::{Errno, FileType},
};

/// File capabilities (capabilities(7)). A change of content or owner takes them away.
pub(crate) const CAPABILITY: &[u8] = b"security.capability";
/// The label of SELinux.
pub(crate) const SELINUX: &[u8] = b"security.selinux";
/// The access list of a file or directory (acl(5)), as the kernel holds it.
pub(crate) const ACCESS: &[u8] = b"system.posix_acl_access";
/// The access list that what is made in a directory inherits.
pub(crate) const DEFAULT: &[u8] = b"system.posix_acl_default";

/// Most bytes of a name (XATTR_NAME_MAX, limits.h of Linux).
const MOST_NAME: usize = 255;
/// Most bytes of a value (XATTR_SIZE_MAX).
const MOST_VALUE: usize = 65536;

/// Inode flags that forbid changes, even to root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Nothing of it may change.
    pub immutable: bool,
    /// It may only grow.
    pub append_only: bool,
}

impl Flags {
    /// Returns the words of reports, none where nothing is forbidden.
    pub fn words(self) -> Vec<&'static str> {
        [(self.immutable, "immutable"), (self.append_only, "append-only")].into_iter().filter(|it| it.0).map(|it| it.1).collect()
    }

    pub(crate) fn any(self) -> bool {
        self.immutable || self.append_only
    }
}

/// Extended attributes and flags of one inode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Values by name, sorted.
    pub named: BTreeMap<Vec<u8>, Vec<u8>>,
    /// What is forbidden.
    pub flags: Flags,
}

impl Attributes {
    /// The access list of this name, where there is one that can be read.
    pub(crate) fn acl(&self, name: &[u8]) -> Option<Acl> {
        Acl::read(self.named.get(name)?)
    }

    /// Lays an access list in, or takes it away where the mode says as much, and returns the mode that it means (the kernel's
    /// posix_acl_update_mode).
    pub(crate) fn set_acl(&mut self, acl: &Acl, mode: u32) -> u32 {
        if acl.is_plain() {
            self.named.remove(ACCESS);
        } else {
            self.named.insert(ACCESS.to_vec(), acl.written());
        }
        mode & !0o777 | acl.mode()
    }
}

/// Checks a name, no access list's, and a value that is to be set, as setxattr(2) does: the name's length and namespace, and what may bear it.
pub(crate) fn check(name: &[u8], value: Option<&[u8]>, kind: FileType) -> Result<(), Errno> {
    if name.is_empty() || name.len() > MOST_NAME || name.contains(&0) {
        return Err(Errno::Invalid);
    }
    if value.is_some_and(|it| it.len() > MOST_VALUE) {
        return Err(Errno::NoSpace);
    }
    if name == CAPABILITY && value.is_some_and(|it| !is_capability(it)) {
        return Err(Errno::Invalid);
    }
    let spaces: [&[u8]; 3] = [b"user.", b"trusted.", b"security."];
    if spaces.contains(&name) {
        return Err(Errno::Invalid);
    }
    if !spaces.iter().any(|it| name.starts_with(it)) {
        return Err(Errno::Unsupported);
    }
    // Only what has content or names may bear a user's attributes (xattr(7)).
    if name.starts_with(b"user.") && !matches!(kind, FileType::Regular | FileType::Directory) {
        return Err(Errno::NotPermitted);
    }
    Ok(())
}

/// The two forms that the kernel takes (linux/capability.h, VFS_CAP_REVISION_2 and _3): a number of little end, whose highest byte is the
/// revision, and sets; the third with the user id of a name space.
fn is_capability(value: &[u8]) -> bool {
    matches!((value.len(), value.get(3)), (20, Some(2)) | (24, Some(3)))
}
