//! Base 85 as git writes it (git: base85.c, "encode_85"): five characters for four bytes.

const LETTERS: &[u8; 85] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// Decodes a line of a binary patch: a letter for the number of bytes, then the characters.
pub(crate) fn line(line: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let (letter, rest) = line.split_first()?;
    let count = match letter {
        b'A'..=b'Z' => usize::from(letter - b'A') + 1,
        b'a'..=b'z' => usize::from(letter - b'a') + 27,
        _ => return None,
    };
    if rest.len() != count.div_ceil(4) * 5 {
        return None;
    }
    let end = out.len() + count;
    for group in rest.chunks(5) {
        let value = group.iter().try_fold(0u64, |sum, it| Some(sum * 85 + LETTERS.iter().position(|letter| letter == it)? as u64))?;
        out.extend_from_slice(&u32::try_from(value).ok()?.to_be_bytes());
    }
    out.truncate(end);
    Some(())
}
