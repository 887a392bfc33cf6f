//! curl(1) and wget(1): what they fetch is not known. Only a call that keeps nothing is recorded.

use crate::intent::{Intent, plain, value};

/// Options of curl that take the next word and matter to finding the address.
const CURL: &[&str] = &[
    "-o", "--output", "-X", "--request", "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "-u", "--user", "-A", "--user-agent", "-e", "--referer", "-m", "--max-time", "--connect-timeout", "--retry", "--retry-delay",
    "--cacert", "-E", "--cert", "--key", "-x", "--proxy", "-w", "--write-out", "-F", "--form", "-T", "--upload-file", "-b", "--cookie", "-c", "--cookie-jar", "-K", "--config", "--url", "-D", "--dump-header", "-r", "--range", "--resolve",
];
const WGET: &[&str] = &["-O", "--output-document", "-o", "--output-file", "-P", "--directory-prefix", "-T", "--timeout", "-t", "--tries", "-U", "--user-agent", "--header", "--post-data", "--post-file", "-i", "--input-file", "-a"];

/// The addresses among the words of a bundle of letters ending with one that takes the next word.
fn addresses(words: &[String], valued: &[&str]) -> String {
    let mut glued: Vec<&str> = valued.to_vec();
    for word in words.iter().filter(|it| it.starts_with('-') && !it.starts_with("--") && it.len() > 2) {
        if word.chars().next_back().is_some_and(|last| valued.contains(&format!("-{last}").as_str())) {
            glued.push(word);
        }
    }
    plain(words, &glued).join(" ")
}

/// curl(1).
pub(crate) fn curl(_: &str, words: &[String]) -> Intent {
    let what = value(words, None, "url").map_or_else(|| addresses(words, CURL), str::to_owned);
    let keeps = ["--dump-header", "--cookie-jar", "--write-out", "--output-dir", "--remote-name", "--remote-name-all", "--remote-header-name", "--config", "--trace", "--trace-ascii", "--stderr", "--libcurl", "--etag-save", "--hsts", "--verbose", "--include", "--version", "--help"];
    let letters = words.iter().filter(|it| it.starts_with('-') && !it.starts_with("--"));
    let odd = words.iter().any(|it| keeps.contains(&it.split('=').next().unwrap_or(it))) || letters.clone().any(|it| it.contains(['O', 'D', 'c', 'w', 'K', 'J', 'V', 'h', 'v', 'i', '#']));
    let addresses = what.split(' ').filter(|it| !it.is_empty()).count();
    match value(words, Some('o'), "output") {
        _ if what.is_empty() => Intent::Unknown("a call without an address".into()),
        // One output belongs to one address.
        Some("/dev/null") if !odd && addresses == 1 => Intent::Acts { kind: "network-request", what },
        Some("/dev/null" | "-") | None => Intent::Brings { kind: "network-fetch", what, why: "print what a server answers" },
        Some(_) => Intent::Brings { kind: "network-fetch", what, why: "write what a server answers" },
    }
}

/// wget(1).
pub(crate) fn wget(_: &str, words: &[String]) -> Intent {
    let what = addresses(words, WGET);
    let quiet = words.iter().any(|it| it == "--quiet" || it.starts_with('-') && !it.starts_with("--") && it.contains('q'));
    let odd = ["-o", "-a", "-i", "-P", "-r", "-m", "--mirror", "--recursive", "--input-file", "--save-cookies", "--warc-file"];
    let odd = words.iter().any(|it| odd.contains(&it.split('=').next().unwrap_or(it)));
    let output = value(words, Some('O'), "output-document");
    let spider = words.iter().any(|it| it == "--spider");
    if what.is_empty() {
        Intent::Unknown("a call without an address".into())
    } else if quiet && !odd && (output == Some("/dev/null") || spider && output.is_none()) {
        Intent::Acts { kind: "network-request", what }
    } else {
        Intent::Brings { kind: "network-fetch", what, why: "write or print what a server answers" }
    }
}

#[cfg(test)]
mod tests {
    use super::{Intent, curl, wget};

    fn read(line: &str) -> String {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let intent = if words[0] == "curl" { curl("curl", &words[1..]) } else { wget("wget", &words[1..]) };
        match intent {
            Intent::Acts { kind, what } => format!("{kind} {what}"),
            Intent::Brings { kind, what, why } => format!("refused: {kind} {what}: {why}"),
            Intent::Unknown(what) => format!("unknown: {what}"),
        }
    }

    #[test]
    fn only_what_keeps_nothing_is_recorded() {
        for (line, expected) in [
            ("curl -fsSL https://example.org/a.sh", "refused: network-fetch https://example.org/a.sh: print what a server answers"),
            ("curl -fsSLo /etc/x https://example.org/x", "refused: network-fetch https://example.org/x: write what a server answers"),
            ("curl -O https://example.org/x", "refused: network-fetch https://example.org/x: print what a server answers"),
            ("curl -s -o /dev/null -X POST -d a=b https://example.org/hook", "network-request https://example.org/hook"),
            ("curl -s -o /dev/null -w %{http_code} https://example.org/", "refused: network-fetch https://example.org/: print what a server answers"),
            ("curl -s -o /dev/null https://a/ https://b/", "refused: network-fetch https://a/ https://b/: print what a server answers"),
            ("curl -s", "unknown: a call without an address"),
            ("wget https://example.org/x", "refused: network-fetch https://example.org/x: write or print what a server answers"),
            ("wget -qO- https://example.org/x", "refused: network-fetch https://example.org/x: write or print what a server answers"),
            ("wget -q --spider https://example.org/x", "network-request https://example.org/x"),
            ("wget -q -O /dev/null https://example.org/x", "network-request https://example.org/x"),
        ] {
            assert_eq!(read(line), expected, "{line}");
        }
    }
}
