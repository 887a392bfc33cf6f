//! Text as bytes and back: a byte that is no UTF-8 is a private character in a text.

/// What a byte that is no part of a letter is added to.
pub const RAW: u32 = 0x10_FF00;

/// Returns the byte a private character stands for.
pub fn raw(unit: char) -> Option<u8> {
    (unit as u32).checked_sub(RAW).and_then(|byte| u8::try_from(byte).ok()).filter(|&byte| byte >= 0x80)
}

/// Returns a text's bytes.
pub fn of(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for unit in text.chars() {
        match raw(unit) {
            Some(byte) => out.push(byte),
            None => out.extend(unit.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    out
}

/// Returns bytes as a text.
pub fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        out.extend(chunk.invalid().iter().filter_map(|&byte| char::from_u32(RAW + u32::from(byte))));
    }
    out
}

/// Returns a code's UTF-8 as bash writes it: also for codes that no letter has, up to six bytes.
pub fn encoded(code: u32) -> Vec<u8> {
    let tail = |shift: u32| 0x80 | ((code >> shift) & 0x3F) as u8;
    match code {
        0..=0x7F => vec![code as u8],
        0x80..=0x7FF => vec![0xC0 | (code >> 6) as u8, tail(0)],
        0x800..=0xFFFF => vec![0xE0 | (code >> 12) as u8, tail(6), tail(0)],
        0x1_0000..=0x1F_FFFF => vec![0xF0 | (code >> 18) as u8, tail(12), tail(6), tail(0)],
        0x20_0000..=0x3FF_FFFF => vec![0xF8 | (code >> 24) as u8, tail(18), tail(12), tail(6), tail(0)],
        0x400_0000..=0x7FFF_FFFF => vec![0xFC | (code >> 30) as u8, tail(24), tail(18), tail(12), tail(6), tail(0)],
        _ => Vec::new(),
    }
}
