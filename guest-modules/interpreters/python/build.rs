//! Places the module above the memory of the Python that it serves, as the two have one memory; and hands it Python's library and the
//! prelude.

use std::{env, fs, path::PathBuf};

/// Where the memory of CPython's snapshot ends: 640 pages. The program's own build script checks it when it joins the two.
const ABOVE: u32 = 640 << 16;

fn main() {
    println!("cargo::rustc-link-arg=--import-memory");
    println!("cargo::rustc-link-arg=--global-base={ABOVE}");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let library = root.join("../../target/cpython/python314.zip");
    assert!(library.exists(), "{} is missing: guest-modules/build.sh puts it there", library.display());
    println!("cargo::rerun-if-changed={}", library.display());
    println!("cargo::rustc-env=PYTHON_LIBRARY={}", library.canonicalize().expect("it is there").display());

    let folder = root.join("prelude");
    println!("cargo::rerun-if-changed={}", folder.display());
    let source = source(&folder);
    let recorded = fs::read_to_string(folder.join("code.b64")).unwrap_or_default();
    let (digest, code) = recorded.split_once('\n').unwrap_or_default();
    let code = if digest == fnv(source.as_bytes()) {
        base64(code)
    } else {
        println!("cargo::warning=prelude/code.b64 is of another source: Python starts slowly until UPDATE_EXPECT=1 cargo test --test it python writes it");
        marshalled(&source)
    };
    fs::write(out.join("code.marshal"), code).expect("OUT_DIR is writable");
}

/// The parts of the prelude, in the order of their names, as one module.
fn source(folder: &std::path::Path) -> String {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("the prelude is there").flatten().map(|it| it.path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "py"));
    files.sort();
    files.iter().map(|it| fs::read_to_string(it).expect("the prelude is text")).collect()
}

/// FNV-1a of 64 bits: tells two sources apart, and nothing hangs on it but speed.
fn fnv(bytes: &[u8]) -> String {
    format!("{:016x}", bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |all, it| (all ^ u64::from(*it)).wrapping_mul(0x0100_0000_01b3)))
}

/// A string as Python's `marshal` keeps it: what `exec` compiles itself.
fn marshalled(text: &str) -> Vec<u8> {
    [b"u".as_slice(), &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
}

fn base64(text: &str) -> Vec<u8> {
    let digit = |it: u8| match it {
        b'A'..=b'Z' => Some(it - b'A'),
        b'a'..=b'z' => Some(it - b'a' + 26),
        b'0'..=b'9' => Some(it - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = text.bytes().filter_map(digit).collect();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    for four in digits.chunks(4) {
        let all = four.iter().enumerate().fold(0_u32, |all, (at, it)| all | u32::from(*it) << (18 - 6 * at));
        bytes.extend(all.to_be_bytes()[1..].iter().take(four.len() * 6 / 8));
    }
    bytes
}
