//! Wraps the guests' core modules as components and puts them inside the program.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use sha2::Digest as _;

#[path = "build/join.rs"]
mod join;

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let built = root.join("guest-modules/target/built");
    println!("cargo::rerun-if-changed={}", built.display());
    println!("cargo::rerun-if-changed=wit");
    let mut guests: Vec<PathBuf> = fs::read_dir(&built).into_iter().flatten().flatten().map(|it| it.path()).collect();
    guests.retain(|it| it.to_string_lossy().ends_with(".core.wasm"));
    guests.sort();
    if guests.is_empty() {
        println!("cargo::error=the guest modules are not built yet: run `make guests` (guest-modules/build.sh) once, then cargo again");
        return;
    }
    let mut code = String::from("/// Returns the modules of this program, sorted by role and name.\npub fn built_in() -> &'static [BuiltIn] {\n    &[\n");
    for guest in guests {
        let name = guest.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let mut words = name.split('.');
        let (role, module) = (words.next().expect("a name has a role"), words.next().expect("a name has a module"));
        let component = out.join(format!("{role}.{module}.wasm"));
        let bytes = if name == "interpreter.python.core.wasm" { join::join(&guest, &root.join("guest-modules/target/cpython")) } else { encode(&guest) };
        let digest: [u8; 32] = sha2::Sha256::digest(&bytes).into();
        fs::write(&component, bytes).expect("OUT_DIR is writable");
        let role: String = role.split('-').map(|it| it[..1].to_uppercase() + &it[1..]).collect();
        writeln!(code, "        BuiltIn {{ name: {module:?}, role: Role::{role}, component: include_bytes!({component:?}), digest: &{digest:?} }},")
            .expect("a string takes it");
    }
    code.push_str("    ]\n}\n");
    fs::write(out.join("built_in.rs"), code).expect("OUT_DIR is writable");
}

/// Wraps one core module; what it imports besides our world is an error here and not at run time.
fn encode(guest: &Path) -> Vec<u8> {
    let core = fs::read(guest).expect("it was listed just now");
    wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&core)
        .and_then(|it| it.encode())
        .unwrap_or_else(|error| panic!("{}: {error:#}", guest.display()))
}
