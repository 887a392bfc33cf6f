//! In which order GLib's GHashTable goes through its keys, as the database shows it (GLib 2.74, ghash.c).

/// The prime below each power of two, by which a hash is taken to its place.
const PRIMES: [u32; 25] = [
    1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131_071, 262_139, 524_287, 1_048_573, 2_097_143, 4_194_301, 8_388_593, 16_777_213,
];
const LEAST_SHIFT: usize = 3;

/// The hash of a key: Bernstein's, over signed bytes (g_str_hash, and the database's own).
pub(super) fn hash(key: &str) -> u32 {
    key.bytes().fold(5381, |hash: u32, byte| hash.wrapping_mul(33).wrapping_add(byte as i8 as i32 as u32))
}

/// The places of keys, by their number.
struct Places {
    slots: Vec<Option<usize>>,
    shift: usize,
}

/// Returns the numbers of keys, which come in the order of their insertion, as the table goes through them.
pub(super) fn walk(hashes: &[u32]) -> Result<Vec<usize>, String> {
    let mut places = Places { slots: vec![None; 1 << LEAST_SHIFT], shift: LEAST_SHIFT };
    for number in 0..hashes.len() {
        let at = places.free(hashes[number], |slot| slot.is_some());
        places.slots[at] = Some(number);
        let count = number + 1;
        if places.slots.len() <= count + count / 16 {
            places.grow(hashes, count)?;
        }
    }
    Ok(places.slots.into_iter().flatten().collect())
}

impl Places {
    /// The first place for a hash that is not taken.
    fn free(&self, hash: u32, taken: impl Fn(&Option<usize>) -> bool) -> usize {
        let mut at = self.home(hash);
        let mut step = 0;
        while taken(&self.slots[at]) {
            step += 1;
            at = (at + step) & (self.slots.len() - 1);
        }
        at
    }

    fn home(&self, hash: u32) -> usize {
        (hash.wrapping_mul(11) % PRIMES[self.shift]) as usize
    }

    /// Makes room as the table does, in place: who is driven out is seated next.
    fn grow(&mut self, hashes: &[u32], count: usize) -> Result<(), String> {
        let wanted = (count as f64 * 1.333) as usize;
        let shift = (usize::BITS - wanted.leading_zeros()) as usize;
        let shift = shift.max(LEAST_SHIFT);
        if shift >= PRIMES.len() {
            return Err("so many keys".to_owned());
        }
        let old = self.slots.len();
        self.shift = shift;
        self.slots.resize(1 << shift, None);
        let mut seated = vec![false; 1 << shift];
        for at in 0..old {
            if seated[at] {
                continue;
            }
            let mut moving = self.slots[at].take();
            while let Some(number) = moving {
                let mut place = self.home(hashes[number]);
                let mut step = 0;
                while seated[place] {
                    step += 1;
                    place = (place + step) & (self.slots.len() - 1);
                }
                seated[place] = true;
                moving = self.slots[place].replace(number);
            }
        }
        Ok(())
    }
}
