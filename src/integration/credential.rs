//! How a request says who we are: a header, a name with a password, or a token that is fetched.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use super::{answer::Broken, client::Client, secret::Secret, sink::Class, wire::Request};

/// How a request says who we are.
#[derive(Clone)]
pub(super) enum Credential {
    /// It does not.
    None,
    /// A header: its name, what stands before the secret, the secret.
    Header(&'static str, &'static str, Secret),
    /// RFC 7617.
    Basic(String, Secret),
    /// A token that another request fetches (RFC 6749, 4.4).
    Fetched(Arc<Fetched>),
}

/// A token that is fetched when it is needed, by one request even when many need it.
pub(super) struct Fetched {
    client: Client,
    request: Request,
    token: Mutex<Option<(Secret, Instant)>>,
}

/// A token is fetched anew so long before it ends, so that none ends on the way.
const MARGIN: Duration = Duration::from_secs(300);

impl Credential {
    /// A token that `request`, sent by `client`, fetches.
    pub(super) fn fetched(client: Client, request: Request) -> Credential {
        Credential::Fetched(Arc::new(Fetched { client, request, token: Mutex::new(None) }))
    }

    /// Adds itself to a request.
    pub(super) async fn add(&self, to: reqwest::RequestBuilder, client: &Client) -> Result<reqwest::RequestBuilder, Broken> {
        let (name, value) = match self {
            Credential::None => return Ok(to),
            Credential::Header(name, scheme, secret) => (*name, format!("{scheme}{}", secret.expose())),
            Credential::Basic(user, secret) => {
                use base64::Engine as _;
                ("authorization", format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", secret.expose()))))
            }
            Credential::Fetched(it) => ("authorization", format!("Bearer {}", Box::pin(it.token(client)).await?.expose())),
        };
        // The library's own error would show the value.
        let mut value = reqwest::header::HeaderValue::from_str(&value)
            .map_err(|_| Broken::Unsent(Class::Setting, "the credential has characters that no header may have".into()))?;
        value.set_sensitive(true);
        Ok(to.header(name, value))
    }

    /// Forgets a token that was fetched; answers whether there was one.
    pub(super) async fn forget(&self) -> bool {
        match self {
            Credential::Fetched(it) => it.token.lock().await.take().is_some(),
            _ => false,
        }
    }

    /// Fetches the token, where there is one to fetch.
    pub(super) async fn try_out(&self, client: &Client) -> Result<(), Broken> {
        match self {
            Credential::Fetched(it) => it.token(client).await.map(drop),
            _ => Ok(()),
        }
    }
}

impl Fetched {
    async fn token(&self, of: &Client) -> Result<Secret, Broken> {
        // Whoever comes while another fetches waits here, and finds what that one brought.
        let mut kept = self.token.lock().await;
        if let Some((token, end)) = kept.as_ref()
            && Instant::now() < *end
        {
            return Ok(token.clone());
        }
        let (token, lifetime) = self.fetch(of).await?;
        *kept = Some((token.clone(), Instant::now() + lifetime));
        Ok(token)
    }

    async fn fetch(&self, of: &Client) -> Result<(Secret, Duration), Broken> {
        // Nothing of the delivery was sent yet, whatever happens here.
        let unsent = |class, reason: &str| Broken::Unsent(class, format!("no token could be fetched: {reason}"));
        let answer = Box::pin(self.client.ask(&self.request, &[])).await.map_err(|error| match error {
            Broken::Unsent(class, reason) => unsent(class, &reason),
            Broken::Lost(reason) => unsent(Class::Network, &reason),
        })?;
        let json = answer.json();
        let word = |name: &str| json.as_ref().and_then(|it| it.get(name)).and_then(serde_json::Value::as_str);
        if let (true, Some(token)) = (answer.is_success(), word("access_token").or_else(|| word("token"))) {
            let token = Secret::new(token);
            of.keep(&token);
            let lifetime = json.as_ref().and_then(|it| it.get("expires_in")).and_then(lifetime).unwrap_or(Duration::from_secs(600));
            return Ok((token, lifetime.saturating_sub(MARGIN).max(lifetime / 2)));
        }
        let said = word("error_description").or_else(|| word("error")).or_else(|| word("message")).map_or_else(|| answer.excerpt(), str::to_owned);
        let said = of.scrub(&format!("{} {said}", answer.status));
        Err(match answer.status {
            429 => unsent(Class::Limited, &said),
            500.. => unsent(Class::Server, &said),
            _ => unsent(Class::Credentials, &said),
        })
    }
}

/// Some send the number as a text.
fn lifetime(of: &serde_json::Value) -> Option<Duration> {
    let seconds = of.as_u64().or_else(|| of.as_str()?.parse().ok())?;
    Some(Duration::from_secs(seconds.min(86_400)))
}
