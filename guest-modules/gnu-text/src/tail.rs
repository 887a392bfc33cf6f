//! tail(1), without following.

use crate::{
    Answer, Fault,
    call::{Call, lines, unmodelled},
    head::{count, header},
    number::{Bad, unsigned},
    options::{Known, Nothing, Perhaps, Reader, Value},
};

const KNOWN: Known = Known {
    short: "c:n:fFqs:vz0123456789",
    long: &[
        ("bytes", Value, 'c'),
        ("follow", Perhaps, 'f'),
        ("lines", Value, 'n'),
        ("max-unchanged-stats", Value, 'f'),
        ("-disable-inotify", Nothing, 'f'),
        ("pid", Value, 'f'),
        ("-presume-input-pipe", Nothing, 'f'),
        ("quiet", Nothing, 'q'),
        ("retry", Nothing, 'f'),
        ("silent", Nothing, 'q'),
        ("sleep-interval", Value, 'f'),
        ("verbose", Nothing, 'v'),
        ("zero-terminated", Nothing, 'z'),
    ],
    status: 1,
    ordered: false,
};

struct Wanted {
    many: u64,
    bytes: bool,
    from_start: bool,
    end: u8,
}

/// tail(1).
pub(crate) fn tail(call: &mut Call<'_>) -> Answer {
    let mut wanted = Wanted { many: 10, bytes: false, from_start: false, end: b'\n' };
    let mut args = call.args;
    let old = obsolete(call, args, &mut wanted)?;
    if old {
        args = &args[1..];
    }
    let (mut never, mut ever) = (false, false);
    let mut reader = Reader::new(KNOWN, args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'c' | 'n' => {
                let value = value.unwrap_or_default();
                wanted.bytes = letter == 'c';
                let from_start = value.first() == Some(&b'+');
                if wanted.from_start && !from_start {
                    return unmodelled("a count from the end behind one from the start is not modelled");
                }
                wanted.from_start = from_start;
                let text = if value.first() == Some(&b'-') { &value[1..] } else { &value[..] };
                wanted.many = count(call, text, wanted.bytes)?;
            }
            'q' => (never, ever) = (true, false),
            'v' => (never, ever) = (false, true),
            'z' => wanted.end = 0,
            'f' | 'F' | 's' => return unmodelled("following a file is not modelled"),
            other => return call.fail(format!("option used in invalid context -- {other}"), 1),
        }
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    // Nothing is looked at where nothing is asked for.
    if wanted.many == 0 && !wanted.from_start {
        return Ok(());
    }
    let shown = ever || !never && operands.len() > 1;
    let mut first = true;
    for name in &operands {
        let read = call.input(name);
        if let Err(Fault::Open(words)) = &read {
            let message = [b"cannot open ".as_slice(), &call.always(name), b" for reading: ", words.as_bytes()].concat();
            call.complain(message);
            continue;
        }
        if shown {
            header(call, name, first);
        }
        first = false;
        match read {
            Ok(text) => {
                let from = part(&text, &wanted);
                call.out.extend_from_slice(&text[from..]);
            }
            Err(fault) => {
                let message = [b"error reading ".as_slice(), &call.always(name), b": ", fault.words().as_bytes()].concat();
                call.complain(message);
                if wanted.bytes || wanted.from_start && wanted.many <= 1 {
                    // The real one goes to the place first, and ends when nothing can be read there.
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

/// `tail -5`, `tail +5`: one such word and at most one file.
fn obsolete(call: &mut Call<'_>, args: &[Vec<u8>], wanted: &mut Wanted) -> Answer<bool> {
    let fits = match args {
        [_] => true,
        [_, second] => !(second.len() > 1 && second[0] == b'-') || second == b"--",
        [_, second, _] => second == b"--",
        _ => false,
    };
    let Some(word) = args.first().filter(|_| fits) else { return Ok(false) };
    let rest = match word.first() {
        Some(b'+') => &word[1..],
        Some(b'-') if word.len() > 1 && !(word[1] == b'c' && word.len() == 2) => &word[1..],
        _ => return Ok(false),
    };
    let many = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    let mut default = 10;
    let mut bytes = false;
    let mut at = many;
    let block = rest.get(at) == Some(&b'b');
    if let Some(letter @ (b'b' | b'c' | b'l')) = rest.get(at) {
        if *letter == b'b' {
            default *= 512;
        }
        bytes = *letter != b'l';
        at += 1;
    }
    if rest.get(at) == Some(&b'f') {
        if rest.len() == at + 1 {
            return unmodelled("following a file is not modelled");
        }
        return Ok(false);
    }
    if at < rest.len() {
        return Ok(false);
    }
    wanted.from_start = word[0] == b'+';
    wanted.bytes = bytes;
    wanted.many = default;
    if many > 0 {
        let text = if block { &rest[..many + 1] } else { &rest[..many] };
        wanted.many = match unsigned(text, "b") {
            Ok(value) => value,
            Err(Bad::TooLarge) => {
                let message = [b"invalid number: ".as_slice(), &call.quoted(word), b": Numerical result out of range"].concat();
                return call.fail(message, 1);
            }
            Err(_) => return unmodelled("this number is not modelled"),
        };
    }
    Ok(true)
}

/// Where the part of a text that is shown begins.
fn part(text: &[u8], wanted: &Wanted) -> usize {
    let many = usize::try_from(wanted.many).unwrap_or(usize::MAX);
    if wanted.bytes {
        return if wanted.from_start { many.saturating_sub(1).min(text.len()) } else { text.len().saturating_sub(many) };
    }
    let skipped = if wanted.from_start { many.saturating_sub(1) } else { lines(text, wanted.end).count().saturating_sub(many) };
    lines(text, wanted.end).take(skipped).map(<[u8]>::len).sum()
}
