//! Reads gzip files (RFC 1952): members one behind the other, each with its checksum.

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags},
};

/// Most bytes that are unpacked: what a guest can hold beside the rest.
pub const MOST: usize = 192 << 20;

/// Why something could not be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not begin as a gzip file does.
    NotGzip,
    /// It ends before its time.
    Truncated,
    /// The compressed data makes no sense.
    Invalid,
    /// The checksum is another.
    Checksum,
    /// The length is another.
    Length,
    /// A method, a flag or a form that is not modelled.
    Unmodelled,
    /// It unpacks to more than [`MOST`] bytes.
    TooLarge,
}

/// The header of the first member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The name that the file had.
    pub name: Option<Vec<u8>>,
    /// When it was changed last; 0 for unknown.
    pub mtime: u32,
}

/// What was unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpacked {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The header of the first member.
    pub header: Header,
    /// Something that is no member, and not zeros alone, stands behind.
    pub garbage: bool,
    /// Length and checksum that the last eight bytes tell, as `gzip -l` reads them.
    pub members: usize,
}

/// Answers whether bytes begin as a gzip file does.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b") || bytes.starts_with(b"\x1f\x9e")
}

/// Unpacks a gzip file, with what was unpacked before a fault.
pub fn unpack(bytes: &[u8]) -> Result<Unpacked, Fault> {
    let mut all = Unpacked::default();
    let mut rest = bytes;
    loop {
        if !rest.starts_with(b"\x1f\x8b") {
            if all.members == 0 {
                return Err(match rest {
                    [] | [0x1f] => Fault::Truncated,
                    [0x1f, 0x9d | 0x9e | 0xa0, ..] | [b'P', b'K', 3, 4, ..] | [0x1f, 0x1e, ..] => Fault::Unmodelled,
                    _ => Fault::NotGzip,
                });
            }
            all.garbage = rest.iter().any(|it| *it != 0);
            return Ok(all);
        }
        let (header, length) = header(rest)?;
        if all.members == 0 {
            all.header = header;
        }
        let from = all.bytes.len();
        let used = inflate(&rest[length..], &mut all.bytes)?;
        rest = &rest[length + used..];
        let Some(tail) = rest.get(..8) else { return Err(Fault::Truncated) };
        let number = |at: usize| u32::from_le_bytes([tail[at], tail[at + 1], tail[at + 2], tail[at + 3]]);
        if number(0) != crc32fast::hash(&all.bytes[from..]) {
            return Err(Fault::Checksum);
        }
        if number(4) != (all.bytes.len() - from) as u32 {
            return Err(Fault::Length);
        }
        rest = &rest[8..];
        all.members += 1;
    }
}

/// Reads the header of a member and tells its length.
fn header(bytes: &[u8]) -> Result<(Header, usize), Fault> {
    let fixed = bytes.get(..10).ok_or(Fault::Truncated)?;
    let flags = fixed[3];
    // Method 8 is the only one there is; the upper flags are reserved and encryption was never defined.
    if fixed[2] != 8 || flags & 0xe0 != 0 {
        return Err(Fault::Unmodelled);
    }
    let mut at = 10;
    if flags & 4 != 0 {
        let length = bytes.get(at..at + 2).ok_or(Fault::Truncated)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    let mut text = |wanted: u8| -> Result<Option<Vec<u8>>, Fault> {
        if flags & wanted == 0 {
            return Ok(None);
        }
        let rest = bytes.get(at..).ok_or(Fault::Truncated)?;
        let end = rest.iter().position(|it| *it == 0).ok_or(Fault::Truncated)?;
        at += end + 1;
        Ok(Some(rest[..end].to_vec()))
    };
    let name = text(8)?;
    text(16)?;
    if flags & 2 != 0 {
        let told = bytes.get(at..at + 2).ok_or(Fault::Truncated)?;
        if u16::from_le_bytes([told[0], told[1]]) != (crc32fast::hash(&bytes[..at]) & 0xffff) as u16 {
            return Err(Fault::Unmodelled);
        }
        at += 2;
    }
    if at > bytes.len() {
        return Err(Fault::Truncated);
    }
    let mtime = u32::from_le_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]);
    Ok((Header { name, mtime }, at))
}

/// Inflates one stream (RFC 1951) and tells how many bytes it took.
fn inflate(bytes: &[u8], into: &mut Vec<u8>) -> Result<usize, Fault> {
    let from = into.len();
    let mut state = Box::<DecompressorOxide>::default();
    let (mut used, mut made) = (0, from);
    into.resize(from + 4 * bytes.len().min(MOST / 8) + 1024, 0);
    loop {
        // The window is the output itself, whole.
        let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, took, gave) = decompress(&mut state, &bytes[used..], &mut into[from..], made - from, flags);
        (used, made) = (used + took, made + gave);
        match status {
            TINFLStatus::Done => {
                into.truncate(made);
                return Ok(used);
            }
            TINFLStatus::HasMoreOutput if into.len() < MOST => {
                let more = (2 * into.len()).min(MOST);
                into.resize(more, 0);
            }
            TINFLStatus::HasMoreOutput => return Err(Fault::TooLarge),
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => {
                into.truncate(made);
                return Err(Fault::Truncated);
            }
            _ => {
                into.truncate(made);
                return Err(Fault::Invalid);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, unpack};

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut all = b"\x1f\x8b\x08\x00\0\0\0\0\0\x03".to_vec();
        all.extend(miniz_oxide::deflate::compress_to_vec(text, 6));
        all.extend(crc32fast::hash(text).to_le_bytes());
        all.extend((text.len() as u32).to_le_bytes());
        all
    }

    #[test]
    fn members_stand_one_behind_the_other() {
        let text = b"abc".repeat(100_000);
        let mut both = packed(&text);
        both.extend(packed(b"end"));
        both.extend([0; 20]);
        let unpacked = unpack(&both).expect("two members");
        assert_eq!(unpacked.bytes, [&text[..], b"end"].concat());
        assert!(!unpacked.garbage && unpacked.members == 2);
    }

    #[test]
    fn faults_are_told_apart() {
        let good = packed(b"text and text and text");
        assert_eq!(unpack(b"text"), Err(Fault::NotGzip));
        for end in 0..good.len() {
            assert_eq!(unpack(&good[..end]), Err(Fault::Truncated), "{end}");
        }
        let last = good.len() - 1;
        let mut wrong = good.clone();
        wrong[last] ^= 1;
        assert_eq!(unpack(&wrong), Err(Fault::Length));
        wrong[last - 5] ^= 1;
        assert_eq!(unpack(&wrong), Err(Fault::Checksum));
    }
}
