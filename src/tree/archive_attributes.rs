//! Extended attributes of an entry of a tar: the pax records that star, GNU tar, bsdtar and container engines write.

use std::sync::Arc;

use super::{
    attribute::{ACCESS, Attributes, SELINUX},
    node::Kept,
};

/// Begins the name of a record whose value is an attribute's (star(1), GNU tar `--xattrs`, opencontainers/image-spec: layer.md).
const XATTR: &[u8] = b"SCHILY.xattr.";
/// Begins the name of a record with an access list as text, whose names only the system that it came from could resolve.
const ACL: &[u8] = b"SCHILY.acl.";
/// The record of GNU tar `--selinux`.
const LABEL: &[u8] = b"RHT.security.selinux";

/// Answers whether a record says an attribute or an access list.
pub(super) fn is_attribute(key: &[u8]) -> bool {
    key.starts_with(ACL) || key.starts_with(XATTR) || key == LABEL
}

/// Returns attributes and mode of an entry: an access list brings the group bits with it, as it would when it is unpacked. Flags have no
/// record in any tar.
pub(super) fn of_records(records: &[(Vec<u8>, Vec<u8>)], mode: u32) -> (Kept, u32) {
    let (mut attributes, mut mode) = (Attributes::default(), mode);
    for (key, value) in records {
        if key.starts_with(ACL) {
            return (Kept::Unknown, mode);
        }
        if key == LABEL {
            // The kernel's value ends with a NUL, the record's does not.
            attributes.named.insert(SELINUX.to_vec(), [value.as_slice(), b"\0"].concat());
        } else if let Some(name) = key.strip_prefix(XATTR) {
            attributes.named.insert(name.to_vec(), value.clone());
        }
    }
    if attributes.named.contains_key(ACCESS) {
        match attributes.acl(ACCESS) {
            Some(acl) => mode = attributes.set_acl(&acl, mode),
            None => return (Kept::Unknown, mode),
        }
    }
    let kept = if attributes.named.is_empty() { Kept::None } else { Kept::Here(Arc::new(attributes)) };
    (kept, mode)
}
