//! Numbers with their bases: `10`, `017`, `0xf`, `2#101`, up to `64#@_`.

/// Returns a number's value, or what is wrong with it as bash says it. What is too large wraps.
pub fn read(text: &str) -> Result<i64, &'static str> {
    let (mut base, mut given, mut rest) = (10i64, false, text);
    if let Some(after) = text.strip_prefix('0') {
        (base, given, rest) = match after.strip_prefix(['x', 'X']) {
            Some(digits) => (16, true, digits),
            None => (8, true, after),
        };
    }
    let mut value = 0i64;
    let mut units = rest.bytes().peekable();
    while let Some(unit) = units.next() {
        if unit == b'#' {
            if given {
                return Err("invalid number");
            }
            if !(2..=64).contains(&value) {
                return Err("invalid arithmetic base");
            }
            (base, value, given) = (value, 0, true);
            if units.peek().is_none_or(|&next| digit(next, base).is_none()) {
                return Err("invalid integer constant");
            }
            continue;
        }
        let Some(digit) = digit(unit, base) else { break };
        if digit >= base {
            return Err("value too great for base");
        }
        value = value.wrapping_mul(base).wrapping_add(digit);
    }
    Ok(value)
}

/// Returns what a digit counts; letters of either case are the same up to base 36.
fn digit(unit: u8, base: i64) -> Option<i64> {
    Some(i64::from(match unit {
        b'0'..=b'9' => unit - b'0',
        b'a'..=b'z' => unit - b'a' + 10,
        b'A'..=b'Z' => unit - b'A' + if base <= 36 { 10 } else { 36 },
        b'@' => 62,
        b'_' => 63,
        _ => return None,
    }))
}
