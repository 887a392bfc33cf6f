//! Every example is read as it stands, and every code of `doctor` is a heading.

use std::{fs, path::Path};

use invitro::integration::{CODES, read_targets};

/// The project's folder: this file is compiled there.
fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/"))
}

#[test]
fn every_example_is_read() {
    let folder = project().join("examples/targets");
    let mut seen = 0;
    for entry in fs::read_dir(&folder).expect("a folder") {
        let file = entry.expect("an entry").path().join("invitro.toml");
        let table: toml::Table = fs::read_to_string(&file).expect("a file").parse().expect("TOML");
        let targets = table["targets"].as_table().expect("targets");
        if let Err(problems) = read_targets(targets) {
            panic!("{}:\n{}", file.display(), problems.join("\n"));
        }
        seen += 1;
    }
    assert_eq!(seen, 14);
}

#[test]
fn every_code_is_a_heading() {
    let page = fs::read_to_string(project().join("docs/targets.md")).expect("a page");
    let headings: Vec<&str> = page.lines().filter_map(|it| it.strip_prefix("## ")).collect();
    assert_eq!(headings, CODES);
}
