//! What can go wrong before a guest runs.

use std::path::PathBuf;

use super::compile::CompileStop;

/// Why a module could not be made ready or a call could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The WebAssembly engine could not be made.
    #[error("make the WebAssembly engine: {reason}")]
    Engine {
        /// What wasmtime says.
        reason: String,
    },
    /// The bytes are no component.
    #[error("read module `{name}`: {reason}")]
    NotAComponent {
        /// The module.
        name: String,
        /// What the bytes are, and the way out.
        reason: String,
    },
    /// The component could not be compiled.
    #[error("compile module `{name}`: {reason}")]
    Compile {
        /// The module.
        name: String,
        /// What the compiler says.
        reason: String,
    },
    /// The compiler, in a process of its own, was stopped by a limit.
    #[error("compile module `{name}`: {stopped}")]
    CompileStopped {
        /// The module.
        name: String,
        /// The limit, and the way out.
        stopped: CompileStop,
    },
    /// The compiler's process could not be had.
    #[error("compile module `{name}` with {program}", program = program.display())]
    Compiler {
        /// The module.
        name: String,
        /// The program.
        program: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The component is not of the role's world.
    #[error("link module `{name}` as {role}: {reason}")]
    WrongWorld {
        /// The module.
        name: String,
        /// The role that was asked for.
        role: &'static str,
        /// Which import or export does not fit.
        reason: String,
    },
    /// The cache could not be used.
    #[error("use the module cache {path}: {source}", path = path.display())]
    Cache {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The program was built without its modules.
    #[error("find built-in module `{name}`: it is not in this build; run `make build`")]
    MissingBuiltIn {
        /// The module.
        name: String,
    },
}
