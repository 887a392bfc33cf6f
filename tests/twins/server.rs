//! The server of every twin: takes requests down, plays the script of faults, asks the vendor.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State, connect_info::Connected},
    response::Response,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

use super::Fault;

/// A request as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    pub method: String,
    /// The path as it was written.
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    /// The body, unpacked where it was packed.
    pub body: Vec<u8>,
}

impl Captured {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, it)| it.as_str())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The segments of the path, decoded.
    pub fn segments(&self) -> Vec<String> {
        self.path.split('/').filter(|it| !it.is_empty()).map(decoded).collect()
    }

    /// A value of the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes()).find(|(it, _)| it == name).map(|(_, it)| it.into_owned())
    }

    /// A field of a form, decoded.
    pub fn form(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(&self.body).find(|(it, _)| it == name).map(|(_, it)| it.into_owned())
    }

    /// The file of a form of parts: its name and its content.
    pub fn file(&self) -> Option<(String, Vec<u8>)> {
        let boundary = self.header("content-type")?.split_once("boundary=")?.1.to_owned();
        let text = self.text();
        let head = text.find("\r\n\r\n")?;
        let name = text[..head].split_once("filename=\"")?.1.split_once('"')?.0.to_owned();
        let end = text.rfind(&format!("\r\n--{boundary}--"))?;
        Some((name, text.as_bytes()[head + 4..end].to_vec()))
    }
}

fn decoded(segment: &str) -> String {
    // `+` is itself in a path.
    url::form_urlencoded::parse(format!("x={}", segment.replace('+', "%2B")).as_bytes()).next().map(|(_, it)| it.into_owned()).unwrap_or_default()
}

/// What a vendor answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(status: u16, body: &serde_json::Value) -> Reply {
        Reply { status, headers: vec![("content-type".into(), "application/json".into())], body: body.to_string().into_bytes() }
    }

    pub fn text(status: u16, body: &str) -> Reply {
        Reply { status, headers: vec![("content-type".into(), "text/plain".into())], body: body.as_bytes().to_vec() }
    }

    pub fn empty(status: u16) -> Reply {
        Reply { status, headers: Vec::new(), body: Vec::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Reply {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A system that answers requests.
pub trait Vendor: Send + 'static {
    fn answer(&mut self, request: &Captured) -> Reply;
}

struct Inner<V> {
    vendor: Mutex<V>,
    script: Mutex<VecDeque<Fault>>,
    log: Mutex<Vec<Captured>>,
}

/// A running twin; it stops when it is dropped.
pub struct Twin<V> {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    inner: Arc<Inner<V>>,
    task: tokio::task::JoinHandle<()>,
}

impl<V> Drop for Twin<V> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl<V: Vendor> Twin<V> {
    /// Starts a twin on a port of its own.
    pub async fn start(vendor: V) -> Twin<V> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner { vendor: Mutex::new(vendor), script: Mutex::default(), log: Mutex::default() });
        let router = Router::new().fallback(handle::<V>).with_state(inner.clone());
        let service = router.into_make_service_with_connect_info::<Cord>();
        let task = tokio::spawn(async move { axum::serve(Cuttable(listener), service).await.expect("a server") });
        Twin { url, inner, task }
    }

    /// Adds to the script of faults.
    pub fn script(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner.script.lock().expect("no panic").extend(faults);
    }

    /// Every request so far.
    pub fn log(&self) -> Vec<Captured> {
        self.inner.log.lock().expect("no panic").clone()
    }

    /// The vendor's state. Two guards in one expression would wait for each other for ever: that is a panic here.
    pub fn vendor(&self) -> MutexGuard<'_, V> {
        for _ in 0..500 {
            if let Ok(guard) = self.inner.vendor.try_lock() {
                return guard;
            }
            std::thread::sleep(std::time::Duration::from_millis(4));
        }
        panic!("somebody holds the vendor's state already");
    }
}

async fn handle<V: Vendor>(State(inner): State<Arc<Inner<V>>>, ConnectInfo(cord): ConnectInfo<Cord>, request: Request) -> Response {
    let fault = inner.script.lock().expect("no panic").pop_front().unwrap_or(Fault::Pass);
    if fault == Fault::ResetBefore {
        cord.cut();
        return Response::new(Body::empty());
    }
    let captured = capture(request).await;
    inner.log.lock().expect("no panic").push(captured.clone());
    let mut reply = fault.instead().unwrap_or_else(|| inner.vendor.lock().expect("no panic").answer(&captured));
    match fault {
        Fault::ResetAfter => cord.cut(),
        Fault::Truncated => cord.cut_in_body(),
        Fault::GatewayAfter => reply = Reply::text(502, "bad gateway"),
        Fault::SlowDown(seconds) => reply = reply.header("retry-after", &seconds.to_string()),
        Fault::SlowHeaders(time) => tokio::time::sleep(time).await,
        _ => {}
    }
    response(&reply)
}

fn response(reply: &Reply) -> Response {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(reply.body.clone())).expect("a response")
}

async fn capture(request: Request) -> Captured {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 64 << 20).await.unwrap_or_default().to_vec();
    let headers: Vec<(String, String)> =
        parts.headers.iter().map(|(name, it)| (name.as_str().to_owned(), it.to_str().unwrap_or_default().to_owned())).collect();
    let is_packed = headers.iter().any(|(name, it)| name == "content-encoding" && it == "gzip");
    let body = if is_packed { unpacked(&body) } else { body };
    Captured { method: parts.method.to_string(), path: parts.uri.path().to_owned(), query: parts.uri.query().unwrap_or_default().to_owned(), headers, body }
}

fn unpacked(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(body), &mut out).expect("gzip");
    out
}

/// By which a handler cuts its own connection.
#[derive(Clone, Default)]
pub(super) struct Cord(Arc<AtomicU8>);

/// Nothing more is written.
const CUT: u8 = 1;
/// Nothing more is written after half of the next body.
const CUT_IN_BODY: u8 = 2;

impl Cord {
    fn cut(&self) {
        self.0.store(CUT, Ordering::SeqCst);
    }

    fn cut_in_body(&self) {
        self.0.store(CUT_IN_BODY, Ordering::SeqCst);
    }
}

struct Cuttable(TcpListener);

pub(super) struct Line {
    stream: TcpStream,
    cord: Cord,
}

impl Listener for Cuttable {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = self.0.accept().await.expect("a connection");
        (Line { stream, cord: Cord::default() }, address)
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Cuttable>> for Cord {
    fn connect_info(stream: IncomingStream<'_, Cuttable>) -> Cord {
        stream.io().cord.clone()
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        let cord = self.cord.clone();
        match cord.0.load(Ordering::SeqCst) {
            CUT => Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into())),
            CUT_IN_BODY => {
                let body = bytes.windows(4).position(|it| it == b"\r\n\r\n").map_or(0, |it| it + 4);
                let end = (body + (bytes.len() - body) / 2).max(1);
                let written = Pin::new(&mut self.stream).poll_write(context, &bytes[..end]);
                if written.is_ready() {
                    cord.cut();
                }
                written
            }
            _ => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
