//! Hostile text through every format: a test of this room's promise, with strings that try to be more than text.

use proptest::prelude::*;

use super::{Ending, Form, Sums, neutral::is_harmful, one, text, whole};
use crate::{
    diff::{Change, FileState},
    digest::Digest,
    engine::Fixed,
    evidence::{Described, Evidence},
    finding::{Attribute, Finding, Severity, Skipped},
    gate::{Outcome, Reason, Verdict},
    guest::{Call, Doubt, Effect, Limits, Treatment, Unmodelled, Used},
    proof::{Answer, Proof, Proofs},
    remediation::{Artifact, Language, Remediation},
    strain::{Strain, StrainCase},
    tree::{FileType, Flags},
    validate::{Dependent, Level, Note},
};

/// Beginnings, ends and middles of attacks; the strategy strings them together with any other characters.
const PIECES: [&str; 22] = [
    "\u{1b}[31m",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "\r",
    "\n",
    "\n::error::x",
    "\n  ::add-mask::y",
    "##[group]",
    "##vso[task.setvariable]",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "\u{2066}",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=y>",
    "]]>",
    "&amp;",
    "|a|b|",
    "[x](http://y)",
    "`",
    "%0A",
    "\0",
];

fn finding(hostile: &str) -> Finding {
    let own = || hostile.to_owned();
    Finding {
        id: own(),
        rule: own(),
        title: own(),
        message: own(),
        severity: Severity::High,
        source: own(),
        locations: Vec::new(),
        package: None,
        parameters: [Attribute { name: own(), value: own() }].into(),
        aliases: vec![own()],
        attributes: Vec::new(),
    }
}

/// Evidence in which every text of a stranger is `hostile`.
fn evidence(hostile: &str) -> Evidence {
    let own = || hostile.to_owned();
    let bytes = || hostile.as_bytes().to_vec();
    let state = |mode| FileState {
        kind: FileType::Regular,
        mode,
        uid: 0,
        gid: 0,
        size: 1,
        sha256: Some(Digest::of(b"")),
        target: Some(bytes()),
        linked: Some(bytes()),
        xattrs: Some([(bytes(), Digest::of(mode.to_string().as_bytes()))].into()),
        flags: Flags::default(),
    };
    let proof = |holds| Proof { holds, ..Proof::of(true, own()) };
    let artifact = Artifact::Script { language: Language::Other(own()), name: own(), text: bytes() };
    let diff = format!("@@ -1,2 +1,2 @@\n {hostile}\n-{hostile}\n+{hostile}\n");
    Evidence {
        finding: Some((finding(hostile), Outcome::Fixed)),
        remediation: Remediation { explanation: own(), ..Remediation::of(artifact, hostile, None) },
        ended: "unproven",
        stop: Some(own()),
        status: Some(0),
        stdout: bytes(),
        stderr: bytes(),
        unmodelled: vec![Unmodelled { argv: vec![bytes()], line: Some(1), reason: own() }],
        used: Used::default(),
        limits: Limits::default(),
        changes: vec![Described {
            change: Change { path: bytes(), before: Some(state(0o600)), after: Some(state(0o644)) },
            origin: own(),
            diff: Some(diff),
            withheld: true,
        }],
        calls: vec![Call { argv: vec![bytes()], line: Some(1), treatment: None }],
        effects: vec![Effect { argv: vec![bytes()], kind: own(), name: own(), treatment: Treatment::Recorded, line: Some(1) }],
        proofs: Proofs {
            fixed: proof(Some(true)),
            contained: proof(Some(false)),
            idempotent: proof(None),
            reversible: proof(Some(true)),
            deterministic: proof(Some(true)),
        },
        answers: vec![Answer { about: own(), name: own(), line: Some(1), matters: true }],
        doubts: vec![Doubt { code: own(), line: Some(1), message: own() }],
        blocking: [own()].into(),
        strains: vec![Strain {
            name: "variants",
            holds: Some(false),
            reason: own(),
            cases: vec![StrainCase { name: own(), code: Some("variant-fails"), reason: own() }],
            more: 1,
        }],
        dependents: vec![Dependent { path: bytes(), kind: own(), name: own(), reason: own() }],
        notes: vec![Note { code: own(), level: Level::Warning, path: Some(bytes()), line: Some(1), message: own(), validator: own() }],
        undo: None,
        verdict: Verdict::Proven,
        reasons: vec![Reason::new(Verdict::Unproven, "unmodelled", hostile)],
        parts: Vec::new(),
        target: Digest::of(b""),
        policy: Digest::of(b""),
        laid: None,
    }
}

fn with(hostile: &str, form: Form) -> String {
    let untried = Fixed::Untried { finding: Box::new(finding(hostile)), outcome: Outcome::NotFixed, reason: hostile.to_owned() };
    let fixed = [Fixed::Tried(Box::new(evidence(hostile))), untried];
    let mut sums = Sums::default();
    fixed.iter().for_each(|it| sums.add(it));
    let ending = Ending { sums: &sums, skipped: &[Skipped { rule: hostile.to_owned(), reason: hostile.to_owned() }], commutes: None };
    String::from_utf8(whole(form, &fixed, &ending).expect("memory takes it")).expect("UTF-8")
}

/// What holds for each format: no harmful character, and nothing that a CI runner would obey.
fn harmless(out: &str) {
    assert!(!out.chars().any(is_harmful), "{out:?}");
    assert!(!out.contains("##[") && !out.contains("##vso["), "{out:?}");
    assert!(!out.lines().any(|it| it.trim_start().starts_with("::")), "{out:?}");
}

fn plain(styled: &str) -> String {
    anstream::adapter::strip_str(styled).to_string()
}

/// Every `<…>` of a page.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).map(|it| it.split_inclusive('>').next().unwrap_or_default()).collect()
}

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![prop::sample::select(&PIECES[..]).prop_map(str::to_owned), any::<char>().prop_map(String::from), "[a-z ]{1,4}"], 1..8)
        .prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn text_shows_nothing_but_text(it in hostile()) {
        harmless(&plain(&text(&evidence(&it), Some(80))));
        harmless(&plain(&with(&it, Form::Text)));
        // The only escapes are our own styles: as many as in a report whose text has no character of that kind.
        let harmless: String = it.chars().map(|it| if is_harmful(it) { 'x' } else { it }).collect();
        let escapes = |text: &str| text.matches('\u{1b}').count();
        prop_assert_eq!(escapes(&text(&evidence(&it), Some(80))), escapes(&text(&evidence(&harmless), Some(80))));
    }

    #[test]
    fn json_says_the_same_to_every_reader(it in hostile()) {
        let out = one(&evidence(&it));
        harmless(&out);
        let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        prop_assert_eq!(value["dry_run"]["stdout"].as_str(), Some(it.as_str()));
        prop_assert_eq!(value["changes"][0]["path"].as_str(), Some(it.as_str()));
        let all = with(&it, Form::Json);
        harmless(&all);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&all).is_ok());
    }

    #[test]
    fn sarif_stays_json_with_references(it in hostile()) {
        let out = with(&it, Form::Sarif);
        harmless(&out);
        let value: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        let uri = value["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a reference").to_owned();
        prop_assert!(uri.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._~/%".contains(&it)), "{}", uri);
    }

    #[test]
    fn junit_is_well_formed_and_has_our_elements_only(it in hostile()) {
        let out = with(&it, Form::Junit);
        harmless(&out);
        let mut reader = quick_xml::Reader::from_str(&out);
        loop {
            match reader.read_event().expect("well-formed XML") {
                quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                    let name = tag.name().as_ref().to_owned();
                    prop_assert!(["testsuites", "testsuite", "testcase", "failure", "skipped"].contains(&name.as_str()), "{}", name);
                    prop_assert!(tag.attributes().all(|it| it.is_ok()));
                }
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
    }

    #[test]
    fn markdown_has_its_own_cells_only(it in hostile()) {
        let out = with(&it, Form::Markdown);
        harmless(&out);
        for row in out.lines().filter(|it| it.starts_with('|')).skip(4) {
            prop_assert!([3, 6].contains(&row.matches('|').count()), "{}", row);
        }
        prop_assert!(!out.contains(['<', '`', '[']) && !out.contains("://"), "{}", out);
    }

    #[test]
    fn annotations_are_one_for_each_finding(it in hostile()) {
        let out = with(&it, Form::Github);
        prop_assert!(!out.chars().any(is_harmful) && !out.contains("##["), "{}", out);
        prop_assert_eq!(out.lines().count(), 2);
        prop_assert!(out.lines().all(|it| ["::notice ", "::warning ", "::error "].iter().any(|word| it.starts_with(word))), "{}", out);
    }

    #[test]
    fn a_page_has_no_tag_that_a_harmless_page_does_not_have(it in hostile()) {
        let (ours, out) = (with("a\nb", Form::Html), with(&it, Form::Html));
        harmless(&out);
        let known = tags(&ours);
        prop_assert!(tags(&out).iter().all(|it| known.contains(it)), "{}", out);
    }
}
