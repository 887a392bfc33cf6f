//! A verdict and the reasons for it.

/// What may be done with a fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that is required was shown.
    Proven,
    /// A person must decide.
    NeedsApproval,
    /// It must not be applied.
    Refused,
    /// Something could not be simulated or rests on an answer of ours.
    Unproven,
}

impl Verdict {
    /// Returns the word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Proven => "proven",
            Verdict::NeedsApproval => "needs-approval",
            Verdict::Refused => "refused",
            Verdict::Unproven => "unproven",
        }
    }

    /// Finds a verdict by its word.
    pub fn of(word: &str) -> Option<Verdict> {
        [Verdict::Proven, Verdict::NeedsApproval, Verdict::Refused, Verdict::Unproven].into_iter().find(|it| it.word() == word)
    }
}

/// One thing that speaks against `proven`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The verdict that it asks for.
    pub verdict: Verdict,
    /// Whether no further knowledge can clear it: such a reason comes before all others.
    pub lasting: bool,
    /// Names it, in kebab-case.
    pub code: &'static str,
    /// In words.
    pub message: String,
}

impl Reason {
    /// Makes a reason that further knowledge might clear.
    pub fn new(verdict: Verdict, code: &'static str, message: impl Into<String>) -> Reason {
        Reason { verdict, lasting: false, code, message: message.into() }
    }

    /// Makes a refusal that nothing clears: the policy's, or of an error-level note.
    pub fn lasting(code: &'static str, message: impl Into<String>) -> Reason {
        Reason { verdict: Verdict::Refused, lasting: true, code, message: message.into() }
    }

    /// Where the reason stands among others; the first decides.
    pub(super) fn rank(&self) -> u8 {
        match (self.verdict, self.lasting) {
            (Verdict::Refused, true) => 0,
            (Verdict::Unproven, _) => 1,
            (Verdict::Refused, false) => 2,
            (Verdict::NeedsApproval, _) => 3,
            (Verdict::Proven, _) => 4,
        }
    }
}
