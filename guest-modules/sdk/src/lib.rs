//! What a module of invitro is written with: one Rust module for each role's world, made from the WIT, and the panic
//! hook that tells the host what went wrong. A guest implements the role's `Guest` trait and names it with `export!`:
//!
//! ```ignore
//! use invitro_sdk::validator::{self, exports::invitro::remediation::validate::Guest};
//! struct Mine;
//! impl Guest for Mine { /* … */ }
//! validator::export!(Mine with_types_in invitro_sdk::validator);
//! ```

/// Makes the bindings of one world, with its panic hook.
macro_rules! world {
    ($(#[$doc:meta])* $module:ident, $world:literal) => {
        $(#[$doc])*
        #[allow(missing_docs, reason = "the WIT documents every item")]
        pub mod $module {
            wit_bindgen::generate!({
                world: $world,
                path: "../../wit",
                pub_export_macro: true,
                default_bindings_module: "invitro_sdk",
                generate_all,
                additional_derives: [PartialEq],
            });

            /// Sends a panic's message to the host's log, so that the trap that follows can be understood.
            pub fn log_panics() {
                std::panic::set_hook(Box::new(|info| {
                    invitro::remediation::log::write(invitro::remediation::log::Level::Error, &info.to_string());
                }));
            }
        }
    };
}

world!(
    /// Proposes remediations.
    generator, "generator"
);
world!(
    /// Tells what hangs on what a remediation touches.
    analyzer, "analyzer"
);
world!(
    /// Runs scripts.
    interpreter, "interpreter"
);
world!(
    /// Models commands.
    command_model, "command-model"
);
world!(
    /// Judges trees and changes.
    validator, "validator"
);
world!(
    /// Plans how to undo a change.
    rollback_planner, "rollback-planner"
);
