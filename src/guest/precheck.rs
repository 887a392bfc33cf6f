//! Looks at a stranger's component before it is compiled: a small file can make a compiler run for minutes.

use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

use super::error::Error;

/// Most bytes of a component.
pub(super) const MOST_BYTES: usize = 32 << 20;
/// Most bytes of one function.
const MOST_BODY: usize = 256 << 10;
/// Most locals of one function.
const MOST_LOCALS: u32 = 2_000;
/// Most functions.
const MOST_FUNCTIONS: u32 = 50_000;
/// Deepest nesting of blocks in a function: the loop of an interpreter of bytecode has one for each kind of instruction (CPython 3.14: 781).
const DEEPEST: u32 = 1_000;
/// Most core modules and components, nested ones too.
const MOST_PARTS: u32 = 64;
/// Most core instances and instances of components that the parts may make; the pool has room for fewer, but shims count too.
const MOST_INSTANCES: u32 = 1_000;
/// Most types, imports, globals and tables of all parts together.
const MOST_ITEMS: u32 = 100_000;
/// Most bytes of custom sections.
const MOST_CUSTOM: usize = 1 << 20;

/// Refuses what is no component or would cost too much to compile.
pub(crate) fn check(name: &str, bytes: &[u8]) -> Result<(), Error> {
    let refuse = |reason: String| Error::NotAComponent { name: name.into(), reason };
    if bytes.len() > MOST_BYTES {
        return Err(refuse(format!("{} bytes, at most {MOST_BYTES} are taken", bytes.len())));
    }
    if bytes.starts_with(b"\x7fELF") || wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(refuse("this is machine code, not WebAssembly; give the .wasm component it was made from".into()));
    }
    if !bytes.starts_with(b"\0asm") {
        return Err(refuse("these bytes are not WebAssembly; give a .wasm component".into()));
    }
    structure(bytes).map_err(refuse)
}

fn structure(bytes: &[u8]) -> Result<(), String> {
    let (mut functions, mut custom, mut parts, mut instances, mut items) = (0u32, 0usize, 0u32, 0u32, 0u32);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.map_err(|error| format!("{error}; build it again"))? {
            Payload::Version { encoding: Encoding::Module, range, .. } if range.start == 0 => {
                return Err("this is a core module, not a component; wrap it: wasm-tools component new FILE -o OUT.wasm".into());
            }
            Payload::CodeSectionEntry(body) => {
                functions += 1;
                function(&body, functions)?;
            }
            Payload::CustomSection(section) => custom += section.data().len(),
            Payload::Version { .. } => parts += 1,
            Payload::InstanceSection(section) => instances = instances.saturating_add(section.count()),
            Payload::ComponentInstanceSection(section) => instances = instances.saturating_add(section.count()),
            Payload::TypeSection(section) => items = items.saturating_add(section.count()),
            Payload::ComponentTypeSection(section) => items = items.saturating_add(section.count()),
            Payload::CoreTypeSection(section) => items = items.saturating_add(section.count()),
            Payload::ImportSection(section) => items = items.saturating_add(section.count()),
            Payload::ComponentImportSection(section) => items = items.saturating_add(section.count()),
            Payload::ComponentAliasSection(section) => items = items.saturating_add(section.count()),
            Payload::GlobalSection(section) => items = items.saturating_add(section.count()),
            Payload::TableSection(section) => items = items.saturating_add(section.count()),
            Payload::MemorySection(section) => items = items.saturating_add(section.count()),
            _ => {}
        }
        let counts = [
            (functions, MOST_FUNCTIONS, "functions"),
            (parts, MOST_PARTS, "parts"),
            (instances, MOST_INSTANCES, "instances"),
            (items, MOST_ITEMS, "types, imports and globals"),
        ];
        if let Some((_, most, what)) = counts.iter().find(|(count, most, _)| count > most) {
            return Err(format!("more than {most} {what}; split it, or build it with less in it"));
        }
        if custom > MOST_CUSTOM {
            return Err(format!("more than {MOST_CUSTOM} bytes of custom sections; strip it"));
        }
    }
    let mut validator = Validator::new_with_features(features());
    validator.validate_all(bytes).map(drop).map_err(|error| format!("not valid: {error}"))
}

/// What the engine takes (`engine.rs`), so that the rest is refused here and by its name.
fn features() -> WasmFeatures {
    let refused = WasmFeatures::MEMORY64
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::THREADS
        | WasmFeatures::SHARED_EVERYTHING_THREADS
        | WasmFeatures::CUSTOM_PAGE_SIZES
        | WasmFeatures::WIDE_ARITHMETIC
        | WasmFeatures::RELAXED_SIMD
        | WasmFeatures::CM_ASYNC;
    (WasmFeatures::default() | WasmFeatures::COMPONENT_MODEL) - refused
}

fn function(body: &wasmparser::FunctionBody<'_>, number: u32) -> Result<(), String> {
    let size = body.as_bytes().len();
    if size > MOST_BODY {
        return Err(format!("function {number} has {size} bytes, at most {MOST_BODY} are taken"));
    }
    let locals = body.get_locals_reader().map_err(|it| it.to_string())?;
    let mut count = 0u32;
    for local in locals {
        count = count.saturating_add(local.map_err(|it| it.to_string())?.0);
    }
    if count > MOST_LOCALS {
        return Err(format!("function {number} has {count} locals, at most {MOST_LOCALS} are taken"));
    }
    let mut depth = 0u32;
    for operator in body.get_operators_reader().map_err(|it| it.to_string())? {
        use wasmparser::Operator as O;
        match operator.map_err(|it| it.to_string())? {
            O::Block { .. } | O::Loop { .. } | O::If { .. } | O::TryTable { .. } => depth += 1,
            O::End => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Err(format!("function {number} nests deeper than {DEEPEST} blocks"));
        }
    }
    Ok(())
}
