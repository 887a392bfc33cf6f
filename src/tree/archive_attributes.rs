//! Extended attributes of an entry of a tar: the pax records that star, GNU tar, bsdtar and container engines write.

use std::{io::Read, sync::Arc};

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

/// Returns attributes and mode of an entry: an access list brings the group bits with it, as it would when it is unpacked. Flags have no
/// record in any tar.
pub(super) fn of_entry(entry: &mut tar::Entry<'_, impl Read>, mode: u32) -> Result<(Kept, u32), String> {
    let (mut attributes, mut mode) = (Attributes::default(), mode);
    let Some(records) = entry.pax_extensions().map_err(|it| it.to_string())? else { return Ok((Kept::None, mode)) };
    for record in records {
        let record = record.map_err(|it| it.to_string())?;
        let (key, value) = (record.key_bytes(), record.value_bytes());
        if key.starts_with(ACL) {
            return Ok((Kept::Unknown, mode));
        }
        if key == LABEL {
            // The kernel's value ends with a NUL, the record's does not.
            attributes.named.insert(SELINUX.to_vec(), [value, b"\0"].concat());
        } else if let Some(name) = key.strip_prefix(XATTR) {
            attributes.named.insert(name.to_vec(), value.to_vec());
        }
    }
    if attributes.named.contains_key(ACCESS) {
        match attributes.acl(ACCESS) {
            Some(acl) => mode = attributes.set_acl(&acl, mode),
            None => return Ok((Kept::Unknown, mode)),
        }
    }
    let kept = if attributes.named.is_empty() { Kept::None } else { Kept::Here(Arc::new(attributes)) };
    Ok((kept, mode))
}
