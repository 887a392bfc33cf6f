//! Messages of modules: the head and the tail are kept, and what is dropped between them is counted.

use std::collections::VecDeque;

/// What one message costs besides its text, so that a flood of empty ones ends too.
const OVERHEAD: usize = 64;

/// Messages within a number of bytes, half of them for the first and half for the last.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    head: Vec<String>,
    tail: VecDeque<String>,
    head_bytes: usize,
    tail_bytes: usize,
    total: usize,
    /// Messages that were dropped.
    dropped: usize,
    /// Bytes of text that were dropped.
    dropped_bytes: usize,
}

impl Messages {
    /// Adds a message; at most `limit` bytes are kept of all of them.
    pub(crate) fn push(&mut self, text: String, limit: usize) {
        let cost = text.len() + OVERHEAD;
        self.total += cost;
        if self.tail.is_empty() && self.dropped == 0 && self.head_bytes + cost <= limit / 2 {
            self.head_bytes += cost;
            return self.head.push(text);
        }
        self.tail_bytes += cost;
        self.tail.push_back(text);
        while self.tail_bytes > limit / 2 {
            let Some(oldest) = self.tail.pop_front() else { break };
            self.tail_bytes -= oldest.len() + OVERHEAD;
            self.dropped += 1;
            self.dropped_bytes += oldest.len();
        }
    }

    /// Returns the bytes that all messages had, dropped ones too.
    pub(crate) fn total(&self) -> usize {
        self.total
    }

    /// Returns the messages in their order, with a line that counts what was dropped in the place of it.
    pub fn lines(&self) -> Vec<String> {
        let gap = (self.dropped > 0).then(|| format!("… {} messages with {} bytes were dropped …", self.dropped, self.dropped_bytes));
        self.head.iter().cloned().chain(gap).chain(self.tail.iter().cloned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Messages;

    #[test]
    fn head_and_tail_are_kept() {
        let mut messages = Messages::default();
        for number in 0..100 {
            messages.push(format!("{number:02}"), 4 * 66);
        }
        assert_eq!(messages.lines(), ["00", "01", "… 96 messages with 192 bytes were dropped …", "98", "99"]);
    }

    #[test]
    fn what_fits_is_whole() {
        let mut messages = Messages::default();
        messages.push("a".into(), 1000);
        messages.push("b".into(), 1000);
        assert_eq!(messages.lines(), ["a", "b"]);
    }
}
