//! The pages of `invitro explain` and the codes in the sources are the same list.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What stands before a code where one is made. Spaces and line ends between do not count.
const MAKERS: [(&str, &str); 13] = [
    ("note", "note(\""),
    ("note", "Note{code:\""),
    ("reason", "say(\""),
    ("reason", "ask(\""),
    ("reason", "Reason::lasting(\""),
    ("reason", "Reason::new(Verdict::Unproven,\""),
    ("reason", "Reason::new(Verdict::Refused,\""),
    ("reason", "Reason::new(Verdict::NeedsApproval,\""),
    ("doubt", "doubt(\""),
    ("doubt", "Doubt{code:\""),
    ("assumption", "assume(\""),
    ("assumption", "Answer{about:\""),
    ("assumption", "Assumption{about:\""),
];

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a readable folder").map(|it| it.expect("a readable entry").path());
    let all = entries.filter(|it| !it.ends_with("target")).flat_map(|it| if it.is_dir() { files(&it) } else { vec![it] });
    all.filter(|it| it.extension().is_some_and(|it| it == "rs")).collect()
}

/// The code of a file, without comments, tests and white space.
fn squeezed(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a readable file");
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|it| !it.trim_start().starts_with("//")).flat_map(str::chars).filter(|it| !it.is_whitespace()).collect()
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-')
        && text.starts_with(|it: char| it.is_ascii_lowercase())
}

/// What follows `maker` up to the next quote, wherever it stands.
fn after<'a>(code: &'a str, maker: &str) -> Vec<&'a str> {
    let whole = |at: usize| !code[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_') || maker.starts_with(|it: char| !it.is_alphabetic());
    code.match_indices(maker).filter(|it| whole(it.0)).filter_map(|(at, _)| code[at + maker.len()..].split('"').next()).filter(|it| is_code(it)).collect()
}

/// The words of a function's `match`: what follows the arrow of each arm that begins with `name`.
fn arms<'a>(code: &'a str, function: &str, name: &str) -> Vec<&'a str> {
    let body = code.split_once(function).map_or("", |it| it.1);
    body.split(name).skip(1).filter_map(|it| it.split_once("=>\"")?.1.split('"').next()).collect()
}

/// Every code in the sources, with its kind and one file that makes it.
fn made() -> BTreeMap<(String, String), PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut made = BTreeMap::new();
    let mut add = |kind: &str, code: &str, file: &Path| drop(made.insert((code.to_owned(), kind.to_owned()), file.to_path_buf()));
    for file in files(&root.join("src")).into_iter().chain(files(&root.join("guest-modules"))) {
        let code = squeezed(&file);
        let is_guest = file.starts_with(root.join("guest-modules"));
        // Guests say things too, but no reasons.
        for (kind, maker) in MAKERS.iter().filter(|it| !is_guest || it.0 != "reason") {
            after(&code, maker).into_iter().for_each(|it| add(kind, it, &file));
        }
        // `Stop::Fuel(_) => "fuel"`, `("fixed", &self.fixed)`, and `"no-remediation: …"` of what was not tried.
        let kind_and_words = match file.strip_prefix(root.join("src")).ok().and_then(Path::to_str) {
            Some("guest/stop.rs") => ("stop", arms(&code, "fnkind(", "Stop::")),
            Some("gate/verdict.rs") => ("verdict", arms(&code, "fnword(", "Verdict::")),
            Some("gate/outcome.rs") => ("result", arms(&code, "fnword(", "Outcome::")),
            Some("proof/claim.rs") => ("proof", code.split("(\"").skip(1).filter_map(|it| Some(it.split_once("\",&self.")?.0)).collect()),
            // Doubts that block, by themselves or as the policy has it.
            Some("gate/policy.rs") => (
                "doubt",
                ["DOUBTS:", "BLOCKING:"]
                    .iter()
                    .filter_map(|list| code.split_once(list)?.1.split_once("=[")?.1.split(']').next())
                    .flat_map(|it| it.split('"'))
                    .collect(),
            ),
            Some("engine/fix.rs") => ("reason", code.split("untried(Outcome::").skip(1).filter_map(|it| it.split_once('"')?.1.split(':').next()).collect()),
            _ => continue,
        };
        kind_and_words.1.into_iter().filter(|it| is_code(it)).for_each(|it| add(kind_and_words.0, it, &file));
    }
    made
}

#[test]
fn every_code_of_the_sources_has_a_page() {
    let pages = invitro::report::codes();
    let made = made();
    let without: Vec<_> = made
        .iter()
        .filter(|((code, kind), _)| !pages.get(code).is_some_and(|it| it.kinds.contains(kind)))
        .map(|((code, kind), file)| format!("{code} ({kind}) of {}", file.display()))
        .collect();
    assert!(made.len() > 70, "the codes were found: {}", made.len());
    assert!(without.is_empty(), "src/report/codes.toml has no page for\n{}", without.join("\n"));
}

#[test]
fn every_page_is_about_a_code_of_the_sources() {
    let made = made();
    let dead: Vec<_> = invitro::report::codes()
        .iter()
        .flat_map(|(code, page)| page.kinds.iter().map(move |kind| (code.clone(), kind.clone())))
        .filter(|it| !made.contains_key(it))
        .collect();
    assert!(dead.is_empty(), "src/report/codes.toml is about codes that nothing makes: {dead:?}");
}
