//! Numbers of header fields: octal digits, base 256, and what older programs wrote.

use crate::talk::{Step, Talk, not_modelled, said};

/// What a field counts, as messages name it, and what it can hold.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    least: i128,
    most: i128,
}

pub(crate) const MODE: Field = Field { name: "mode_t", least: i64::MIN as i128, most: u64::MAX as i128 };
pub(crate) const OWNER: Field = Field { name: "uid_t", least: 0, most: u32::MAX as i128 };
pub(crate) const GROUP: Field = Field { name: "gid_t", least: 0, most: u32::MAX as i128 };
pub(crate) const SIZE: Field = Field { name: "off_t", least: i64::MIN as i128, most: i64::MAX as i128 };
pub(crate) const TIME: Field = Field { name: "time_t", least: i64::MIN as i128, most: i64::MAX as i128 };
pub(crate) const MAJOR: Field = Field { name: "major_t", least: 0, most: u32::MAX as i128 };
pub(crate) const MINOR: Field = Field { name: "minor_t", least: 0, most: u32::MAX as i128 };

fn is_octal(byte: &u8) -> bool {
    (b'0'..=b'7').contains(byte)
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

/// Reads the checksum, in silence: octal digits and nothing else.
pub(crate) fn checksum(field: &[u8]) -> Option<u64> {
    let field = field.strip_prefix(b"\0").unwrap_or(field);
    let start = field.iter().position(|it| !is_space(it))?;
    let digits = field[start..].iter().take_while(|it| is_octal(it)).count();
    let end = start + digits;
    let ends = field.get(end).is_none_or(|it| *it == 0 || is_space(it));
    if digits > 0 && ends { Some(field[start..end].iter().fold(0, |all, it| all << 3 | u64::from(it - b'0'))) } else { None }
}

/// Reads a field. None, when it makes no sense; it is told.
pub(crate) fn read(field: &[u8], what: Field, talk: &mut Talk) -> Step<Option<i128>> {
    let name = what.name;
    let text = field.strip_prefix(b"\0").unwrap_or(field);
    let Some(start) = text.iter().position(|it| !is_space(it)) else {
        talk.error(format!("Blanks in header where numeric {name} value expected"));
        return Ok(None);
    };
    let text = &text[start..];
    let (value, end) = match text[0] {
        b'0'..=b'7' => {
            let digits = text.iter().take_while(|it| is_octal(it)).count();
            match octal(&text[..digits], what, talk) {
                Some(value) => (value, digits),
                None => return Ok(None),
            }
        }
        b'-' | b'+' => return not_modelled("a number in base 64, as tar 1.13.6 wrote it, is not modelled"),
        0x80 | 0xff if text.len() >= 2 => match base_256(text) {
            Some(value) => (value, text.len()),
            None => {
                talk.error(format!("Archive base-256 value is out of {name} range"));
                return Ok(None);
            }
        },
        _ => (0, 0),
    };
    if text.get(end).is_some_and(|it| *it != 0 && !is_space(it)) {
        let last = field.iter().rposition(|it| *it != 0).map_or(0, |it| it + 1);
        let shown = talk.quoted(&field[..last]);
        talk.error(said(&[b"Archive contains ", &shown, format!(" where numeric {name} value expected").as_bytes()]));
        return Ok(None);
    }
    if (what.least..=what.most).contains(&value) {
        return Ok(Some(value));
    }
    talk.error(format!("Archive value {value} is out of {name} range {}..{}", what.least, what.most));
    Ok(None)
}

/// Octal digits. Too large a number that begins with 2 or more is a negative one, in two's complement.
fn octal(digits: &[u8], what: Field, talk: &mut Talk) -> Option<i128> {
    let shown = String::from_utf8_lossy(digits);
    let value = digits.iter().try_fold(0_u64, |all, it| all.checked_mul(8).map(|all| all + u64::from(it - b'0')));
    if let Some(value) = value.filter(|it| i128::from(*it) <= what.most) {
        return Some(i128::from(value));
    }
    if digits[0] >= b'2' {
        let inverted = digits.iter().enumerate().map(|(at, it)| 7 - u64::from(if at == 0 { (it - b'0') | 4 } else { it - b'0' }));
        let negative = inverted.into_iter().try_fold(0_u64, |all, it| all.checked_mul(8).map(|all| all + it)).and_then(|it| it.checked_add(1));
        if let Some(negative) = negative.filter(|it| -i128::from(*it) >= what.least) {
            talk.warn(format!("Archive octal value {shown} is out of {} range; assuming two's complement", what.name));
            return Some(-i128::from(negative));
        }
    }
    if let Some(value) = value {
        return Some(i128::from(value));
    }
    talk.error(format!("Archive octal value {shown} is out of {} range", what.name));
    None
}

fn base_256(text: &[u8]) -> Option<i128> {
    let first = if text[0] & 0x40 == 0 { i128::from(text[0] & 0x3f) } else { i128::from(text[0] & 0x3f) - 0x40 };
    let mut value = first;
    for byte in &text[1..] {
        value = value.checked_mul(256)?.checked_add(i128::from(*byte))?;
        if value > i128::from(u64::MAX) || value < -i128::from(u64::MAX) {
            return None;
        }
    }
    Some(value)
}

/// Writes a number into a field of a header: octal digits and a NUL, or base 256 where the format has it.
pub(crate) fn write(value: i64, field: &mut [u8], gnu: bool) -> Option<()> {
    let digits = field.len() - 1;
    if value >= 0 && (digits * 3 >= 63 || value < 1 << (digits * 3)) {
        let text = format!("{value:0digits$o}");
        field[..digits].copy_from_slice(text.as_bytes());
        field[digits] = 0;
        return Some(());
    }
    if !gnu {
        return None;
    }
    let fill = if value < 0 { 0xff } else { 0 };
    let bytes = value.to_be_bytes();
    for (at, place) in field.iter_mut().rev().enumerate() {
        *place = if at < 8 { bytes[7 - at] } else { fill };
    }
    if field.len() <= 8 && !(-(1 << 54)..1 << 54).contains(&value) {
        return None;
    }
    field[0] |= 0x80;
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{SIZE, TIME, read, write};
    use crate::talk::Talk;

    #[test]
    fn numbers_are_read_and_written() {
        let mut talk = Talk::new("tar", true);
        for value in [0, 7, 0o7_777_777, 1 << 40, -1, i64::MAX, i64::MIN] {
            let mut field = [0; 12];
            write(value, &mut field, true).expect("a number that fits");
            assert_eq!(read(&field, TIME, &mut talk), Ok(Some(i128::from(value))), "{value}");
        }
        assert_eq!(write(1 << 33, &mut [0; 12], false), None);
        assert!(talk.err.is_empty());
        assert_eq!(read(b"zz\0\0", SIZE, &mut talk), Ok(None));
        assert_eq!(read(b"    ", SIZE, &mut talk), Ok(None));
        let said = String::from_utf8_lossy(&talk.err).into_owned();
        assert_eq!(said, "tar: Archive contains ‘zz’ where numeric off_t value expected\ntar: Blanks in header where numeric off_t value expected\n");
    }
}
