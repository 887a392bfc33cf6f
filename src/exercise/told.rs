//! Answers of modules as JSON, sorted and without what differs from run to run.

use serde_json::{Value, json};

use crate::{
    diff::{self, Change, FileState},
    digest::Digest,
    guest::{Ledger, wit},
    tree::{Attributes, Tree},
};

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn words(argv: &[Vec<u8>]) -> Vec<String> {
    argv.iter().map(|it| text(it)).collect()
}

fn state(of: Option<&FileState>) -> Value {
    let Some(it) = of else { return Value::Null };
    let kind = format!("{:?}", it.kind).to_lowercase();
    let target = it.target.as_ref().map(|it| format!(" -> {}", text(it))).unwrap_or_default();
    let digest = it.sha256.as_ref().map(|digest| format!(" {} bytes sha256:{}", it.size, digest.hex())).unwrap_or_default();
    let named = it.xattrs.iter().flatten().map(|(name, digest)| format!(" {}=sha256:{}", text(name), digest.hex())).collect::<String>();
    let flags = it.flags.words().into_iter().map(|it| format!(" {it}")).collect::<String>();
    format!("{kind} {:04o} {}:{}{digest}{target}{named}{flags}", it.mode, it.uid, it.gid).into()
}

/// The changes between two trees.
pub(super) fn changes(before: &Tree, after: &Tree) -> (Vec<Change>, Value) {
    let changes = diff::between(before, after);
    let content = |tree: &Tree, path: &[u8]| tree.read_all(path).map(|it| it.to_vec()).unwrap_or_default();
    let told = changes.iter().map(|it| {
        let hunks = diff::unified(&content(before, &it.path), &content(after, &it.path)).unwrap_or_default();
        let lines: Vec<&str> = hunks.lines().collect();
        json!({ "path": text(&it.path), "before": state(it.before.as_ref()), "after": state(it.after.as_ref()), "diff": lines })
    });
    let told = told.collect();
    (changes, told)
}

/// What a run noted.
pub(super) fn ledger(of: &Ledger) -> Value {
    json!({
        "unmodelled": of.unmodelled.iter().map(|it| json!({ "argv": words(&it.argv), "line": it.line, "reason": it.reason })).collect::<Vec<_>>(),
        "effects": of.effects.iter().map(|it| json!({
            "argv": words(&it.argv), "kind": it.kind, "name": it.name, "treatment": it.treatment.word(), "line": it.line,
        })).collect::<Vec<_>>(),
        "assumptions": of.assumptions.iter().map(|it| json!({ "about": it.about, "name": it.name, "line": it.line })).collect::<Vec<_>>(),
        "doubts": of.doubts.iter().map(|it| json!({ "code": it.code, "line": it.line, "message": it.message })).collect::<Vec<_>>(),
    })
}

pub(super) fn remediation(it: wit::types::Remediation) -> Value {
    let artifacts = it.artifacts.into_iter().map(|it| match it {
        wit::types::Artifact::Script(it) => json!({ "script": language(&it.language), "text": text(&it.text).lines().collect::<Vec<_>>() }),
        wit::types::Artifact::Patch(it) => json!({ "patch": text(&it).lines().collect::<Vec<_>>() }),
        wit::types::Artifact::Edits(it) => json!({ "edits": it.iter().map(|it| json!({
            "path": text(&it.path), "start": it.start, "end": it.end, "text": text(&it.text),
        })).collect::<Vec<_>>() }),
        wit::types::Artifact::Packages(it) => json!({ "packages": it.iter().map(|it| json!({
            "name": it.name, "from": it.from_version, "to": it.to_version, "ecosystem": it.ecosystem,
        })).collect::<Vec<_>>() }),
    });
    json!({
        "id": it.id, "title": it.title, "artifacts": artifacts.collect::<Vec<_>>(), "write_set": it.write_set,
        "expected_effects": it.expected_effects.iter().map(|it| json!({ "kind": wit::kind(&it.kind), "name": it.name })).collect::<Vec<_>>(),
        "risk": risk(it.risk), "explanation": it.explanation, "restart_needed": it.restart_needed,
    })
}

fn risk(of: wit::types::Risk) -> &'static str {
    match of {
        wit::types::Risk::Low => "low",
        wit::types::Risk::Medium => "medium",
        wit::types::Risk::High => "high",
    }
}

fn language(of: &wit::types::Language) -> &str {
    match of {
        wit::types::Language::Bash => "bash",
        wit::types::Language::Python => "python",
        wit::types::Language::Powershell => "powershell",
        wit::types::Language::Other(name) => name,
    }
}

pub(super) fn note(it: wit::types::Note) -> Value {
    let level = match it.level {
        wit::types::NoteLevel::Info => "info",
        wit::types::NoteLevel::Warning => "warning",
        wit::types::NoteLevel::Error => "error",
    };
    json!({ "code": it.code, "level": level, "path": it.path.map(|it| text(&it)), "line": it.line, "message": it.message })
}

pub(super) fn standing(it: wit::Standing) -> Value {
    match it {
        wit::Standing::Stands => "stands".into(),
        wit::Standing::Gone => "gone".into(),
        wit::Standing::Unknown(reason) => json!({ "unknown": reason }),
    }
}

pub(super) fn step(it: wit::Step) -> Value {
    match it {
        wit::Step::Remove(path) => json!({ "remove": text(&path) }),
        wit::Step::MakeDirectory(it) => json!({ "make-directory": text(&it.path), "mode": format!("{:04o}", it.mode), "uid": it.uid, "gid": it.gid }),
        wit::Step::WriteFile(it) => json!({
            "write-file": text(&it.path), "mode": format!("{:04o}", it.mode), "uid": it.uid, "gid": it.gid, "sha256": Digest::of(&it.content).hex(),
        }),
        wit::Step::MakeLink(it) => json!({ "make-link": text(&it.path), "target": text(&it.target), "uid": it.uid, "gid": it.gid }),
        wit::Step::MakeHardLink(it) => json!({ "make-hard-link": text(&it.path), "existing": text(&it.existing) }),
        wit::Step::SetMetadata(it) => json!({ "set-metadata": text(&it.path), "mode": format!("{:04o}", it.mode), "uid": it.uid, "gid": it.gid }),
    }
}

/// What a path is to have after a rollback; values as digests.
pub(super) fn restoration(path: &[u8], of: &Attributes) -> Value {
    let named: serde_json::Map<String, Value> = of.named.iter().map(|(name, value)| (text(name), Digest::of(value).to_string().into())).collect();
    json!({ "path": text(path), "attributes": named, "flags": of.flags.words() })
}

pub(super) fn dependent(it: wit::Dependent) -> Value {
    let kind = match it.kind {
        wit::DependentKind::Package => "package".to_owned(),
        wit::DependentKind::Service => "service".to_owned(),
        wit::DependentKind::Include => "include".to_owned(),
        wit::DependentKind::Other(kind) => kind,
    };
    json!({ "path": text(&it.path), "kind": kind, "name": it.name, "reason": it.reason })
}
