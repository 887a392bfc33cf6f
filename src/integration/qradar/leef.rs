//! LEEF 2.0 in RFC 5424 (IBM: "Log Event Extended Format", version 2).

use super::Settings;
use crate::{
    finding::Severity,
    integration::{
        Job,
        story::{cut, line},
    },
};

/// QRadar takes 4,096 bytes of a message by default, and cuts what is longer.
const ALL: usize = 4_000;

/// The separator of attributes, a tab, as the header names it.
const SEPARATOR: &str = "x09";

/// A value gets no more than this at first.
const VALUE: usize = 1_000;

pub(super) fn message(settings: &Settings, job: &Job<'_>) -> String {
    let mut attributes = attributes(job);
    loop {
        let message = written(settings, job, &attributes);
        if message.len() <= ALL {
            return message;
        }
        // The last is the least; what identifies the event is never taken away, only cut.
        if attributes.len() > KEPT {
            attributes.pop();
            continue;
        }
        let Some(longest) = attributes.iter_mut().max_by_key(|(_, it)| it.len()) else { return message };
        let half = longest.1.len() / 2;
        longest.1 = cut(&longest.1, half, str::len);
    }
}

/// So many attributes stay whatever happens.
const KEPT: usize = 10;

fn attributes(job: &Job<'_>) -> Vec<(&'static str, String)> {
    let notice = job.notice;
    let finding = notice.finding.as_ref();
    let milliseconds = notice.at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
    let all = [
        ("devTime", milliseconds),
        ("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX".to_owned()),
        ("sev", severity(notice.severity).to_string()),
        ("cat", notice.happening.word().to_owned()),
        ("identHostName", notice.asset.name.clone()),
        ("fingerprint", notice.fingerprint.clone()),
        ("deliveryId", job.delivery.to_owned()),
        ("verdict", notice.verdict.clone().unwrap_or_else(|| "none".to_owned())),
        ("evidence", text(notice.evidence.as_deref())),
        ("headline", notice.headline()),
        ("url", text(notice.link.as_deref())),
        ("policy", finding.map(|it| it.rule.clone()).unwrap_or_default()),
        ("cve", finding.map(|it| it.cves.join(",")).unwrap_or_default()),
        ("findingId", finding.map(|it| it.id.clone()).unwrap_or_default()),
        ("remediationId", notice.remediation.as_ref().map(|it| it.id.clone()).unwrap_or_default()),
        ("changeId", text(notice.change.as_deref())),
        ("resource", notice.paths.join(",")),
        ("effects", notice.effects.join(",")),
        ("message", finding.map(|it| it.message.clone()).unwrap_or_default()),
    ];
    all.into_iter().map(|(name, value)| (name, cut(&value_of(&value), VALUE, str::len))).filter(|(_, it)| !it.is_empty()).collect()
}

/// A value has no line ends and no separator in it: with them it could be the next attribute, or the next event.
fn value_of(text: &str) -> String {
    line(text)
}

/// A field of the header has no bar either.
fn field(text: &str) -> String {
    value_of(text).replace(['|', '^'], " ")
}

fn written(settings: &Settings, job: &Job<'_>, attributes: &[(&'static str, String)]) -> String {
    let priority = 16 * 8 + syslog_severity(job.notice.severity);
    let time = job.notice.at.strftime("%Y-%m-%dT%H:%M:%S.000Z");
    let header = format!("<{priority}>1 {time} {} invitro - notice - ", settings.source);
    let event = format!("LEEF:2.0|invitro|invitro|{}|{}|{SEPARATOR}|", env!("CARGO_PKG_VERSION"), field(job.notice.happening.word()));
    let attributes: Vec<String> = attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{header}{event}{}", attributes.join("\t"))
}

/// LEEF: 1 to 10.
fn severity(of: Severity) -> u8 {
    match of {
        Severity::Critical => 10,
        Severity::High => 8,
        Severity::Medium => 5,
        Severity::Low => 3,
        Severity::Info => 1,
    }
}

/// RFC 5424, table 2.
fn syslog_severity(of: Severity) -> u8 {
    match of {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Info => 6,
    }
}
