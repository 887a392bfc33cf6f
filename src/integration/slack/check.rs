//! Looks whether the bot is known and is in its channel. Nothing is posted; a webhook can't be looked at without posting.

use serde_json::Value;

use super::{Open, Slack, send::said};
use crate::integration::{
    Health, Method, Outcome, Request,
    health::{ill, of_broken, well},
};

const SCOPES: &str = "install the app again with the scopes chat:write, channels:history (groups:history for private channels), channels:read, files:write, and invite it to the channel";

pub(super) async fn check(slack: &Slack) -> Vec<Health> {
    let Open::Bot { url, channel } = &slack.way else {
        return vec![well("target-unchecked", "webhook", "a webhook has no way to be looked at without a message; the first delivery will tell")];
    };
    let mut all = Vec::new();
    let Some(bot) = ask(slack, &mut all, "account", Slack::call(Method::Post, url, "auth.test")).await else { return all };
    let word = |name: &str| bot.get(name).and_then(Value::as_str).unwrap_or("?").to_owned();
    all.push(well("target-credentials", "account", format!("{} in {}", word("user"), word("team"))));
    let look = Slack::call(Method::Get, url, "conversations.history").query("channel", channel.as_str()).query("limit", "1");
    if ask(slack, &mut all, "channel", look).await.is_some() {
        all.push(well("target-rights", "channel", format!("{channel} can be read, as is needed for finding messages again")));
    }
    all
}

async fn ask(slack: &Slack, all: &mut Vec<Health>, what: &str, request: Request) -> Option<Value> {
    let outcome = match slack.client.ask(&request, &[]).await {
        Ok(answer) => match said(&answer) {
            Ok(json) => return Some(json),
            Err(outcome) => outcome,
        },
        Err(broken) => {
            all.push(of_broken(what, &broken));
            return None;
        }
    };
    let code = match outcome.class().map_or("", crate::integration::Class::word) {
        "credentials" => "target-credentials",
        "rights" => "target-rights",
        "not-found" => "target-not-found",
        "limited" | "server" => "target-busy",
        _ => "target-answer",
    };
    let mend = if code == "target-credentials" { "copy the bot's token (xoxb-…) anew from the app's page" } else { SCOPES };
    if let Outcome::Retry { reason, .. } | Outcome::Terminal { reason, .. } | Outcome::Unknown { reason } = outcome {
        all.push(ill(code, what, reason, mend));
    }
    None
}
