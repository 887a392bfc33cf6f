//! md5sum(1), sha1sum(1), sha256sum(1) and their like.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use crate::{
    Answer,
    call::{Call, bare, lines, unmodelled},
    options::{Known, Nothing, Reader},
};

const KNOWN: Known = Known {
    short: "bctwz",
    long: &[
        ("check", Nothing, 'c'),
        ("ignore-missing", Nothing, 'M'),
        ("quiet", Nothing, 'q'),
        ("status", Nothing, 's'),
        ("warn", Nothing, 'w'),
        ("strict", Nothing, 'S'),
        ("tag", Nothing, 'T'),
        ("zero", Nothing, 'z'),
        ("binary", Nothing, 'b'),
        ("text", Nothing, 't'),
    ],
    status: 1,
    ordered: false,
};

struct Sum {
    name: &'static str,
    digits: usize,
    of: fn(&[u8]) -> String,
}

fn hex<D: Digest>(text: &[u8]) -> String {
    D::digest(text).iter().map(|it| format!("{it:02x}")).collect()
}

macro_rules! sums {
    ($($(#[$doc:meta])* $tool:ident $name:literal $digits:literal $kind:ty;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $tool(call: &mut Call<'_>) -> Answer {
            run(call, &Sum { name: $name, digits: $digits, of: hex::<$kind> })
        }
    )*};
}

sums! {
    /// md5sum(1).
    md5sum "MD5" 32 Md5;
    /// sha1sum(1).
    sha1sum "SHA1" 40 Sha1;
    /// sha224sum(1).
    sha224sum "SHA224" 56 Sha224;
    /// sha256sum(1).
    sha256sum "SHA256" 64 Sha256;
    /// sha384sum(1).
    sha384sum "SHA384" 96 Sha384;
    /// sha512sum(1).
    sha512sum "SHA512" 128 Sha512;
}

#[derive(Default)]
struct Wanted {
    binary: Option<bool>,
    check: bool,
    missing: bool,
    quiet: bool,
    status: bool,
    warn: bool,
    strict: bool,
    tag: bool,
    zero: bool,
}

fn run(call: &mut Call<'_>, sum: &Sum) -> Answer {
    let mut wanted = Wanted::default();
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, _)) = reader.next(call)? {
        match letter {
            'b' => wanted.binary = Some(true),
            'c' => wanted.check = true,
            'M' => wanted.missing = true,
            'q' => (wanted.quiet, wanted.status, wanted.warn) = (true, false, false),
            's' => (wanted.quiet, wanted.status, wanted.warn) = (false, true, false),
            't' => wanted.binary = Some(false),
            'w' => (wanted.quiet, wanted.status, wanted.warn) = (false, false, true),
            'S' => wanted.strict = true,
            'T' => {
                wanted.tag = true;
                wanted.binary = Some(true);
            }
            _ => wanted.zero = true,
        }
    }
    if wanted.tag && wanted.binary == Some(false) {
        return call.misused("--tag does not support --text mode", 1);
    }
    let only = "is meaningful only when verifying checksums";
    let conflicts = [
        (wanted.zero && wanted.check, "the --zero option is not supported when verifying checksums".to_owned()),
        (wanted.tag && wanted.check, "the --tag option is meaningless when verifying checksums".to_owned()),
        (wanted.binary.is_some() && wanted.check, "the --binary and --text options are meaningless when verifying checksums".to_owned()),
        (wanted.missing && !wanted.check, format!("the --ignore-missing option {only}")),
        (wanted.status && !wanted.check, format!("the --status option {only}")),
        (wanted.warn && !wanted.check, format!("the --warn option {only}")),
        (wanted.quiet && !wanted.check, format!("the --quiet option {only}")),
        (wanted.strict && !wanted.check, format!("the --strict option {only}")),
    ];
    if let Some((_, message)) = conflicts.iter().find(|it| it.0) {
        return call.misused(message, 1);
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    for name in operands {
        if wanted.check {
            check(call, &name, sum, &wanted)?;
            continue;
        }
        let Some(text) = call.input_or_complain(&name) else { continue };
        print(call, &name, &(sum.of)(&text), sum, &wanted);
    }
    Ok(())
}

fn print(call: &mut Call<'_>, name: &[u8], digest: &str, sum: &Sum, wanted: &Wanted) {
    let escaped = !wanted.zero && name.iter().any(|it| matches!(it, b'\\' | b'\n' | b'\r'));
    let shown = if escaped { escape(name) } else { name.to_vec() };
    if escaped {
        call.out.push(b'\\');
    }
    if wanted.tag {
        call.out.extend_from_slice(&[sum.name.as_bytes(), b" (", &shown, b") = ", digest.as_bytes()].concat());
    } else {
        let mark: &[u8] = if wanted.binary == Some(true) { b" *" } else { b"  " };
        call.out.extend_from_slice(&[digest.as_bytes(), mark, &shown].concat());
    }
    call.out.push(if wanted.zero { 0 } else { b'\n' });
}

fn escape(name: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for byte in name {
        match byte {
            b'\\' => text.extend_from_slice(b"\\\\"),
            b'\n' => text.extend_from_slice(b"\\n"),
            b'\r' => text.extend_from_slice(b"\\r"),
            other => text.push(*other),
        }
    }
    text
}

/// The digest and the name in a line of a list.
fn entry<'a>(line: &'a [u8], sum: &Sum) -> Answer<Option<(&'a [u8], &'a [u8])>> {
    if line.first() == Some(&b'\\') || line.contains(&b'\r') {
        return unmodelled("a list with escaped names is not modelled");
    }
    let start = line.iter().take_while(|it| matches!(it, b' ' | b'\t')).count();
    let line = &line[start..];
    if let Some(rest) = line.strip_prefix(sum.name.as_bytes()) {
        let _ = rest;
        return unmodelled("a list with the names of algorithms is not modelled");
    }
    if line.len() < sum.digits + 3 || !line[..sum.digits].iter().all(u8::is_ascii_hexdigit) {
        return Ok(None);
    }
    let rest = &line[sum.digits..];
    match rest {
        [b' ', b' ' | b'*', name @ ..] if !name.is_empty() => Ok(Some((&line[..sum.digits], name))),
        _ => {
            if matches!(rest.first(), Some(b' ' | b'\t')) {
                return unmodelled("a list of this form is not modelled");
            }
            Ok(None)
        }
    }
}

fn check(call: &mut Call<'_>, name: &[u8], sum: &Sum, wanted: &Wanted) -> Answer {
    let list = match call.input(name) {
        Ok(list) => list,
        Err(crate::Fault::Open(words)) => {
            let message = [&call.file(name), b": ".as_slice(), words.as_bytes()].concat();
            call.complain(message);
            return Ok(());
        }
        Err(crate::Fault::Read(_)) => {
            let message = [&call.file(name), b": read error".as_slice()].concat();
            call.complain(message);
            return Ok(());
        }
    };
    let called: Vec<u8> = if name == b"-" { b"standard input".to_vec() } else { name.to_vec() };
    let (mut proper, mut improper, mut unread, mut wrong, mut good) = (0u64, 0u64, 0u64, 0u64, false);
    for (number, line) in (1u64..).zip(lines(&list, b'\n')) {
        let line = bare(line, b'\n');
        // An empty line is neither good nor bad.
        if line.is_empty() || line.first() == Some(&b'#') {
            continue;
        }
        let found = entry(line, sum)?;
        let Some((digest, target)) = found.filter(|it| !(name == b"-" && it.1 == b"-")) else {
            improper += 1;
            if wanted.warn {
                let message = [&call.file(&called), format!(": {number}: improperly formatted {} checksum line", sum.name).as_bytes()].concat();
                call.say(message);
            }
            continue;
        };
        proper += 1;
        let shown = if target.contains(&b'\\') { return unmodelled("a list with escaped names is not modelled") } else { target };
        match call.input(target) {
            Err(fault) => {
                if wanted.missing && fault.words() == "No such file or directory" {
                    continue;
                }
                let message = [&call.file(target), b": ".as_slice(), fault.words().as_bytes()].concat();
                call.say(message);
                unread += 1;
                if !wanted.status {
                    call.out.extend_from_slice(&[shown, b": FAILED open or read\n"].concat());
                }
            }
            Ok(text) => {
                let same = (sum.of)(&text).as_bytes() == digest.to_ascii_lowercase();
                good |= same;
                wrong += u64::from(!same);
                if wanted.status {
                    continue;
                }
                if !same {
                    call.out.extend_from_slice(&[shown, b": FAILED\n"].concat());
                } else if !wanted.quiet {
                    call.out.extend_from_slice(&[shown, b": OK\n"].concat());
                }
            }
        }
    }
    let shown = call.file(&called);
    if proper == 0 {
        call.complain([&shown, b": no properly formatted checksum lines found".as_slice()].concat());
        return Ok(());
    }
    if !wanted.status {
        let several = |many: u64, one: &str, more: &str| format!("WARNING: {many} {}", if many == 1 { one } else { more });
        if improper > 0 {
            call.say(several(improper, "line is improperly formatted", "lines are improperly formatted"));
        }
        if unread > 0 {
            call.say(several(unread, "listed file could not be read", "listed files could not be read"));
        }
        if wrong > 0 {
            call.say(several(wrong, "computed checksum did NOT match", "computed checksums did NOT match"));
        }
        if wanted.missing && !good {
            call.say([&shown, b": no file was verified".as_slice()].concat());
        }
    }
    if wanted.missing && !good || wrong > 0 || unread > 0 || wanted.strict && improper > 0 {
        call.status = 1;
    }
    Ok(())
}
