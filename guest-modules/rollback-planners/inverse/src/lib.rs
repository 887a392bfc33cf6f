//! Plans the inverse of a change: for the machine as steps, for people as a script that needs nothing but bash and the tools
//! of any base system.

mod script;
mod steps;

use invitro_sdk::rollback_planner::{
    self,
    exports::invitro::remediation::plan_rollback::{Guest, PlanError, Rollback},
    invitro::remediation::{
        files::Tree,
        types::{Change, Effect, EffectKind, Treatment},
    },
};

struct Inverse;

/// Most bytes of one file that a plan holds (WIT: `file-step`).
const MOST_BYTES: u64 = 16 << 20;

/// Bytes of one read.
const PIECE: u32 = 1 << 20;

impl Guest for Inverse {
    fn plan(before: &Tree, _after: &Tree, changes: Vec<Change>, effects: Vec<Effect>) -> Result<Rollback, PlanError> {
        rollback_planner::log_panics();
        let read = |path: &[u8]| content(before, path);
        let inverse = steps::inverse(&changes, &read)?;
        let script = script::script(&changes, &inverse);
        Ok(Rollback { inverse, script, remaining: effects.iter().filter_map(remaining).collect() })
    }
}

fn content(tree: &Tree, path: &[u8]) -> Result<Vec<u8>, PlanError> {
    let name = String::from_utf8_lossy(path).into_owned();
    let mut bytes = Vec::new();
    loop {
        let piece =
            tree.read(path, bytes.len() as u64, PIECE).map_err(|error| PlanError::Irreversible(format!("{name} as it was can't be read: {error:?}")))?;
        if piece.is_empty() {
            return Ok(bytes);
        }
        bytes.extend(piece);
        if bytes.len() as u64 > MOST_BYTES {
            return Err(PlanError::Irreversible(format!("{name} is larger than {MOST_BYTES} bytes")));
        }
    }
}

/// Says in words what files can't undo.
fn remaining(effect: &Effect) -> Option<String> {
    if effect.treatment == Treatment::Refused {
        return None;
    }
    let name = &effect.name;
    Some(match &effect.kind {
        EffectKind::ServiceStart => format!("{name} was started"),
        EffectKind::ServiceStop => format!("{name} was stopped"),
        EffectKind::ServiceRestart => format!("{name} was restarted: restart it after the rollback"),
        EffectKind::ServiceReload => format!("{name} was reloaded: reload it after the rollback"),
        EffectKind::ServiceEnable | EffectKind::ServiceDisable | EffectKind::ServiceMask | EffectKind::DaemonReload => {
            "units changed: run `systemctl daemon-reload` after the rollback".to_owned()
        }
        EffectKind::PackageInstall => format!("the package {name} was installed"),
        EffectKind::PackageUpgrade => format!("the package {name} was upgraded"),
        EffectKind::PackageRemove => format!("the package {name} was removed"),
        EffectKind::KernelSetting => format!("the kernel setting {name} was changed"),
        EffectKind::KernelModule => format!("the kernel module {name} was loaded or unloaded"),
        EffectKind::UserChange => return None,
        EffectKind::BootLoader => "the boot loader's configuration was made anew: make it again after the rollback".to_owned(),
        EffectKind::AuditRules => "audit rules were loaded: load them again after the rollback".to_owned(),
        EffectKind::Firewall => "firewall rules were changed".to_owned(),
        EffectKind::Mount => format!("{name} was mounted or unmounted"),
        EffectKind::Other(kind) => format!("{kind} of {name}"),
    })
}

rollback_planner::export!(Inverse with_types_in invitro_sdk::rollback_planner);
