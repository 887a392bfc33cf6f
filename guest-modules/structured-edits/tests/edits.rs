//! What edits make of files: only what they name changes, a second time nothing does, and what does not fit is told.

use structured_edits::{Tree, apply};

struct One(&'static str, String);

impl Tree for One {
    fn read(&mut self, path: &[u8]) -> Result<Option<Vec<u8>>, String> {
        Ok((path == self.0.as_bytes()).then(|| self.1.clone().into_bytes()))
    }
}

/// The file after one edit with these fields; done twice, the second time is asked to do nothing.
fn check(file: &'static str, before: &str, fields: &str) -> String {
    let document = format!("{{\"schema\": \"invitro.edits/v1\", \"edits\": [{{\"file\": \"{file}\", {fields}}}]}}");
    let mut tree = One(file, before.to_owned());
    match apply(document.as_bytes(), &mut tree) {
        Err(error) => format!("refused: {error}"),
        Ok(done) => {
            if let Some((_, bytes)) = done.writes.into_iter().next() {
                tree.1 = String::from_utf8(bytes).expect("text");
            }
            let again = apply(document.as_bytes(), &mut tree).expect("a second time fits too");
            assert!(again.writes.is_empty(), "a second time changes nothing: {:?}", again.told);
            tree.1
        }
    }
}

#[test]
fn json_keeps_comments_order_and_indentation() {
    let file = "{\n    // the port\n    \"port\": 80,\n    \"tls\": { \"on\": false, \"min\": \"1.0\" },\n    \"hosts\": [\n        \"a\"\n    ]\n}\n";
    assert_eq!(check("/a.json", file, r#""path": ["tls", "on"], "expect": false, "value": true"#), file.replace("false", "true"));
    assert_eq!(check("/a.json", file, r#""path": ["log"], "expect_absent": true, "value": "info""#), file.replace("    ]\n}", "    ],\n    \"log\": \"info\"\n}"));
    assert_eq!(check("/a.json", file, r#""path": ["hosts", 1], "expect_absent": true, "value": "b""#), file.replace("\"a\"", "\"a\",\n        \"b\""));
    assert_eq!(check("/a.json", file, r#""path": ["tls", "min"], "expect": "1.0", "remove": true"#), file.replace(", \"min\": \"1.0\"", ""));
    assert_eq!(check("/a.json", "{}", r#""path": ["a"], "expect_absent": true, "value": {"b": [1]}"#), "{\"a\": {\"b\":[1]}}");
}

#[test]
fn yaml_keeps_comments_quotes_and_indentation() {
    let file = "# service\nserver:\n  tls: off   # later\n  ports:\n    - 80\n    - '443'\n  name: \"a: b\"\nlast: x\n";
    assert_eq!(check("/a.yaml", file, r#""path": ["server", "tls"], "expect": "off", "value": "required""#), file.replace("tls: off", "tls: required"));
    assert_eq!(check("/a.yml", file, r#""path": ["server", "ports", 1], "expect": "443", "value": "8443""#), file.replace("'443'", "'8443'"));
    assert_eq!(check("/a.yml", file, r#""path": ["server", "name"], "expect": "a: b", "value": "c\"d""#), file.replace("\"a: b\"", "\"c\\\"d\""));
    assert_eq!(check("/a.yml", file, r#""path": ["server", "mode"], "expect_absent": true, "value": "no""#), file.replace("b\"\n", "b\"\n  mode: \"no\"\n"));
    assert_eq!(check("/a.yml", file, r#""path": ["server", "ports", 2], "expect_absent": true, "value": 22"#), file.replace("'443'\n", "'443'\n    - 22\n"));
    assert_eq!(check("/a.yml", file, r#""path": ["server", "ports", 1], "expect": "443", "remove": true"#), file.replace("    - '443'\n", ""));
    assert!(check("/a.yml", file, r#""path": ["server", "ports", 0], "expect": 80, "remove": true"#).contains("only the last item"));
    assert_eq!(check("/a.yml", file, r#""path": ["last"], "expect": "x", "remove": true"#), file.replace("last: x\n", ""));
    let list = "- name: ü\n  run: true\n- name: b\n  run: true\n";
    assert_eq!(check("/a.yml", list, r#""path": [1, "run"], "expect": true, "value": false"#), "- name: ü\n  run: true\n- name: b\n  run: false\n");
}

#[test]
fn toml_keeps_comments_and_quotes() {
    let file = "# top\n[server]\ntls = false # later\nname = 'a'\nports = [80, 81]\n\n[server.log]\nlevel = \"info\"\n";
    assert_eq!(check("/a.toml", file, r#""path": ["server", "tls"], "expect": false, "value": true"#), file.replace("tls = false", "tls = true"));
    assert_eq!(check("/a.toml", file, r#""path": ["server", "name"], "expect": "a", "value": "b""#), file.replace("'a'", "'b'"));
    assert_eq!(check("/a.toml", file, r#""path": ["server", "ports", 2], "expect_absent": true, "value": 82"#), file.replace("81]", "81, 82]"));
    assert_eq!(check("/a.toml", file, r#""path": ["server", "log", "keep"], "expect_absent": true, "value": 7"#), format!("{file}keep = 7\n"));
    assert_eq!(check("/a.toml", file, r#""path": ["server", "name"], "expect": "a", "remove": true"#), file.replace("name = 'a'\n", ""));
}

#[test]
fn lines_keep_their_signs() {
    let unit = "[Unit]\nDescription = x\n\n[Service]\nUser = root\n# why\nNoNewPrivileges = no\n\n[Install]\nWantedBy = multi-user.target\n";
    assert_eq!(check("/a.service", unit, r#""path": ["Service", "User"], "expect": "root", "value": "app""#), unit.replace("root", "app"));
    assert_eq!(check("/a.service", unit, r#""path": ["Service", "PrivateTmp"], "expect_absent": true, "value": true"#), unit.replace("= no\n", "= no\nPrivateTmp = true\n"));
    assert_eq!(check("/a.ini", "a=1", r#""path": ["s", "b"], "expect_absent": true, "value": "2""#), "a=1\n\n[s]\nb=2\n");
    assert_eq!(check("/a.service", unit, r#""path": ["Unit", "Description"], "expect": "x", "remove": true"#), unit.replace("Description = x\n", ""));
    let env = "# app\nexport DEBUG=\"1\"\nTLS=off\n";
    assert_eq!(check("/x.env", env, r#""path": ["DEBUG"], "expect": "1", "value": "0""#), env.replace("\"1\"", "\"0\""));
    assert_eq!(check("/.env", env, r#""path": ["MODE"], "expect_absent": true, "value": "a b""#), format!("{env}MODE=\"a b\"\n"));
    let java = "# app\nserver.port: 8080\nserver.ssl.enabled=false\n";
    assert_eq!(check("/a.properties", java, r#""path": ["server.ssl.enabled"], "expect": "false", "value": "true""#), java.replace("false", "true"));
    assert_eq!(check("/a.properties", java, r#""path": ["server.port"], "expect": "8080", "value": 8443"#), java.replace("8080", "8443"));
    assert_eq!(check("/a.properties", java, r#""path": ["x"], "expect_absent": true, "value": "y""#), format!("{java}x=y\n"));
}

#[test]
fn xml_keeps_everything_else() {
    let file = "<?xml version=\"1.0\"?>\n<!-- c -->\n<web>\n  <cookie secure='false' name=\"a\"/>\n  <list>\n    <item>a &amp; b</item>\n    <item>c</item>\n  </list>\n</web>\n";
    assert_eq!(check("/a.xml", file, r#""path": ["web", "cookie", "@secure"], "expect": "false", "value": "true""#), file.replace("false", "true"));
    assert_eq!(check("/a.xml", file, r#""path": ["web", "cookie", "@httponly"], "expect_absent": true, "value": "a<b""#), file.replace("\"a\"/", "\"a\" httponly=\"a&lt;b\"/"));
    assert_eq!(check("/a.xml", file, r#""path": ["web", "list", "item", 0], "expect": "a & b", "value": "d""#), file.replace("a &amp; b", "d"));
    assert_eq!(check("/a.xml", file, r#""path": ["web", "list", "item", 1], "expect": "c", "remove": true"#), file.replace("\n    <item>c</item>", ""));
    assert_eq!(check("/a.xml", file, r#""path": ["web", "mode"], "expect_absent": true, "value": "on""#), file.replace("</list>\n", "</list>\n  <mode>on</mode>\n"));
    assert!(check("/a.xml", file, r#""path": ["web", "list", "item"], "expect": "c", "value": "d""#).contains("there are 2 elements `item`"));
}

#[test]
fn hcl_keeps_comments_and_expressions() {
    let file = "# bucket\nresource \"aws_s3_bucket\" \"logs\" {\n  bucket = var.name # by the stage\n  acl    = \"public-read\"\n\n  versioning {\n    enabled = false\n  }\n}\n";
    let bucket = r#""path": ["resource", "aws_s3_bucket", "logs""#;
    assert_eq!(check("/a.tf", file, &format!(r#"{bucket}, "acl"], "expect": "public-read", "value": "private""#)), file.replace("public-read", "private"));
    assert_eq!(check("/a.tf", file, &format!(r#"{bucket}, "versioning", "enabled"], "expect": false, "value": true"#)), file.replace("false", "true"));
    assert_eq!(check("/a.tf", file, &format!(r#"{bucket}, "bucket"], "expect": {{"expression": "var.name"}}, "value": "b""#)), file.replace("var.name", "\"b\""));
    assert_eq!(check("/a.tf", file, &format!(r#"{bucket}, "force_destroy"], "expect_absent": true, "value": false"#)), file.replace("read\"\n", "read\"\n  force_destroy = false\n"));
    assert_eq!(check("/a.tf", file, &format!(r#"{bucket}, "acl"], "expect": "public-read", "remove": true"#)), file.replace("  acl    = \"public-read\"\n", ""));
}

#[test]
fn bytes_are_held_to_their_digest() {
    let was = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    let edit = |text: &str| format!(r#""bytes": {{"start": 4, "end": 7, "sha256": "{was}", "text": "{text}"}}"#);
    assert_eq!(check("/a", "bar foo baz", &edit("quux")), "bar quux baz");
    assert_eq!(check("/a", "bar fox baz", &edit("quux")), format!("refused: /a: bytes 4..7: expected content with the SHA-256 {was}, found 776cb326ab0cd5f0a974c1b9606044d8485201f2db19cf8e3749bdee5f36e200"));
    assert!(check("/a", "bar", &edit("quux")).contains("the file has 3 bytes"));
}

#[test]
fn what_does_not_fit_is_told_with_file_path_expected_and_found() {
    assert_eq!(check("/a.json", "{\"a\": 1}", r#""path": ["a"], "expect": 2, "value": 3"#), "refused: /a.json: a: expected `2`, found `1`");
    assert_eq!(check("/a.json", "{\"a\": 1}", r#""path": ["b"], "expect": 2, "value": 3"#), "refused: /a.json: b: expected `2`, found nothing there");
    assert_eq!(check("/a.json", "{\"a\": 1}", r#""path": ["a"], "expect_absent": true, "value": 3"#), "refused: /a.json: a: expected nothing there, found `1`");
    for (fields, message) in [
        (r#""path": ["a"], "value": 3"#, "exactly one of `expect`"),
        (r#""path": ["a"], "expect": 3, "value": 3"#, "the edit would do nothing"),
        (r#""path": ["a"], "expect": 3"#, "exactly one of `value`"),
        (r#""path": [], "expect": 3, "value": 4"#, "1 to 64 steps"),
        (r#""path": ["a"], "expect": 3, "value": 4, "force": true"#, "unknown field `force`"),
        (r#""path": ["a"], "format": "word", "expect": 3, "value": 4"#, "unknown format `word`"),
    ] {
        let told = check("/a.json", "{\"a\": 1}", fields);
        assert!(told.starts_with("refused: edit 1: ") && told.contains(message), "{told}");
    }
    assert!(check("/a/../b.json", "{}", r#""path": ["a"], "expect": 3, "value": 4"#).contains("must be plain"));
    assert!(check("/x/.git/a.json", "{}", r#""path": ["a"], "expect": 3, "value": 4"#).contains("git's own"));
    assert!(check("/a.conf", "{}", r#""path": ["a"], "expect": 3, "value": 4"#).contains("give `format`"));
}

#[test]
fn what_readers_differ_in_is_refused() {
    for (file, text) in [
        ("/a.json", "{\"a\": 1, \"a\": 1}"),
        ("/a.yaml", "a: 1\na: 1\n"),
        ("/a.ini", "a=1\na=1\n"),
        ("/.env", "a=1\na=1\n"),
        ("/a.properties", "a=1\na=1\n"),
        ("/a.yaml", "x: &y 1\na: *y\n"),
        ("/a.yaml", "a: 1\n---\na: 1\n"),
        ("/a.yaml", "<<: {b: 2}\na: 1\n"),
    ] {
        let told = check(file, text, r#""path": ["a"], "expect": 1, "value": 2"#);
        assert!(told.starts_with("refused: "), "{file} {text}: {told}");
    }
}

#[test]
fn bombs_are_refused() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let alias: String = (1..40).map(|it| format!("a{it}: &a{it} [*a{0}, *a{0}, *a{0}, *a{0}]\n", it - 1)).collect();
    let entity = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;&b;\">]>\n<a>&c;</a>";
    for (file, text, message) in [
        ("/a.json", deep("[", "]"), "nested deeper than 128"),
        ("/a.json", deep("{\"a\":", "}"), "nested deeper than 128"),
        ("/a.yaml", deep("[", "]"), "nested deeper than 128"),
        ("/a.yaml", "- ".repeat(10_000) + "1\n", "nested deeper than 128"),
        ("/a.toml", format!("a = {}", deep("[", "]")), "no TOML"),
        ("/a.tf", format!("a = {}", deep("(", ")")), "nested deeper than 128"),
        ("/a.xml", deep("<a>", "</a>"), "nested deeper than 128"),
        ("/a.xml", entity.to_owned(), "a document type stands there"),
        ("/a.yaml", format!("a0: &a0 x\n{alias}"), "a39"),
    ] {
        let path = if message == "a39" { r#"["a39"]"# } else { r#"["a"]"# };
        let told = check(file, &text, &format!(r#""path": {path}, "expect": "x", "value": "y""#));
        assert!(told.starts_with("refused: ") && told.contains(message), "{file}: {}", &told[..told.len().min(300)]);
    }
}

#[test]
fn no_cut_or_changed_file_panics() {
    let samples = [
        ("/a.json", "{\"a\": [1, {\"b\": \"ü\\u00e9\"}], /* c */ \"d\": null}"),
        ("/a.yaml", "a: &x 'ü'\nb:\n  - \"c\"\n  - d: |\n      e\n"),
        ("/a.toml", "a = 'ü'\n[b]\nc = [1, {d = 2}]\n"),
        ("/a.ini", "a = ü\n[b]\nc: 1\n"),
        ("/.env", "export A=\"ü\"\nB='c'\n"),
        ("/a.properties", "a: ü\n b=c\nd e\n"),
        ("/a.xml", "<?x?><a b='ü'>&amp;<c/><!-- d --></a>"),
        ("/a.tf", "a = \"ü\"\nb \"c\" {\n  d = [1, var.e]\n}\n"),
    ];
    let mut seed = 7u64;
    for (file, text) in samples {
        for _ in 0..600 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut chars: Vec<char> = text.chars().collect();
            let at = (seed >> 33) as usize % chars.len();
            match seed >> 62 {
                0 => chars.truncate(at),
                1 => chars[at] = char::from(b"\"'[]{}<>&:=#\\\n -/"[(seed >> 20) as usize % 17]),
                2 => drop(chars.remove(at)),
                _ => chars.insert(at, '\u{e9}'),
            }
            let text: String = chars.into_iter().collect();
            for fields in [r#""path": ["a"], "expect": "ü", "value": "y""#, r#""path": ["b", "c"], "expect_absent": true, "value": 1"#, r#""path": ["d"], "expect": null, "remove": true"#] {
                let document = format!("{{\"schema\": \"invitro.edits/v1\", \"edits\": [{{\"file\": \"{file}\", {fields}}}]}}");
                let _ = apply(document.as_bytes(), &mut One(file, text.clone()));
            }
        }
    }
}
