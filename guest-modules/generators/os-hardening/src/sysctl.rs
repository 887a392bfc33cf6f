//! Kernel settings: lines that contradict get the value in place; where no file below /etc has the key, a file of its own does.

use config_formats::sysctl;
use invitro_sdk::generator::invitro::remediation::types::{EffectKind, ExpectedEffect, Risk};

use crate::{Made, Proposal, REWRITE, Target, complies, head};

pub(crate) fn propose(rule: &str, parameters: &[(String, String)], target: &Target<'_>) -> Option<Made> {
    let want = sysctl::want(rule, parameters)?;
    if want.holds(target) {
        return Some(Err(complies()));
    }
    let line = format!("{} = {}", want.key, want.value);
    let title = format!("sysctl: {line}");
    let own = format!("/etc/sysctl.d/99-{}.conf", want.key.replace(['.', '_'], "-"));
    let mut files: Vec<String> =
        sysctl::assignments(target, &want.key).into_iter().map(|it| it.file).filter(|it| it.starts_with("/etc/") && *it != own).collect();
    files.dedup();
    let mut script = head(&title);
    script.push_str(REWRITE);
    for file in &files {
        script.push_str(&format!(
            r#"
rewrite {file} -v key='{key}' -v text='{line}' '
    {{ name = $0; sub(/=.*/, "", name); gsub(/[ \t-]/, "", name); gsub("/", ".", name) }}
    $0 ~ /=/ && $0 !~ /^[ \t]*[#;]/ && name == key {{ print text; next }}
    {{ print }}
'
"#,
            key = want.key
        ));
    }
    script.push_str(&format!(
        "\nmkdir -p /etc/sysctl.d\nif [ ! -f {own} ] || [ \"$(cat {own})\" != '{line}' ]; then\n    printf '%s\\n' '{line}' > {own}\nfi\nsysctl -q -w {}={}\n",
        want.key, want.value
    ));
    files.push(own);
    files.push("/etc/sysctl.d".to_owned());
    Some(Ok(Proposal {
        id: rule.replace('_', "-"),
        title,
        script,
        write_set: files,
        effects: vec![ExpectedEffect { kind: EffectKind::KernelSetting, name: want.key.clone() }],
        risk: if want.key.contains("forward") || want.key.contains("disable_ipv6") { Risk::High } else { Risk::Low },
        explanation: format!(
            "No configuration of the target gives {} the value {}. The last value wins, so lines below /etc that give another one are changed, and a file of its own makes sure of it; the running kernel gets it too.",
            want.key, want.value
        ),
        restart: false,
    }))
}
