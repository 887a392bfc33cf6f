//! Headers as they are written: the formats of v7, POSIX.1-1988 (ustar), GNU and POSIX.1-2001 (pax).

use crate::{
    archive::{BLOCK, Block, seal},
    number,
    options::Format,
    pax,
    talk::{Step, Talk, not_modelled, said},
};

/// A member that is to be written.
pub(crate) struct Member {
    pub(crate) name: Vec<u8>,
    pub(crate) link: Vec<u8>,
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) uname: Vec<u8>,
    pub(crate) gname: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) mtime: (i64, u32),
}

/// Length of the fields of a name, of the folder before it, and of a user.
const NAME: usize = 100;
const PREFIX: usize = 155;
const USER: usize = 32;
/// The largest numbers of seven and of eleven octal digits.
const MOST_SHORT: u32 = 0o7_777_777;
const MOST_LONG: i64 = 0o77_777_777_777;

/// What stands for a member in an archive before its content; none when it can't be held, which is told.
pub(crate) fn blocks(member: &Member, format: Format, root: (&[u8], &[u8]), numeric: bool, talk: &mut Talk) -> Step<Option<Vec<u8>>> {
    let mut before = Vec::new();
    let mut records = Vec::new();
    if member.link.len() > NAME {
        match format {
            Format::Gnu => before.extend(long_link(&member.link, b'K', root, numeric)?),
            Format::Pax => records.extend(pax::record("linkpath", &member.link)),
            _ => return not_modelled("a link whose target does not fit into the format of the archive is not modelled"),
        }
    }
    let mut block: Block = [0; BLOCK];
    let mut name = member.name.as_slice();
    if format == Format::Pax && (!name.is_ascii() || name.len() > NAME) {
        records.extend(pax::record("path", name));
    } else if name.len() > NAME {
        let shown = talk.colon(name);
        match format {
            Format::Gnu => before.extend(long_link(name, b'L', root, numeric)?),
            Format::Ustar => match split(name) {
                Ok(at) => {
                    block[345..345 + at].copy_from_slice(&name[..at]);
                    name = &name[at + 1..];
                }
                Err(reason) => {
                    talk.error(said(&[&shown, b": file name is too long (", reason.as_bytes(), b"); not dumped"]));
                    return Ok(None);
                }
            },
            _ => {
                talk.error(said(&[&shown, b": file name is too long (max 99); not dumped"]));
                return Ok(None);
            }
        }
    }
    put(&mut block[..NAME], name);
    put(&mut block[157..157 + NAME], &member.link);
    numbers(member, format, &mut block, &mut records)?;
    block[156] = if format == Format::V7 && member.kind == b'0' { 0 } else { member.kind };
    users(member, format, numeric, &mut block, &mut records);
    seal(&mut block);
    if !records.is_empty() {
        before.extend(extended(member, &records)?);
    }
    before.extend(block);
    Ok(Some(before))
}

fn numbers(member: &Member, format: Format, block: &mut Block, records: &mut Vec<u8>) -> Step {
    let is_pax = format == Format::Pax;
    let is_gnu = format == Format::Gnu;
    let mut owner = |keyword: &str, number: u32| {
        if is_pax && number > MOST_SHORT {
            records.extend(pax::record(keyword, number.to_string().as_bytes()));
            return 0;
        }
        i64::from(number)
    };
    let (uid, gid) = (owner("uid", member.uid), owner("gid", member.gid));
    let mut seconds = member.mtime.0;
    if is_pax && (seconds > MOST_LONG || member.mtime.1 != 0) {
        records.extend(pax::record("mtime", &pax::spelled(member.mtime)));
        seconds = if seconds > MOST_LONG { 0 } else { seconds };
    }
    let size = member.size as i64;
    let fields = [(100..108, i64::from(member.mode & 0o7777)), (108..116, uid), (116..124, gid), (124..136, size), (136..148, seconds)];
    for (place, value) in fields {
        if number::write(value, &mut block[place], is_gnu).is_none() {
            return not_modelled("a number that the format of the archive can't hold is not modelled");
        }
    }
    if !is_gnu {
        block[329..336].fill(b'0');
        block[337..344].fill(b'0');
    }
    Ok(())
}

fn users(member: &Member, format: Format, numeric: bool, block: &mut Block, records: &mut Vec<u8>) {
    match format {
        Format::V7 => return,
        Format::Gnu => block[257..265].copy_from_slice(b"ustar  \0"),
        Format::Ustar | Format::Pax => block[257..265].copy_from_slice(b"ustar\x0000"),
    }
    if numeric {
        return;
    }
    for (keyword, name, place) in [("uname", &member.uname, 265..265 + USER), ("gname", &member.gname, 297..297 + USER)] {
        if format == Format::Pax && (name.len() > USER || !name.is_ascii()) {
            records.extend(pax::record(keyword, name));
        }
        // The last byte of these fields is a NUL.
        put(&mut block[place.start..place.end - 1], name);
    }
}

/// Fills a field, as much of a text as it holds.
fn put(field: &mut [u8], text: &[u8]) {
    let length = text.len().min(field.len());
    field[..length].copy_from_slice(&text[..length]);
}

/// Where the slash stands that a long name of ustar is parted at, or why there is none.
fn split(name: &[u8]) -> Result<usize, &'static str> {
    if name.len() > PREFIX + NAME + 1 {
        return Err("max 256");
    }
    let length = if name.len() > PREFIX + 1 { PREFIX + 1 } else { name.len() - usize::from(name.ends_with(b"/")) };
    let at = name[..length].iter().rposition(|it| *it == b'/').filter(|it| *it > 0);
    let rest = at.map_or(0, |at| name.len() - at - 1);
    at.filter(|_| (1..=NAME).contains(&rest)).ok_or("cannot be split")
}

/// A header of an archive's own, without owner.
fn private(name: &[u8], size: u64, seconds: i64) -> Step<Block> {
    let mut block: Block = [0; BLOCK];
    put(&mut block[..NAME], name);
    let fields = [(100..108, 0o644), (108..116, 0), (116..124, 0), (124..136, size as i64), (136..148, seconds.clamp(0, MOST_LONG))];
    for (place, value) in fields {
        if number::write(value, &mut block[place], false).is_none() {
            return not_modelled("a header of this size is not modelled");
        }
    }
    block[257..265].copy_from_slice(b"ustar\x0000");
    Ok(block)
}

/// A name that is too long for its field, as GNU tar writes it before the header.
fn long_link(name: &[u8], kind: u8, root: (&[u8], &[u8]), numeric: bool) -> Step<Vec<u8>> {
    let mut block = private(b"././@LongLink", name.len() as u64 + 1, 0)?;
    block[257..265].copy_from_slice(b"ustar  \0");
    block[156] = kind;
    if !numeric {
        put(&mut block[265..296], root.0);
        put(&mut block[297..328], root.1);
    }
    seal(&mut block);
    Ok(padded(&block, &said(&[name, b"\0"])))
}

/// The header that holds records for the member that follows.
fn extended(member: &Member, records: &[u8]) -> Step<Vec<u8>> {
    let bare = crate::select::bare(&member.name);
    let (folder, base) = match bare.iter().rposition(|it| *it == b'/') {
        Some(at) => (crate::select::bare(&bare[..at.max(1)]), bare[at + 1..].to_vec()),
        None => (b".".to_vec(), bare),
    };
    let name = said(&[&folder, b"/PaxHeaders/", &base]);
    let mut block = private(&name, records.len() as u64, member.mtime.0)?;
    block[156] = b'x';
    seal(&mut block);
    Ok(padded(&block, records))
}

/// Content behind a header, filled up to whole blocks.
fn padded(block: &Block, content: &[u8]) -> Vec<u8> {
    let mut all = said(&[block, content]);
    all.resize(all.len().div_ceil(BLOCK) * BLOCK, 0);
    all
}
