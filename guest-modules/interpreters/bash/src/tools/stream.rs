//! tee(1), truncate(1), sync(1).

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::types::{Error, FileType};

use super::{
    call::{Answer, Call, exit, not_modelled},
    options::Known,
};
use crate::{filesystem::failure, kernel::Kernel};

/// tee(1).
pub(crate) fn tee(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "aip", long: &[("append", 'a'), ("ignore-interrupts", 'i'), ("output-error?", 'p')] };
    let parsed = KNOWN.read(call)?;
    // No pipe breaks while it writes.
    let ends = match parsed.options.iter().rev().find(|it| it.0 == 'p').map(|it| it.1.as_str()) {
        None | Some("" | "warn" | "warn-nopipe") => false,
        Some("exit" | "exit-nopipe") => true,
        Some(other) => return Err(not_modelled(format!("`--output-error={other}` of tee is not modelled"))),
    };
    if ends {
        // It opens all of them first, and ends at the first that it can't open.
        for word in parsed.words.iter().filter(|it| !it.starts_with("/dev/")) {
            let full = call.path(word);
            let opened = match call.stat(&full, true) {
                Ok(it) if it.type_ == FileType::Directory => Err(Error::IsDirectory),
                Ok(_) if parsed.has('a') => Ok(()),
                _ => call.kernel.overwrite(&full, 0o666, b""),
            };
            opened.map_err(|error| exit(format!("{}: {}", call.name(word), failure(error))))?;
        }
    }
    for word in &parsed.words {
        let full = call.path(word);
        match full.as_str() {
            "/dev/null" => continue,
            // Opened anew, it is cut and written from its beginning beside what goes on.
            "/dev/stdout" | "/dev/fd/1" | "/proc/self/fd/1" if call.kernel.keeps_output() && call.kernel.output() != Kernel::CAPTURED => {
                return Err(not_modelled("tee onto the file that is its standard output already is not modelled"));
            }
            "/dev/stdout" => {
                call.out.extend_from_slice(call.stdin);
                continue;
            }
            "/dev/stderr" => {
                let text = gnu_bash::text::from_bytes(call.stdin);
                call.err.push_str(&text);
                continue;
            }
            _ => {}
        }
        let answer = match call.stat(&full, true) {
            Ok(stat) if parsed.has('a') => call.kernel.append(&full, stat.size, call.stdin),
            _ => call.kernel.overwrite(&full, 0o666, call.stdin),
        };
        if let Err(error) = answer {
            call.complain(&format!("{}: {}", call.name(word), failure(error)));
        }
    }
    call.out.extend_from_slice(call.stdin);
    Ok(())
}

/// truncate(1).
pub(crate) fn truncate(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "cs:r:", long: &[("no-create", 'c'), ("size=", 's'), ("reference=", 'r')] };
    let parsed = KNOWN.read(call)?;
    let base = match parsed.value('r') {
        Some(reference) => Some(call.stat(&call.path(reference), true).map_err(|error| exit(format!("cannot stat '{reference}': {}", failure(error))))?.size),
        None => None,
    };
    let Some(text) = parsed.value('s').map(str::to_owned).or(base.map(|it| it.to_string())) else {
        return Err(exit("you must specify either '--size' or '--reference'"));
    };
    let (sign, digits) = text.split_at(usize::from(text.starts_with(['+', '-', '<', '>', '/', '%'])));
    let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
    let unit: u64 = match &digits[end..] {
        "" => 1,
        "K" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        "KB" => 1000,
        "MB" => 1_000_000,
        _ => return Err(not_modelled(format!("the size {text} is not modelled"))),
    };
    let number = digits[..end].parse::<u64>().ok().and_then(|it| it.checked_mul(unit)).ok_or_else(|| exit(format!("Invalid number: '{text}'")))?;
    for word in &parsed.words {
        let full = call.path(word);
        let size = match call.stat(&full, true) {
            Ok(stat) => stat.size,
            Err(Error::NoEntry) if parsed.has('c') => continue,
            Err(_) => match call.kernel.workspace().create(&to_bytes(&full), 0o666, false) {
                Ok(()) => 0,
                Err(error) => {
                    call.complain(&format!("cannot open '{word}' for writing: {}", failure(error)));
                    continue;
                }
            },
        };
        let length = match sign {
            "+" => size.saturating_add(number),
            "-" => size.saturating_sub(number),
            "<" => size.min(number),
            ">" => size.max(number),
            "/" if number > 0 => size / number * number,
            "%" if number > 0 => size.div_ceil(number) * number,
            "/" | "%" => return Err(exit("division by zero")),
            _ => number,
        };
        if let Err(error) = call.kernel.workspace().truncate(&to_bytes(&full), length) {
            call.complain(&format!("failed to truncate '{word}' at {length} bytes: {}", failure(error)));
        }
    }
    Ok(())
}

/// sync(1): the workspace has nothing that could be late.
pub(crate) fn sync(_: &mut Call<'_>) -> Answer {
    Ok(())
}
