//! Tests of the program as its users run it, in one binary. `tests/architecture.rs` looks at the sources alone.

mod applied;
mod apply;
mod attribute;
mod batch;
mod cases;
mod changes;
mod codes;
mod components;
mod coverage;
mod dependents;
mod exported;
mod faces;
mod growing;
mod hostile;
mod hostile_scripts;
mod integration;
mod laws;
mod machine;
#[path = "../marks/mod.rs"]
mod marks;
mod module;
mod packages;
mod patches;
#[path = "../postgres/mod.rs"]
mod postgres;
mod python;
mod reports;
mod strain;
mod survival;
mod target;
mod target_archive;
mod target_bad;
mod target_image;
mod wasi;
mod wit;
mod workspace;

#[test]
fn no_test_file_is_forgotten() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).expect("a readable file");
    let mut forgotten = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("a readable folder") {
        let name = entry.expect("a readable entry").file_name().to_string_lossy().trim_end_matches(".rs").to_owned();
        if name != "main" && !main.contains(&format!("\nmod {name};")) {
            forgotten.push(name);
        }
    }
    assert!(forgotten.is_empty(), "tests/it/main.rs does not name {forgotten:?}");
}
