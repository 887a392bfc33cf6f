//! rev(1) of util-linux: letters of each line from the last to the first.

use crate::{
    Answer, Fault,
    call::{Call, bare, lines, unmodelled},
};

/// rev(1).
pub(crate) fn rev(call: &mut Call<'_>) -> Answer {
    let mut operands = call.args.to_vec();
    if operands.first().is_some_and(|it| it == b"--") {
        operands.remove(0);
    } else if operands.iter().any(|it| it.len() > 1 && it[0] == b'-') {
        return unmodelled("options of rev are not modelled");
    }
    let none = operands.is_empty();
    if none {
        operands.push(b"-".to_vec());
    }
    for name in operands {
        let read = if none { call.input(&name) } else { call.world.read(&name) };
        let text = match read {
            Ok(text) => text,
            Err(Fault::Open(words)) => {
                let message = [b"cannot open ".as_slice(), &name, b": ", words.as_bytes()].concat();
                call.complain(message);
                continue;
            }
            Err(Fault::Read(words)) => {
                let message = [&name, b": 0: ".as_slice(), words.as_bytes()].concat();
                call.complain(message);
                continue;
            }
        };
        let Ok(text) = std::str::from_utf8(&text) else {
            return unmodelled("what is no UTF-8 is not modelled");
        };
        if text.contains('\0') {
            return unmodelled("NUL bytes are not modelled");
        }
        for line in lines(text.as_bytes(), b'\n') {
            let inner = bare(line, b'\n');
            let turned: String = String::from_utf8_lossy(inner).chars().rev().collect();
            call.out.extend_from_slice(turned.as_bytes());
            if inner.len() < line.len() {
                call.out.push(b'\n');
            }
        }
    }
    Ok(())
}
