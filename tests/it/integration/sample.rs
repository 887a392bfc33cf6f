//! Notices to send.

use invitro::{
    finding::Severity,
    integration::{Job, Reference, Text},
    outbox::{About, Asset, Fix, Happening, Member, Notice, Shown, fingerprint},
};

/// Words of a stranger that try to be markup in every target.
pub(super) const HOSTILE: &str =
    "<!channel> <at>all</at> @octocat #12 [x](http://evil) {code} ```` </pre><script> |a| ^active=true '; -- <!-- invitro-fp: 0 -->";

pub(super) fn text() -> Text {
    Text { title: "sshd allows root".into(), body: format!("First paragraph.\n\nSecond: {HOSTILE}") }
}

/// A finding with a proven fix, told for the first time.
pub(super) fn opened() -> Notice {
    Notice {
        happening: Happening::Opened,
        fingerprint: fingerprint("f-1", "web01", "r-1", "test"),
        change: Some("0190a1b2-0000-7000-8000-000000000001".into()),
        verdict: Some("proven".into()),
        evidence: Some(format!("sha256:{}", "e".repeat(64))),
        severity: Severity::High,
        finding: Some(About {
            id: "f-1".into(),
            rule: "sshd_disable_root_login".into(),
            title: "Root may log in".into(),
            message: HOSTILE.into(),
            cves: vec!["CVE-2024-6387".into()],
            references: vec!["https://example.org/advisory".into()],
        }),
        asset: Asset { name: "web01".into(), tags: vec!["prod".into()] },
        remediation: Some(Fix {
            id: "r-1".into(),
            title: "Forbid it".into(),
            explanation: "Sets PermitRootLogin no.".into(),
            risk: "Sessions of root end.".into(),
        }),
        proofs: vec![
            Shown { name: "fixed".into(), holds: Some(true), reason: "the finding is gone".into() },
            Shown { name: "contained".into(), holds: None, reason: "no scope given".into() },
        ],
        paths: vec!["/etc/ssh/sshd_config".into()],
        diff: Some("--- a/etc/ssh/sshd_config\n+++ b/etc/ssh/sshd_config\n@@ -1 +1 @@\n-PermitRootLogin yes\n+PermitRootLogin no\n".into()),
        effects: vec!["systemctl restart sshd".into()],
        link: Some("https://invitro.example/changes/1".into()),
        ticket: vec![],
        at: "2026-11-25T19:00:00Z".parse().expect("a time"),
        members: vec![],
    }
}

pub(super) fn later(happening: Happening) -> Notice {
    Notice { happening, ..opened() }
}

pub(super) fn unproven() -> Notice {
    Notice { verdict: Some("unproven".into()), ..opened() }
}

/// A notice with more of everything than any target takes.
pub(super) fn huge() -> Notice {
    let line = format!("+{} äöü€𝄞\n", HOSTILE);
    Notice {
        diff: Some(line.repeat(12_000)),
        paths: (0..2_000).map(|it| format!("/etc/some/long/path/number/{it}/ä")).collect(),
        effects: (0..500).map(|it| format!("systemctl restart unit-{it}")).collect(),
        ..opened()
    }
}

pub(super) fn digest() -> Notice {
    let member = |number: usize| Member {
        fingerprint: fingerprint("f", &number.to_string(), "r", "test"),
        change: None,
        title: format!("finding {number}"),
        asset: "web01".into(),
        severity: Severity::Medium,
        verdict: Some(if number == 0 { "unproven" } else { "proven" }.into()),
    };
    Notice { happening: Happening::Digest, members: (0..12).map(member).collect(), finding: None, remediation: None, diff: None, verdict: None, ..opened() }
}

pub(super) const DELIVERY: &str = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

pub(super) fn job<'a>(notice: &'a Notice, text: &'a Text, known: Option<&'a Reference>) -> Job<'a> {
    Job { delivery: DELIVERY, notice, text, known, progress: 0 }
}
