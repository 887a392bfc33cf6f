//! Why a report can't be read.

/// A report that can't be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file can't be read.
    #[error("the report {name} can't be read")]
    Read {
        /// The report.
        name: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The report has nothing in it.
    #[error("the report {name} is empty: it must hold SARIF, Trivy JSON, XCCDF or ARF results, or invitro.findings/v1")]
    Empty {
        /// The report.
        name: String,
    },
    /// The report is in a form that is not known.
    #[error("the report {name} {looks}; known are SARIF 2.1.0, Trivy JSON, XCCDF and ARF results, and invitro.findings/v1")]
    UnknownFormat {
        /// The report.
        name: String,
        /// What it looks like.
        looks: String,
    },
    /// The text breaks the rules of its form.
    #[error("the report {name} is no well-formed {format}: {reason}")]
    Malformed {
        /// The report.
        name: String,
        /// The form.
        format: &'static str,
        /// Where and why.
        reason: String,
    },
    /// A field is not what it must be.
    #[error("the report {name} ({format}): `{field}` must be {expected}")]
    Field {
        /// The report.
        name: String,
        /// The form.
        format: &'static str,
        /// The field's path.
        field: String,
        /// What would be right.
        expected: &'static str,
    },
}
