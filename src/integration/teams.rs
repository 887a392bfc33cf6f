//! Microsoft Teams by a Workflow ("When a Teams webhook request is received"): one Adaptive Card a message. The old connectors
//! (`MessageCard`) are retired. 202 means that the flow has it, not that anybody sees it.

use std::{fmt::Write as _, time::Duration};

use serde_json::{Value, json};

use super::{
    answer::Answer,
    client::{Client, Connection},
    common::connection,
    credential::Credential,
    health::{ill, well},
    keys::{Keys, checked_url},
    open::{OpenError, Opening},
    resolve::Source,
    secret::SecretUrl,
    sink::{Abilities, Class, Health, Idempotent, Job, Outcome, Pending, Probe, Question, Receipt, Role, Sink, Step, Unfit},
    steps::{Steps, receipt},
    story::{Block, compose, fit},
    wire::{Method, Request},
};

/// A message may have about 28 KB; relays cut at 25.
const ALL: usize = 24_000;

/// What the operator says of a Teams channel.
#[derive(Clone, Debug)]
pub struct Settings {
    webhook: Source,
    connection: Connection,
}

impl Settings {
    pub(super) fn read(keys: &mut Keys<'_>) -> Settings {
        let connection = connection(keys);
        Settings { webhook: keys.need_secret("webhook"), connection }
    }
}

/// A channel in Teams.
pub(super) struct Teams {
    name: String,
    url: SecretUrl,
    client: Client,
}

impl Teams {
    pub(super) fn open(settings: &Settings, opening: &Opening<'_>) -> Result<Teams, OpenError> {
        let secret = opening.secret("webhook", &settings.webhook)?;
        let wrong = |what| OpenError::Form { target: opening.name.to_owned(), key: "webhook", what };
        let url = checked_url(secret.expose(), settings.connection.plaintext).map_err(wrong)?;
        if url.expose().host_str().is_some_and(|it| it.ends_with(".webhook.office.com")) {
            return Err(wrong("the URL of a workflow (\"When a Teams webhook request is received\"); connectors of Office 365 are retired"));
        }
        // The signature alone is the credential; it may show up in an answer.
        for (name, value) in url.expose().query_pairs() {
            if name == "sig" {
                opening.vault.keep(&super::secret::Secret::new(&value));
            }
        }
        let client = opening.client(Client::new(&settings.connection, Credential::None, opening.vault))?;
        Ok(Teams { name: opening.name.to_owned(), url, client })
    }
}

fn message(blocks: &[Block]) -> Value {
    let body: Vec<Value> = blocks.iter().flat_map(elements).collect();
    let actions: Vec<Value> = blocks
        .iter()
        .filter_map(|it| if let Block::Link(title, url) = it { Some(json!({"type": "Action.OpenUrl", "title": title, "url": url})) } else { None })
        .collect();
    let mut card = json!({"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body, "msteams": {"width": "Full"}});
    if !actions.is_empty() {
        card["actions"] = Value::Array(actions);
    }
    json!({"type": "message", "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": null, "content": card}]})
}

/// Runs of text (`TextRun`) are never markup; a `TextBlock` and a `FactSet` would read Markdown.
fn elements(block: &Block) -> Vec<Value> {
    let runs = |inlines: Vec<Value>| json!({"type": "RichTextBlock", "inlines": inlines});
    match block {
        Block::Headline(text) => vec![runs(vec![json!({"type": "TextRun", "text": plain(text), "weight": "Bolder", "size": "Medium"})])],
        Block::Paragraph(text) => vec![runs(vec![json!({"type": "TextRun", "text": plain(text)})])],
        Block::Facts(facts) => facts
            .iter()
            .map(|(name, value)| {
                runs(vec![json!({"type": "TextRun", "text": format!("{name}: "), "weight": "Bolder"}), json!({"type": "TextRun", "text": plain(value)})])
            })
            .collect(),
        Block::List(title, items, more) => {
            let mut text: String = items.iter().map(|it| format!("\n• {}", plain(it))).collect();
            if *more > 0 {
                let _ = write!(text, "\n• and {more} more");
            }
            vec![runs(vec![json!({"type": "TextRun", "text": *title, "weight": "Bolder"}), json!({"type": "TextRun", "text": text})])]
        }
        Block::Diff(text) => vec![runs(vec![json!({"type": "TextRun", "text": plain(text), "fontType": "Monospace"})])],
        Block::Link(..) => Vec::new(),
    }
}

/// Teams looks for `<at>` in every text.
fn plain(text: &str) -> String {
    let text = if text.is_empty() { " " } else { text };
    text.replace("<at", "<\u{200b}at").replace("</at", "<\u{200b}/at")
}

fn outcome(step: &Step, answer: &Answer) -> Outcome {
    let said = answer.excerpt();
    let terminal = |class, hint: &str| Outcome::Terminal { class, reason: format!("Teams answered {}: {said}{hint}", answer.status) };
    // A connector answers 200 with an error in words; a flow answers 202 with nothing.
    let lower = said.to_lowercase();
    match answer.status {
        200..=299 if lower.contains("error 429") || lower.contains("too many requests") => Outcome::Retry {
            after: Some(answer.asked().unwrap_or(Duration::from_secs(60))),
            class: Class::Limited,
            reason: format!("Teams answered {}: {said}", answer.status),
        },
        200..=299 if lower.contains("error") || said == "an HTML page" => terminal(Class::Answer, ""),
        200..=299 => Outcome::HandedOver(Receipt { slow: answer.pause(), ..receipt(step, None) }),
        401 | 403 => terminal(Class::Credentials, "; the URL's signature is not valid: copy the URL from the workflow anew"),
        404 | 410 => terminal(Class::NotFound, "; the workflow is gone or switched off: its owner may have left"),
        400 if lower.contains("triggernotenabled") || lower.contains("workflow") => terminal(Class::NotFound, "; switch the workflow on"),
        _ => answer.failure(&said),
    }
}

impl Sink for Teams {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> &'static str {
        "teams"
    }

    fn abilities(&self) -> Abilities {
        // The limit of connectors held for one channel: 60 in 30 s; flows take less.
        let (requests, within) = (1, Duration::from_secs(1));
        Abilities { role: Role::People, probe: false, update: false, close: false, attach: false, acknowledges: false, judges: false, requests, within }
    }

    fn plan(&self, job: &Job<'_>) -> Result<Vec<Step>, Unfit> {
        let mut steps = Steps::of(job);
        let fitted = fit(compose(job.notice, job.text), ALL, "has no room here, see the report", |it| message(it).to_string().len());
        steps.http("post", Idempotent::No, vec![Request::new(Method::Post, &self.url, &[]).json(message(&fitted.blocks))]);
        Ok(steps.end())
    }

    fn probe<'a>(&'a self, _question: Question<'a>) -> Pending<'a, Probe> {
        Box::pin(async { Probe::CannotTell("a workflow can't be asked".into()) })
    }

    fn send<'a>(&'a self, step: &'a Step, earlier: &'a [Receipt]) -> Pending<'a, Outcome> {
        Box::pin(async move {
            match self.client.ask_step(step, earlier).await {
                Ok(answer) => outcome(step, &answer),
                Err(outcome) => outcome,
            }
        })
    }

    /// Every request posts: only the way there is looked at.
    fn check(&self) -> Pending<'_, Vec<Health>> {
        Box::pin(async move {
            let url = self.url.expose();
            let is_signed = url.query_pairs().any(|(name, value)| name == "sig" && !value.is_empty());
            if !is_signed {
                return vec![ill("target-credentials", "workflow", "the URL has no signature (`sig`)", "copy the whole URL from the workflow's trigger")];
            }
            vec![well(
                "target-unchecked",
                "workflow",
                format!("{}: a workflow can't be looked at without a message; the first delivery will tell", self.url.origin()),
            )]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, elements};

    #[test]
    fn nobody_is_mentioned() {
        let told = elements(&Block::Paragraph("<at>all</at> [x](http://evil)".into()));
        assert_eq!(
            told[0].to_string(),
            "{\"type\":\"RichTextBlock\",\"inlines\":[{\"type\":\"TextRun\",\"text\":\"<\u{200b}at>all<\u{200b}/at> [x](http://evil)\"}]}"
        );
    }
}
