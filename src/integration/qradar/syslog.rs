//! The line to the collector: one connection that is kept, over TLS unless plain text was allowed.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    sync::Mutex,
};

use super::settings::{Framing, Settings};
use crate::integration::{
    Class, Health, Outcome, Refused, Step, TlsError,
    client::{CONNECT, chain},
    health::{ill, well},
    steps::receipt,
};

/// What was written counts as taken when the connection still stood so long after.
const SETTLED: Duration = Duration::from_secs(10);

/// So many messages are kept for a connection that is lost.
const KEPT: usize = 256;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// The line to the collector.
pub(super) struct Line {
    settings: Settings,
    tls: Arc<rustls::ClientConfig>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    stream: Option<Box<dyn Stream>>,
    /// What was written, newest last, and may be lost with the connection.
    written: VecDeque<(Instant, Vec<u8>)>,
}

impl Line {
    pub(super) fn new(settings: &Settings) -> Result<Line, TlsError> {
        Ok(Line { settings: settings.clone(), tls: Arc::new(settings.connection.tls.config()?), state: Mutex::default() })
    }

    /// Writes messages.
    pub(super) async fn send(&self, step: &Step, messages: &[String]) -> Outcome {
        let mut state = self.state.lock().await;
        let frames: Vec<Vec<u8>> = messages.iter().map(|it| self.frame(it)).collect();
        let patience = self.settings.connection.timeout;
        match tokio::time::timeout(patience, self.write(&mut state, &frames)).await {
            Ok(Ok(())) => Outcome::HandedOver(receipt(step, None)),
            Ok(Err(outcome)) => {
                state.stream = None;
                outcome
            }
            Err(_) => {
                state.stream = None;
                Outcome::Unknown { reason: format!("the collector took nothing for {} s", patience.as_secs()) }
            }
        }
    }

    fn frame(&self, message: &str) -> Vec<u8> {
        match self.settings.framing {
            Framing::OctetCounting => format!("{} {message}", message.len()).into_bytes(),
            Framing::Newline => format!("{message}\n").into_bytes(),
        }
    }

    async fn write(&self, state: &mut State, frames: &[Vec<u8>]) -> Result<(), Outcome> {
        if let Some(stream) = &mut state.stream
            && is_over(stream.as_mut()).await
        {
            state.stream = None;
        }
        let is_new = state.stream.is_none();
        if is_new {
            state.stream = Some(self.connect().await.map_err(|(class, reason)| match class {
                Class::Egress | Class::Setting => Outcome::Terminal { class, reason },
                _ => Outcome::Retry { after: None, class, reason },
            })?);
        }
        let Some(stream) = &mut state.stream else { return Ok(()) };
        if is_new {
            for (_, frame) in &state.written {
                stream.write_all(frame).await.map_err(lost)?;
            }
        }
        for frame in frames {
            stream.write_all(frame).await.map_err(lost)?;
        }
        stream.flush().await.map_err(lost)?;
        state.written.retain(|(at, _)| is_new || at.elapsed() < SETTLED);
        state.written.extend(frames.iter().map(|it| (Instant::now(), it.clone())));
        while state.written.len() > KEPT {
            state.written.pop_front();
        }
        Ok(())
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, (Class, String)> {
        let settings = &self.settings;
        let addresses = settings.connection.egress.resolve(&settings.host, settings.port).await;
        let addresses = addresses.map_err(|error| (if error.is::<Refused>() { Class::Egress } else { Class::Network }, error.to_string()))?;
        let network = |error: &dyn std::error::Error| (Class::Network, chain(error));
        let connected = tokio::time::timeout(CONNECT, TcpStream::connect(addresses.as_slice())).await;
        let tcp = connected.map_err(|_| (Class::Network, format!("no connection within {} s", CONNECT.as_secs())))?.map_err(|error| network(&error))?;
        tcp.set_nodelay(true).map_err(|error| network(&error))?;
        if settings.connection.plaintext {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(settings.host.trim_matches(['[', ']']).to_owned()).map_err(|error| (Class::Setting, error.to_string()))?;
        let shaken = tokio::time::timeout(CONNECT, tokio_rustls::TlsConnector::from(self.tls.clone()).connect(name, tcp)).await;
        let mut tls = shaken.map_err(|_| (Class::Network, "TLS did not stand in time".to_owned()))?.map_err(|error| network(&error))?;
        // With TLS 1.3 a server refuses our certificate only after the handshake is over for us.
        let mut byte = [0; 1];
        match tokio::time::timeout(Duration::from_millis(150), tls.read(&mut byte)).await {
            Ok(Err(error)) => Err((Class::Network, format!("the collector refused us: {}", chain(&error)))),
            Ok(Ok(0)) => Err((Class::Network, "the collector hung up after the handshake: it may want a client certificate".to_owned())),
            _ => Ok(Box::new(tls)),
        }
    }

    /// Connects, and hangs up.
    pub(super) async fn check(&self) -> Health {
        let place = format!("{}:{}", self.settings.host, self.settings.port);
        match self.connect().await {
            Ok(_) => well("target-unreachable", "collector", format!("{place} takes connections; syslog itself acknowledges nothing")),
            Err((Class::Egress, reason)) => ill("target-address", "collector", reason, "name the address in `addresses` of this target, or correct its `host`"),
            Err((_, reason)) if reason.contains("ertificate") || reason.contains("refused us") || reason.contains("hung up") => ill(
                "target-certificate",
                "collector",
                reason,
                "set `ca` to the authority of the collector's certificate, and `client_certificate` with `client_key` to what its TLS syslog source lists",
            ),
            Err((_, reason)) => {
                ill("target-unreachable", "collector", reason, "look at `host` and `port` (6514 for TLS syslog), and that the log source is deployed")
            }
        }
    }
}

fn lost(error: std::io::Error) -> Outcome {
    Outcome::Unknown { reason: format!("the connection to the collector was lost: {}", chain(&error)) }
}

/// Whether the peer has hung up. A collector says nothing, so anything that can be read is an end.
async fn is_over(stream: &mut dyn Stream) -> bool {
    let mut byte = [0; 1];
    match tokio::time::timeout(Duration::from_millis(1), stream.read(&mut byte)).await {
        Ok(Ok(0)) | Ok(Err(_)) => true,
        Ok(Ok(_)) | Err(_) => false,
    }
}
