//! `wasi:io/streams` and `wasi:io/error`: over files, and over the guest's own input and output. None ever blocks.

use std::sync::{Arc, Mutex};

use wasmtime::{Result, component::Resource};

use super::{
    clocks::Pollable,
    open::{Fail, Place, Root},
    wit::{
        filesystem::types::ErrorCode,
        io::{error, streams},
    },
};
use crate::guest::{bindings::wit::log, files::MOST_BYTES, state::State, stop::Stop};

/// How much a guest may write at once without asking again.
const PERMIT: u64 = 64 << 10;

/// Why a stream's last operation failed.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct Failure(pub(super) ErrorCode);

/// Where bytes come from.
#[derive(Clone, Debug)]
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub enum Input {
    /// The standard input of the invocation, from this byte on.
    Given(usize),
    /// Nowhere: the null device.
    Empty,
    /// A file, from this byte on.
    File(Root, Arc<Mutex<Place>>, u64),
}

/// Where bytes go.
#[derive(Clone, Debug)]
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Nowhere: the null device.
    Null,
    /// A file, from this byte on; at its end where there is none.
    File(Root, Arc<Mutex<Place>>, Option<u64>),
}

/// Why an operation on a stream failed, or why the whole call ends.
#[derive(Debug)]
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub enum Break {
    /// The end was reached.
    Closed,
    /// The guest is told.
    Failed(ErrorCode),
    /// The guest is stopped.
    Stop(wasmtime::Error),
}

impl From<Fail> for Break {
    fn from(fail: Fail) -> Break {
        match fail {
            Fail::Code(code) => Break::Failed(code),
            Fail::Stop(stop) => Break::Stop(stop),
        }
    }
}

impl From<wasmtime::Error> for Break {
    fn from(error: wasmtime::Error) -> Break {
        Break::Stop(error)
    }
}

impl From<wasmtime::component::ResourceTableError> for Break {
    fn from(error: wasmtime::component::ResourceTableError) -> Break {
        Break::Stop(error.into())
    }
}

type Answer<T> = std::result::Result<T, Break>;

impl State {
    /// Reads on in a stream.
    fn take(&mut self, handle: &Resource<Input>, length: u64) -> Answer<Vec<u8>> {
        self.charge(8)?;
        let length = usize::try_from(length).unwrap_or(MOST_BYTES).min(MOST_BYTES);
        if length == 0 {
            return Ok(Vec::new());
        }
        let bytes = match self.table.get(handle)?.clone() {
            Input::Empty => Vec::new(),
            Input::Given(at) => {
                let given = self.wasi.invocation.as_ref().map_or(&[][..], |it| &it.stdin);
                given.iter().skip(at).take(length).copied().collect()
            }
            Input::File(root, place, at) => self.read_at(root, &place, at, length)?,
        };
        self.carry(bytes.len())?;
        match self.table.get_mut(handle)? {
            Input::Empty => {}
            Input::Given(at) => *at += bytes.len(),
            Input::File(.., at) => *at += bytes.len() as u64,
        }
        if bytes.is_empty() { Err(Break::Closed) } else { Ok(bytes) }
    }

    /// Writes on in a stream.
    fn put(&mut self, handle: &Resource<Output>, bytes: &[u8]) -> Answer<()> {
        if bytes.len() > MOST_BYTES {
            return Err(Break::Stop(wasmtime::Error::msg("a stream was written to beyond what it permits")));
        }
        match self.table.get(handle)?.clone() {
            Output::Null => self.charge(bytes.len())?,
            Output::Stdout => self.print(bytes, log::Level::Info)?,
            Output::Stderr => self.print(bytes, log::Level::Warn)?,
            Output::File(root, place, at) => {
                let from = match at {
                    Some(at) => at,
                    None => self.length(root, &place)?,
                };
                self.write_at(root, &place, from, bytes)?;
                if let (Output::File(.., Some(at)), true) = (self.table.get_mut(handle)?, at.is_some()) {
                    *at += bytes.len() as u64;
                }
            }
        }
        Ok(())
    }

    /// Keeps what the guest prints: for the answer of a role that has output, for the log of others.
    fn print(&mut self, bytes: &[u8], level: log::Level) -> Result<()> {
        if self.wasi.invocation.is_none() {
            return log::Host::write(self, level, String::from_utf8_lossy(bytes).into_owned());
        }
        self.charge(bytes.len())?;
        if self.wasi.stdout.len() + self.wasi.stderr.len() + bytes.len() > self.limits.output_bytes {
            return Err(wasmtime::Error::new(Stop::Output(self.limits.output_bytes)));
        }
        match level {
            log::Level::Info => self.wasi.stdout.extend(bytes),
            _ => self.wasi.stderr.extend(bytes),
        }
        Ok(())
    }

    fn splice_some(&mut self, into: &Resource<Output>, from: &Resource<Input>, length: u64) -> Answer<u64> {
        let bytes = self.take(from, length.min(PERMIT))?;
        self.put(into, &bytes)?;
        Ok(bytes.len() as u64)
    }

    fn always_ready(&mut self) -> Result<Resource<Pollable>> {
        self.charge(4)?;
        self.push(Pollable(None))
    }

    fn zeroes(&mut self, handle: &Resource<Output>, length: u64) -> Answer<()> {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        self.put(handle, &vec![0; length.min(MOST_BYTES + 1)])
    }
}

impl error::Host for State {}

impl error::HostError for State {
    fn to_debug_string(&mut self, it: Resource<Failure>) -> Result<String> {
        self.charge(32)?;
        Ok(format!("{:?}", self.table.get(&it)?.0))
    }

    fn drop(&mut self, it: Resource<Failure>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl streams::Host for State {
    fn convert_stream_error(&mut self, error: Break) -> Result<streams::StreamError> {
        match error {
            Break::Closed => Ok(streams::StreamError::Closed),
            Break::Failed(code) => Ok(streams::StreamError::LastOperationFailed(self.push(Failure(code))?)),
            Break::Stop(stop) => Err(stop),
        }
    }
}

impl streams::HostInputStream for State {
    fn read(&mut self, it: Resource<Input>, length: u64) -> Answer<Vec<u8>> {
        self.take(&it, length)
    }

    fn blocking_read(&mut self, it: Resource<Input>, length: u64) -> Answer<Vec<u8>> {
        self.take(&it, length)
    }

    fn skip(&mut self, it: Resource<Input>, length: u64) -> Answer<u64> {
        self.take(&it, length).map(|it| it.len() as u64)
    }

    fn blocking_skip(&mut self, it: Resource<Input>, length: u64) -> Answer<u64> {
        self.take(&it, length).map(|it| it.len() as u64)
    }

    fn subscribe(&mut self, _: Resource<Input>) -> Result<Resource<Pollable>> {
        self.always_ready()
    }

    fn drop(&mut self, it: Resource<Input>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}

impl streams::HostOutputStream for State {
    fn check_write(&mut self, _: Resource<Output>) -> Answer<u64> {
        self.charge(8)?;
        Ok(PERMIT)
    }

    fn write(&mut self, it: Resource<Output>, bytes: Vec<u8>) -> Answer<()> {
        self.put(&it, &bytes)
    }

    fn blocking_write_and_flush(&mut self, it: Resource<Output>, bytes: Vec<u8>) -> Answer<()> {
        self.put(&it, &bytes)
    }

    fn flush(&mut self, _: Resource<Output>) -> Answer<()> {
        Ok(self.charge(1)?)
    }

    fn blocking_flush(&mut self, _: Resource<Output>) -> Answer<()> {
        Ok(self.charge(1)?)
    }

    fn subscribe(&mut self, _: Resource<Output>) -> Result<Resource<Pollable>> {
        self.always_ready()
    }

    fn write_zeroes(&mut self, it: Resource<Output>, length: u64) -> Answer<()> {
        self.zeroes(&it, length)
    }

    fn blocking_write_zeroes_and_flush(&mut self, it: Resource<Output>, length: u64) -> Answer<()> {
        self.zeroes(&it, length)
    }

    fn splice(&mut self, it: Resource<Output>, from: Resource<Input>, length: u64) -> Answer<u64> {
        self.splice_some(&it, &from, length)
    }

    fn blocking_splice(&mut self, it: Resource<Output>, from: Resource<Input>, length: u64) -> Answer<u64> {
        self.splice_some(&it, &from, length)
    }

    fn drop(&mut self, it: Resource<Output>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}
