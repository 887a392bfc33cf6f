//! head(1).

use crate::{
    Answer, Fault,
    call::{Call, lines},
    number::bounded,
    options::{Known, Nothing, Reader, Value},
};

const KNOWN: Known = Known {
    short: "c:n:qvz0123456789",
    long: &[
        ("bytes", Value, 'c'),
        ("lines", Value, 'n'),
        ("-presume-input-pipe", Nothing, 'P'),
        ("quiet", Nothing, 'q'),
        ("silent", Nothing, 'q'),
        ("verbose", Nothing, 'v'),
        ("zero-terminated", Nothing, 'z'),
    ],
    status: 1,
    ordered: false,
};

/// Suffixes of a number of lines or bytes.
pub(crate) const SUFFIXES: &str = "bkKmMGTPEZY0";

/// How many of what.
struct Wanted {
    many: u64,
    bytes: bool,
    /// All but the last of them.
    but: bool,
    end: u8,
}

/// When names stand above texts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Several,
    Always,
    Never,
}

/// head(1).
pub(crate) fn head(call: &mut Call<'_>) -> Answer {
    let mut wanted = Wanted { many: 10, bytes: false, but: false, end: b'\n' };
    let mut names = Names::Several;
    let mut args = call.args;
    if let Some(first) = args.first().filter(|it| it.len() > 1 && it[0] == b'-' && it[1].is_ascii_digit()) {
        obsolete(call, &first[1..], &mut wanted, &mut names)?;
        args = &args[1..];
    }
    let mut reader = Reader::new(KNOWN, args);
    while let Some((letter, value)) = reader.next(call)? {
        match letter {
            'c' | 'n' => {
                let value = value.unwrap_or_default();
                wanted.bytes = letter == 'c';
                wanted.but = value.first() == Some(&b'-');
                let text = if wanted.but { &value[1..] } else { &value[..] };
                wanted.many = count(call, text, wanted.bytes)?;
            }
            'q' => names = Names::Never,
            'v' => names = Names::Always,
            'z' => wanted.end = 0,
            'P' => {}
            other => return call.misused(format!("invalid trailing option -- {other}"), 1),
        }
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    let shown = names == Names::Always || names == Names::Several && operands.len() > 1;
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
                let taken = part(&text, &wanted);
                call.out.extend_from_slice(&text[..taken]);
            }
            // Of nothing nothing is read, so that a folder is no mistake.
            Err(_) if wanted.many == 0 && !wanted.but => {}
            Err(fault) => {
                let message = [b"error reading ".as_slice(), &call.always(name), b": ", fault.words().as_bytes()].concat();
                call.complain(message);
            }
        }
    }
    Ok(())
}

/// Prints the name that stands above a text.
pub(crate) fn header(call: &mut Call<'_>, name: &[u8], first: bool) {
    if !first {
        call.out.push(b'\n');
    }
    call.out.extend_from_slice(b"==> ");
    call.out.extend_from_slice(if name == b"-" { b"standard input" } else { name });
    call.out.extend_from_slice(b" <==\n");
}

/// Reads a number of lines or bytes.
pub(crate) fn count(call: &mut Call<'_>, text: &[u8], bytes: bool) -> Answer<u64> {
    bounded(call, text, 0, u64::MAX, SUFFIXES, if bytes { "invalid number of bytes" } else { "invalid number of lines" })
}

/// `-5`, and letters behind it.
fn obsolete(call: &mut Call<'_>, word: &[u8], wanted: &mut Wanted, names: &mut Names) -> Answer {
    let many = word.iter().take_while(|it| it.is_ascii_digit()).count();
    let mut text = word[..many].to_vec();
    let mut suffix = None;
    for letter in &word[many..] {
        match letter {
            b'c' => {
                wanted.bytes = true;
                suffix = None;
            }
            b'b' | b'k' | b'm' => {
                wanted.bytes = true;
                suffix = Some(*letter);
            }
            b'l' => wanted.bytes = false,
            b'q' => *names = Names::Never,
            b'v' => *names = Names::Always,
            b'z' => wanted.end = 0,
            other => {
                let message = [b"invalid trailing option -- ".as_slice(), &[*other]].concat();
                return call.misused(message, 1);
            }
        }
    }
    text.extend(suffix);
    wanted.many = count(call, &text, wanted.bytes)?;
    Ok(())
}

/// How many bytes of a text are shown.
fn part(text: &[u8], wanted: &Wanted) -> usize {
    let many = usize::try_from(wanted.many).unwrap_or(usize::MAX);
    if wanted.bytes {
        return if wanted.but { text.len().saturating_sub(many) } else { text.len().min(many) };
    }
    let many = if wanted.but { lines(text, wanted.end).count().saturating_sub(many) } else { many };
    lines(text, wanted.end).take(many).map(<[u8]>::len).sum()
}
