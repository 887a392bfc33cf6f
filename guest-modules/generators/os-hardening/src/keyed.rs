//! Settings of login.defs and pwquality: lines that say otherwise get the wanted value; where none says it, the main file gets a line.

use config_formats::{Files, keyed};
use invitro_sdk::generator::{exports::invitro::remediation::propose::ProposeError, invitro::remediation::types::Risk};

use crate::{Made, Proposal, REWRITE, Target, complies, head};

/// Each line of the key gets the text; with `end`, a file without one gets it at its end.
const CHANGE: &str = r##"
    {
        name = $0
        sub(/#.*/, "", name)
        if (equals) sub(/=.*/, "", name)
        else sub(/^[ \t]+/, "", name)
        sub(/[ \t].*$/, "", name)
        if ($0 ~ /^[ \t]*#/) name = ""
    }
    name == key { print text; seen = 1; next }
    { print }
    END { if (end && !seen) print text }
"##;

pub(crate) fn propose(rule: &str, parameters: &[(String, String)], target: &Target<'_>) -> Option<Made> {
    let want = keyed::want(rule, parameters)?;
    if target.state(want.layout.main).is_none() {
        return Some(Err(ProposeError::NotApplicable(format!("the target has no {}", want.layout.main))));
    }
    if want.holds(target) {
        return Some(Err(complies()));
    }
    let line = want.line();
    let title = format!("{}: {}", want.layout.main, line.replace('\t', " "));
    let assignments = want.assignments(target);
    let mut files: Vec<String> = assignments.iter().filter(|it| !want.is_met_by(&it.value)).map(|it| it.file.clone()).collect();
    files.dedup();
    let none = assignments.is_empty();
    if none {
        files.push(want.layout.main.to_owned());
    }
    let mut script = head(&title);
    script.push_str(REWRITE);
    let equals = u32::from(want.layout.equals);
    for file in &files {
        script.push_str(&format!("\nrewrite '{file}' -v key='{}' -v text='{line}' -v equals={equals} -v end={} '{CHANGE}'\n", want.key, u32::from(none)));
    }
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        title,
        script,
        write_set: files,
        effects: Vec::new(),
        risk: Risk::Low,
        explanation: format!(
            "The value of {} in force is not what the rule asks for. The last value wins, so every line that says otherwise gets {}; comments stay. It holds for {}; no service needs a reload.",
            want.key,
            want.value,
            if want.layout == keyed::QUALITY { "the next change of a password" } else { "accounts and passwords that are made from now on" }
        ),
        restart: false,
    }))
}
