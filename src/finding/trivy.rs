//! Trivy JSON, schema version 2 (trivy.dev, "Reporting": Result, DetectedVulnerability, DetectedMisconfiguration, SecretFinding).

use std::sync::Arc;

use serde_json::Value;

use super::{
    error::Error,
    finding::{AffectedPackage, Attribute, Finding, Location},
    report::{Report, Skipped, rooted},
    value::{Place, severity, text},
};

pub(super) fn read(name: &str, value: &Value) -> Result<Report, Error> {
    let place = Place { name, format: "Trivy" };
    let mut report = Report { tool: "trivy".into(), ..Report::default() };
    for (number, result) in place.items(value, "Results", "$")?.iter().enumerate() {
        let at = format!("$.Results[{number}]");
        for (number, it) in place.items(result, "Vulnerabilities", &at)?.iter().enumerate() {
            report.findings.push(vulnerability(&place, result, it, &format!("{at}.Vulnerabilities[{number}]"))?);
        }
        for (number, it) in place.items(result, "Misconfigurations", &at)?.iter().enumerate() {
            let at = format!("{at}.Misconfigurations[{number}]");
            let rule = place.text(it, "ID", &at)?;
            let status = text(it, "Status");
            if !status.is_empty() && status != "FAIL" {
                report.skipped.push(Skipped { rule, reason: format!("the scanner says {status}") });
                continue;
            }
            report.findings.push(plain(result, it, rule, "Title", it.get("CauseMetadata")));
        }
        for (number, it) in place.items(result, "Secrets", &at)?.iter().enumerate() {
            let rule = place.text(it, "RuleID", &format!("{at}.Secrets[{number}]"))?;
            report.findings.push(plain(result, it, rule, "Title", Some(it)));
        }
        for it in place.items(result, "Licenses", &at)? {
            report.skipped.push(Skipped { rule: text(it, "Name"), reason: "a licence is nothing that a fix heals".into() });
        }
    }
    Ok(report)
}

fn attributes(result: &Value, it: &Value, keys: &[&str]) -> Vec<Attribute> {
    let own = keys.iter().filter_map(|key| it.get(*key).and_then(Value::as_str).map(|value| Attribute { name: (*key).to_owned(), value: value.to_owned() }));
    let shared = ["Target", "Class", "Type"]
        .iter()
        .filter_map(|key| result.get(*key).and_then(Value::as_str).map(|value| Attribute { name: (*key).to_owned(), value: value.to_owned() }));
    own.chain(shared).collect()
}

fn vulnerability(place: &Place<'_>, result: &Value, it: &Value, at: &str) -> Result<Finding, Error> {
    let rule = place.text(it, "VulnerabilityID", at)?;
    let ecosystem = match (text(result, "Class").as_str(), text(result, "Type").as_str()) {
        ("os-pkgs", "debian" | "ubuntu") => "deb".to_owned(),
        ("os-pkgs", "alpine" | "wolfi" | "chainguard") => "apk".to_owned(),
        ("os-pkgs", _) => "rpm".to_owned(),
        (_, kind) => kind.to_owned(),
    };
    let path = rooted(&text(it, "PkgPath")).or_else(|| rooted(&text(result, "Target")).filter(|_| text(result, "Class") == "lang-pkgs"));
    Ok(Finding {
        id: String::new(),
        title: Some(text(it, "Title")).filter(|it| !it.is_empty()).unwrap_or_else(|| rule.clone()),
        message: text(it, "Description"),
        severity: severity(&text(it, "Severity")),
        source: "trivy".into(),
        locations: path.into_iter().map(|path| Location { path, line: None }).collect(),
        package: Some(AffectedPackage {
            name: place.text(it, "PkgName", at)?,
            installed: text(it, "InstalledVersion"),
            fixed: Some(text(it, "FixedVersion")).filter(|it| !it.is_empty()),
            ecosystem,
        }),
        parameters: Arc::default(),
        aliases: vec![rule.clone()],
        attributes: attributes(result, it, &["PrimaryURL", "Status", "SeveritySource"]),
        rule,
    })
}

fn plain(result: &Value, it: &Value, rule: String, title: &str, cause: Option<&Value>) -> Finding {
    let line = cause.and_then(|it| it.get("StartLine")).and_then(Value::as_u64).and_then(|it| u32::try_from(it).ok()).filter(|it| *it > 0);
    Finding {
        id: String::new(),
        title: Some(text(it, title)).filter(|it| !it.is_empty()).unwrap_or_else(|| rule.clone()),
        message: Some(text(it, "Message")).filter(|it| !it.is_empty()).unwrap_or_else(|| text(it, "Description")),
        severity: severity(&text(it, "Severity")),
        source: "trivy".into(),
        locations: rooted(&text(result, "Target")).into_iter().map(|path| Location { path, line }).collect(),
        package: None,
        parameters: Arc::default(),
        aliases: Some(text(it, "AVDID")).filter(|it| !it.is_empty()).into_iter().collect(),
        // The matched secret itself is not kept.
        attributes: attributes(result, it, &["PrimaryURL", "Resolution", "Category"]),
        rule,
    }
}
