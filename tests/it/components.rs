//! Components out of text: for the tests and the benchmark, which include this file.

use std::{fs, path::Path};

use wasi_preview1_component_adapter_provider::{WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as ADAPTER};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Makes a component of a file in `tests/hostile`: as it stands, or of a core module that is wrapped for the world that its head names.
pub(crate) fn of_file(file: &str) -> Vec<u8> {
    let path = root().join("tests/hostile").join(file).with_extension("wat");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    match text.lines().find_map(|it| it.strip_prefix(";; world: ")) {
        None => bytes,
        Some(world) => wrap(file, bytes, world),
    }
}

/// Wraps a core module for a world of ours; what it imports of WASI preview 1 goes through the adapter.
pub(crate) fn wrap(name: &str, mut module: Vec<u8>, world: &str) -> Vec<u8> {
    let mut resolve = wit_parser::Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit")).expect("the WIT is valid");
    let world = resolve.select_world(&[package], Some(world)).expect("a world of ours");
    wit_component::embed_component_metadata(&mut module, &resolve, world, wit_component::StringEncoding::UTF8, true).expect("the world fits in");
    let mut encoder = wit_component::ComponentEncoder::default();
    let encoder = encoder.validate(true).module(&module).and_then(|it| it.adapter(ADAPTER_NAME, ADAPTER));
    encoder.and_then(|it| it.encode()).unwrap_or_else(|error| panic!("{name}: {error:#}"))
}
