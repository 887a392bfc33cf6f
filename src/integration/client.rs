//! The HTTP client of one target: limits, addresses, certificates, and errors that show no URL.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::{
    answer::{Answer, Broken},
    credential::Credential,
    egress::{Checked, Egress, Refused},
    fill,
    secret::SecretUrl,
    sink::{Class, Outcome, Receipt, Step},
    steps::requests,
    tls::{Tls, TlsError},
    vault::Vault,
    wire::Request,
};
use crate::outbox::Reference;

/// What a target says of its connections, with a default for each.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Addresses besides public ones.
    pub egress: Egress,
    /// A proxy for all requests.
    pub proxy: Option<SecretUrl>,
    /// Authorities and our certificate.
    pub tls: Tls,
    /// Whether a request may go without TLS.
    pub plaintext: bool,
    /// How long one request may take, from the first byte to the last.
    pub timeout: Duration,
}

impl Default for Connection {
    fn default() -> Connection {
        Connection { egress: Egress::default(), proxy: None, tls: Tls::default(), plaintext: false, timeout: Duration::from_secs(30) }
    }
}

/// How long a connection may take to stand.
pub(super) const CONNECT: Duration = Duration::from_secs(5);

/// No answer that we read is longer; a longer one is cut.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// A client that can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Certificates or keys can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The library refuses.
    #[error("no HTTP client can be made: {0}")]
    Client(String),
}

/// The client of one target.
pub(super) struct Client {
    http: reqwest::Client,
    egress: Arc<Egress>,
    is_proxied: bool,
    credential: Credential,
    vault: Vault,
}

impl Client {
    /// Makes a client. Without it no request leaves.
    pub(super) fn new(connection: &Connection, credential: Credential, vault: &Vault) -> Result<Client, ClientError> {
        let egress = Arc::new(connection.egress.clone());
        let proxy = connection.proxy.as_ref();
        let host = proxy.and_then(|it| it.expose().host_str().map(str::to_owned));
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(connection.tls.config()?)
            .user_agent(concat!("invitro/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(connection.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .dns_resolver(Checked { egress: egress.clone(), proxy: host })
            .https_only(!connection.plaintext)
            // Proxies of the environment are not used: the operator names one for each target.
            .no_proxy();
        if let Some(proxy) = proxy {
            let proxy = reqwest::Proxy::all(proxy.expose().clone()).map_err(|error| ClientError::Client(error.without_url().to_string()))?;
            builder = builder.proxy(proxy);
        }
        let http = builder.build().map_err(|error| ClientError::Client(chain(&error.without_url())))?;
        Ok(Client { http, egress, is_proxied: connection.proxy.is_some(), credential, vault: vault.clone() })
    }

    /// Sends a request and reads the answer. A token that the target no longer takes is fetched anew, once.
    pub(super) async fn ask(&self, request: &Request, earlier: &[Reference]) -> Result<Answer, Broken> {
        let answer = self.once(request, earlier).await?;
        if answer.status == 401 && self.credential.forget().await {
            return self.once(request, earlier).await;
        }
        Ok(answer)
    }

    /// Sends the only request of a step; an outcome where there is no answer to judge.
    pub(super) async fn ask_step(&self, step: &Step, earlier: &[Receipt]) -> Result<Answer, Outcome> {
        match requests(step) {
            [request] => self.ask(request, &fill::references(earlier)).await.map_err(Broken::outcome),
            _ => Err(Outcome::Terminal { class: Class::Setting, reason: format!("step `{}` has another form than this target sends", step.name) }),
        }
    }

    /// Returns a text for people without any secret.
    pub(super) fn scrub(&self, text: &str) -> String {
        self.vault.scrub(text)
    }

    /// Takes a secret in that was fetched.
    pub(super) fn keep(&self, secret: &super::secret::Secret) {
        self.vault.keep(secret);
    }

    /// Fetches the token of its credential, where it has one to fetch.
    pub(super) async fn try_credential(&self) -> Result<(), Broken> {
        self.credential.try_out(self).await
    }

    async fn once(&self, request: &Request, earlier: &[Reference]) -> Result<Answer, Broken> {
        let ready = fill::fill(request, earlier)?;
        self.look_at_address(&ready.url)?;
        let method = reqwest::Method::from_bytes(request.method.word().as_bytes()).map_err(|error| Broken::Unsent(Class::Setting, error.to_string()))?;
        let mut builder = self.http.request(method, ready.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if let Some(media) = ready.media {
            builder = builder.header("content-type", media);
        }
        if request.gzip {
            builder = builder.header("content-encoding", "gzip");
        }
        if request.credential.is_some() {
            builder = self.credential.add(builder, self).await?;
        }
        match builder.body(ready.body).send().await {
            Ok(response) => Ok(self.read(response).await),
            Err(error) => Err(self.broken(error)),
        }
    }

    /// An address in the URL itself asks no resolver.
    fn look_at_address(&self, url: &url::Url) -> Result<(), Broken> {
        let address: std::net::IpAddr = match url.host() {
            Some(url::Host::Ipv4(it)) => it.into(),
            Some(url::Host::Ipv6(it)) => it.into(),
            _ => return Ok(()),
        };
        if self.is_proxied {
            return Ok(());
        }
        self.egress.check(&address.to_string(), address).map_err(|error| Broken::Unsent(Class::Egress, error.to_string()))
    }

    async fn read(&self, mut response: reqwest::Response) -> Answer {
        let mut answer =
            Answer { status: response.status().as_u16(), headers: response.headers().clone(), body: Vec::new(), whole: false, at: SystemTime::now() };
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if answer.body.len() + chunk.len() <= LONGEST_ANSWER => answer.body.extend(&chunk),
                Ok(None) => {
                    answer.whole = true;
                    return answer;
                }
                Ok(Some(_)) | Err(_) => return answer,
            }
        }
    }

    fn broken(&self, error: reqwest::Error) -> Broken {
        let error = error.without_url();
        if let Some(refused) = refused(&error) {
            return Broken::Unsent(Class::Egress, refused.to_string());
        }
        let reason = self.scrub(&chain(&error));
        if error.is_connect() || error.is_builder() { Broken::Unsent(Class::Network, reason) } else { Broken::Lost(reason) }
    }
}

/// The refusal of our own policy, wherever the library put it.
fn refused(error: &(dyn std::error::Error + 'static)) -> Option<Refused> {
    let mut cause = Some(error);
    while let Some(it) = cause {
        if let Some(refused) = it.downcast_ref::<Refused>() {
            return Some(refused.clone());
        }
        cause = it.source();
    }
    None
}

/// An error with its causes, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut parts = vec![error.to_string()];
    let mut cause = error.source();
    while let Some(it) = cause {
        let text = it.to_string();
        if !parts.iter().any(|it| it.contains(&text)) {
            parts.push(text);
        }
        cause = it.source();
    }
    parts.join(": ")
}
