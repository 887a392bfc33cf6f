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
    script.push_str(&format!(
        r##"
# The first value wins: the line goes before the first one that counts, and others of its keyword become comments.
rewrite {main} -v key={key} -v text='{line}' '
    {{ word = tolower($1); sub(/=.*/, "", word) }}
    word != "" && word !~ /^#/ && !done {{ done = 1; print text; if (word == key) next }}
    word == key {{ print "# " $0; next }}
    {{ print }}
    END {{ if (!done) print text }}
'
"##,
        main = sshd::MAIN,
        key = want.keyword.to_ascii_lowercase(),
    ));
    let mut write_set = vec![sshd::MAIN.to_owned()];
    for file in want.files(&settings).into_iter().filter(|it| it != sshd::MAIN) {
        script.push_str(&format!(
            "\nrewrite {file} -v key={key} '\n    {{ word = tolower($1); sub(/=.*/, \"\", word) }}\n    word == key {{ print \"# \" $0; next }}\n    {{ print }}\n'\n",
            key = want.keyword.to_ascii_lowercase(),
        ));
        write_set.push(file);
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
            "sshd's effective configuration does not have {line}. The first value that sshd meets wins, so the line is put before all others in {}, and other lines with {} become comments, in Match blocks too. Running sessions stay; new logins that relied on the old value fail.",
            sshd::MAIN, want.keyword
        ),
        restart: false,
    }))
}

/// The name of sshd's unit: what the target has, else what its family calls it.
fn service(target: &Target<'_>) -> &'static str {
    let units = facts::units();
    let has = |name: &str| units.iter().any(|it| it == name);
    let os = facts::os();
    let debian = os.id == "debian" || os.id == "ubuntu" || os.id_like.iter().any(|it| it == "debian") || target.state("/etc/debian_version").is_some();
    if has("ssh.service") || debian && !has("sshd.service") { "ssh" } else { "sshd" }
}
