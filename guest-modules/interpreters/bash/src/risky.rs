//! Constructs that the shell here is known to carry out otherwise than GNU bash 5.2 or GNU sed. They are found in the text before
//! it runs, with their line, and make the run unproven: better no answer than a wrong one.

use invitro_sdk::interpreter::invitro::remediation::ledger;

/// What is looked for in one line of script, and why.
const WORDS: &[(&str, &str)] = &[
    ("coproc", "`coproc` is not carried out truly"),
    ("<>", "reading and writing through one descriptor is not carried out truly"),
    (" -ef ", "`-ef` is not carried out truly"),
    ("kill -TERM $$", "signals to the shell itself are not carried out truly"),
    ("kill $$", "signals to the shell itself are not carried out truly"),
    ("BASHPID", "the number of a subshell is not known"),
    ("PPID", "the number of the parent process is not known"),
    ("SRANDOM", "a random number of the kernel is not known"),
    ("/dev/tcp/", "there is no network"),
    ("/dev/udp/", "there is no network"),
];

/// Owns up to each risky construct.
pub(crate) fn look(script: &str) {
    let mut until: Option<String> = None;
    for (number, line) in script.lines().enumerate() {
        let at = u32::try_from(number + 1).ok();
        if let Some(end) = &until {
            if line.trim_start_matches('\t') == end {
                until = None;
            } else if nested_quote(line) {
                say(line, at, "a quote inside `${…}` of a here-document is not carried out truly");
            }
            continue;
        }
        let code = code(line);
        for (word, reason) in WORDS {
            if *word == " -ef " && !code.contains("[[") {
                continue;
            }
            if code.contains(word) && (*word != "coproc" || code.split_whitespace().any(|it| it == "coproc")) {
                say(line, at, reason);
            }
        }
        if descriptors(code) {
            say(line, at, "descriptors beyond 2 in a pipeline or as input are not carried out truly");
        }
        if code.contains("$(") && (code.contains("printf '\\0") || code.contains("printf \"\\0")) {
            say(line, at, "a NUL in a command substitution is not carried out truly");
        }
        until = here_document(code);
    }
}

fn say(line: &str, at: Option<u32>, reason: &str) {
    ledger::unmodelled(&[line.trim().as_bytes().to_vec()], at, reason);
}

/// The line without a comment that begins it.
fn code(line: &str) -> &str {
    if line.trim_start().starts_with('#') { "" } else { line }
}

/// The word that ends a here-document which begins in this line, where its text is expanded.
fn here_document(code: &str) -> Option<String> {
    let at = code.find("<<").filter(|at| !code[*at..].starts_with("<<<"))?;
    let word: String = code[at + 2..].trim_start_matches('-').trim_start().chars().take_while(|it| !it.is_whitespace() && !";|&<>()".contains(*it)).collect();
    let plain = word.trim_matches(['\'', '"', '\\']).to_owned();
    (!plain.is_empty()).then_some(plain)
}

fn nested_quote(line: &str) -> bool {
    line.match_indices("${").any(|(at, _)| {
        let rest = &line[at..];
        rest.find('"').is_some_and(|quote| rest[..quote].chars().filter(|it| *it == '}').count() == 0)
    })
}

/// A descriptor from 3 on that is read from, or written to in a pipeline.
fn descriptors(code: &str) -> bool {
    let digit = |text: &str| text.chars().next().is_some_and(|it| ('3'..='9').contains(&it));
    let reads = code.match_indices("<&").any(|(at, _)| digit(&code[at + 2..]));
    let writes = code.match_indices(">&").any(|(at, _)| digit(&code[at + 2..]));
    let piped = code.replace("||", "").contains('|');
    reads || writes && piped
}
