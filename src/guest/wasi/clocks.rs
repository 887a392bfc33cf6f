//! `wasi:clocks` and `wasi:io/poll`: time is virtual, so nothing waits. Who waits moves the clock to what he waits for; how far, all
//! waiting of a call together, is held to its wall-clock limit, as it would be on a machine.

use std::time::Duration;

use wasmtime::{Result, component::Resource};

use super::wit::{
    clocks::{monotonic_clock, wall_clock},
    io::poll,
};
use crate::guest::{state::State, stop::Stop};

/// What can be waited for: an instant of the monotonic clock, or what is ready always.
#[expect(unreachable_pub, reason = "the bindings name it in public traits of their own")]
pub struct Pollable(pub(super) Option<u64>);

/// Each call of the clock moves it by a microsecond; finer it does not get.
const RESOLUTION: u64 = 1_000;
const SECOND: u64 = 1_000_000_000;

impl State {
    /// Returns the monotonic clock. It starts at a second: some programs take 0 for no time at all.
    fn instant(&mut self) -> u64 {
        let clock = self.context().clock;
        SECOND + self.now().saturating_sub(clock)
    }

    fn pollable(&mut self, until: Option<u64>) -> Result<Resource<Pollable>> {
        self.charge(8)?;
        self.push(Pollable(until))
    }

    fn is_ready(&mut self, it: &Resource<Pollable>, now: u64) -> Result<bool> {
        Ok(self.table.get(it)?.0.is_none_or(|it| it <= now))
    }

    /// Moves the clock to an instant that somebody waits for.
    fn wait_until(&mut self, instant: u64, now: u64) -> Result<()> {
        self.wait_for(instant.saturating_sub(now))
    }

    /// Lets virtual time pass, as long as the limit allows.
    pub(in crate::guest) fn wait_for(&mut self, duration: u64) -> Result<()> {
        self.wasi.waited = self.wasi.waited.saturating_add(Duration::from_nanos(duration));
        if self.wasi.waited > self.limits.wall {
            return Err(wasmtime::Error::new(Stop::WallClock));
        }
        self.pass(duration);
        Ok(())
    }
}

impl monotonic_clock::Host for State {
    fn now(&mut self) -> Result<u64> {
        self.charge(8)?;
        Ok(self.instant())
    }

    fn resolution(&mut self) -> Result<u64> {
        self.charge(8)?;
        Ok(RESOLUTION)
    }

    fn subscribe_instant(&mut self, when: u64) -> Result<Resource<Pollable>> {
        self.pollable(Some(when))
    }

    fn subscribe_duration(&mut self, when: u64) -> Result<Resource<Pollable>> {
        let until = self.instant().saturating_add(when);
        self.pollable(Some(until))
    }
}

impl wall_clock::Host for State {
    fn now(&mut self) -> Result<wall_clock::Datetime> {
        self.charge(12)?;
        let now = self.now();
        Ok(wall_clock::Datetime { seconds: now / SECOND, nanoseconds: (now % SECOND) as u32 })
    }

    fn resolution(&mut self) -> Result<wall_clock::Datetime> {
        self.charge(12)?;
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: RESOLUTION as u32 })
    }
}

impl poll::Host for State {
    fn poll(&mut self, all: Vec<Resource<Pollable>>) -> Result<Vec<u32>> {
        self.charge(all.len().saturating_mul(8))?;
        self.work(all.len().saturating_mul(64));
        let mut first = None;
        for it in &all {
            // What is ready always is ready since the beginning.
            let until = self.table.get(it)?.0.unwrap_or(0);
            first = Some(first.map_or(until, |first: u64| first.min(until)));
        }
        let Some(first) = first else { return Err(wasmtime::Error::msg("poll: an empty list is never ready")) };
        let now = self.instant();
        if first > now {
            self.wait_until(first, now)?;
        }
        let now = now.max(first);
        let mut ready = Vec::new();
        for (at, it) in all.iter().enumerate() {
            if self.is_ready(it, now)? {
                ready.push(at as u32);
            }
        }
        Ok(ready)
    }
}

impl poll::HostPollable for State {
    fn ready(&mut self, it: Resource<Pollable>) -> Result<bool> {
        self.charge(1)?;
        let now = self.instant();
        self.is_ready(&it, now)
    }

    fn block(&mut self, it: Resource<Pollable>) -> Result<()> {
        self.charge(1)?;
        let now = self.instant();
        match self.table.get(&it)?.0 {
            Some(until) if until > now => self.wait_until(until, now),
            _ => Ok(()),
        }
    }

    fn drop(&mut self, it: Resource<Pollable>) -> Result<()> {
        self.table.delete(it)?;
        Ok(())
    }
}
