//! Boundaries between steps, where a process may be killed: a test ends or kills it at each of them, or lets somebody else act there.

use super::error::Error;

/// Goes from boundary to boundary; that of all users does nothing there.
pub(super) struct Pace {
    #[cfg(test)]
    at: Option<(u64, At)>,
    #[cfg(test)]
    passed: std::cell::Cell<u64>,
}

/// What happens at a boundary.
#[cfg(test)]
enum At {
    /// Everything ends as if the process were gone: nothing is cleaned up behind it.
    End,
    /// The process kills itself.
    Kill,
    /// Somebody else acts.
    Meanwhile(Box<dyn Fn()>),
}

#[cfg(not(test))]
impl Pace {
    /// The pace of all users: on and on.
    pub(super) fn steady() -> Pace {
        Pace {}
    }

    /// Passes a boundary.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "tests end here")]
    pub(super) fn pass(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
impl Pace {
    fn at(at: Option<(u64, At)>) -> Pace {
        Pace { at, passed: std::cell::Cell::new(0) }
    }

    pub(super) fn steady() -> Pace {
        Pace::at(None)
    }

    pub(super) fn ending_at(number: u64) -> Pace {
        Pace::at(Some((number, At::End)))
    }

    pub(super) fn killing_at(number: u64) -> Pace {
        Pace::at(Some((number, At::Kill)))
    }

    pub(super) fn meanwhile(number: u64, act: impl Fn() + 'static) -> Pace {
        Pace::at(Some((number, At::Meanwhile(Box::new(act)))))
    }

    /// How many boundaries were passed.
    pub(super) fn passed(&self) -> u64 {
        self.passed.get()
    }

    pub(super) fn pass(&self) -> Result<(), Error> {
        let number = self.passed.get();
        self.passed.set(number + 1);
        match self.at.as_ref().filter(|it| it.0 == number).map(|it| &it.1) {
            None => Ok(()),
            Some(At::End) => Err(Error::Killed(number)),
            Some(At::Kill) => {
                let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
                Err(Error::Killed(number))
            }
            Some(At::Meanwhile(act)) => {
                act();
                Ok(())
            }
        }
    }
}
