//! SARIF 2.1.0 (OASIS, sections 3.13 to 3.57). A result's `fixes` are kept as an attribute.

use std::sync::Arc;

use serde_json::Value;

use super::{
    error::Error,
    finding::{Attribute, Finding, Location, Severity},
    report::{Report, Skipped, rooted},
    value::{Place, severity, text},
};

pub(super) fn read(name: &str, value: &Value) -> Result<Report, Error> {
    let place = Place { name, format: "SARIF" };
    let mut report = Report::default();
    for (number, run) in place.items(value, "runs", "$")?.iter().enumerate() {
        let at = format!("$.runs[{number}]");
        let driver = run.get("tool").and_then(|it| it.get("driver")).unwrap_or(&Value::Null);
        let tool = text(driver, "name");
        if report.tool.is_empty() {
            report.tool.clone_from(&tool);
        }
        for (number, it) in place.items(run, "results", &at)?.iter().enumerate() {
            result(&place, run, it, &tool, &format!("{at}.results[{number}]"), &mut report)?;
        }
    }
    Ok(report)
}

/// The descriptor of a result's rule: of the driver or of an extension, by index or by id (section 3.52.3).
fn descriptor<'v>(run: &'v Value, it: &Value) -> Option<&'v Value> {
    let tool = run.get("tool")?;
    let reference = it.get("rule");
    let extension = reference.and_then(|it| it.get("toolComponent")).and_then(|it| it.get("index")).and_then(Value::as_u64);
    let component = match extension {
        Some(index) => tool.get("extensions")?.get(usize::try_from(index).ok()?)?,
        None => tool.get("driver")?,
    };
    let index = it.get("ruleIndex").or_else(|| reference.and_then(|it| it.get("index"))).and_then(Value::as_u64);
    let rules = component.get("rules")?.as_array()?;
    let id = rule_id(it);
    index.and_then(|it| rules.get(usize::try_from(it).ok()?)).or_else(|| rules.iter().find(|rule| rule.get("id").and_then(Value::as_str) == id.as_deref()))
}

fn rule_id(it: &Value) -> Option<String> {
    it.get("ruleId").or_else(|| it.get("rule").and_then(|it| it.get("id"))).and_then(Value::as_str).map(str::to_owned)
}

fn result(place: &Place<'_>, run: &Value, it: &Value, tool: &str, at: &str, report: &mut Report) -> Result<(), Error> {
    let descriptor = descriptor(run, it).unwrap_or(&Value::Null);
    let rule = rule_id(it).or_else(|| descriptor.get("id").and_then(Value::as_str).map(str::to_owned));
    let rule = rule.ok_or_else(|| place.wrong(&format!("{at}.ruleId"), "a string, or a rule that `ruleIndex` names"))?;
    let kind = text(it, "kind");
    let reason = if !kind.is_empty() && kind != "fail" {
        Some(format!("its kind is {kind}"))
    } else if place.items(it, "suppressions", at)?.iter().any(|it| !matches!(text(it, "status").as_str(), "underReview" | "rejected")) {
        Some("it is suppressed".into())
    } else if text(it, "baselineState") == "absent" {
        Some("it is absent since the baseline".into())
    } else {
        None
    };
    if let Some(reason) = reason {
        report.skipped.push(Skipped { rule, reason });
        return Ok(());
    }
    let message = message(it.get("message"));
    let title =
        message_of(descriptor.get("shortDescription")).or_else(|| Some(text(descriptor, "name"))).filter(|it| !it.is_empty()).unwrap_or_else(|| rule.clone());
    let mut attributes = Vec::new();
    for key in ["fixes", "partialFingerprints", "fingerprints", "properties"] {
        if let Some(value) = it.get(key) {
            attributes.push(Attribute { name: key.to_owned(), value: value.to_string() });
        }
    }
    report.findings.push(Finding {
        id: String::new(),
        title,
        message,
        severity: level(it, descriptor),
        source: tool.to_owned(),
        locations: place.items(it, "locations", at)?.iter().filter_map(|it| location(run, it)).collect(),
        package: None,
        parameters: Arc::default(),
        aliases: Vec::new(),
        attributes,
        rule,
    });
    Ok(())
}

fn message_of(value: Option<&Value>) -> Option<String> {
    Some(message(value)).filter(|it| !it.is_empty())
}

fn message(value: Option<&Value>) -> String {
    value.map(|it| text(it, "text")).unwrap_or_default()
}

/// `security-severity` of the rule (GitHub's scale of 0 to 10) before the level; an absent level is the rule's, else a warning.
fn level(it: &Value, descriptor: &Value) -> Severity {
    let score = [it, descriptor].iter().find_map(|it| {
        let value = it.get("properties")?.get("security-severity")?;
        value.as_str().and_then(|it| it.parse::<f64>().ok()).or_else(|| value.as_f64())
    });
    match score {
        Some(it) if it >= 9.0 => return Severity::Critical,
        Some(it) if it >= 7.0 => return Severity::High,
        Some(it) if it >= 4.0 => return Severity::Medium,
        Some(it) if it > 0.0 => return Severity::Low,
        _ => {}
    }
    let default = descriptor.get("defaultConfiguration").map(|it| text(it, "level")).unwrap_or_default();
    let level = Some(text(it, "level")).filter(|it| !it.is_empty()).unwrap_or(default);
    severity(if level.is_empty() { "warning" } else { &level })
}

fn location(run: &Value, it: &Value) -> Option<Location> {
    let physical = it.get("physicalLocation")?;
    let mut artifact = physical.get("artifactLocation")?;
    if let Some(index) = artifact.get("index").and_then(Value::as_u64)
        && artifact.get("uri").is_none()
    {
        artifact = run.get("artifacts")?.get(usize::try_from(index).ok()?)?.get("location")?;
    }
    let line = physical.get("region").and_then(|it| it.get("startLine")).and_then(Value::as_u64).and_then(|it| u32::try_from(it).ok());
    Some(Location { path: rooted(&decoded(&text(artifact, "uri")))?, line })
}

/// Percent-decoding (RFC 3986, section 2.1).
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        let digit = |at: usize| tail.get(at).and_then(|it| char::from(*it).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
