//! One block of a tar as it stands there (POSIX pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). A number that GNU
//! tar and Go's archive/tar, which unpacks layers, would read differently is no number here.

/// Bytes of a block.
pub(super) const BLOCK: usize = 512;

/// Where the pieces of a sparse file go: offsets and lengths.
pub(super) type Map = Vec<(u64, u64)>;

/// A header.
pub(super) struct Header<'a>(pub(super) &'a [u8; BLOCK]);

impl Header<'_> {
    pub(super) fn is_zero(&self) -> bool {
        self.0.iter().all(|it| *it == 0)
    }

    /// Answers whether the sum is right; some old tars summed signed bytes.
    pub(super) fn sums(&self) -> bool {
        let Ok(Some(wanted)) = number(&self.0[148..156]) else { return false };
        // The sum is of the header as if there were spaces in its own field.
        let (mut sum, mut signed) = (0, 0);
        for (at, byte) in self.0.iter().enumerate() {
            let byte = if (148..156).contains(&at) { b' ' } else { *byte };
            sum += i64::from(byte);
            signed += i64::from(byte.cast_signed());
        }
        wanted == sum || wanted == signed
    }

    pub(super) fn kind(&self) -> u8 {
        self.0[156]
    }

    /// The name, with the prefix where the format has one: GNU's own keeps other things there.
    pub(super) fn name(&self) -> Vec<u8> {
        let (name, prefix) = (text(&self.0[..100]), text(&self.0[345..500]));
        if self.0[257..263] == *b"ustar\0" && !prefix.is_empty() { [prefix, b"/", name].concat() } else { name.to_vec() }
    }

    pub(super) fn link(&self) -> Vec<u8> {
        text(&self.0[157..257]).to_vec()
    }

    pub(super) fn mode(&self) -> Result<u32, String> {
        Ok((self.wanted("mode", 100..108)? & 0o7777) as u32)
    }

    pub(super) fn uid(&self) -> Result<u32, String> {
        id("uid", self.wanted("uid", 108..116)?)
    }

    pub(super) fn gid(&self) -> Result<u32, String> {
        id("gid", self.wanted("gid", 116..124)?)
    }

    pub(super) fn size(&self) -> Result<u64, String> {
        let size = self.wanted("size", 124..136)?;
        u64::try_from(size).map_err(|_| format!("its size is {size}"))
    }

    /// The time, which is no part of equality: where it is missing it is the epoch.
    pub(super) fn mtime(&self) -> Result<i64, String> {
        Ok(number(&self.0[136..148]).map_err(|it| format!("its mtime is {it}"))?.unwrap_or(0))
    }

    /// Answers whether it is of the device that overlay file systems take for a whiteout.
    pub(super) fn is_whiteout(&self) -> bool {
        let zero = |at| matches!(number(&self.0[at]), Ok(None | Some(0)));
        self.kind() == b'3' && zero(329..337) && zero(337..345)
    }

    /// Answers whether Go would find a prefix where GNU's format has times: what once was written so has no times there.
    pub(super) fn has_doubtful_prefix(&self) -> bool {
        let odd = |at: std::ops::Range<usize>| self.0[at.start] != 0 && number(&self.0[at]).is_err();
        self.0[257..265] == *b"ustar  \0" && (odd(345..357) || odd(357..369))
    }

    fn wanted(&self, what: &str, at: std::ops::Range<usize>) -> Result<i64, String> {
        number(&self.0[at]).map_err(|it| format!("its {what} is {it}"))?.ok_or_else(|| format!("its {what} is missing"))
    }

    /// The map in GNU's own header of a sparse file, whether more of it follows, and how large the file is.
    pub(super) fn sparse(&self) -> Result<(Map, bool, u64), String> {
        let real = number(&self.0[483..495]).map_err(|it| format!("its real size is {it}"))?.unwrap_or(-1);
        Ok((map(&self.0[386..482])?, self.0[482] != 0, u64::try_from(real).map_err(|_| "its real size is missing")?))
    }
}

/// The map in a block that follows GNU's header of a sparse file, and whether another one follows.
pub(super) fn more_of_map(block: &[u8; BLOCK]) -> Result<(Map, bool), String> {
    Ok((map(&block[..504])?, block[504] != 0))
}

fn map(bytes: &[u8]) -> Result<Map, String> {
    let mut pairs = Vec::new();
    for pair in bytes.chunks_exact(24).take_while(|it| it[0] != 0) {
        let value = |it| number(it).ok().flatten().and_then(|it| u64::try_from(it).ok()).ok_or("its map of holes is no list of numbers");
        pairs.push((value(&pair[..12])?, value(&pair[12..])?));
    }
    Ok(pairs)
}

/// An owner as Linux can hold it; the last number means "nobody is meant" to chown(2).
pub(super) fn id(what: &str, number: i64) -> Result<u32, String> {
    u32::try_from(number).ok().filter(|it| *it != u32::MAX).ok_or_else(|| format!("its {what} is {number}, which is no user or group of Linux"))
}

fn text(field: &[u8]) -> &[u8] {
    field.split(|it| *it == 0).next().unwrap_or_default()
}

/// Reads a number: octal digits between spaces and NULs, or GNU's base 256 after 0x80 (0xff: negative). None where there is nothing.
fn number(field: &[u8]) -> Result<Option<i64>, String> {
    let wrong = || format!("`{}`, which is no number", field.escape_ascii());
    if let [first @ (0x80 | 0xff), rest @ ..] = field {
        let start: i128 = if *first == 0xff { -1 } else { 0 };
        // Eleven bytes fit into an i128 with room.
        let value = rest.iter().fold(start, |sum, it| (sum << 8) | i128::from(*it));
        return i64::try_from(value).map(Some).map_err(|_| format!("{value}, which is too large"));
    }
    let digits = field.iter().position(|it| *it != b' ' && *it != 0).map_or(&[][..], |at| &field[at..]);
    let end = digits.iter().position(|it| *it == b' ' || *it == 0).unwrap_or(digits.len());
    let (digits, rest) = digits.split_at(end);
    if rest.iter().any(|it| *it != b' ' && *it != 0) || digits.iter().any(|it| !(b'0'..=b'7').contains(it)) {
        return Err(wrong());
    }
    Ok((!digits.is_empty()).then(|| digits.iter().fold(0, |sum, it| (sum << 3) | i64::from(it - b'0'))))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_read_as_tars_write_them() {
        assert_eq!(number(b"0000644\0"), Ok(Some(0o644)));
        assert_eq!(number(b"   644 \0"), Ok(Some(0o644)));
        assert_eq!(number(b"77777777777 "), Ok(Some(0o77_777_777_777)));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\0\0\0\x01\0"), Ok(Some(256)));
        assert_eq!(number(b"\xff\xff\xff\xff\xff\xff\xff\xfe"), Ok(Some(-2)));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0"), Ok(None));
        assert_eq!(number(b"        "), Ok(None));
        for wrong in [b"12 34\0\0\0".as_slice(), b"0000648\0", b"-1\0\0\0\0\0\0", b"\x81\0\0\0\0\0\0\0", b"\x80\x7f\0\0\0\0\0\0\0\0\0\0"] {
            assert!(number(wrong).is_err(), "{wrong:?}");
        }
    }
}
