//! Settings and grants of sudo. Statements are changed where they stand, in every file that sudo reads.

use config_formats::{
    Files,
    sudoers::{self, Entry, MAIN, Want, reading},
};
use invitro_sdk::generator::{exports::invitro::remediation::propose::ProposeError, invitro::remediation::types::Risk};

use crate::{Made, Proposal, REWRITE, Target, complies, head};

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
        Want::On(name) => (format!("sudo: {name}"), files_with(&setting(name)), Some((*name, (*name).to_owned()))),
        Want::Path(name, path) => (format!("sudo: {name}={path}"), files_with(&setting(name)), Some((*name, format!("{name}={path}")))),
        Want::Minutes(name, most) => (format!("sudo: {name}={most}"), files_with(&setting(name)), Some((*name, format!("{name}={most}")))),
    };
    if let Some(it) = files.iter().find(|it| it.contains('\'')) {
        return Some(Err(ProposeError::BadFinding(format!("{it} has a name that no script should have"))));
    }
    let mut script = head(&title);
    script.push_str(REWRITE);
    for file in &files {
        script.push_str(&match &commands {
            None if want == Want::NoNopasswd => format!("\nrewrite '{file}' '{NO_TAG}'\n"),
            None => format!("\nrewrite '{file}' '{NO_SWITCH}'\n"),
            Some((key, text)) => format!("\nrewrite '{file}' -v key='{key}' -v text='{text}' -v value={} '{CHANGE}'\n", u32::from(text.contains('='))),
        });
    }
    let mut write_set = files.clone();
    if let (Some((_, text)), true) = (&commands, files.is_empty()) {
        script.push_str(&format!("\nif ! grep -qxF 'Defaults {text}' {MAIN}; then\n    rewrite {MAIN} -v text='{text}' '{INSERT}'\nfi\n"));
        write_set.push(MAIN.to_owned());
    }
    if write_set.is_empty() || target.state(MAIN).is_none() {
        return Some(Err(ProposeError::Other("no file says what must change".to_owned())));
    }
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        explanation: format!(
            "sudo's configuration, with all files that it includes, does not have what the rule asks for ({title}). Statements are changed where they stand; grants, comments and modes stay. {} sudo reads its files at each call: nothing must restart.",
            match want {
                Want::NoNopasswd | Want::NoUnauthenticated =>
                    "Accounts without a password, and scripts that call sudo, can no longer use it: look at them first.",
                _ => "Programs that call sudo without a terminal may notice.",
            }
        ),
        title,
        script,
        write_set,
        effects: Vec::new(),
        risk: if matches!(want, Want::NoNopasswd | Want::NoUnauthenticated) { Risk::High } else { Risk::Medium },
        restart: false,
    }))
}
