//! cat(1).

use crate::{
    Answer,
    call::Call,
    options::{Known, Nothing, Reader},
};

const KNOWN: Known = Known {
    short: "benstuvAET",
    long: &[
        ("number-nonblank", Nothing, 'b'),
        ("number", Nothing, 'n'),
        ("squeeze-blank", Nothing, 's'),
        ("show-nonprinting", Nothing, 'v'),
        ("show-ends", Nothing, 'E'),
        ("show-tabs", Nothing, 'T'),
        ("show-all", Nothing, 'A'),
    ],
    status: 1,
    ordered: false,
};

#[derive(Default)]
struct Wanted {
    number: bool,
    nonblank: bool,
    squeeze: bool,
    ends: bool,
    tabs: bool,
    odd: bool,
}

/// cat(1).
pub(crate) fn cat(call: &mut Call<'_>) -> Answer {
    let mut wanted = Wanted::default();
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, _)) = reader.next(call)? {
        match letter {
            'b' => (wanted.number, wanted.nonblank) = (true, true),
            'e' => (wanted.ends, wanted.odd) = (true, true),
            'n' => wanted.number = true,
            's' => wanted.squeeze = true,
            't' => (wanted.tabs, wanted.odd) = (true, true),
            'v' => wanted.odd = true,
            'A' => (wanted.ends, wanted.odd, wanted.tabs) = (true, true, true),
            'E' => wanted.ends = true,
            'T' => wanted.tabs = true,
            _ => {}
        }
    }
    let operands = if reader.operands.is_empty() { vec![b"-".to_vec()] } else { reader.operands };
    let plain = !(wanted.number || wanted.squeeze || wanted.ends || wanted.tabs || wanted.odd);
    let mut state = State { newlines: 0, line: 0, carriage: false };
    for name in operands {
        let Some(text) = call.input_or_complain(&name) else { continue };
        if plain {
            call.out.extend_from_slice(&text);
        } else {
            state.show(&text, &wanted, &mut call.out);
        }
    }
    if state.carriage {
        call.out.push(b'\r');
    }
    Ok(())
}

/// What goes over from one file to the next.
struct State {
    /// How many line ends came just before; at 0 a line begins, below it is one.
    newlines: i8,
    line: u64,
    /// A carriage return that waits for what comes behind it.
    carriage: bool,
}

impl State {
    fn number(&mut self, out: &mut Vec<u8>) {
        self.line += 1;
        out.extend_from_slice(format!("{:>6}\t", self.line).as_bytes());
    }

    fn show(&mut self, text: &[u8], wanted: &Wanted, out: &mut Vec<u8>) {
        for byte in text.iter().copied() {
            if std::mem::take(&mut self.carriage) {
                out.extend_from_slice(if byte == b'\n' { b"^M" } else { b"\r" });
            }
            if byte == b'\n' {
                self.newlines += 1;
                if self.newlines > 0 {
                    if self.newlines >= 2 {
                        self.newlines = 2;
                        if wanted.squeeze {
                            continue;
                        }
                    }
                    if wanted.number && !wanted.nonblank {
                        self.number(out);
                    }
                }
                if wanted.ends {
                    out.push(b'$');
                }
                out.push(b'\n');
                continue;
            }
            if self.newlines >= 0 && wanted.number {
                self.number(out);
            }
            self.newlines = -1;
            if byte == b'\t' {
                out.extend_from_slice(if wanted.tabs { b"^I" } else { b"\t" });
            } else if wanted.odd {
                visible(byte, out);
            } else if byte == b'\r' && wanted.ends {
                self.carriage = true;
            } else {
                out.push(byte);
            }
        }
    }
}

fn visible(byte: u8, out: &mut Vec<u8>) {
    let byte = if byte >= 128 {
        out.extend_from_slice(b"M-");
        byte - 128
    } else {
        byte
    };
    match byte {
        32..=126 => out.push(byte),
        127 => out.extend_from_slice(b"^?"),
        _ => out.extend_from_slice(&[b'^', byte + 64]),
    }
}
