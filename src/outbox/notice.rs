//! What is told to every target: a value without secrets, the same for all of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::reference::Reference;
use crate::finding::Severity;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happening {
    /// A finding with its fix (or without one) is told for the first time.
    Opened,
    /// Something about it changed: a verdict, an approval, a comment.
    Updated,
    /// The fix was applied; whether it holds is not known yet.
    Applied,
    /// The fix was applied and the tree is what was tried: the finding is gone.
    Verified,
    /// The fix was taken back.
    RolledBack,
    /// A finding that was gone is there again.
    Regressed,
    /// Many findings in one message.
    Digest,
}

impl Happening {
    /// Returns the word of messages and of the store.
    pub fn word(self) -> &'static str {
        match self {
            Happening::Opened => "opened",
            Happening::Updated => "updated",
            Happening::Applied => "applied",
            Happening::Verified => "verified",
            Happening::RolledBack => "rolled-back",
            Happening::Regressed => "regressed",
            Happening::Digest => "digest",
        }
    }
}

/// What is told, the same for every target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// What happened.
    pub happening: Happening,
    /// 64 hex digits, see [`fingerprint`](super::fingerprint()).
    pub fingerprint: String,
    /// Id of the change.
    #[serde(default)]
    pub change: Option<String>,
    /// `proven`, `needs-approval`, `refused` or `unproven`; none where there is no fix.
    #[serde(default)]
    pub verdict: Option<String>,
    /// `sha256:…` of the report that the verdict rests on.
    #[serde(default)]
    pub evidence: Option<String>,
    /// How grave the finding is.
    #[serde(with = "word_of_severity")]
    pub severity: Severity,
    /// The finding.
    #[serde(default)]
    pub finding: Option<About>,
    /// Where it is.
    pub asset: Asset,
    /// The fix.
    #[serde(default)]
    pub remediation: Option<Fix>,
    /// The five proofs.
    #[serde(default)]
    pub proofs: Vec<Shown>,
    /// Paths that the fix changes.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The diff as text; content that bears secrets is withheld from it already.
    #[serde(default)]
    pub diff: Option<String>,
    /// Effects outside files, a line each.
    #[serde(default)]
    pub effects: Vec<String>,
    /// The page of the change, where the operator has set a base URL.
    #[serde(default)]
    pub link: Option<String>,
    /// What other targets hold of the same thing.
    #[serde(default)]
    pub ticket: Vec<Reference>,
    /// When it happened.
    pub at: Timestamp,
    /// What a digest is made of.
    #[serde(default)]
    pub members: Vec<Member>,
}

/// A finding in few words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Its id.
    pub id: String,
    /// The scanner's rule.
    pub rule: String,
    /// One line.
    pub title: String,
    /// In words.
    #[serde(default)]
    pub message: String,
    /// CVE ids.
    #[serde(default)]
    pub cves: Vec<String>,
    /// Where one reads more.
    #[serde(default)]
    pub references: Vec<String>,
}

/// A machine, an image, a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// Its name.
    pub name: String,
    /// Words that routes choose by.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// A remediation in few words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// Its id.
    pub id: String,
    /// One line.
    #[serde(default)]
    pub title: String,
    /// What it does and why.
    #[serde(default)]
    pub explanation: String,
    /// What may go wrong.
    #[serde(default)]
    pub risk: String,
}

/// A proof in few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// `fixed`, `contained`, `idempotent`, `reversible` or `deterministic`.
    pub name: String,
    /// Whether it holds; none where nobody knows.
    pub holds: Option<bool>,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

/// One finding of a digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Id of its change.
    #[serde(default)]
    pub change: Option<String>,
    /// One line.
    pub title: String,
    /// Name of the asset.
    pub asset: String,
    /// How grave.
    #[serde(with = "word_of_severity")]
    pub severity: Severity,
    /// As in [`Notice`].
    #[serde(default)]
    pub verdict: Option<String>,
}

impl Notice {
    /// Returns the first line of every message: what happened, to what, and plainly so where the fix must not be trusted.
    pub fn headline(&self) -> String {
        if self.happening == Happening::Digest {
            return self.headline_of_digest();
        }
        let fix = match self.verdict.as_deref() {
            None => "Finding",
            Some("proven") => "Proven fix",
            Some("needs-approval") => "Fix that needs approval",
            Some("refused") => "REFUSED FIX, not to be applied",
            // A word that nobody knows is no reason to trust.
            Some(_) => "UNPROVEN FIX, not to be trusted",
        };
        let ending = match self.happening {
            Happening::Opened | Happening::Digest => "",
            Happening::Updated => ", updated",
            Happening::Applied => ", applied",
            Happening::Verified => ", applied and verified",
            Happening::RolledBack => ", rolled back",
            Happening::Regressed => ", regressed",
        };
        one_line(&format!("{fix}{ending}: {} on {}", self.title(), self.asset.name))
    }

    /// Returns what it is about, in one line.
    pub fn title(&self) -> String {
        let of_finding = self.finding.iter().flat_map(|it| [&it.title, &it.rule, &it.id]);
        let of_fix = self.remediation.iter().flat_map(|it| [&it.title, &it.id]);
        let title = of_finding.chain(of_fix).find(|it| !it.trim().is_empty());
        one_line(title.map_or("a finding without a name", String::as_str))
    }

    /// Answers whether a fix is told that must not be trusted.
    pub fn is_doubtful(&self) -> bool {
        self.verdict.as_deref().is_some_and(|it| !matches!(it, "proven" | "needs-approval"))
    }

    fn headline_of_digest(&self) -> String {
        let count = self.members.len();
        let things = if count == 1 { "finding" } else { "findings" };
        let doubtful = self.members.iter().filter(|it| it.verdict.as_deref().is_some_and(|it| !matches!(it, "proven" | "needs-approval"))).count();
        let doubt = if doubtful == 0 { String::new() } else { format!(", {doubtful} with an UNPROVEN or REFUSED fix") };
        one_line(&format!("{count} {things} on {}{doubt}", self.asset.name))
    }
}

/// Makes one line of a text: every run of white space and control characters is one blank.
fn one_line(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control()).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// A severity as its word.
mod word_of_severity {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::finding::Severity;

    pub(super) fn serialize<S: Serializer>(severity: &Severity, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(severity.word())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Severity, D::Error> {
        let word = String::deserialize(from)?;
        Severity::of(&word).ok_or_else(|| D::Error::custom(format!("unknown severity `{word}`, valid here: info, low, medium, high, critical")))
    }
}

#[cfg(test)]
mod tests {
    use super::{About, Asset, Happening, Member, Notice};
    use crate::finding::Severity;

    fn notice(happening: Happening, verdict: Option<&str>) -> Notice {
        Notice {
            happening,
            fingerprint: "ab".repeat(32),
            change: None,
            verdict: verdict.map(str::to_owned),
            evidence: None,
            severity: Severity::High,
            finding: Some(About { title: "Root may\r\nlog in".into(), ..About::default() }),
            asset: Asset { name: "web01".into(), tags: vec![] },
            remediation: None,
            proofs: vec![],
            paths: vec![],
            diff: None,
            effects: vec![],
            link: None,
            ticket: vec![],
            at: jiff::Timestamp::UNIX_EPOCH,
            members: vec![],
        }
    }

    #[test]
    fn the_first_line_says_what_must_not_be_trusted() {
        let check = |happening, verdict| notice(happening, verdict).headline();
        assert_eq!(check(Happening::Opened, Some("proven")), "Proven fix: Root may log in on web01");
        assert_eq!(check(Happening::Opened, Some("unproven")), "UNPROVEN FIX, not to be trusted: Root may log in on web01");
        assert_eq!(check(Happening::Applied, Some("refused")), "REFUSED FIX, not to be applied, applied: Root may log in on web01");
        assert_eq!(check(Happening::Verified, Some("no-such-word")), "UNPROVEN FIX, not to be trusted, applied and verified: Root may log in on web01");
        assert_eq!(check(Happening::Regressed, None), "Finding, regressed: Root may log in on web01");
    }

    #[test]
    fn a_digest_counts_its_members_and_those_in_doubt() {
        let member = |verdict: Option<&str>| Member {
            fingerprint: "cd".repeat(32),
            change: None,
            title: "t".into(),
            asset: "web01".into(),
            severity: Severity::Low,
            verdict: verdict.map(str::to_owned),
        };
        let digest = Notice { members: vec![member(Some("proven")), member(Some("refused")), member(None)], ..notice(Happening::Digest, None) };
        assert_eq!(digest.headline(), "3 findings on web01, 1 with an UNPROVEN or REFUSED fix");
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let before = notice(Happening::RolledBack, Some("proven"));
        let text = serde_json::to_string(&before).expect("JSON");
        assert!(text.contains(r#""happening":"rolled-back""#) && text.contains(r#""severity":"high""#), "{text}");
        assert_eq!(serde_json::from_str::<Notice>(&text).expect("a notice"), before);
        let wrong = text.replace(r#""severity":"high""#, r#""severity":"dire""#);
        let error = serde_json::from_str::<Notice>(&wrong).expect_err("no such severity").to_string();
        assert!(error.starts_with("unknown severity `dire`, valid here: info, low, medium, high, critical"), "{error}");
    }
}
