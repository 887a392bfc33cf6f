//! What sets extended attributes and inode flags: setfattr(1) and chattr(1), in the forms that a rollback uses; and how other tools copy
//! attributes from file to file.

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::{
    files::InodeFlags,
    types::{Error, FileType},
};

use super::call::{Answer, Call, exit, not_modelled};
use crate::{filesystem::failure, kernel::Kernel};

/// The access list of a file.
pub(crate) const ACCESS_LIST: &[u8] = b"system.posix_acl_access";
/// The access list that what is made in a directory inherits.
pub(crate) const DEFAULT_LIST: &[u8] = b"system.posix_acl_default";
/// The label of SELinux.
pub(crate) const LABEL: &[u8] = b"security.selinux";

/// Folders where a program may be.
const FOLDERS: [&str; 4] = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/// setfattr(1): `-n NAME -v 0xHEX` and `-x NAME`. It is no part of Debian's base, so the target must have it.
pub(crate) fn setfattr(call: &mut Call<'_>) -> Answer {
    if !FOLDERS.iter().any(|it| call.stat(&format!("{it}/setfattr"), true).is_ok_and(|it| it.type_ == FileType::Regular)) {
        return Err(not_modelled("the target has no setfattr"));
    }
    let (mut name, mut value, mut removed, mut follow, mut files) = (None, None, None, true, Vec::new());
    let mut words = call.args.iter();
    while let Some(word) = words.next() {
        let mut next = || words.next().ok_or_else(|| not_modelled("setfattr without a value is not modelled"));
        match word.as_str() {
            "-h" | "--no-dereference" => follow = false,
            "-n" | "--name" => name = Some(next()?.as_str()),
            "-v" | "--value" => value = Some(next()?.as_str()),
            "-x" | "--remove" => removed = Some(next()?.as_str()),
            "--" => files.extend(words.by_ref()),
            other if other.starts_with('-') => return Err(not_modelled(format!("the option `{other}` of setfattr is not modelled"))),
            _ => files.push(word),
        }
    }
    let bytes =
        value.map(|it| hex(it).ok_or_else(|| not_modelled("a value of setfattr other than `0x` and hexadecimal digits is not modelled"))).transpose()?;
    for file in files {
        let path = call.path(file);
        let done = match (name, &bytes, removed) {
            (Some(name), Some(bytes), None) => call.kernel.workspace().set_attribute(&to_bytes(&path), name.as_bytes(), bytes, follow),
            (None, None, Some(name)) => call.kernel.workspace().remove_attribute(&to_bytes(&path), name.as_bytes(), follow),
            _ => return Err(not_modelled("setfattr in this form is not modelled")),
        };
        match done {
            Ok(()) => {}
            // ENODATA, where the file is there.
            Err(Error::NoEntry) if call.stat(&path, follow).is_ok() => call.complain(&format!("{file}: No such attribute")),
            Err(error) => call.complain(&format!("{file}: {}", failure(error))),
        }
    }
    Ok(())
}

/// The bytes of `0x` and hexadecimal digits.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").filter(|it| it.len() % 2 == 0 && it.bytes().all(|it| it.is_ascii_hexdigit()))?;
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

/// chattr(1): `+`, `-` or `=` with the letters `i` and `a`, on files and directories.
pub(crate) fn chattr(call: &mut Call<'_>) -> Answer {
    let is_change = |word: &str| word.len() > 1 && word.starts_with(['+', '-', '=']) && word[1..].chars().all(|it| "ia".contains(it));
    let (mut changes, mut files, mut ended) = (Vec::new(), Vec::new(), false);
    for word in call.args {
        match word.as_str() {
            "--" if !ended => ended = true,
            it if !ended && files.is_empty() && is_change(it) => changes.push(word.as_str()),
            it if !ended && it.starts_with(['+', '-', '=']) => return Err(not_modelled(format!("`{it}` of chattr is not modelled"))),
            _ => files.push(word),
        }
    }
    if changes.is_empty() || files.is_empty() || changes.iter().any(|it| it.starts_with('=')) {
        return Err(not_modelled("chattr in this form is not modelled"));
    }
    for file in files {
        let path = call.path(file);
        let stat = match call.stat(&path, false) {
            Ok(stat) => stat,
            Err(error) => {
                call.complain(&format!("{} while trying to stat {file}", failure(error)));
                continue;
            }
        };
        if !matches!(stat.type_, FileType::Regular | FileType::Directory) {
            return Err(not_modelled("chattr of what is neither file nor directory is not modelled"));
        }
        let mut flags = call.kernel.workspace().get_flags(&to_bytes(&path), false).map_err(|error| exit(failure(error).to_string()))?;
        for change in &changes {
            for (letter, flag) in [('i', InodeFlags::IMMUTABLE), ('a', InodeFlags::APPEND_ONLY)] {
                if change.contains(letter) {
                    flags = if change.starts_with('+') { flags | flag } else { flags ^ (flags & flag) };
                }
            }
        }
        if let Err(error) = call.kernel.workspace().set_flags(&to_bytes(&path), flags, false) {
            call.complain(&format!("{} while setting flags on {file}", failure(error)));
        }
    }
    Ok(())
}

pub(crate) fn is_list(name: &[u8]) -> bool {
    name == ACCESS_LIST || name == DEFAULT_LIST
}

/// Gives `to` those attributes of `from` that `wanted` names.
pub(crate) fn add(kernel: &Kernel, from: &str, to: &str, wanted: &dyn Fn(&[u8]) -> bool) -> Result<(), Error> {
    let (workspace, from, to) = (kernel.workspace(), &to_bytes(&from), &to_bytes(&to));
    for name in workspace.list_attributes(from, false)?.iter().filter(|it| wanted(it)) {
        if let Some(value) = workspace.get_attribute(from, name, false)? {
            workspace.set_attribute(to, name, &value, false)?;
        }
    }
    Ok(())
}

/// Gives `to` the access lists of `from`, and takes those away that `from` lacks (gnulib's qcopy_acl).
pub(crate) fn copy_lists(kernel: &Kernel, from: &str, to: &str) -> Result<(), Error> {
    let names = kernel.workspace().list_attributes(&to_bytes(&from), false)?;
    for name in kernel.workspace().list_attributes(&to_bytes(&to), false)?.iter().filter(|it| is_list(it) && !names.contains(it)) {
        kernel.workspace().remove_attribute(&to_bytes(&to), name, false)?;
    }
    add(kernel, from, to, &is_list)
}
