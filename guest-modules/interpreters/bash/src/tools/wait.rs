//! sleep(1) of GNU coreutils 9.1: virtual time passes, and the host ends what waits longer than it may.

use invitro_sdk::interpreter::invitro::remediation::surroundings;

use super::{
    call::{Answer, Call, exit, not_modelled},
    options::Known,
};

/// What is printed behind a wrong operand.
const TRY: &str = "Try 'sleep --help' for more information.";

/// sleep(1).
pub(crate) fn sleep(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "", long: &[] };
    let parsed = KNOWN.read(call)?;
    if parsed.words.is_empty() {
        return Err(exit(format!("missing operand\n{TRY}")));
    }
    let mut whole = 0_u64;
    for word in &parsed.words {
        match interval(word)? {
            Some(nanoseconds) => whole = whole.saturating_add(nanoseconds),
            None => call.complain(&format!("invalid time interval ‘{word}’")),
        }
    }
    if call.status == 0 {
        surroundings::wait(whole);
    } else {
        call.err.push_str(TRY);
        call.err.push('\n');
    }
    Ok(())
}

/// Nanoseconds of an operand; none where GNU's refuses it. What strtod(3) reads besides plain numbers is not modelled.
fn interval(word: &str) -> Answer<Option<u64>> {
    if matches!(word, "inf" | "infinity") {
        return Ok(Some(u64::MAX));
    }
    let (number, unit) = match word.as_bytes().last() {
        Some(b's') => (&word[..word.len() - 1], 1),
        Some(b'm') => (&word[..word.len() - 1], 60),
        Some(b'h') => (&word[..word.len() - 1], 3_600),
        Some(b'd') => (&word[..word.len() - 1], 86_400),
        _ => (word, 1),
    };
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if digits(seconds) && digits(fraction) && !(seconds.is_empty() && fraction.is_empty()) {
        // Digits alone: what does not fit is longer than anybody waits.
        let whole: u64 = if seconds.is_empty() { 0 } else { seconds.parse().unwrap_or(u64::MAX) };
        let part: u64 = format!("{fraction:0<9.9}").parse().unwrap_or(0);
        return Ok(Some(whole.saturating_mul(1_000_000_000).saturating_add(part).saturating_mul(unit)));
    }
    let plain = word.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'.');
    let first = word.bytes().next().unwrap_or(b'_');
    let is_number = first.is_ascii_digit() || first == b'.';
    if !plain || is_number && word.contains(['e', 'E', 'x', 'X']) || matches!(first, b'i' | b'I' | b'n' | b'N') {
        return Err(not_modelled(format!("the time interval {word} is not modelled")));
    }
    Ok(None)
}
