//! printenv(1).

use crate::{
    Answer,
    call::Call,
    options::{Known, Nothing, Reader},
};

const KNOWN: Known = Known { short: "iu:0", long: &[("null", Nothing, '0')], status: 2, ordered: true };

/// printenv(1).
pub(crate) fn printenv(call: &mut Call<'_>) -> Answer {
    let mut end = b'\n';
    let mut reader = Reader::new(KNOWN, call.args);
    while let Some((letter, _)) = reader.next(call)? {
        if letter != '0' {
            return call.usage(2);
        }
        end = 0;
    }
    let environment = call.world.environment();
    if reader.operands.is_empty() {
        for (name, value) in environment {
            call.out.extend_from_slice(&[&name, b"=".as_slice(), &value, &[end]].concat());
        }
        return Ok(());
    }
    for word in reader.operands {
        match environment.iter().find(|it| it.0 == word && !word.contains(&b'=')) {
            Some((_, value)) => {
                call.out.extend_from_slice(value);
                call.out.push(end);
            }
            None => call.status = 1,
        }
    }
    Ok(())
}
