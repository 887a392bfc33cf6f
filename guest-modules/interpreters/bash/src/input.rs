//! What programs read of their standard input. In a shell that is known by nobody; here it must be, as what one leaves the next
//! one reads: `while read -r line; do grep x; done < list` ends after one round.

/// How much a call reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    None,
    All,
    /// Some of it: so many lines, where that is known and the input can be gone back in.
    Part(Option<usize>),
}

/// Tools that read their input where no file is named: the options that take a value, and how many words come before files.
const READERS: &[(&str, &str, usize)] = &[
    ("base64", "w", 0),
    ("cat", "", 0),
    ("column", "ts", 0),
    ("cut", "dfbc", 0),
    ("egrep", "efmABCdD", 1),
    ("expand", "t", 0),
    ("fgrep", "efmABCdD", 1),
    ("fold", "w", 0),
    ("grep", "efmABCdD", 1),
    ("gunzip", "S", 0),
    ("gzip", "S", 0),
    ("head", "nc", 0),
    ("md5sum", "", 0),
    ("nl", "bwsvihfdln", 0),
    ("od", "AtNj", 0),
    ("paste", "d", 0),
    ("rev", "", 0),
    ("sed", "efl", 1),
    ("sha1sum", "", 0),
    ("sha256sum", "", 0),
    ("sha512sum", "", 0),
    ("sort", "ktoS", 0),
    ("tac", "s", 0),
    ("tail", "nc", 0),
    ("unexpand", "t", 0),
    ("uniq", "fsw", 0),
    ("wc", "", 0),
    ("zcat", "S", 0),
];

/// Tools that read it always.
const ALWAYS: &[&str] = &["tee", "tr", "xargs", "patch"];

/// Commands of the outside that read it (their manual pages).
const OUTSIDE: &[&str] = &[
    "chpasswd",
    "newusers",
    "debconf-set-selections",
    "iptables-restore",
    "ip6tables-restore",
    "mail",
    "sendmail",
    "dd",
    "cpio",
    "bc",
    "ssh",
    "python3",
    "perl",
    "at",
    "batch",
];

/// Long options whose value is the next word.
const VALUED: &[&str] = &[
    "after-context", "assign", "batch-size", "before-context", "binary-files", "buffer-size", "bytes", "characters", "check-chars", "context", "delimiter",
    "devices", "directories", "exclude", "exclude-dir", "exclude-from", "expression", "field-separator", "fields", "file", "group-separator", "include", "key",
    "label", "line-length", "lines", "max-count", "output", "output-delimiter", "parallel", "regexp", "skip-chars", "skip-fields", "sort", "tabs",
    "temporary-directory", "width",
];

/// Whether a long option holds the script or the pattern, so that the first word is a file already. A beginning that is unique stands for the whole.
fn names_script(tool: &str, long: &str) -> bool {
    let short_for = |whole: &str, least: usize| long.len() >= least && whole.starts_with(long);
    match tool {
        "sed" => short_for("expression", 1) || short_for("file", 2),
        "grep" | "egrep" | "fgrep" => short_for("regexp", 3) || long == "file",
        _ => false,
    }
}

/// What a tool reads.
pub(crate) fn of(name: &str, args: &[String]) -> Input {
    let named = |word: &str| args.iter().any(|it| it == word);
    if ALWAYS.contains(&name) || named("-") || named("/dev/stdin") || named("/dev/fd/0") {
        return if name == "patch" && args.iter().any(|it| it.starts_with("-i") || it.starts_with("--input")) { Input::None } else if name == "cmp" { Input::Part(None) } else { Input::All };
    }
    if name == "tar" || matches!(name, "comm" | "join" | "diff" | "cmp" | "date") {
        return Input::None;
    }
    let Some((_, valued, before)) = READERS.iter().find(|it| it.0 == name) else { return Input::None };
    let (mut words, mut scripts, mut partly, mut recursive) = (Vec::new(), 0, false, false);
    let mut lines = Some(10);
    let mut at = 0;
    while at < args.len() {
        let word = &args[at];
        at += 1;
        if word == "--" {
            words.extend_from_slice(&args[at..]);
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            scripts += usize::from(names_script(name, long.split('=').next().unwrap_or_default()));
            partly |= long.starts_with("quiet") || long.starts_with("silent") || long.starts_with("max-count") || long.starts_with("files-with");
            recursive |= long.starts_with("recursive") || long.starts_with("dereference-rec");
            if let Some(number) = long.strip_prefix("lines=") {
                lines = number.parse().ok();
            }
            if long.starts_with("bytes") {
                lines = None;
            }
            if VALUED.contains(&long) {
                at += 1;
            }
            continue;
        }
        let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) else {
            words.push(word.clone());
            continue;
        };
        if name == "head" && letters.chars().all(|it| it.is_ascii_digit()) {
            lines = letters.parse().ok();
            continue;
        }
        for (place, letter) in letters.char_indices() {
            scripts += usize::from(matches!(letter, 'e' | 'f') && matches!(name, "grep" | "egrep" | "fgrep" | "sed"));
            partly |= name.contains("grep") && matches!(letter, 'q' | 'm' | 'l' | 'L');
            recursive |= name.contains("grep") && matches!(letter, 'r' | 'R');
            if valued.contains(letter) {
                let rest = &letters[place + letter.len_utf8()..];
                let value = if rest.is_empty() { args.get(at).map(String::as_str).unwrap_or_default() } else { rest };
                if name == "head" {
                    lines = if letter == 'n' { value.parse().ok() } else { None };
                }
                at += usize::from(rest.is_empty());
                break;
            }
        }
    }
    let before = if scripts > 0 { 0 } else { *before };
    let script = words.first().cloned().unwrap_or_default();
    let files = words.iter().skip(before).count();
    if files > 0 || recursive {
        return Input::None;
    }
    match name {
        "head" => Input::Part(lines),
        "sed" if script.contains('q') || script.contains('Q') => Input::Part(None),
        _ if partly => Input::Part(None),
        _ => Input::All,
    }
}

/// Bytes of the first lines; all where their number is not known.
pub(crate) fn consumed(bytes: &[u8], lines: Option<usize>) -> usize {
    let Some(lines) = lines else { return bytes.len() };
    let mut left = lines;
    let mut at = 0;
    while left > 0 && at < bytes.len() {
        at = bytes[at..].iter().position(|it| *it == b'\n').map_or(bytes.len(), |it| at + it + 1);
        left -= 1;
    }
    at
}

/// Whether a command of the outside reads it.
pub(crate) fn outside(name: &str, args: &[String]) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    OUTSIDE.contains(&base) || args.iter().any(|it| it == "-" || it == "/dev/stdin" || it == "--stdin" || it == "--set-selections")
}

#[cfg(test)]
mod tests {
    use super::{Input, consumed, of};

    #[test]
    fn is_known_by_the_words() {
        for (line, expected) in [
            ("grep x", Input::All),
            ("grep -q x", Input::Part(None)),
            ("grep x /etc/passwd", Input::None),
            ("grep -e x", Input::All),
            ("sed -i s/a/b/ f", Input::None),
            ("sed s/a/b/", Input::All),
            ("sed --regexp-extended s/a/b/", Input::All),
            ("sed --expr=p f", Input::None),
            ("sed --line-length 5 l", Input::All),
            ("grep --files-without-match x", Input::Part(None)),
            ("grep --after-context 1 x", Input::All),
            ("grep --regexp x f", Input::None),
            ("head -n1", Input::Part(Some(1))),
            ("head -2", Input::Part(Some(2))),
            ("cat -", Input::All),
            ("basename x", Input::None),
            ("sort -k 2 f", Input::None),
        ] {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(of(&words[0], &words[1..]), expected, "{line}");
        }
        assert_eq!(consumed(b"a\nb\nc\n", Some(2)), 4);
    }
}
