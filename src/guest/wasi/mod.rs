//! WASI 0.2 for guests that import it: the standard's interfaces over the workspace or tree of the call, a virtual clock and seeded
//! randomness. No real folder, stream, clock or socket is behind any of them.
//!
//! A module gets the interfaces that it imports, whatever its role, as none reaches further than the role's own interfaces do: files
//! are those of the call's workspace (or tree, which cannot be written to), and every call is charged at the same place. Sockets and
//! HTTP are given to nobody. The WIT is in `wit/wasi`; what is the host's own choice is said there.

mod cli;
mod clocks;
mod files;
mod open;
mod random;
mod streams;

use wasmtime::component::{HasSelf, Linker};

pub(super) use cli::Exit;
pub(super) use open::{Root, Wasi};

use super::state::State;

/// The standard's interfaces as Rust.
pub(super) mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/wasi",
        world: "host",
        imports: { default: trappable },
        trappable_error_type: {
            "wasi:io/streams.stream-error" => crate::guest::wasi::streams::Break,
            "wasi:filesystem/types.error-code" => crate::guest::wasi::open::Fail,
        },
        with: {
            "wasi:io/error.error": crate::guest::wasi::streams::Failure,
            "wasi:io/poll.pollable": crate::guest::wasi::clocks::Pollable,
            "wasi:io/streams.input-stream": crate::guest::wasi::streams::Input,
            "wasi:io/streams.output-stream": crate::guest::wasi::streams::Output,
            "wasi:cli/terminal-input.terminal-input": crate::guest::wasi::cli::Terminal,
            "wasi:cli/terminal-output.terminal-output": crate::guest::wasi::cli::Terminal,
            "wasi:filesystem/types.descriptor": crate::guest::wasi::open::Descriptor,
            "wasi:filesystem/types.directory-entry-stream": crate::guest::wasi::files::Listing,
        },
        require_store_data_send: true,
    });
}

use bindings::wasi as wit;

/// The interfaces that any module may import, of every version of WASI 0.2: point releases only add (wasi.dev, "WASI 0.2").
pub(super) const GRANTED: [&str; 20] = [
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:random/random",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/stderr",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:cli/terminal-stderr",
    "wasi:filesystem/types",
    "wasi:filesystem/preopens",
];

/// Answers whether an import is WASI's.
pub(super) fn is_wasi(import: &str) -> bool {
    import.starts_with("wasi:")
}

/// Answers whether an import is one that any module gets.
pub(super) fn is_granted(import: &str) -> bool {
    import.split_once('@').is_some_and(|(name, version)| GRANTED.contains(&name) && version.starts_with("0.2."))
}

/// Links all interfaces; those that a component does not import cost nothing at a call.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wit::io::error::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::io::poll::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::io::streams::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::clocks::monotonic_clock::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::clocks::wall_clock::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::random::random::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::random::insecure::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::random::insecure_seed::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::environment::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::exit::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::stdin::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::stdout::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::stderr::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::terminal_input::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::terminal_output::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::terminal_stdin::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::terminal_stdout::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::cli::terminal_stderr::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::filesystem::types::add_to_linker::<_, HasSelf<_>>(linker, |it| it)?;
    wit::filesystem::preopens::add_to_linker::<_, HasSelf<_>>(linker, |it| it)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grant_names_what_the_world_has() {
        let world = include_str!("../../../wit/wasi/world.wit");
        let imports = world.lines().filter_map(|line| line.trim().strip_prefix("import ")?.split_once('@'));
        assert_eq!(imports.map(|(name, _)| name).collect::<Vec<_>>(), super::GRANTED);
    }
}
