//! Plans the inverse of a change.

use invitro_sdk::rollback_planner::{
    self,
    exports::invitro::remediation::plan_rollback::{Guest, PlanError, Rollback},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect},
    },
};

struct Inverse;

impl Guest for Inverse {
    fn plan(_: &Tree, _: &Tree, _: Vec<Change>, _: Vec<Effect>) -> Result<Rollback, PlanError> {
        rollback_planner::log_panics();
        Err(PlanError::Irreversible("nothing is planned yet".to_owned()))
    }
}

rollback_planner::export!(Inverse with_types_in invitro_sdk::rollback_planner);
