//! invitro's own form of findings: `{"schema": "invitro.findings/v1", "findings": [{"rule": …, "severity": …}, …]}`.

use serde_json::{Value, json};

use super::{
    error::Error,
    finding::{AffectedPackage, Attribute, Finding, Location, Severity},
    report::Report,
    value::{Place, text},
};

pub(super) fn read(name: &str, value: &Value) -> Result<Report, Error> {
    let place = Place { name, format: "invitro.findings/v1" };
    let mut report = Report { tool: "invitro".into(), ..Report::default() };
    for (number, it) in place.items(value, "findings", "$")?.iter().enumerate() {
        let at = format!("$.findings[{number}]");
        let rule = place.text(it, "rule", &at)?;
        let severity = match it.get("severity") {
            None => Severity::Medium,
            Some(word) => word.as_str().and_then(Severity::of).ok_or_else(|| place.wrong(&format!("{at}.severity"), "info, low, medium, high or critical"))?,
        };
        let title = Some(text(it, "title")).filter(|it| !it.is_empty()).unwrap_or_else(|| rule.clone());
        let mut locations = Vec::new();
        for (number, it) in place.items(it, "locations", &at)?.iter().enumerate() {
            let path = place.text(it, "path", &format!("{at}.locations[{number}]"))?;
            if !path.starts_with('/') {
                return Err(place.wrong(&format!("{at}.locations[{number}].path"), "a path that begins with `/`"));
            }
            locations.push(Location { path: path.into_bytes(), line: it.get("line").and_then(Value::as_u64).and_then(|it| u32::try_from(it).ok()) });
        }
        report.findings.push(Finding {
            id: String::new(),
            rule,
            title,
            message: text(it, "message"),
            severity,
            source: Some(text(it, "source")).filter(|it| !it.is_empty()).unwrap_or_else(|| "invitro".into()),
            locations,
            package: it.get("package").filter(|it| it.is_object()).map(|it| AffectedPackage {
                name: text(it, "name"),
                installed: text(it, "installed"),
                fixed: it.get("fixed").and_then(Value::as_str).map(str::to_owned),
                ecosystem: text(it, "ecosystem"),
            }),
            parameters: pairs(it, "parameters").into(),
            aliases: it.get("aliases").and_then(Value::as_array).into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
            attributes: pairs(it, "attributes"),
        });
    }
    Ok(report)
}

fn pairs(value: &Value, key: &str) -> Vec<Attribute> {
    let fields = value.get(key).and_then(Value::as_object).into_iter().flatten();
    fields.map(|(name, value)| Attribute { name: name.clone(), value: value.as_str().map_or_else(|| value.to_string(), str::to_owned) }).collect()
}

/// Writes findings in invitro's own form.
pub fn write(findings: &[Finding]) -> Value {
    let pairs = |of: &[Attribute]| Value::Object(of.iter().map(|it| (it.name.clone(), Value::String(it.value.clone()))).collect());
    let all: Vec<Value> = findings
        .iter()
        .map(|it| {
            json!({
                "rule": it.rule, "title": it.title, "message": it.message, "severity": it.severity.word(), "source": it.source,
                "locations": it.locations.iter().map(|it| json!({"path": String::from_utf8_lossy(&it.path), "line": it.line})).collect::<Vec<_>>(),
                "package": it.package.as_ref().map(|it| json!({"name": it.name, "installed": it.installed, "fixed": it.fixed, "ecosystem": it.ecosystem})),
                "parameters": pairs(&it.parameters), "aliases": it.aliases, "attributes": pairs(&it.attributes),
            })
        })
        .collect();
    json!({"schema": "invitro.findings/v1", "findings": all})
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::write;

    #[test]
    fn a_report_has_no_say_in_how_validators_are_asked() {
        let text = r#"{"schema":"invitro.findings/v1","findings":[{"rule":"a","attributes":{"invitro:place":"1/2","place":"x"}}]}"#;
        let findings = read("r", text.as_bytes()).expect("findings").findings;
        assert_eq!(findings[0].attributes.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["place"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = r#"{"schema":"invitro.findings/v1","findings":[{"rule":"a","severity":"low","locations":[{"path":"/etc/x","line":2}],"package":{"name":"p","installed":"1","fixed":null,"ecosystem":"deb"},"parameters":{"k":"v"},"aliases":["CVE-1"],"attributes":{"n":"1"}}]}"#;
        let findings = read("r", text.as_bytes()).expect("findings").findings;
        let again = read("r", write(&findings).to_string().as_bytes()).expect("findings").findings;
        assert_eq!(findings, again);
    }
}
