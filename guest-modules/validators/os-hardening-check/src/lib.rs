//! Remarks on how a change was made, whatever it is about.
use invitro_sdk::validator::{
    self,
    exports::invitro::remediation::validate::{Guest, Standing, ValidateError},
    invitro::remediation::{files::Tree, types::{Change, Effect, Finding, Note, Remediation}},
};

struct Hygiene;

impl Guest for Hygiene {
    fn check(_finding: Finding, _target: &Tree) -> Result<Standing, ValidateError> {
        Ok(Standing::Unknown("hygiene judges changes, not findings".into()))
    }

    fn review(_: Option<Finding>, _: Option<Remediation>, _: &Tree, _: &Tree, _: Vec<Change>, _: Vec<Effect>) -> Result<Vec<Note>, ValidateError> {
        Ok(Vec::new())
    }
}

validator::export!(Hygiene with_types_in invitro_sdk::validator);
