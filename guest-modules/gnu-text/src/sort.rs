//! sort(1).

mod key;
mod options;
mod value;

use std::cmp::Ordering;

use crate::{
    Answer, Fault, Trouble,
    call::{Call, bare, lines, unmodelled},
};
use options::Plan;

/// Most files that are merged at once; more are merged in an order of its own.
const MOST_MERGED: usize = 16;

/// sort(1).
pub(crate) fn sort(call: &mut Call<'_>) -> Answer {
    let plan = options::read(call)?;
    if plan.check.is_some() {
        return check(call, &plan);
    }
    for name in plan.files.iter().filter(|it| it.as_slice() != b"-") {
        if let Err(Fault::Open(words)) = call.world.read(name) {
            return failed(call, "cannot read", name, &words);
        }
    }
    if let Some(output) = &plan.output
        && let Err(words) = call.world.touch(output)
    {
        return failed(call, "open failed", output, &words);
    }
    let mut texts = Vec::new();
    for name in &plan.files {
        match call.input(name) {
            Ok(text) => texts.push(text),
            Err(fault) => return failed(call, "read failed", name, fault.words()),
        }
    }
    let mut all: Vec<Vec<&[u8]>> = texts.iter().map(|it| lines(it, plan.end).map(|it| bare(it, plan.end)).collect()).collect();
    for line in all.iter().flatten() {
        plan.admit(line)?;
    }
    let mut sorted: Vec<&[u8]> = if plan.merge {
        if all.len() > MOST_MERGED {
            return unmodelled("more than 16 files to merge are not modelled");
        }
        merge(&all, &plan)
    } else {
        let mut together: Vec<&[u8]> = all.drain(..).flatten().collect();
        together.sort_by(|one, other| plan.compare(one, other));
        together
    };
    if plan.unique {
        sorted.dedup_by(|next, kept| plan.compare(kept, next) == Ordering::Equal);
    }
    let mut out = Vec::new();
    for line in sorted {
        out.extend_from_slice(line);
        out.push(plan.end);
    }
    match &plan.output {
        Some(output) => {
            if let Err(words) = call.world.write(output, &out) {
                return failed(call, "open failed", output, &words);
            }
        }
        None => call.out = out,
    }
    Ok(())
}

fn failed(call: &mut Call<'_>, what: &str, name: &[u8], words: &str) -> Answer {
    let message = [what.as_bytes(), b": ", &call.file(name), b": ", words.as_bytes()].concat();
    call.fail(message, 2)
}

/// Takes the smallest head again and again; of equals that of the first file.
fn merge<'a>(all: &[Vec<&'a [u8]>], plan: &Plan) -> Vec<&'a [u8]> {
    let mut at = vec![0usize; all.len()];
    let mut merged = Vec::new();
    loop {
        let mut best: Option<(usize, &[u8])> = None;
        for (which, lines) in all.iter().enumerate() {
            let Some(line) = lines.get(at[which]).copied() else { continue };
            if best.is_none_or(|(_, it)| plan.compare(line, it) == Ordering::Less) {
                best = Some((which, line));
            }
        }
        let Some((which, line)) = best else { return merged };
        at[which] += 1;
        merged.push(line);
    }
}

/// `-c` and `-C`.
fn check(call: &mut Call<'_>, plan: &Plan) -> Answer {
    let name = &plan.files[0];
    let text = match call.input(name) {
        Ok(text) => text,
        Err(Fault::Open(words)) => return failed(call, "open failed", name, &words),
        Err(Fault::Read(words)) => return failed(call, "read failed", name, &words),
    };
    let all: Vec<&[u8]> = lines(&text, plan.end).map(|it| bare(it, plan.end)).collect();
    for line in &all {
        plan.admit(line)?;
    }
    for (place, pair) in all.windows(2).enumerate() {
        let order = plan.compare(pair[0], pair[1]);
        if order == Ordering::Less || order == Ordering::Equal && !plan.unique {
            continue;
        }
        if plan.check == Some('c') {
            let shown = name;
            let message = [&shown, format!(":{}: disorder: ", place + 2).as_bytes(), pair[1]].concat();
            call.err.extend_from_slice(b"sort: ");
            call.err.extend_from_slice(&message);
            call.err.push(plan.end);
        }
        return Err(Trouble::Exit(1));
    }
    Ok(())
}
