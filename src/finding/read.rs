//! Reads a report, whatever its form: the content tells which one it is.

use super::{error::Error, own, report::Report, sarif, trivy, xccdf};

/// Reads a report. `name` is what errors call it.
pub fn read(name: &str, bytes: &[u8]) -> Result<Report, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| unknown(name, &format!("is no UTF-8 text (byte {})", error.valid_up_to())))?;
    let report = match text.trim_start().chars().next() {
        None => return Err(Error::Empty { name: name.into() }),
        Some('<') => xccdf::read(name, text)?,
        Some('{') => json(name, text)?,
        Some('[') => return Err(unknown(name, "is a JSON array")),
        Some(_) => return Err(unknown(name, "is neither JSON nor XML")),
    };
    Ok(report.identified())
}

fn unknown(name: &str, looks: &str) -> Error {
    Error::UnknownFormat { name: name.into(), looks: looks.into() }
}

fn json(name: &str, text: &str) -> Result<Report, Error> {
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| Error::Malformed { name: name.into(), format: "JSON", reason: error.to_string() })?;
    let has = |key: &str| value.get(key).is_some();
    if value.get("schema").and_then(|it| it.as_str()).is_some_and(|it| it.starts_with("invitro.findings/")) {
        own::read(name, &value)
    } else if has("runs") {
        sarif::read(name, &value)
    } else if has("ArtifactName") || has("Results") && has("SchemaVersion") {
        trivy::read(name, &value)
    } else {
        let looks = [
            ("matches", "Grype"),
            ("bomFormat", "CycloneDX"),
            ("spdxVersion", "SPDX"),
            ("vulnerabilities", "npm audit or OSV"),
            ("results", "OSV-Scanner, Semgrep or Checkov"),
        ];
        let looks = looks.iter().find(|it| has(it.0)).map_or("is JSON of no known kind".to_owned(), |it| format!("looks like {}", it.1));
        Err(unknown(name, &looks))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    const SAMPLES: [&str; 4] = [
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t","rules":[{"id":"R"}]}},"results":[{"ruleId":"R","ruleIndex":0,"level":"error","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"etc/a%20b"},"region":{"startLine":3}}}]}]}]}"#,
        r#"{"SchemaVersion":2,"ArtifactName":"a","Results":[{"Target":"t","Class":"os-pkgs","Type":"debian","Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"p","InstalledVersion":"1","FixedVersion":"2","Severity":"HIGH"}]}]}"#,
        r#"<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><Rule id="r" severity="high"><title>T</title></Rule><TestResult><set-value idref="v">7</set-value><rule-result idref="r" severity="high"><result>fail</result><ident system="s">CCE-1</ident></rule-result><rule-result idref="q"><result>pass</result></rule-result></TestResult></Benchmark>"#,
        r#"{"schema":"invitro.findings/v1","findings":[{"rule":"sshd_disable_root_login","severity":"high"}]}"#,
    ];

    fn check(text: &str) -> String {
        let report = read("r", text.as_bytes()).expect("a report");
        let shown: Vec<_> = report
            .findings
            .iter()
            .map(|it| {
                let places: Vec<_> = it.locations.iter().map(|it| format!("{}:{:?}", String::from_utf8_lossy(&it.path), it.line)).collect();
                let package = it.package.as_ref().map(|it| format!("{} {} -> {:?}", it.name, it.installed, it.fixed));
                format!("{} {} {:?} {places:?} {package:?} {:?} {:?}", it.rule, it.severity.word(), it.title, it.aliases, it.parameters.len())
            })
            .collect();
        format!("{}: {shown:?} skipped {:?}", report.tool, report.skipped.iter().map(|it| format!("{}: {}", it.rule, it.reason)).collect::<Vec<_>>())
    }

    #[test]
    fn sarif_is_read() {
        assert_eq!(check(SAMPLES[0]), r#"t: ["R high \"R\" [\"/etc/a b:Some(3)\"] None [] 0"] skipped []"#);
    }

    #[test]
    fn trivy_is_read() {
        assert_eq!(check(SAMPLES[1]), r#"trivy: ["CVE-1 high \"CVE-1\" [] Some(\"p 1 -> Some(\\\"2\\\")\") [\"CVE-1\"] 0"] skipped []"#);
    }

    #[test]
    fn xccdf_is_read() {
        assert_eq!(check(SAMPLES[2]), r#"xccdf: ["r high \"T\" [] None [\"CCE-1\"] 1"] skipped ["q: the scanner says pass"]"#);
    }

    #[test]
    fn our_own_form_is_read() {
        assert_eq!(check(SAMPLES[3]), r#"invitro: ["sshd_disable_root_login high \"sshd_disable_root_login\" [] None [] 0"] skipped []"#);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, message) in [
            ("", "the report r is empty: it must hold SARIF, Trivy JSON, XCCDF or ARF results, or invitro.findings/v1"),
            ("hello", "the report r is neither JSON nor XML; known are SARIF 2.1.0, Trivy JSON, XCCDF and ARF results, and invitro.findings/v1"),
            (r#"{"matches":[]}"#, "the report r looks like Grype; known are SARIF 2.1.0, Trivy JSON, XCCDF and ARF results, and invitro.findings/v1"),
            ("{\"runs\":", "the report r is no well-formed JSON: EOF while parsing a value at line 1 column 8"),
            (r#"{"runs":3}"#, "the report r (SARIF): `$.runs` must be an array"),
            ("<a><b></a>", "the report r is no well-formed XML: line 1: ill-formed document: expected `</b>`, but `</a>` was found"),
        ] {
            assert_eq!(read("r", text.as_bytes()).expect_err("no report").to_string(), message);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_cut_or_changed_report_panics(sample in 0..SAMPLES.len(), at in 0..10_000usize, byte: u8, cut: bool) {
            let mut bytes = SAMPLES[sample].as_bytes().to_vec();
            let at = at % bytes.len();
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            let _ = read("r", &bytes);
        }
    }
}
