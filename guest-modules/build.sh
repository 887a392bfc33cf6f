#!/usr/bin/env bash
# Builds every guest module from source to core WebAssembly, below guest-modules/target/built.
#
# A digest of sources and toolchain keys the result: when nothing changed, nothing is built. Two toolchains will do:
# a rustup toolchain that has (or can get) the target wasm32-unknown-unknown; else Debian's rustc-web, cargo-web and
# rust-web-src, with the standard library built from source and the linker of the installed toolchain.
set -euo pipefail
cd "$(dirname "$0")"
built=target/built
triple=wasm32-unknown-unknown

fail() { printf 'guests: %s\n' "$1" >&2; printf 'guests: way out: %s\n' "$2" >&2; exit 1; }

has_rustup_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/$triple/lib" ]
}
may_get_rustup_target() {
  [ "${INVITRO_GUEST_TOOLCHAIN:-}" != debian ] && command -v rustup >/dev/null &&
    timeout 60 rustup target add "$triple" >/dev/null 2>&1 && has_rustup_target
}
has_debian() { [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && { compgen -G '/usr/src/rustc-web-*' >/dev/null || [ -d "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src" ]; }; }

choose() {
  if has_rustup_target; then echo rustup
  elif has_debian; then echo debian
  elif may_get_rustup_target; then echo rustup
  elif command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    printf 'guests: installing rustc-web cargo-web rust-web-src (Debian)\n' >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq rustc-web cargo-web rust-web-src; } >&2 ||
      fail "Debian's WebAssembly toolchain could not be installed" 'rustup target add wasm32-unknown-unknown, then make again'
    echo debian
  else
    fail 'no compiler here makes WebAssembly' \
      'rustup target add wasm32-unknown-unknown, or as root: apt-get install rustc-web cargo-web rust-web-src'
  fi
}

# Python's snapshot and library: two files of a package that cargo fetches and nobody builds (cpython/Cargo.toml), held by its lock file
# and by their digests here.
snapshot=93b66c1e1357a3b77481fee8e14448b55ca83a0dec4b05ec0284b33b58099b75
library=a2fbfc15b11fe851fffe3a84369f4d8c73992904ea23bbc045d89373737e15ea
fetch_python() {
  local into=target/cpython package file
  printf '%s  %s\n' "$snapshot" "$into/python.wasm.xz" "$library" "$into/python314.zip" | sha256sum --check --status 2>/dev/null && return
  printf 'guests: fetching CPython\n' >&2
  cargo fetch --quiet --locked --manifest-path cpython/Cargo.toml >&2 ||
    fail "the package of CPython could not be fetched" 'cargo fetch --manifest-path guest-modules/cpython/Cargo.toml, with a network'
  package=$(cargo metadata --locked --offline --format-version 1 --manifest-path cpython/Cargo.toml |
    grep -o '"manifest_path":"[^"]*/bashkit-cpython-wasm-[^"]*"' | head -n 1 | cut -d'"' -f4)
  package=${package%/Cargo.toml}/artifacts
  mkdir -p "$into"
  for file in python.wasm.xz python314.zip; do
    (cd "$package" && grep "  $file\$" MANIFEST | sha256sum --check --status) || fail "$package/$file is not what its manifest says" 'remove that folder, then make again'
    cp "$package/$file" "$into/$file.new" && mv "$into/$file.new" "$into/$file"
  done
  printf '%s  %s\n' "$snapshot" "$into/python.wasm.xz" "$library" "$into/python314.zip" | sha256sum --check --status ||
    fail 'CPython is not the one that is pinned here' 'look at guest-modules/cpython/Cargo.lock'
}
fetch_python

toolchain=$(choose)
digest() {
  { echo "$toolchain"
    if [ "$toolchain" = rustup ]; then rustc -vV; else /usr/bin/rustc -vV; fi
    find ../wit . -path ./target -prune -o -type f \( -name '*.rs' -o -name '*.toml' -o -name '*.lock' -o -name '*.wit' -o -name '*.sh' -o -name '*.py' -o -name '*.b64' \) -print0 |
      LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d' ' -f1
}
# Taken before the build: what is edited meanwhile is not in it.
sources=$(digest)
if [ -f "$built/digest" ] && [ "$(cat "$built/digest")" = "$sources" ]; then
  printf 'guests: up to date\n' >&2
  exit 0
fi

linker=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin/rust-lld
export CARGO_TARGET_DIR="$PWD/target"
# The small stack keeps a fresh instance small; the interpreters ask for more in their own build scripts.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS='--cfg getrandom_backend="custom"'
printf 'guests: building with the %s toolchain\n' "$toolchain" >&2
if [ "$toolchain" = rustup ]; then
  cargo build --release --target "$triple" "$@" >&2
else
  [ -x "$linker" ] || fail "the linker $linker is missing" 'rustup component add rust-src llvm-tools, or another stable toolchain'
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker" RUSTC_BOOTSTRAP=1 PATH=/usr/bin:/bin \
    RUSTC=/usr/bin/rustc /usr/bin/cargo build --release --target "$triple" -Zbuild-std=std,panic_abort "$@" >&2
fi
mkdir -p "$built"
for role in interpreters generators validators rollback-planners command-models analyzers; do
  for manifest in "$role"/*/Cargo.toml; do
    [ -f "$manifest" ] || continue
    name=$(basename "$(dirname "$manifest")")
    package=$(sed -n 's/^name = "\(.*\)"/\1/p' "$manifest" | head -n 1)
    wasm=target/$triple/release/${package//-/_}.wasm
    [ -f "$wasm" ] && cp "$wasm" "$built/${role%s}.$name.core.wasm"
  done
done
[ $# = 0 ] && printf '%s\n' "$sources" >"$built/digest"
printf 'guests: %s modules in guest-modules/%s\n' "$(find "$built" -name '*.core.wasm' | wc -l)" "$built" >&2
