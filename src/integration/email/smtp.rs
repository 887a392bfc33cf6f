//! The conversation with the mail server (RFC 5321), recipient by recipient.

use std::{collections::BTreeSet, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, Identity, TlsParameters},
        commands::{Data, Ehlo, Mail, Rcpt, Rset},
        extension::{ClientId, MailParameter},
    },
};

use super::{Email, settings::Security};
use crate::{
    integration::{
        Class, Health, Letter, Outcome, Receipt, Step,
        client::chain,
        health::{ill, well},
        steps::receipt,
    },
    outbox::Reference,
};

/// A server that lists strangers as grey takes them after a few minutes.
const PAUSE: Duration = Duration::from_secs(300);

/// A conversation that failed before the letter was handed over.
struct Failed {
    class: Class,
    is_final: bool,
    reason: String,
}

impl Failed {
    fn outcome(self) -> Outcome {
        let Failed { class, is_final, reason } = self;
        if is_final { Outcome::Terminal { class, reason } } else { Outcome::Retry { after: Some(PAUSE).filter(|_| class == Class::Limited), class, reason } }
    }
}

/// What an error of the library means, where `class` says what a final answer means.
fn failed(what: &str, error: &lettre::transport::smtp::Error, class: Class) -> Failed {
    let reason = format!("{what}: {}", chain(error));
    if error.is_permanent() {
        return Failed { class, is_final: true, reason };
    }
    let class = if error.is_transient() { Class::Limited } else { Class::Network };
    Failed { class, is_final: error.is_client(), reason }
}

pub(super) async fn send(email: &Email, step: &Step, letter: &Letter) -> Outcome {
    let patience = email.settings.connection.timeout;
    let before = tokio::time::timeout(patience, open(email)).await;
    let (mut connection, most) = match before {
        Ok(Ok(it)) => it,
        Ok(Err(failed)) => return failed.outcome(),
        Err(_) => {
            return Outcome::Retry { after: None, class: Class::Network, reason: format!("the mail server did not answer within {} s", patience.as_secs()) };
        }
    };
    if most.is_some_and(|it| it < letter.message.len()) {
        let reason = format!("the letter has {} bytes, the server takes {}", letter.message.len(), most.unwrap_or_default());
        return Outcome::Terminal { class: Class::TooLarge, reason };
    }
    let reached = email.reached(&step.delivery);
    let envelope = tokio::time::timeout(patience, envelope(&mut connection, letter, most.is_some(), &reached)).await;
    let recipients = match envelope {
        Ok(Ok(it)) => it,
        Ok(Err(failed)) => return failed.outcome(),
        Err(_) => return Outcome::Retry { after: None, class: Class::Network, reason: "the mail server did not answer for the recipients".into() },
    };
    let outcome = data(email, step, letter, &mut connection, recipients, reached).await;
    let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
    outcome
}

/// Who takes the letter, who never will, who will later.
#[derive(Default)]
struct Recipients {
    taken: Vec<String>,
    refused: Vec<String>,
    later: Vec<String>,
}

async fn data(email: &Email, step: &Step, letter: &Letter, connection: &mut AsyncSmtpConnection, recipients: Recipients, reached: BTreeSet<String>) -> Outcome {
    let patience = email.settings.connection.timeout;
    if !recipients.taken.is_empty() {
        match tokio::time::timeout(patience, connection.command(Data)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return failed("DATA", &error, Class::Rejected).outcome(),
            Err(_) => return Outcome::Retry { after: None, class: Class::Network, reason: "the mail server did not answer to DATA".into() },
        }
        // From here on the letter may have been taken: the last dot is sent with it.
        match tokio::time::timeout(patience.max(Duration::from_secs(60)), connection.message(&letter.message)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.is_permanent() || error.is_transient() => return failed("the letter", &error, class_of(&error)).outcome(),
            Ok(Err(error)) => return Outcome::Unknown { reason: format!("the connection broke off after the letter: {}", chain(&error)) },
            Err(_) => return Outcome::Unknown { reason: "the mail server did not answer after the letter".into() },
        }
    }
    let all: BTreeSet<String> = reached.into_iter().chain(recipients.taken).collect();
    if !recipients.later.is_empty() {
        email.keep(&step.delivery, Some(all).filter(|it| !it.is_empty()));
        return Outcome::Retry { after: Some(PAUSE), class: Class::Limited, reason: format!("not yet taken for {}", recipients.later.join(", ")) };
    }
    email.keep(&step.delivery, None);
    if all.is_empty() {
        return Outcome::Terminal { class: Class::NotFound, reason: format!("no recipient was taken: {}", recipients.refused.join(", ")) };
    }
    let id = String::from_utf8_lossy(&letter.message).lines().find_map(|it| it.strip_prefix("Message-ID: ").map(str::to_owned)).unwrap_or_default();
    let reference = Reference { target: email.name.clone(), key: id.clone(), id, ..Reference::default() };
    let remarks = recipients.refused.iter().map(|it| format!("refused: {it}")).collect();
    Outcome::Done(Receipt { remarks, ..receipt(step, Some(reference)) })
}

fn class_of(error: &lettre::transport::smtp::Error) -> Class {
    // RFC 5321: 552 is about size.
    if error.status().is_some_and(|it| it.to_string() == "552") { Class::TooLarge } else { Class::Rejected }
}

async fn envelope(connection: &mut AsyncSmtpConnection, letter: &Letter, has_size: bool, reached: &BTreeSet<String>) -> Result<Recipients, Failed> {
    let address = |text: &str| text.parse::<Address>().map_err(|error| Failed { class: Class::Setting, is_final: true, reason: format!("{text}: {error}") });
    let parameters = if has_size { vec![MailParameter::Size(letter.message.len())] } else { Vec::new() };
    if let Err(error) = connection.command(Mail::new(Some(address(&letter.from)?), parameters)).await {
        return Err(failed("the sender", &error, class_of(&error)));
    }
    let mut recipients = Recipients::default();
    for to in letter.to.iter().filter(|it| !reached.contains(*it)) {
        match connection.command(Rcpt::new(address(to)?, Vec::new())).await {
            Ok(_) => recipients.taken.push(to.clone()),
            Err(error) if error.is_permanent() => recipients.refused.push(format!("{to} ({})", chain(&error))),
            Err(error) if error.is_transient() => recipients.later.push(format!("{to} ({})", chain(&error))),
            Err(error) => return Err(failed("a recipient", &error, Class::Rejected)),
        }
    }
    Ok(recipients)
}

/// A connection that is secret and signed in, and the size of the largest letter where the server says it (RFC 1870).
async fn open(email: &Email) -> Result<(AsyncSmtpConnection, Option<usize>), Failed> {
    let settings = &email.settings;
    let network = |reason: String| Failed { class: Class::Network, is_final: false, reason };
    let addresses = settings.connection.egress.resolve(&settings.host, settings.port).await.map_err(|error| Failed {
        class: if error.is::<crate::integration::Refused>() { Class::Egress } else { Class::Network },
        is_final: error.is::<crate::integration::Refused>(),
        reason: error.to_string(),
    })?;
    let tls = tls(email).map_err(|reason| Failed { class: Class::Setting, is_final: true, reason })?;
    let hello = ClientId::Domain(settings.hello.clone());
    let implicit = (settings.security == Security::Implicit).then(|| tls.clone());
    let timeout = Some(crate::integration::client::CONNECT);
    // To the addresses that were looked at, and under the name that the certificate must have.
    let mut connection = AsyncSmtpConnection::connect_tokio1(addresses.as_slice(), timeout, &hello, implicit, None)
        .await
        .map_err(|error| failed("no connection to the mail server", &error, Class::Server))?;
    if settings.security == Security::StartTls {
        if !connection.can_starttls() {
            return Err(Failed {
                class: Class::Setting,
                is_final: true,
                reason: "the server offers no STARTTLS: nothing was sent; look at `port` and `security`".into(),
            });
        }
        connection.starttls(tls, &hello).await.map_err(|error| network(format!("STARTTLS failed: {}", chain(&error))))?;
    }
    let greeting = connection.command(Ehlo::new(hello)).await.map_err(|error| failed("EHLO", &error, Class::Server))?;
    let most = greeting.message().filter_map(|it| it.strip_prefix("SIZE")).map(|it| it.trim().parse().ok().filter(|it| *it > 0).unwrap_or(usize::MAX)).next();
    if let (Some(login), Some(password)) = (&settings.login, &email.password) {
        let mechanisms: &[Mechanism] = if login.is_token { &[Mechanism::Xoauth2] } else { &[Mechanism::Plain, Mechanism::Login] };
        let credentials = Credentials::new(login.user.clone(), password.expose().to_owned());
        connection.auth(mechanisms, &credentials).await.map_err(|error| failed("signing in", &error, Class::Credentials))?;
    }
    Ok((connection, most))
}

fn tls(email: &Email) -> Result<TlsParameters, String> {
    let files = &email.settings.connection.tls;
    let read = |path: &std::path::Path| std::fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()));
    let mut builder = TlsParameters::builder(email.settings.host.trim_matches(['[', ']']).to_owned());
    if let Some(path) = &files.authority {
        builder = builder.add_root_certificate(Certificate::from_pem(&read(path)?).map_err(|error| chain(&error))?);
    }
    if let (Some(certificate), Some(key)) = (&files.certificate, &files.key) {
        builder = builder.identify_with(Identity::from_pem(&read(certificate)?, &read(key)?).map_err(|error| chain(&error))?);
    }
    builder.build().map_err(|error| chain(&error))
}

/// Goes as far as the recipients, and takes it all back: no letter is sent.
pub(super) async fn check(email: &Email) -> Vec<Health> {
    let patience = email.settings.connection.timeout;
    let (mut connection, most) = match tokio::time::timeout(patience, open(email)).await {
        Ok(Ok(it)) => it,
        Ok(Err(failed)) => return vec![of_failed(&failed)],
        Err(_) => {
            return vec![ill(
                "target-unreachable",
                "mail server",
                "did not answer",
                "look at `host`, `port` and `security`: a port for TLS from the first byte waits in silence",
            )];
        }
    };
    let size = most.filter(|it| *it != usize::MAX).map_or_else(String::new, |it| format!(", letters up to {it} bytes"));
    let mut all = vec![well("target-credentials", "mail server", format!("{}:{} let us in{size}", email.settings.host, email.settings.port))];
    let letter =
        Letter { from: email.settings.from.email.to_string(), to: email.settings.to.iter().map(|it| it.email.to_string()).collect(), message: Vec::new() };
    match tokio::time::timeout(patience, envelope(&mut connection, &letter, false, &BTreeSet::new())).await {
        Ok(Ok(recipients)) if recipients.refused.is_empty() && recipients.later.is_empty() => {
            all.push(well("target-rights", "recipients", format!("{} taken", recipients.taken.len())));
        }
        Ok(Ok(recipients)) => {
            let found = [recipients.refused, recipients.later].concat().join(", ");
            all.push(ill("target-not-found", "recipients", found, "correct `to`, or let the server take mail for them from `from`"));
        }
        Ok(Err(failed)) => all.push(ill("target-rights", "sender", failed.reason, "let the account send as `from`")),
        Err(_) => all.push(ill("target-unreachable", "recipients", "did not answer", "look at the server's log")),
    }
    let _ = tokio::time::timeout(Duration::from_secs(2), connection.command(Rset)).await;
    let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
    all
}

fn of_failed(failed: &Failed) -> Health {
    let (code, mend) = match failed.class {
        Class::Egress => ("target-address", "name the address in `addresses` of this target, or correct its `host`"),
        Class::Credentials => ("target-credentials", "look at `user`, `password` and `auth` (Microsoft 365 and Gmail want `xoauth2` or an app password)"),
        Class::Setting => ("target-settings", "correct the settings of this target"),
        _ if failed.reason.contains("certificate") || failed.reason.contains("tls") => {
            ("target-certificate", "set `ca` to the authority that signed the server's certificate")
        }
        _ => ("target-unreachable", "look at `host`, `port`, `security` and firewalls between"),
    };
    ill(code, "mail server", failed.reason.clone(), mend)
}
