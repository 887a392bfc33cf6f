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
    let opened = Opened::of(script);
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
            // test(1) knows inodes here, and a shell that is run for it may be killed.
            if *word == " -ef " && !code.contains("[[") || word.starts_with("kill") && code.contains("bash -c") {
                continue;
            }
            if code.contains(word) && (*word != "coproc" || code.split_whitespace().any(|it| it == "coproc")) {
                say(line, at, reason);
            }
        }
        if opened.is_risky(code) {
            say(line, at, "this use of a descriptor beyond 2 is not carried out truly");
        }
        if quoted_in_replacement(code) {
            say(line, at, "a double quote in the pattern or replacement of `\"${…/…}\"` is not carried out truly");
        }
        if code.contains("$(") && (code.contains("printf '\\0") || code.contains("printf \"\\0")) && code.contains("\\0") {
            say(line, at, "a NUL in a command substitution, which bash warns of, is not carried out truly");
        }
        if output_to_process(code) {
            say(line, at, "the output of several commands into a process substitution is not carried out truly");
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

/// A quote in `${…}` whose text has a brace of its own, or a single quote: there bash and the shell here part.
fn nested_quote(line: &str) -> bool {
    line.match_indices("${").any(|(at, _)| {
        let rest = &line[at + 2..];
        let inside = &rest[..rest.find('}').unwrap_or(rest.len())];
        inside.contains('\'') || inside.replace("\\\"", "").matches('"').count() % 2 == 1
    })
}

/// Descriptors from 3 to 9 that `exec` opens for the whole shell: those are carried out as bash does.
struct Opened {
    reading: [bool; 10],
    writing: [bool; 10],
    /// Whether the script has a subshell of several lines: how far it reads, the shell that it left never learns.
    subshell: bool,
}

/// A redirection of a descriptor: which one, and what follows its sign.
fn redirections<'a>(code: &'a str, sign: char) -> impl Iterator<Item = (usize, usize, &'a str)> {
    code.match_indices(sign).filter_map(move |(at, _)| {
        let number = code[..at].chars().next_back()?.to_digit(10)? as usize;
        let before = code[..at - 1].chars().next_back();
        let alone = before.is_none_or(|it| it.is_whitespace() || ";({&|".contains(it));
        (alone && number > 2).then_some((number, at - 1, &code[at + 1..]))
    })
}

impl Opened {
    fn of(script: &str) -> Opened {
        let mut opened = Opened { reading: [false; 10], writing: [false; 10], subshell: script.lines().map(code).any(begins_subshell) };
        for line in script.lines().map(code) {
            for (sign, kind) in [('<', &mut opened.reading), ('>', &mut opened.writing)] {
                for (number, at, rest) in redirections(line, sign) {
                    kind[number] |= by_exec(line, at) && !rest.starts_with('&');
                }
            }
        }
        opened
    }

    fn is_risky(&self, code: &str) -> bool {
        let copies = |sign: char| redirections(code, sign).any(|(_, at, rest)| rest.starts_with('&') && !rest.starts_with("&-") && !by_exec(code, at));
        copies('<') || copies('>') || several(code) || self.reads(code) || self.writes(code)
    }

    /// `<&N` where N was not opened by exec, or in a subshell, whose reading the shell does not see.
    fn reads(&self, code: &str) -> bool {
        let inside = |at: usize| self.subshell || code[..at].contains('(') || code.replace("||", "").contains('|');
        let by_option = code.match_indices("-u ").any(|(at, _)| code[at + 3..].starts_with(|it: char| ('3'..='9').contains(&it)) && inside(at));
        let by_copy = named(code, "<&").any(|(at, number)| {
            let read = code[..at].contains("read ");
            !by_exec(code, at) && (!self.reading[number] && !read || inside(at))
        });
        by_option || by_copy
    }

    /// `>&N` where N is no file that exec opened: a copy of another descriptor.
    fn writes(&self, code: &str) -> bool {
        named(code, ">&").any(|(at, number)| !by_exec(code, at) && !self.writing[number])
    }
}

/// A line that opens `(…)` or `$(…)` and goes on behind it.
fn begins_subshell(code: &str) -> bool {
    let code = code.trim();
    code.starts_with('(') && !code.starts_with("((") || code.ends_with('(') && !code.ends_with("=(")
}

/// Two descriptors that one command opens to read from: what is read from them gets mixed up.
fn several(code: &str) -> bool {
    let mut numbers: Vec<usize> = redirections(code, '<').filter(|(_, at, _)| !by_exec(code, *at)).map(|it| it.0).collect();
    numbers.dedup();
    numbers.len() > 1
}

/// Places where a descriptor from 3 on is named behind a sign.
fn named<'a>(code: &'a str, sign: &'a str) -> impl Iterator<Item = (usize, usize)> {
    code.match_indices(sign).filter_map(move |(at, _)| {
        let number = code[at + 2..].chars().next()?.to_digit(10)? as usize;
        (number > 2).then_some((at, number))
    })
}

/// Whether the command that a place belongs to is `exec`.
fn by_exec(code: &str, at: usize) -> bool {
    let start = code[..at].rfind([';', '|', '{', '(']).map_or(0, |it| it + 1);
    code[start..at].trim_start().starts_with("exec ")
}

/// `"${x//…\"…}"`, in double quotes.
fn quoted_in_replacement(code: &str) -> bool {
    code.match_indices("${").any(|(at, _)| {
        let rest = &code[at + 2..];
        let name = rest.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(rest.len());
        let quoted = code[..at].matches('"').count() - code[..at].matches("\\\"").count();
        quoted % 2 == 1 && rest[name..].starts_with('/') && rest[..rest.find('}').unwrap_or(rest.len())].contains("\\\"")
    })
}

/// `exec > >(…)`, `} > >(…)`, `done > >(…)`.
fn output_to_process(code: &str) -> bool {
    code.match_indices("> >(").any(|(at, _)| {
        let before = code[..at].trim_end_matches(|it: char| it.is_ascii_digit() || it == '&' || it == '>').trim_end();
        by_exec(code, at) || before.ends_with('}') || before.ends_with(')') || ["done", "fi", "esac", "exec"].iter().any(|it| before.ends_with(it))
    })
}
