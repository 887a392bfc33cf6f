//! Looks whether the instance is awake, knows us, and lets us read the table. Nothing is written.

use super::{Mode, ServiceNow, said::words};
use crate::integration::{
    Health, Method,
    health::{of_answer, of_broken, well},
};

const RIGHTS: &str = "give the account the role `itil` (or one that may create and write the table), and `rest_api_explorer` is not needed";

pub(super) async fn check(now: &ServiceNow) -> Vec<Health> {
    if let Err(broken) = now.client.try_credential().await {
        return vec![of_broken("credential", &broken)];
    }
    let table = if now.settings.mode == Mode::Import { &now.settings.staging } else { &now.settings.table };
    let request = now.request(Method::Get, &["table", table]).query("sysparm_limit", "1").query("sysparm_fields", "sys_id");
    match now.client.ask(&request, &[]).await {
        Ok(answer) => match of_answer("table", &answer, &words(&answer), RIGHTS) {
            Some(health) => vec![health],
            None => vec![well("target-rights", "table", format!("{table} can be read; whether it can be written shows with the first record"))],
        },
        Err(broken) => vec![of_broken("table", &broken)],
    }
}
