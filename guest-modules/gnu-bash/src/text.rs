//! Bytes as text: the shell's values are bytes, and nearly always UTF-8. A byte that is none is held as one private character,
//! as bash too takes such a byte for one character.

/// The private characters that stand for the bytes 0x80 to 0xff.
const RAW: u32 = 0x10_FF00;

/// Makes text of bytes.
pub fn from_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(RAW + u32::from(*byte))));
    }
    out
}

/// Makes the bytes of text.
pub fn to_bytes(text: &str) -> Vec<u8> {
    if !text.contains('\u{10FF}') && text.bytes().all(|it| it < 0xf4) {
        return text.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match u32::from(letter).checked_sub(RAW).filter(|it| (0x80..=0xff).contains(it)) {
            Some(byte) => out.push(byte as u8),
            None => out.extend(letter.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    out
}

/// Answers whether text stands for bytes that are no UTF-8.
pub fn is_raw(text: &str) -> bool {
    text.chars().any(|it| u32::from(it).checked_sub(RAW).is_some_and(|it| (0x80..=0xff).contains(&it)))
}

#[cfg(test)]
mod tests {
    use super::{from_bytes, is_raw, to_bytes};

    #[test]
    fn comes_back() {
        for bytes in [&b"plain"[..], "gr\u{fc}n \u{1F600}".as_bytes(), b"\xff\x80a\xc3", b""] {
            assert_eq!(to_bytes(&from_bytes(bytes)), bytes);
        }
        assert!(is_raw(&from_bytes(b"a\xff")) && !is_raw("gr\u{fc}n"));
    }
}
