//! Line numbers in a patch.

/// The largest number of a line (`lin` of patch is a signed number of 64 bits).
pub(crate) const LARGEST: i64 = i64::MAX;

/// Reads digits: the number and what follows; none where the number is too large, with its digits.
pub(crate) fn read(text: &[u8]) -> Result<(i64, &[u8]), &[u8]> {
    let digits = text.iter().take_while(|it| it.is_ascii_digit()).count();
    let mut number = 0_i64;
    for digit in &text[..digits] {
        number = number.checked_mul(10).and_then(|it| it.checked_add(i64::from(digit - b'0'))).ok_or(&text[..digits])?;
    }
    Ok((number, &text[digits..]))
}
