//! The report, version 1: types made for this border. Fields are only ever added.

use std::{borrow::Cow, collections::BTreeMap, fmt::Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use schemars::JsonSchema;
use serde::Serialize;

use super::{
    canonical::canonical,
    form::Shape,
    list::Ending,
    neutral::{is_harmful, withheld},
};
use crate::{
    diff::{self, FileState},
    digest::Digest,
    engine::Fixed,
    evidence::{Described, Evidence},
    proof::Proof,
    strain,
    tree::FileType,
};

/// One report.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "invitro.report/v1")]
struct Report {
    schema: &'static str,
    verdict: &'static str,
    reasons: Vec<Reason>,
    remediation: Remediation,
    finding: Option<Finding>,
    dry_run: DryRun,
    changes: Vec<Change>,
    effects: Vec<Effect>,
    proofs: Proofs,
    assumptions: Vec<Assumption>,
    doubts: Vec<Doubt>,
    strains: Vec<Strain>,
    notes: Vec<Note>,
    dependents: Vec<Dependent>,
    evidence: Bound,
}

#[derive(Serialize, JsonSchema)]
struct Reason {
    verdict: &'static str,
    code: &'static str,
    message: String,
}

#[derive(Serialize, JsonSchema)]
struct Remediation {
    id: String,
    title: String,
    module: Option<Module>,
    artifacts: Vec<Artifact>,
    explanation: String,
    risk: Option<&'static str>,
    restart_needed: bool,
}

#[derive(Serialize, JsonSchema)]
struct Module {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    digest: String,
}

#[derive(Serialize, JsonSchema)]
struct Artifact {
    kind: &'static str,
    language: Option<String>,
    digest: String,
}

#[derive(Serialize, JsonSchema)]
struct Finding {
    id: String,
    rule: String,
    title: String,
    severity: &'static str,
    result: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct DryRun {
    outcome: &'static str,
    exit_code: Option<u32>,
    stopped: Option<String>,
    stdout: String,
    stderr: String,
    commands: Vec<Command>,
    unmodelled: Vec<Unmodelled>,
    used: Used,
}

#[derive(Serialize, JsonSchema)]
struct Command {
    argv: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argv_b64: Option<Vec<String>>,
    line: Option<u32>,
    /// `modelled`, `recorded`, `refused` or `unmodelled`.
    treatment: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct Unmodelled {
    argv: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argv_b64: Option<Vec<String>>,
    line: Option<u32>,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Amount {
    /// Null for times: what is measured by a clock differs from run to run, and equal runs give equal reports.
    used: Option<u64>,
    limit: u64,
}

#[derive(Serialize, JsonSchema)]
struct Used {
    fuel: Amount,
    deadline_ms: Amount,
    wall_ms: Amount,
    memory_bytes: Amount,
    table_elements: Amount,
    host_call_bytes: Amount,
    host_data_bytes: Amount,
    kept_bytes: Amount,
    handles: Amount,
    log_bytes: Amount,
    output_bytes: Amount,
    depth: Amount,
    spawns: Amount,
    workspace_bytes: Amount,
    workspace_files: Amount,
}

#[derive(Serialize, JsonSchema)]
struct Change {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_b64: Option<String>,
    before: Option<State>,
    after: Option<State>,
    origin: String,
    diff: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld: Option<&'static str>,
}

#[derive(Serialize, JsonSchema)]
struct State {
    r#type: &'static str,
    mode: String,
    uid: u32,
    gid: u32,
    size: u64,
    sha256: Option<String>,
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_b64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    linked: Option<String>,
    /// Extended attributes: digests of their values by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    xattrs: BTreeMap<String, String>,
    /// Inode flags that forbid changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<&'static str>,
    /// True where the source could not say extended attributes and flags.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    xattrs_unreadable: bool,
}

#[derive(Serialize, JsonSchema)]
struct Effect {
    argv: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    argv_b64: Option<Vec<String>>,
    kind: String,
    name: String,
    treatment: &'static str,
    line: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Proofs {
    fixed: Claim,
    contained: Claim,
    idempotent: Claim,
    reversible: Claim,
    deterministic: Claim,
}

#[derive(Serialize, JsonSchema)]
struct Claim {
    holds: Option<bool>,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    runs: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Assumption {
    about: String,
    name: String,
    line: Option<u32>,
    matters: bool,
}

#[derive(Serialize, JsonSchema)]
struct Strain {
    name: &'static str,
    holds: Option<bool>,
    reason: String,
    cases: Vec<StrainCase>,
    more: usize,
}

#[derive(Serialize, JsonSchema)]
struct StrainCase {
    name: String,
    doubt: Option<&'static str>,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Doubt {
    code: String,
    line: Option<u32>,
    blocking: bool,
    message: String,
}

#[derive(Serialize, JsonSchema)]
struct Note {
    code: String,
    severity: &'static str,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_b64: Option<String>,
    line: Option<u32>,
    message: String,
    validator: String,
}

/// What hangs on a changed path; no verdict rests on it.
#[derive(Serialize, JsonSchema)]
struct Dependent {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_b64: Option<String>,
    kind: String,
    name: String,
    reason: String,
}

#[derive(Serialize, JsonSchema)]
struct Bound {
    digest: String,
    target: String,
    policy: String,
    modules: Vec<Module>,
}

/// Returns the JSON Schema of a report.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Report).to_value()
}

/// Returns one report as a JSON value, with its evidence digest.
pub(super) fn value(of: &Evidence) -> serde_json::Value {
    let (mut value, digest) = bound(of);
    if let Some(bound) = value.get_mut("evidence").and_then(|it| it.as_object_mut()) {
        bound.shift_insert(0, "digest".into(), digest.to_string().into());
    }
    value
}

/// Returns the digest of the evidence, which its report bears.
pub fn digest(of: &Evidence) -> Digest {
    bound(of).1
}

/// A report without its digest, and that digest.
fn bound(of: &Evidence) -> (serde_json::Value, Digest) {
    let mut value = serde_json::to_value(report(of)).expect("a report is plain data");
    withhold(&mut value);
    if let Some(bound) = value.get_mut("evidence").and_then(|it| it.as_object_mut()) {
        bound.shift_remove("digest");
    }
    let digest = Digest::of(&canonical(&value));
    (value, digest)
}

/// Takes secrets out of every text of a value; base 64 of such a text is taken out whole.
fn withhold(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            let plain = STANDARD.decode(text.as_bytes()).unwrap_or_default();
            if !diff::secrets(&plain).is_empty() {
                *text = STANDARD.encode(b"[withheld]");
            } else if let Cow::Owned(clean) = withheld(text) {
                *text = clean;
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(withhold),
        serde_json::Value::Object(fields) => fields.values_mut().for_each(withhold),
        _ => {}
    }
}

/// Prints one report.
pub fn one(of: &Evidence) -> String {
    print(&value(of))
}

/// Prints a value, with harmful characters as JSON escapes, which means the same to every reader of JSON.
pub fn print(value: &serde_json::Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("a value is plain data");
    let mut out = String::with_capacity(text.len() + 1);
    for it in text.chars() {
        if is_harmful(it) {
            let mut units = [0; 2];
            for unit in it.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(it);
        }
    }
    out.push('\n');
    // `#` stands only inside strings; `##[` and its kin mean something to CI runners wherever they stand.
    out.replace("##", "\\u0023#")
}

/// One entry of a list, with what counts it.
pub(super) fn entry(of: &Fixed) -> serde_json::Value {
    match of {
        Fixed::Tried(evidence) => value(evidence),
        Fixed::Untried { finding, outcome, reason } => serde_json::json!({
            "schema": "invitro.report/v1", "verdict": null,
            "reasons": [{ "verdict": null, "code": reason.split(':').next(), "message": reason }],
            "remediation": null,
            "finding": { "id": finding.id, "rule": finding.rule, "title": finding.title, "severity": finding.severity.word(), "result": outcome.word() },
            "dry_run": null, "changes": [], "effects": [], "proofs": null, "assumptions": [], "doubts": [], "notes": [], "dependents": [], "evidence": null,
        }),
    }
}

/// A list of reports with a summary that adds up.
#[derive(Default)]
pub(super) struct Reports {
    count: usize,
}

impl Shape for Reports {
    fn piece(&mut self, it: &Fixed) -> (usize, String) {
        self.count += 1;
        (0, item(self.count, 2, &entry(it)))
    }

    fn head(&self, _: &Ending<'_>) -> String {
        "{\n  \"schema\": \"invitro.report-list/v1\",\n  \"reports\": [".to_owned()
    }

    fn tail(&self, of: &Ending<'_>) -> String {
        let counts = |of: Vec<(&'static str, usize)>| of.into_iter().map(|(word, count)| (word.to_owned(), count.into())).collect::<serde_json::Map<_, _>>();
        let skipped: Vec<serde_json::Value> = of.skipped.iter().map(|it| serde_json::json!({"rule": it.rule, "reason": it.reason})).collect();
        let summary = serde_json::json!({
            "findings": of.sums.findings(), "results": counts(of.sums.results()), "verdicts": counts(of.sums.verdicts()),
            "skipped": skipped.len(), "commutes": of.commutes.map(commutes),
        });
        let rest = print(&serde_json::json!({"skipped": skipped, "summary": summary}));
        format!("{},{}", close(self.count, 1), rest.strip_prefix('{').unwrap_or(&rest))
    }
}

/// Prints one item of an array at a depth: the comma before it, and its lines moved in.
pub(super) fn item(number: usize, depth: usize, value: &serde_json::Value) -> String {
    let inset = format!("\n{}", "  ".repeat(depth));
    // A string holds no line end: what moves is between the tokens.
    format!("{}{inset}{}", if number > 1 { "," } else { "" }, print(value).trim_end().replace('\n', &inset))
}

/// Prints the end of an array at a depth.
pub(super) fn close(count: usize, depth: usize) -> String {
    if count == 0 { "]".to_owned() } else { format!("\n{}]", "  ".repeat(depth)) }
}

fn strain(of: &strain::Strain) -> Strain {
    let case = |it: &strain::StrainCase| StrainCase { name: it.name.clone(), doubt: it.code, reason: it.reason.clone() };
    Strain { name: of.name, holds: of.holds, reason: of.reason.clone(), cases: of.cases.iter().map(case).collect(), more: of.more }
}

fn commutes(of: &crate::engine::Commutes) -> serde_json::Value {
    let pairs: Vec<serde_json::Value> = of
        .pairs
        .iter()
        .map(|it| serde_json::json!({"first": it.first, "second": it.second, "paths": it.paths.iter().map(|it| lossy(it)).collect::<Vec<_>>()}))
        .collect();
    serde_json::json!({"holds": of.holds, "reason": of.reason, "pairs": pairs})
}

fn report(of: &Evidence) -> Report {
    Report {
        schema: "invitro.report/v1",
        verdict: of.verdict.word(),
        reasons: of.reasons.iter().map(|it| Reason { verdict: it.verdict.word(), code: it.code, message: it.message.clone() }).collect(),
        remediation: remediation(of),
        finding: of.finding.as_ref().map(|(it, outcome)| Finding {
            id: it.id.clone(),
            rule: it.rule.clone(),
            title: it.title.clone(),
            severity: it.severity.word(),
            result: outcome.word(),
        }),
        dry_run: dry_run(of),
        changes: of.changes.iter().map(change).collect(),
        effects: of.effects.iter().map(effect).collect(),
        proofs: Proofs {
            fixed: claim(&of.proofs.fixed),
            contained: claim(&of.proofs.contained),
            idempotent: claim(&of.proofs.idempotent),
            reversible: claim(&of.proofs.reversible),
            deterministic: claim(&of.proofs.deterministic),
        },
        assumptions: of.answers.iter().map(|it| Assumption { about: it.about.clone(), name: it.name.clone(), line: it.line, matters: it.matters }).collect(),
        doubts: of
            .doubts
            .iter()
            .map(|it| Doubt { code: it.code.clone(), line: it.line, blocking: of.blocking.contains(&it.code), message: it.message.clone() })
            .collect(),
        strains: of.strains.iter().map(strain).collect(),
        notes: of.notes.iter().map(note).collect(),
        dependents: of.dependents.iter().map(dependent).collect(),
        evidence: Bound {
            digest: String::new(),
            target: of.target.to_string(),
            policy: of.policy.to_string(),
            modules: of.parts.iter().map(|it| Module { name: it.name.clone(), role: Some(it.role), digest: it.digest.to_string() }).collect(),
        },
    }
}

fn remediation(of: &Evidence) -> Remediation {
    let it = &of.remediation;
    let artifact = |it: &crate::remediation::Artifact| Artifact {
        kind: it.kind(),
        language: match it {
            crate::remediation::Artifact::Script { language, .. } => Some(language.word().to_owned()),
            _ => None,
        },
        digest: it.digest().to_string(),
    };
    Remediation {
        id: it.id.clone(),
        title: it.title.clone(),
        module: it.module.as_ref().map(|it| Module { name: it.name.clone(), role: None, digest: it.digest.to_string() }),
        artifacts: it.artifacts.iter().map(artifact).collect(),
        explanation: it.explanation.clone(),
        risk: it.risk.map(crate::remediation::Risk::word),
        restart_needed: it.restart_needed,
    }
}

fn dry_run(of: &Evidence) -> DryRun {
    DryRun {
        outcome: of.ended,
        exit_code: of.status,
        stopped: of.stop.clone(),
        stdout: lossy(&of.stdout),
        stderr: lossy(&of.stderr),
        commands: of
            .calls
            .iter()
            .map(|it| Command { argv: it.argv.iter().map(|it| lossy(it)).collect(), argv_b64: words_b64(&it.argv), line: it.line, treatment: it.word() })
            .collect(),
        unmodelled: of
            .unmodelled
            .iter()
            .map(|it| Unmodelled {
                argv: it.argv.iter().map(|it| lossy(it)).collect(),
                argv_b64: words_b64(&it.argv),
                line: it.line,
                reason: it.reason.clone(),
            })
            .collect(),
        used: used(&of.used, &of.limits),
    }
}

fn used(used: &crate::guest::Used, limits: &crate::guest::Limits) -> Used {
    let amount = |used: u64, limit: u64| Amount { used: Some(used), limit };
    let time = |limit: std::time::Duration| Amount { used: None, limit: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) };
    Used {
        fuel: amount(used.fuel, limits.fuel),
        deadline_ms: time(limits.deadline),
        wall_ms: time(limits.wall),
        memory_bytes: amount(used.memory_bytes as u64, limits.memory_bytes as u64),
        table_elements: amount(used.table_elements as u64, limits.table_elements as u64),
        host_call_bytes: amount(used.host_call_bytes as u64, limits.host_call_bytes as u64),
        host_data_bytes: amount(used.host_data_bytes, limits.host_data_bytes),
        kept_bytes: amount(used.kept_bytes as u64, limits.kept_bytes as u64),
        handles: amount(used.handles as u64, limits.handles as u64),
        log_bytes: amount(used.log_bytes as u64, limits.log_bytes as u64),
        output_bytes: amount(used.output_bytes as u64, limits.output_bytes as u64),
        depth: amount(u64::from(used.depth), u64::from(limits.depth)),
        spawns: amount(u64::from(used.spawns), u64::from(limits.spawns)),
        workspace_bytes: amount(used.workspace_bytes, limits.workspace_bytes),
        workspace_files: amount(used.workspace_files, limits.workspace_files),
    }
}

fn change(it: &Described) -> Change {
    Change {
        path: lossy(&it.change.path),
        path_b64: b64(&it.change.path),
        before: it.change.before.as_ref().map(state),
        after: it.change.after.as_ref().map(state),
        origin: it.origin.clone(),
        diff: it.diff.clone(),
        withheld: it.withheld.then_some("the path bears secrets: only digests leave the machine"),
    }
}

fn state(it: &FileState) -> State {
    State {
        r#type: match it.kind {
            FileType::Regular => "file",
            FileType::Directory => "directory",
            FileType::Symlink => "symlink",
            FileType::Fifo => "fifo",
            FileType::Special => "special",
        },
        mode: format!("{:04o}", it.mode),
        uid: it.uid,
        gid: it.gid,
        size: it.size,
        sha256: it.sha256.as_ref().map(Digest::hex),
        target: it.target.as_ref().map(|it| lossy(it)),
        target_b64: it.target.as_ref().and_then(|it| b64(it)),
        linked: it.linked.as_ref().map(|it| lossy(it)),
        xattrs: it.xattrs.iter().flatten().map(|(name, digest)| (lossy(name), digest.to_string())).collect(),
        flags: it.flags.words(),
        xattrs_unreadable: it.xattrs.is_none(),
    }
}

fn effect(it: &crate::guest::Effect) -> Effect {
    Effect {
        argv: it.argv.iter().map(|it| lossy(it)).collect(),
        argv_b64: words_b64(&it.argv),
        kind: it.kind.clone(),
        name: it.name.clone(),
        treatment: it.treatment.word(),
        line: it.line,
    }
}

fn claim(it: &Proof) -> Claim {
    Claim { holds: it.holds, reason: it.reason.clone(), runs: it.runs }
}

fn note(it: &crate::validate::Note) -> Note {
    Note {
        code: it.code.clone(),
        severity: it.level.word(),
        path: it.path.as_ref().map(|it| lossy(it)),
        path_b64: it.path.as_ref().and_then(|it| b64(it)),
        line: it.line,
        message: it.message.clone(),
        validator: it.validator.clone(),
    }
}

fn dependent(it: &crate::validate::Dependent) -> Dependent {
    Dependent { path: lossy(&it.path), path_b64: b64(&it.path), kind: it.kind.clone(), name: it.name.clone(), reason: it.reason.clone() }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns the bytes in base 64 where they are not UTF-8.
fn b64(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).is_err().then(|| STANDARD.encode(bytes))
}

fn words_b64(words: &[Vec<u8>]) -> Option<Vec<String>> {
    words.iter().any(|it| b64(it).is_some()).then(|| words.iter().map(|it| STANDARD.encode(it)).collect())
}
