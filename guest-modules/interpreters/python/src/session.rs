//! The one call that an instance serves: its words and streams, its open files, what the prelude set.

use std::cell::{Cell, RefCell};

use invitro_sdk::interpreter::invitro::remediation::{commands::Invocation, files::Workspace};

use crate::files::Open;

/// What is known of the call.
pub(crate) struct Session {
    pub(crate) script: Vec<u8>,
    pub(crate) surroundings: Invocation,
    /// Where the script's standard input was read to.
    pub(crate) taken: usize,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    /// Open files by number; none where a number is free.
    pub(crate) open: Vec<Option<Open>>,
    /// The mode that the next file or folder is made with, where the prelude said one.
    pub(crate) mode: Option<u32>,
    /// The reply that waits to be taken.
    pub(crate) reply: Vec<u8>,
    /// What the prelude has to say in each request, since it was told so in the first one.
    pub(crate) token: Option<Vec<u8>>,
    /// Whether the prelude said that the script came to its end.
    pub(crate) completed: bool,
    /// Line of the script, where the prelude told it.
    pub(crate) line: Option<u32>,
    /// Whether somebody else may have replaced what is open.
    pub(crate) suspicious: bool,
}

thread_local! {
    static SESSION: RefCell<Option<Session>> = const { RefCell::new(None) };
    static TARGET: Cell<Option<&'static Workspace>> = const { Cell::new(None) };
}

/// What a call left.
#[derive(Default)]
pub(crate) struct Ended {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) completed: bool,
}

/// Begins the call.
pub(crate) fn begin(script: Vec<u8>, surroundings: Invocation, target: &Workspace) {
    // SAFETY: the handle lives as long as the call of `interpret`, and `end` forgets it before that returns.
    TARGET.set(Some(unsafe { std::mem::transmute::<&Workspace, &'static Workspace>(target) }));
    let open = vec![Some(Open::Stdin), Some(Open::Stdout), Some(Open::Stderr), Some(Open::Root)];
    let session = Session {
        script,
        surroundings,
        taken: 0,
        stdout: Vec::new(),
        stderr: Vec::new(),
        open,
        mode: None,
        reply: Vec::new(),
        token: None,
        completed: false,
        line: None,
        suspicious: false,
    };
    SESSION.with_borrow_mut(|it| *it = Some(session));
}

/// Ends the call.
pub(crate) fn end() -> Ended {
    TARGET.set(None);
    let session = SESSION.with_borrow_mut(Option::take);
    session.map(|it| Ended { stdout: it.stdout, stderr: it.stderr, completed: it.completed }).unwrap_or_default()
}

/// Looks at the call, where there is one.
pub(crate) fn with<T>(act: impl FnOnce(&mut Session) -> T) -> Option<T> {
    SESSION.with_borrow_mut(|it| it.as_mut().map(act))
}

/// The workspace of the call.
pub(crate) fn workspace() -> Option<&'static Workspace> {
    TARGET.get()
}
