//! Settings of sshd: the wanted line comes before all others, as the first value wins; contradicting lines become comments.

use config_formats::{Files, sshd};
use invitro_sdk::generator::invitro::remediation::{
    facts,
    types::{EffectKind, ExpectedEffect, Risk},
};

use crate::{Made, Proposal, REWRITE, Target, complies, head};
use invitro_sdk::generator::exports::invitro::remediation::propose::ProposeError;

pub(crate) fn propose(rule: &str, parameters: &[(String, String)], target: &Target<'_>) -> Option<Made> {
    let want = sshd::want(rule, parameters)?;
    let Some(settings) = sshd::read(target) else { return Some(Err(ProposeError::NotApplicable(format!("the target has no {}", sshd::MAIN)))) };
    if want.holds(&settings) {
        return Some(Err(complies()));
    }
    let service = service(target);
    let line = format!("{} {}", want.keyword, want.value);
    let title = format!("sshd: {line}");
    let mut script = head(&title);
    script.push_str(REWRITE);
    let key = want.key();
    let mut write_set = Vec::new();
    match want.effective(&settings) {
        Some(it) if !want.is_met_by(&it.value) => {
            script.push_str(&format!(
                "\n# The first value wins: that line gets the wanted one.\nrewrite {} -v key={key} -v text='{line}' '{WORDS}{CHANGE}'\n",
                it.file
            ));
            write_set.push(it.file.clone());
        }
        Some(_) => {}
        None => {
            script.push_str(&format!(
                "\n# Nothing sets it: the line goes before the first one that counts.\nrewrite {} -v key={key} -v text='{line}' '{WORDS}{INSERT}'\n",
                sshd::MAIN
            ));
            write_set.push(sshd::MAIN.to_owned());
        }
    }
    let mut blocks: Vec<(String, bool)> = want.contradictions(&settings).into_iter().map(|it| (it.file.clone(), it.within)).collect();
    blocks.sort();
    blocks.dedup();
    for (file, within) in blocks {
        let within = if within { " -v inside=1" } else { "" };
        script.push_str(&format!("\n# A Match block must not say otherwise.\nrewrite {file} -v key={key}{within} '{WORDS}{UNMATCH}'\n"));
        if !write_set.contains(&file) {
            write_set.push(file);
        }
    }
    script.push_str(&format!("\nsystemctl reload {service}\n"));
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        title,
        script,
        write_set,
        effects: vec![ExpectedEffect { kind: EffectKind::ServiceReload, name: format!("{service}.service") }],
        risk: if want.keyword.starts_with("Permit") || want.keyword == "UsePAM" { Risk::Medium } else { Risk::Low },
        explanation: format!(
            "sshd's effective configuration does not have {line}. The first value that sshd meets wins, so that line is changed, or one is put before all others where none is; lines of {} in Match blocks that say otherwise become comments. Running sessions stay; new logins that relied on the old value fail.",
            want.keyword
        ),
        restart: false,
    }))
}

/// What each filter begins with: the keyword of the line, and whether the line stands in a `Match` block.
const WORDS: &str = r#"
    { word = tolower($1); sub(/=.*/, "", word) }
    word == "match" { inside = 1 }"#;

/// The first line of the keyword outside `Match` gets the text.
const CHANGE: &str = r#"
    word == key && !inside && !done { done = 1; print text; next }
    { print }
"#;

/// The text stands before the first line that counts.
const INSERT: &str = r##"
    word != "" && word !~ /^#/ && !done { done = 1; print text; if (word == key) next }
    { print }
    END { if (!done) print text }
"##;

/// Lines of the keyword inside `Match` become comments.
const UNMATCH: &str = r##"
    word == key && inside { print "# " $0; next }
    { print }
"##;

/// The name of sshd's unit: what the target has, else what its family calls it.
fn service(target: &Target<'_>) -> &'static str {
    let units = facts::units();
    let has = |name: &str| units.iter().any(|it| it == name);
    let os = facts::os();
    let debian = os.id == "debian" || os.id == "ubuntu" || os.id_like.iter().any(|it| it == "debian") || target.state("/etc/debian_version").is_some();
    if has("ssh.service") || debian && !has("sshd.service") { "ssh" } else { "sshd" }
}
