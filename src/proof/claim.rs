//! One claim and whether it holds.

/// Whether a claim holds; none where it is not applicable or could not be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// True, false, or neither.
    pub holds: Option<bool>,
    /// Why.
    pub reason: String,
    /// Runs that it took to converge, for idempotency.
    pub runs: Option<u32>,
    /// Whether the trial itself met something that could not be simulated: then nothing may rest on it.
    pub untried: bool,
}

impl Proof {
    /// Makes a proof of a claim that was tried.
    pub fn of(holds: bool, reason: impl Into<String>) -> Proof {
        Proof { holds: Some(holds), reason: reason.into(), runs: None, untried: false }
    }

    /// Makes the proof of a claim that does not apply here.
    pub fn not_applicable(reason: impl Into<String>) -> Proof {
        Proof { holds: None, reason: reason.into(), runs: None, untried: false }
    }

    /// Makes the proof of a claim whose trial could not be carried out truly.
    pub fn untried(reason: impl Into<String>) -> Proof {
        Proof { untried: true, ..Proof::not_applicable(reason) }
    }
}

/// The five.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// The finding is gone.
    pub fixed: Proof,
    /// Nothing else changed.
    pub contained: Proof,
    /// A second run changes nothing.
    pub idempotent: Proof,
    /// The change can be undone.
    pub reversible: Proof,
    /// The same result every time.
    pub deterministic: Proof,
}

impl Proofs {
    /// Returns the five with their names, in the order of reports.
    pub fn all(&self) -> [(&'static str, &Proof); 5] {
        [
            ("fixed", &self.fixed),
            ("contained", &self.contained),
            ("idempotent", &self.idempotent),
            ("reversible", &self.reversible),
            ("deterministic", &self.deterministic),
        ]
    }
}
