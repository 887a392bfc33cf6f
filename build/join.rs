//! Joins the interpreter `python` with CPython's snapshot into one component: a module that has the memory, and one that lies above it in
//! the same memory and is the first one's WASI.
//!
//! Nothing of it is only ours to do: a component with a module and its library is what any author may make.

use std::{fs, path::Path};

use sha2::Digest as _;
use wasm_encoder::{
    ConstExpr, EntityType, GlobalSection, GlobalType, ImportSection, MemorySection, MemoryType, Module, RawSection, ValType,
    reencode::{Reencode as _, RoundtripReencoder},
};
use wasmparser::{Operator, Parser, Payload, TypeRef};
use wit_component::{ComponentEncoder, LibraryInfo};

/// SHA-256 of the packed snapshot in bashkit-cpython-wasm 0.20.2, as its `artifacts/MANIFEST` says too.
const SNAPSHOT: &str = "93b66c1e1357a3b77481fee8e14448b55ca83a0dec4b05ec0284b33b58099b75";
/// The name under which the snapshot imports WASI.
const WASI: &str = "wasi_snapshot_preview1";
/// The name under which it imports what it asks its host for.
const HOST: &str = "bashkit";
/// Pages of the stack that the library gets, above all else.
const STACK: u64 = 16;
const PAGE: u64 = 65_536;

/// What is read of one module.
#[derive(Default)]
struct Parts {
    /// Pages of memory at the beginning.
    memory: u64,
    /// Content of the section of data, after its count.
    data: Vec<u8>,
    segments: u32,
}

/// Joins the two.
pub(crate) fn join(library: &Path, cpython: &Path) -> Vec<u8> {
    let packed = cpython.join("python.wasm.xz");
    println!("cargo::rerun-if-changed={}", packed.display());
    let packed = fs::read(&packed).unwrap_or_else(|error| panic!("{}: {error}: guest-modules/build.sh puts it there", packed.display()));
    let digest: String = sha2::Sha256::digest(&packed).iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(digest, SNAPSHOT, "CPython's snapshot is not the one that is pinned here");
    let mut snapshot = Vec::new();
    lzma_rs::xz_decompress(&mut packed.as_slice(), &mut snapshot).expect("its digest is right, so it unpacks");
    let library = fs::read(library).expect("it was listed just now");
    let (above, below) = (parts(&library), parts(&snapshot));
    assert!(first_data(&library) >= below.memory * PAGE, "the interpreter lies within CPython's memory: see its build.rs");
    let pages = above.memory + STACK;
    // All data comes with the module that has the memory: that is mapped at once and copied page by page, where a library's is written.
    let snapshot = rewrite(&snapshot, pages, None, Some(&above));
    let library = rewrite(&library, pages, Some(pages * PAGE), None);
    ComponentEncoder::default()
        .validate(true)
        .module(&snapshot)
        .and_then(|it| it.library(WASI, &library, LibraryInfo { arguments: Vec::new() }))
        .and_then(|it| it.encode())
        .unwrap_or_else(|error| panic!("the interpreter python: {error:#}"))
}

fn payloads(module: &[u8]) -> impl Iterator<Item = Payload<'_>> {
    Parser::new(0).parse_all(module).map(|it| it.expect("what a compiler made can be read"))
}

fn parts(module: &[u8]) -> Parts {
    let mut parts = Parts::default();
    for payload in payloads(module) {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    if let TypeRef::Memory(it) = import.expect("an import").ty {
                        parts.memory = it.initial;
                    }
                }
            }
            Payload::MemorySection(section) => parts.memory = section.into_iter().next().expect("a memory").expect("a memory").initial,
            Payload::DataSection(section) => {
                parts.segments = section.count();
                let raw = within(module, section.range());
                let skipped = leb_length(raw);
                parts.data = raw[skipped..].to_vec();
            }
            _ => {}
        }
    }
    parts
}

/// The lowest address that data of a module is put to.
fn first_data(module: &[u8]) -> u64 {
    let mut first = u64::MAX;
    for payload in payloads(module) {
        if let Payload::DataSection(section) = payload {
            for data in section {
                if let wasmparser::DataKind::Active { offset_expr, .. } = data.expect("data").kind
                    && let Ok(Operator::I32Const { value }) = offset_expr.get_operators_reader().read()
                {
                    first = first.min(u64::from(value as u32));
                }
            }
        }
    }
    first
}

fn within(module: &[u8], range: std::ops::Range<u64>) -> &[u8] {
    &module[range.start as usize..range.end as usize]
}

fn leb_length(raw: &[u8]) -> usize {
    raw.iter().position(|it| it & 0x80 == 0).map_or(0, |it| it + 1)
}

/// Writes a module anew: with so many pages, its stack elsewhere, and its data moved out or with another's beside it.
fn rewrite(module: &[u8], pages: u64, stack: Option<u64>, data: Option<&Parts>) -> Vec<u8> {
    let mut out = Module::new();
    for payload in payloads(module) {
        match payload {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for import in section.into_imports() {
                    let import = import.expect("an import");
                    let name = if import.module == HOST { WASI } else { import.module };
                    let kind = match import.ty {
                        TypeRef::Memory(_) => EntityType::Memory(memory(pages)),
                        other => RoundtripReencoder.entity_type(other).expect("a type"),
                    };
                    imports.import(name, import.name, kind);
                }
                out.section(&imports);
            }
            Payload::MemorySection(_) => {
                let mut memories = MemorySection::new();
                memories.memory(memory(pages));
                out.section(&memories);
            }
            Payload::GlobalSection(section) if stack.is_some() => {
                let mut globals = GlobalSection::new();
                for (number, global) in section.into_iter().enumerate() {
                    let global = global.expect("a global");
                    let kind = GlobalType { val_type: ValType::I32, mutable: global.ty.mutable, shared: false };
                    let Ok(Operator::I32Const { value }) = global.init_expr.get_operators_reader().read() else { panic!("a global of another kind") };
                    // The first one is the stack pointer (wasm-ld puts it there).
                    let value = stack.filter(|_| number == 0 && global.ty.mutable).map_or(value, |it| it as u32 as i32);
                    globals.global(kind, &ConstExpr::i32_const(value));
                }
                out.section(&globals);
            }
            Payload::DataCountSection { .. } => {}
            Payload::DataSection(section) => {
                let Some(more) = data else { continue };
                let raw = within(module, section.range());
                let mut all = Vec::with_capacity(raw.len() + more.data.len() + 8);
                leb(&mut all, section.count() + more.segments);
                all.extend(&raw[leb_length(raw)..]);
                all.extend(&more.data);
                out.section(&RawSection { id: wasm_encoder::SectionId::Data as u8, data: &all });
            }
            Payload::CustomSection(section) => {
                out.section(&wasm_encoder::CustomSection { name: section.name().into(), data: section.data().into() });
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    out.section(&RawSection { id, data: within(module, range) });
                }
            }
        }
    }
    out.finish()
}

fn memory(pages: u64) -> MemoryType {
    MemoryType { minimum: pages, maximum: None, memory64: false, shared: false, page_size_log2: None }
}

fn leb(into: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        into.push(value as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}
