//! `wasi:random`: the run's seeded bytes, all three kinds alike.

use wasmtime::Result;

use super::wit::random::{insecure, insecure_seed, random};
use crate::guest::{state::State, stop::Stop};

/// Most bytes of one answer.
const MOST_BYTES: u64 = 64 << 10;

impl State {
    fn random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        if length > MOST_BYTES {
            return Err(wasmtime::Error::new(Stop::HostData(MOST_BYTES)));
        }
        self.charge(length as usize)?;
        // Each 32 bytes are a digest: many times the work of a copy.
        self.work((length as usize).saturating_mul(16));
        Ok(self.seeded(length as usize))
    }

    fn random_number(&mut self) -> Result<u64> {
        let bytes = self.random_bytes(8)?;
        Ok(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }
}

impl random::Host for State {
    fn get_random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        self.random_bytes(length)
    }

    fn get_random_u64(&mut self) -> Result<u64> {
        self.random_number()
    }
}

impl insecure::Host for State {
    fn get_insecure_random_bytes(&mut self, length: u64) -> Result<Vec<u8>> {
        self.random_bytes(length)
    }

    fn get_insecure_random_u64(&mut self) -> Result<u64> {
        self.random_number()
    }
}

impl insecure_seed::Host for State {
    fn insecure_seed(&mut self) -> Result<(u64, u64)> {
        Ok((self.random_number()?, self.random_number()?))
    }
}
