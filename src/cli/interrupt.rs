//! ^C and a polite request to end: what is under way is finished, nothing new begins. Asked twice, the program ends at once.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use tokio::signal::unix::{SignalKind, signal};

use super::{exit, show};

/// Becomes true once somebody asks the program to end. Where nobody can be listened to, the kernel's own answer stays: an end at once.
pub(super) fn watch() -> Arc<AtomicBool> {
    let asked = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&asked);
    let _ = std::thread::Builder::new().name("interrupt".into()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_io().build() else { return };
        runtime.block_on(async {
            let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else { return };
            loop {
                poll_fn(|it| if interrupt.poll_recv(it).is_ready() || terminate.poll_recv(it).is_ready() { Poll::Ready(()) } else { Poll::Pending }).await;
                if heard.swap(true, Ordering::Relaxed) {
                    end();
                }
                show::talk("interrupted: the findings under way are finished first; once more ends at once\n");
            }
        });
    });
    asked
}

#[expect(clippy::exit, reason = "somebody asked twice, and the threads at work can't be asked")]
fn end() {
    std::process::exit(i32::from(exit::EXPECTED));
}
