//! A member's line in a listing.

use crate::{
    archive::{Entry, group_number, owner_number},
    date,
    options::{Format, Options},
    talk::{Step, Talk, said},
};

/// Width of owner, group and size together: it grows with the widest line so far.
pub(crate) struct Width(usize);

impl Default for Width {
    fn default() -> Width {
        // GNU tar begins with this width.
        Width(19)
    }
}

/// What a line tells.
pub(crate) struct Row<'a> {
    pub(crate) kind: u8,
    pub(crate) mode: u32,
    pub(crate) user: Vec<u8>,
    pub(crate) group: Vec<u8>,
    pub(crate) size: Vec<u8>,
    pub(crate) mtime: (i64, u32),
    pub(crate) name: &'a [u8],
    pub(crate) link: &'a [u8],
}

/// The line of a member that was read: its name alone, or with `long` all of it.
pub(crate) fn line(entry: &Entry, shown: &[u8], link: &[u8], long: bool, options: &Options, width: &mut Width, talk: &mut Talk) -> Step<Vec<u8>> {
    if !long {
        return Ok(said(&[&talk.escaped(shown), b"\n"]));
    }
    let nameless = entry.format == Format::V7 || options.numeric_owner;
    let user = if nameless || entry.uname.is_empty() { number(owner_number(entry, talk)?) } else { entry.uname.clone() };
    let group = if nameless || entry.gname.is_empty() { number(group_number(entry, talk)?) } else { entry.gname.clone() };
    let size = match entry.kind {
        b'3' | b'4' => format!("{},{}", entry.device.0, entry.device.1).into_bytes(),
        _ => entry.size.to_string().into_bytes(),
    };
    let kind = if entry.trailing_slash && matches!(entry.kind, 0 | b'0' | b'7') { b'5' } else { entry.kind };
    let row = Row { kind, mode: entry.mode, user, group, size, mtime: entry.mtime, name: shown, link };
    Ok(long_line(&row, options, width, talk))
}

fn number(of: Option<u32>) -> Vec<u8> {
    of.map_or_else(|| "-1".to_owned(), |it| it.to_string()).into_bytes()
}

/// A whole line.
pub(crate) fn long_line(row: &Row<'_>, options: &Options, width: &mut Width, talk: &mut Talk) -> Vec<u8> {
    let mut line = permissions(row.kind, row.mode);
    let pad = row.user.len() + 1 + row.group.len() + 1 + row.size.len();
    width.0 = width.0.max(pad);
    line.extend(said(&[b" ", &row.user, b"/", &row.group, b" "]));
    line.extend(std::iter::repeat_n(b' ', width.0 - pad));
    line.extend(said(&[&row.size, b" ", &date::print(row.mtime, options.full_time), b" ", &talk.escaped(row.name)]));
    match row.kind {
        b'2' => line.extend(said(&[b" -> ", &talk.escaped(row.link)])),
        b'1' => line.extend(said(&[b" link to ", &talk.escaped(row.link)])),
        0 | b'0' | b'3'..=b'7' | b'S' => {}
        other => line.extend(said(&[b" unknown file type ", &talk.quoted(&[other])])),
    }
    line.push(b'\n');
    line
}

/// The mode as ls(1) spells it.
fn permissions(kind: u8, mode: u32) -> Vec<u8> {
    let first = match kind {
        0 | b'0' | b'S' => b'-',
        b'1' => b'h',
        b'2' => b'l',
        b'3' => b'c',
        b'4' => b'b',
        b'5' => b'd',
        b'6' => b'p',
        b'7' => b'C',
        _ => b'?',
    };
    let mut text = vec![first];
    for (shift, special, letter) in [(6, 0o4000, b's'), (3, 0o2000, b's'), (0, 0o1000, b't')] {
        let bits = mode >> shift & 7;
        text.push(if bits & 4 == 0 { b'-' } else { b'r' });
        text.push(if bits & 2 == 0 { b'-' } else { b'w' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (false, false) => b'-',
            (false, true) => b'x',
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
        });
    }
    text
}
