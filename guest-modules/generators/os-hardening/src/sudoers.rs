//! Settings and grants of sudo. Statements are changed where they stand, in every file that sudo reads.

use config_formats::{
    Files,
    sudoers::{self, Entry, MAIN, Want, reading},
};
use invitro_sdk::generator::{exports::invitro::remediation::propose::ProposeError, invitro::remediation::types::{EffectKind, ExpectedEffect, Risk}};

use crate::{Made, Proposal, Target, complies, head};

/// A function of the scripts: what a filter makes of a file is a copy first, which visudo must accept; then it goes back into the file,
/// so that the file keeps its mode, owner and links. A file that would not change is not touched.
const MEND: &str = r#"
mend() {
    local file=$1 copy before after
    shift
    before=$(cat "$file"; printf .)
    after=$(awk "$@" "$file"; printf .)
    if [ "$before" = "$after" ]; then
        return 0
    fi
    copy=$(mktemp)
    printf '%s' "${after%.}" > "$copy"
    if ! visudo -cqf "$copy"; then
        rm -f "$copy"
        echo "visudo refuses what $file would become; it stays as it is" >&2
        exit 1
    fi
    cat "$copy" > "$file"
    rm -f "$copy"
}
"#;

/// The tag that spares the password goes; the grant stays.
const NO_TAG: &str = r##"
    !/^[ \t]*#/ { gsub(/NOPASSWD[ \t]*:[ \t]*/, "") }
    { print }
"##;

/// The switch goes from its list; a statement that had nothing else becomes a comment.
const NO_SWITCH: &str = r##"
    /^[ \t]*Defaults/ && /!authenticate/ {
        gsub(/,[ \t]*!authenticate/, "")
        gsub(/!authenticate[ \t]*,[ \t]*/, "")
        if ($0 ~ /!authenticate/) { print "# " $0; next }
    }
    { print }
"##;

/// What is on, or off already, is off.
const OFF: &str = r##"
    /^[ \t]*Defaults/ { gsub("!" key, key); gsub(key, "!" key) }
    { print }
"##;

/// A grant of everything to everybody becomes a comment.
const NOT_EVERYBODY: &str = r##"
    { bare = $0; sub(/#.*/, "", bare); gsub(/[ \t]/, "", bare) }
    bare ~ /^ALLALL=(\(ALL(:ALL)?\))?(NOPASSWD:)?ALL$/ { print "# " $0; next }
    { print }
"##;

/// What says otherwise gets the text.
const CHANGE: &str = r##"
    /^[ \t]*Defaults/ {
        gsub("!" key, text)
        if (value) gsub(key "[ \t]*=[ \t]*(\"[^\"]*\"|[^ \t,\"]+)", text)
    }
    { print }
"##;

/// The statement stands before the first one.
const INSERT: &str = r##"
    !done && $0 !~ /^[ \t]*(#|$)/ { done = 1; print "Defaults " text }
    { print }
    END { if (!done) print "Defaults " text }
"##;

pub(crate) fn propose(rule: &str, parameters: &[(String, String)], target: &Target<'_>) -> Option<Made> {
    let want = sudoers::want(rule, parameters)?;
    let missing = |why: String| Some(Err(ProposeError::NotApplicable(why)));
    let Some(read) = reading(target, MAIN) else { return missing(format!("the target has no {MAIN}")) };
    if let Some(it) = read.problems.first() {
        return Some(Err(ProposeError::BadFinding(format!("{} is broken in line {}: {}; mend it first", it.path, it.line, it.message))));
    }
    if want.holds(target) == Some(true) {
        return Some(Err(complies()));
    }
    let files_with = |has: &dyn Fn(&Entry) -> bool| {
        let mut files: Vec<String> = read.entries.iter().filter(|it| has(&it.2)).map(|it| it.0.clone()).collect();
        files.sort();
        files.dedup();
        files
    };
    let setting = |name: &'static str| move |it: &Entry| matches!(it, Entry::Defaults(_, changes) if changes.iter().any(|it| it.name == name));
    let (title, files, commands) = match &want {
        Want::NoNopasswd => ("sudo asks for a password".to_owned(), files_with(&|it| matches!(it, Entry::Grant { no_password: true, .. })), None),
        Want::NoUnauthenticated => ("sudo asks who it is".to_owned(), files_with(&setting("authenticate")), None),
        Want::NotEverybody => ("sudo: nobody gets everything just like that".to_owned(), want.offenders(target), None),
        Want::Off(names) => (format!("sudo: {}", names.iter().map(|it| format!("!{it}")).collect::<Vec<_>>().join(", ")), want.offenders(target), None),
        Want::On(name) => (format!("sudo: {name}"), files_with(&setting(name)), Some((*name, (*name).to_owned()))),
        Want::Path(name, path) => (format!("sudo: {name}={path}"), files_with(&setting(name)), Some((*name, format!("{name}={path}")))),
        Want::Minutes(name, most) => (format!("sudo: {name}={most}"), files_with(&setting(name)), Some((*name, format!("{name}={most}")))),
    };
    if let Some(it) = files.iter().find(|it| it.contains('\'')) {
        return Some(Err(ProposeError::BadFinding(format!("{it} has a name that no script should have"))));
    }
    let mut script = head(&title);
    script.push_str(MEND);
    for file in &files {
        script.push_str(&match (&want, &commands) {
            (Want::NoNopasswd, _) => format!("\nmend '{file}' '{NO_TAG}'\n"),
            (Want::NotEverybody, _) => format!("\nmend '{file}' '{NOT_EVERYBODY}'\n"),
            (Want::Off(names), _) => names.iter().map(|key| format!("\nmend '{file}' -v key='{key}' '{OFF}'\n")).collect(),
            (_, None) => format!("\nmend '{file}' '{NO_SWITCH}'\n"),
            (_, Some((key, text))) => format!("\nmend '{file}' -v key='{key}' -v text='{text}' -v value={} '{CHANGE}'\n", u32::from(text.contains('='))),
        });
    }
    let mut write_set = files.clone();
    if let Want::Off(names) = &want {
        // The first statement that a file gets stands before the others, so the last one comes first.
        for name in names.iter().rev().filter(|name| !read.entries.iter().any(|it| setting(name)(&it.2))) {
            script.push_str(&format!("\nif ! grep -qxF 'Defaults !{name}' {MAIN}; then\n    mend {MAIN} -v text='!{name}' '{INSERT}'\nfi\n"));
            write_set.push(MAIN.to_owned());
        }
    }
    if let (Some((_, text)), true) = (&commands, files.is_empty()) {
        script.push_str(&format!("\nif ! grep -qxF 'Defaults {text}' {MAIN}; then\n    mend {MAIN} -v text='{text}' '{INSERT}'\nfi\n"));
        write_set.push(MAIN.to_owned());
    }
    if write_set.is_empty() || target.state(MAIN).is_none() {
        return Some(Err(ProposeError::Other("no file says what must change".to_owned())));
    }
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        explanation: format!(
            "sudo's configuration, with all files that it includes, does not have what the rule asks for ({title}). Statements are changed where they stand; grants, comments and modes stay. Each file is edited as a copy, and takes its place only when visudo accepts it. {} sudo reads its files at each call: nothing must restart.",
            match want {
                Want::NotEverybody => "Who is to keep such rights needs a line of their own: look first.",
                Want::NoNopasswd | Want::NoUnauthenticated => "Accounts without a password, and scripts that call sudo, can no longer use it: look at them first.",
                _ => "Programs that call sudo without a terminal may notice.",
            }
        ),
        title,
        script,
        write_set,
        effects: vec![ExpectedEffect { kind: EffectKind::Other("configuration-test".to_owned()), name: "sudoers".to_owned() }],
        risk: if matches!(want, Want::NoNopasswd | Want::NoUnauthenticated | Want::NotEverybody) { Risk::High } else { Risk::Medium },
        restart: false,
    }))
}
