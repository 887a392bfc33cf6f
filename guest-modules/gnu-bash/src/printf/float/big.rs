//! Whole numbers of any size, with the few operations that decimal digits need.

/// A whole number; the lowest word first, no nought at the upper end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Big {
    words: Vec<u32>,
}

impl From<u64> for Big {
    fn from(value: u64) -> Big {
        let mut big = Big { words: vec![value as u32, (value >> 32) as u32] };
        big.trim();
        big
    }
}

impl Big {
    fn trim(&mut self) {
        while self.words.last() == Some(&0) {
            self.words.pop();
        }
    }

    /// Returns how many bits it has, none for nought.
    pub fn bits(&self) -> usize {
        self.words.last().map_or(0, |top| self.words.len() * 32 - top.leading_zeros() as usize)
    }

    /// Multiplies by a small number and adds one.
    pub fn multiply_add(&mut self, factor: u32, add: u64) {
        let mut carry = add;
        for word in &mut self.words {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        while carry > 0 {
            self.words.push(carry as u32);
            carry >>= 32;
        }
    }

    /// Multiplies by a small number so many times.
    pub fn multiply_power(&mut self, factor: u32, times: u64) {
        let mut left = times;
        while left >= 9 {
            self.multiply_add(factor.pow(9), 0);
            left -= 9;
        }
        (0..left).for_each(|_| self.multiply_add(factor, 0));
    }

    /// Multiplies by two so many times.
    pub fn shift_left(&mut self, count: usize) {
        if self.words.is_empty() {
            return;
        }
        self.multiply_add(1 << (count % 32), 0);
        self.words.splice(0..0, std::iter::repeat_n(0, count / 32));
    }

    fn bit(&self, at: usize) -> bool {
        self.words.get(at / 32).is_some_and(|word| word >> (at % 32) & 1 == 1)
    }

    /// Returns what is left without the lowest bits, at most 64, then the uppermost bit taken and whether any below it is set.
    pub fn top(&self, drop: usize) -> (u64, bool, bool) {
        let kept = (0..64).fold(0u64, |kept, at| kept | u64::from(self.bit(drop + at)) << at);
        let half = drop > 0 && self.bit(drop - 1);
        let below = (0..drop.saturating_sub(1).min(self.bits())).any(|at| self.bit(at));
        (kept, half, below)
    }

    /// Divides and tells whether anything is left over; the quotient is meant to be short.
    pub fn divided(&self, divisor: &Big) -> (Big, bool) {
        let mut rest = self.clone();
        let mut quotient = Big::from(0);
        let places = self.bits().saturating_sub(divisor.bits());
        let mut part = divisor.clone();
        part.shift_left(places);
        for _ in 0..=places {
            let fits = rest.at_least(&part);
            if fits {
                rest.subtract(&part);
            }
            quotient.multiply_add(2, u64::from(fits));
            part.halve();
        }
        (quotient, !rest.words.is_empty())
    }

    fn at_least(&self, other: &Big) -> bool {
        self.words.len().cmp(&other.words.len()).then_with(|| self.words.iter().rev().cmp(other.words.iter().rev())).is_ge()
    }

    fn subtract(&mut self, other: &Big) {
        let mut borrow = false;
        for (at, word) in self.words.iter_mut().enumerate() {
            let (once, first) = word.overflowing_sub(other.words.get(at).copied().unwrap_or(0));
            let (twice, second) = once.overflowing_sub(u32::from(borrow));
            *word = twice;
            borrow = first || second;
        }
        self.trim();
    }

    fn halve(&mut self) {
        let mut carry = 0;
        for word in self.words.iter_mut().rev() {
            let next = *word << 31;
            *word = *word >> 1 | carry;
            carry = next;
        }
        self.trim();
    }

    /// Returns its decimal digits, none for nought.
    pub fn decimal(&self) -> Vec<u8> {
        let mut rest = self.clone();
        let mut digits = Vec::new();
        while !rest.words.is_empty() {
            let mut carry = 0u64;
            for word in rest.words.iter_mut().rev() {
                carry = carry << 32 | u64::from(*word);
                *word = (carry / 1_000_000_000) as u32;
                carry %= 1_000_000_000;
            }
            rest.trim();
            for _ in 0..9 {
                digits.push((carry % 10) as u8);
                carry /= 10;
            }
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        digits.reverse();
        digits
    }
}
