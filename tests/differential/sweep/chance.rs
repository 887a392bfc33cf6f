//! Chance that can be had again: the same seed gives the same draws.

/// A small generator of numbers (splitmix64, Steele and others 2014).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// Begins at a seed; each number of a call has a line of its own.
    pub(crate) fn new(seed: u64, number: u64) -> Chance {
        let mut it = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03));
        it.draw();
        it
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() >> 1).unwrap_or(0) % end.max(1)
    }

    /// A number of a range.
    pub(crate) fn range(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to + 1 - from)
    }

    /// True in `part` of 100.
    pub(crate) fn percent(&mut self, part: usize) -> bool {
        self.below(100) < part
    }

    /// One of some.
    pub(crate) fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// One of some values.
    pub(crate) fn value<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}
