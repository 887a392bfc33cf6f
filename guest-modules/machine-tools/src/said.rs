//! What a tool answered, and what is known of it.

/// How a call changed the machine.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Not at all: it asked, or it failed.
    Asked,
    /// In files or running state, as here.
    #[default]
    Modelled,
    /// In what no file shows: its success is our word.
    Recorded,
}

/// What a command printed, its status, and what is known of it.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Said {
    /// Exit status.
    pub status: u32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// What became of the machine.
    pub effect: Effect,
    /// What of it is not known, though the command may answer.
    pub blind: Option<String>,
    /// Answers that came from us: about what, and of what.
    pub assumed: Vec<(&'static str, String)>,
}

impl Said {
    /// Success without a word, in files.
    pub fn done() -> Said {
        Said::default()
    }

    /// Success of what no file shows.
    pub fn recorded() -> Said {
        Said { effect: Effect::Recorded, ..Said::default() }
    }

    /// An answer to a question.
    pub fn told(status: u32, stdout: impl Into<String>) -> Said {
        Said { status, stdout: stdout.into(), effect: Effect::Asked, ..Said::default() }
    }

    /// A failure that changed nothing.
    pub fn failed(status: u32, stderr: impl Into<String>) -> Said {
        Said { status, stderr: stderr.into(), effect: Effect::Asked, ..Said::default() }
    }

    /// The same, which leaves something that is not known.
    pub fn blindly(mut self, why: impl Into<String>) -> Said {
        self.blind = Some(why.into());
        self
    }

    /// The same, which rests on an answer of ours.
    pub fn assuming(mut self, about: &'static str, name: impl Into<String>) -> Said {
        self.assumed.push((about, name.into()));
        self
    }
}

/// An answer; an error is a form that is not modelled.
pub type Answer = Result<Said, String>;
