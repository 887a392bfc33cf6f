//! Reads `[changes]` of `invitro.toml` over the default rules; every mistake of a word is told at once.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{EffectRules, Role, Rules, Window, rules::Listed, window::duration};
use crate::{digest::Digest, finding::Severity};

/// Rules that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("[changes] has mistakes:{}", problems.iter().map(|it| format!("\n  {it}")).collect::<String>())]
pub struct RulesError {
    /// Every mistake.
    pub problems: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    quorum: BTreeMap<String, u32>,
    quorum_unproven: Option<u32>,
    unattended: Vec<String>,
    self_approval: Option<bool>,
    four_eyes: Option<bool>,
    approvals_last: Option<String>,
    freeze: Vec<RawWindow>,
    maintenance: Vec<RawWindow>,
    effects: RawEffects,
    actors: BTreeMap<String, RawActor>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawEffects {
    allow: Vec<Vec<String>>,
    timeout: Option<String>,
    elsewhere: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    name: String,
    begins: String,
    lasts: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawActor {
    roles: Vec<String>,
    token_sha256: Option<String>,
}

/// Reads the table `[changes]` over the default rules.
pub fn read_rules(table: &toml::Table) -> Result<Rules, RulesError> {
    let one = |problem: String| RulesError { problems: vec![problem] };
    // TOML's own message says which key of which table, and which ones are known.
    let raw: Raw = table.clone().try_into().map_err(|error: toml::de::Error| one(error.to_string().trim().replace('\n', " ")))?;
    let mut problems = Problems::default();
    let mut rules = Rules { digest: Digest::of(table.to_string().as_bytes()), ..Rules::default() };
    for (word, count) in &raw.quorum {
        if let Some(severity) = problems.severity(word, "quorum") {
            rules.quorum.insert(severity, problems.count(*count, word));
        }
    }
    rules.quorum_of_unproven = raw.quorum_unproven.map_or(rules.quorum_of_unproven, |it| problems.count(it, "quorum-unproven"));
    rules.unattended = raw.unattended.iter().filter_map(|it| problems.severity(it, "unattended")).collect();
    rules.self_approval = raw.self_approval.unwrap_or(rules.self_approval);
    rules.four_eyes = raw.four_eyes.unwrap_or(rules.four_eyes);
    if let Some(text) = &raw.approvals_last {
        rules.approvals_last = problems.take("approvals-last", duration(text)).unwrap_or(rules.approvals_last);
    }
    rules.effects = problems.effects(raw.effects);
    rules.freezes = problems.windows(&raw.freeze, "freeze");
    rules.maintenance = problems.windows(&raw.maintenance, "maintenance");
    rules.actors = raw.actors.iter().map(|(name, it)| (name.clone(), problems.actor(name, it))).collect();
    if problems.0.is_empty() { Ok(rules) } else { Err(RulesError { problems: problems.0 }) }
}

#[derive(Default)]
struct Problems(Vec<String>);

impl Problems {
    fn take<T>(&mut self, key: &str, read: Result<T, String>) -> Option<T> {
        read.map_err(|problem| self.0.push(format!("{key}: {problem}"))).ok()
    }

    fn severity(&mut self, word: &str, key: &str) -> Option<Severity> {
        let found = Severity::of(word).ok_or_else(|| format!("unknown severity `{word}`, valid here: info, low, medium, high, critical"));
        self.take(key, found)
    }

    fn count(&mut self, count: u32, key: &str) -> usize {
        if count == 0 {
            self.0.push(format!("{key}: at least 1 must approve; what needs nobody once proven stands in `unattended`"));
        }
        count as usize
    }

    fn windows(&mut self, raw: &[RawWindow], key: &str) -> Vec<Window> {
        raw.iter().filter_map(|it| self.take(&format!("{key} `{}`", it.name), Window::parse(&it.name, &it.begins, &it.lasts))).collect()
    }

    fn effects(&mut self, raw: RawEffects) -> EffectRules {
        for words in raw.allow.iter().filter(|it| it.is_empty() || it.first().is_some_and(|it| it.contains('*'))) {
            self.0.push(format!("effects.allow: {words:?} names no command; its first word must be one, as in [\"systemctl\", \"restart\", \"*\"]"));
        }
        let timeout = raw.timeout.as_deref().and_then(|it| self.take("effects.timeout", duration(it)));
        EffectRules { allow: raw.allow, timeout, elsewhere: raw.elsewhere }
    }

    fn actor(&mut self, name: &str, raw: &RawActor) -> Listed {
        let mut roles = BTreeSet::new();
        for word in &raw.roles {
            let role = Role::of(word).ok_or_else(|| format!("unknown role `{word}`, valid here: viewer, author, approver, operator, admin"));
            roles.extend(self.take(&format!("actors.{name}"), role));
        }
        let token = raw.token_sha256.as_ref().and_then(|hex| {
            let digest =
                Digest::of_hex(hex).ok_or_else(|| "`token-sha256` is no SHA-256 of 64 hex digits, as `printf %s TOKEN | sha256sum` prints it".to_owned());
            self.take(&format!("actors.{name}"), digest)
        });
        Listed { roles, token }
    }
}

#[cfg(test)]
mod tests {
    use super::read_rules;
    use crate::change::Role;

    fn problems(text: &str) -> Vec<String> {
        read_rules(&text.parse().expect("TOML")).expect_err("mistakes").problems
    }

    #[test]
    fn every_mistake_is_told() {
        let text = "approvals-last = 'soon'\nunattended = ['tiny']\nquorum = { high = 0 }\n[[freeze]]\nname = 'x'\nbegins = 'noon'\nlasts = '1h'\n[actors.ada]\nroles = ['boss']\ntoken-sha256 = 'abc'\n";
        let problems = problems(text);
        assert_eq!(problems.len(), 6, "{problems:?}");
        assert_eq!(problems[0], "high: at least 1 must approve; what needs nobody once proven stands in `unattended`");
        assert_eq!(problems[1], "unattended: unknown severity `tiny`, valid here: info, low, medium, high, critical");
        assert_eq!(problems[2], "approvals-last: `soon` is no duration such as `30m`, `36h` or `7d`");
        assert!(problems[3].starts_with("freeze `x`: `noon` is no time such as `0 18 * * FRI Europe/Berlin`"), "{}", problems[3]);
        assert_eq!(problems[4], "actors.ada: unknown role `boss`, valid here: viewer, author, approver, operator, admin");
    }

    #[test]
    fn an_unknown_key_is_told_with_the_known_ones() {
        let problems = problems("quorums = 3\n");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("unknown field `quorums`, expected one of `quorum`, `quorum-unproven`, `unattended`"), "{}", problems[0]);
    }

    #[test]
    fn a_name_of_the_system_and_a_token_make_an_actor() {
        // The SHA-256 of "abc".
        let text = "[actors.ada]\nroles = ['approver']\n[actors.bot]\nroles = ['author']\ntoken-sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'\n";
        let rules = read_rules(&text.parse().expect("TOML")).expect("rules");
        assert!(rules.actor("ada", None).expect("ada").is(Role::Approver));
        assert!(!rules.actor("ada", None).expect("ada").is(Role::Author));
        assert_eq!(rules.actor("ada", Some("abc")).expect("bot").name, "bot");
        assert!(!rules.actor("eve", None).expect("eve").is(Role::Author));
        assert_eq!(rules.actor("bot", None).expect_err("no token").to_string(), "bot acts with a token only: set INVITRO_TOKEN");
        assert_eq!(rules.actor("ada", Some("abd")).expect_err("nobody's").to_string(), "the token in INVITRO_TOKEN is nobody's in [changes.actors]");
        let nobody = read_rules(&toml::Table::new()).expect("rules");
        assert!(nobody.actor("eve", None).expect("eve").is(Role::Admin));
    }
}
