//! Drives a future to its end. Every host call answers at once: what is pending has either given way and wants to go on, or
//! waits for something that never comes.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Most times that a future may give way. The shell gives way once in 64 commands, and fuel allows far fewer commands than that:
/// what goes on beyond waits for something by asking again and again.
const MOST_YIELDS: u32 = 200_000;

/// Notes that a future wants to go on.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Returns what the future comes to; none where it waits for something that never comes.
pub(crate) fn to_end<T>(future: impl Future<Output = T>) -> Option<T> {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut future = pin!(future);
    for _ in 0..MOST_YIELDS {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(done);
        }
        if !woken.0.swap(false, Ordering::Relaxed) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, task::Poll};

    use super::to_end;

    #[test]
    fn goes_on_after_a_yield_and_gives_up_on_a_wait() {
        let mut left = 3;
        let yields = poll_fn(move |context| {
            left -= 1;
            context.waker().wake_by_ref();
            if left == 0 { Poll::Ready("done") } else { Poll::Pending }
        });
        assert_eq!(to_end(yields), Some("done"));
        assert_eq!(to_end(std::future::pending::<()>()), None);
    }
}
