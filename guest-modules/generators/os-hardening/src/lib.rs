//! Proposes remediations.

use invitro_sdk::generator::{
    self,
    exports::invitro::remediation::propose::{Guest, ProposeError},
    invitro::remediation::{
        files::Tree,
        types::{Finding, Remediation},
    },
};

struct Generator;

impl Guest for Generator {
    fn propose(_: Finding, _: &Tree) -> Result<Vec<Remediation>, ProposeError> {
        generator::log_panics();
        Err(ProposeError::UnknownRule)
    }
}

generator::export!(Generator with_types_in invitro_sdk::generator);
