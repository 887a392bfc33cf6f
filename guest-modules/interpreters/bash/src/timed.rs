//! `printf '%(format)T'`: the shell here writes it in UTC and with plain letters; anything else is owned up to, and so is the clock.

use bashkit::hooks::ToolEvent;
use invitro_sdk::interpreter::invitro::remediation::ledger;

use crate::{kernel::Kernel, tools};

/// Letters that come out as bash's, which are strftime(3)'s, in UTC.
const LETTERS: &str = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyYzZ%";

/// Looks at a call of printf.
pub(crate) fn look(kernel: &Kernel, event: &ToolEvent) {
    if event.name != "printf" || !event.args.iter().any(|it| it.contains(")T")) {
        return;
    }
    let words = match event.args.as_slice() {
        [option, _, rest @ ..] if option == "-v" => rest,
        [option, rest @ ..] if option == "--" => rest,
        words => words,
    };
    let Some((format, arguments)) = words.split_first() else { return };
    let line = tools::line(kernel, &event.name, &event.args);
    let own_up = |reason: &str| tools::unmodelled(&event.name, &event.args, line, reason);
    let Some(conversions) = conversions(format) else { return own_up("this time of printf is not modelled") };
    if !conversions.iter().any(|it| it.is_some()) {
        return;
    }
    if conversions.iter().flatten().any(|it| !is_plain(it)) {
        own_up("a time of printf with such a format is not modelled");
    }
    if kernel.line(&["TZ".to_owned()]).is_some() {
        own_up("a time of printf in another zone is not modelled");
    }
    let rounds = arguments.len().div_ceil(conversions.len()).max(1);
    for round in 0..rounds {
        for (at, _) in conversions.iter().enumerate().filter(|it| it.1.is_some()) {
            match arguments.get(round * conversions.len() + at).map(String::as_str) {
                None | Some("-1" | "-2") => ledger::assume("clock", "printf", line),
                Some(text) if !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()) && !text.starts_with("00") && text.len() < 12 => {}
                Some(_) => own_up("a time of printf from such an argument is not modelled"),
            }
        }
    }
}

/// The conversions of a format, each with its time format if it has one; `None` where they can't be told.
fn conversions(format: &str) -> Option<Vec<Option<&str>>> {
    let (mut found, mut rest) = (Vec::new(), format);
    while let Some(at) = rest.find('%') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            rest = after;
            continue;
        }
        if let Some(inside) = rest.strip_prefix('(') {
            let end = inside.find(')')?;
            rest = inside[end + 1..].strip_prefix('T')?;
            found.push(Some(&inside[..end]));
            continue;
        }
        let letter = rest.find(|it: char| !"-+ #0123456789.".contains(it))?;
        if rest[letter..].starts_with(['*', '(']) {
            return None;
        }
        found.push(None);
        rest = &rest[letter..];
    }
    Some(found)
}

/// Whether each `%` has a known letter behind it.
fn is_plain(format: &str) -> bool {
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter == '%' && !letters.next().is_some_and(|it| LETTERS.contains(it)) {
            return false;
        }
    }
    !format.is_empty()
}
