//! The WIT worlds as Rust: the shared interfaces once, then each role's exports over them.

/// The interfaces that guests import, bound to the host's tree and workspace.
pub(crate) mod host {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "host",
        imports: {
            "invitro:remediation/commands.spawn": async | trappable,
            default: trappable,
        },
        with: {
            "invitro:remediation/files.tree": crate::guest::files::TreeHandle,
            "invitro:remediation/files.workspace": crate::guest::files::WorkspaceHandle,
        },
        additional_derives: [PartialEq],
        require_store_data_send: true,
    });
}

/// Makes the bindings of one role's exports over the shared interfaces that its world names.
macro_rules! role {
    ($module:ident, $world:literal, $($with:tt)*) => {
        pub(crate) mod $module {
            wasmtime::component::bindgen!({
                path: "wit",
                world: $world,
                exports: { default: async },
                with: {
                    "invitro:remediation/types": super::host::invitro::remediation::types,
                    "invitro:remediation/log": super::host::invitro::remediation::log,
                    "invitro:remediation/files": super::host::invitro::remediation::files,
                    $($with)*
                },
                additional_derives: [PartialEq],
                require_store_data_send: true,
            });
        }
    };
}

role!(generator, "generator", "invitro:remediation/facts": super::host::invitro::remediation::facts,);
role!(analyzer, "analyzer", "invitro:remediation/facts": super::host::invitro::remediation::facts,);
role!(interpreter, "interpreter",
    "invitro:remediation/surroundings": super::host::invitro::remediation::surroundings,
    "invitro:remediation/ledger": super::host::invitro::remediation::ledger,
    "invitro:remediation/commands": super::host::invitro::remediation::commands,
);
role!(command_model, "command-model",
    "invitro:remediation/surroundings": super::host::invitro::remediation::surroundings,
    "invitro:remediation/ledger": super::host::invitro::remediation::ledger,
    "invitro:remediation/commands": super::host::invitro::remediation::commands,
);
role!(validator, "validator",);
role!(rollback_planner, "rollback-planner", "invitro:remediation/restore": super::host::invitro::remediation::restore,);

pub(crate) use host::invitro::remediation as wit;
