//! The words of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::words;
use crate::{remediation::Kind, report::Form};

/// Tries every security fix in glass before it touches a living system.
#[derive(Debug, Parser)]
#[command(name = "invitro", version, about, after_help = EXIT_CODES, arg_required_else_help = true, propagate_version = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

const EXIT_CODES: &str = "\
Exit status: 0 proven, 1 expected failure (bad input), 2 usage, 10 needs approval, 11 refused, 12 unproven, 70 a bug of invitro.
Environment: INVITRO_CACHE (folder of compiled modules), NO_COLOR, CLICOLOR, CLICOLOR_FORCE.

Example:
  invitro try fix.sh --on /        a dry run; nothing on the machine is changed";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Dry-runs one fix and says what it would change, what was proven, and the verdict
    #[command(after_help = TRY_EXAMPLES)]
    Try(Try),
    /// Takes scanners' reports and tries a remediation for each finding (the main job)
    #[command(after_help = FIX_EXAMPLES)]
    Fix(Fix),
    /// Re-runs the line under a policy from outside the target, for pipelines
    #[command(after_help = GATE_EXAMPLES)]
    Gate(Gate),
    /// Looks at modules, and tests them on cases
    #[command(subcommand, after_help = MODULE_EXAMPLES)]
    Module(ModuleCommand),
    /// Compiles a module for a parent process
    #[command(hide = true)]
    CompileModule(CompileModule),
    /// Says what a code of a report means, why it counts, and what to do
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain {
        /// The code; without it, all are listed
        code: Option<String>,
    },
    /// Looks whether all that invitro needs is healthy
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(Doctor),
    /// Lists recorded changes
    #[command(after_help = words::CHANGES_EXAMPLES)]
    Changes(words::Changes),
    /// Shows a change: diff, proofs, history
    #[command(after_help = words::SHOW_EXAMPLES)]
    Show(words::Show),
    /// Approves a change, asks for that, or answers for what is unproven or urgent
    #[command(after_help = words::APPROVE_EXAMPLES)]
    Approve(words::Approve),
    /// Rejects a change
    #[command(after_help = words::REJECT_EXAMPLES)]
    Reject(words::Reasoned),
    /// Says something about a change
    #[command(after_help = words::COMMENT_EXAMPLES)]
    Comment(words::Comment),
    /// Gives a change up
    #[command(after_help = words::CANCEL_EXAMPLES)]
    Cancel(words::Reasoned),
    /// Writes an approved change to its target, and goes on with what was interrupted
    #[command(after_help = words::APPLY_EXAMPLES)]
    Apply(words::Apply),
    /// Takes an applied change back
    #[command(after_help = words::ROLLBACK_EXAMPLES)]
    Rollback(words::Rollback),
    /// Prints or writes a change in a form that others carry out
    #[command(after_help = super::export::EXAMPLES)]
    Export(super::export::Export),
    /// Verifies, exports, cuts and copies the log of what happened
    #[command(subcommand, after_help = words::AUDIT_EXAMPLES)]
    Audit(words::Audit),
    /// Prints the completions of a shell
    #[command(after_help = "Example:\n  invitro completions bash > /etc/bash_completion.d/invitro")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the JSON Schema of a report
    #[command(after_help = "Example:\n  invitro schema > invitro.report.v1.schema.json")]
    Schema,
}

const MODULE_EXAMPLES: &str = "\
Examples:
  invitro module inspect my-validator.wasm
  invitro module test my-validator.wasm cases/root-login";

#[derive(Debug, Subcommand)]
pub(super) enum ModuleCommand {
    /// Says what a component is: role, digest, size, what it imports and what of that it gets, what it exports, its limits
    #[command(after_help = "Example:\n  invitro module inspect my-validator.wasm")]
    Inspect(Inspect),
    /// Runs a module of any role on a case folder and compares its answer
    #[command(after_help = TEST_EXAMPLES)]
    Test(Test),
}

#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// A component (.wasm)
    #[arg(value_name = "FILE")]
    pub(super) module: PathBuf,
}

const TEST_EXAMPLES: &str = "\
A case folder holds `before/`, the tree that the module sees, and as the role needs them:
  finding.json      one finding (invitro.findings/v1): generators, validators
  after/            the tree after a fix: validators, rollback planners
  fix.sh            the script: interpreters
  command.json      [\"systemctl\", \"enable\", \"ssh\"]: command models
  write-set.json    [\"/etc/ssh/sshd_config\"]: analyzers
  expect.json       the answer; --update writes it

Exit status: 0 as expected, 1 another answer (the difference is printed) or a case or module that can't be used.

Examples:
  invitro module test my-validator.wasm cases/root-login --update
  invitro module test my-validator.wasm cases/root-login --limit fuel=50_000_000";

#[derive(Debug, Args)]
pub(super) struct Test {
    /// A component (.wasm)
    #[arg(value_name = "FILE")]
    pub(super) module: PathBuf,
    /// The case
    #[arg(value_name = "CASE-FOLDER")]
    pub(super) case: PathBuf,
    /// Writes the answer to expect.json instead of comparing it
    #[arg(long)]
    pub(super) update: bool,
    #[command(flatten)]
    pub(super) limits: Limiting,
}

#[derive(Debug, Args)]
pub(super) struct CompileModule {
    /// Bytes of address space
    pub(super) memory_bytes: Option<u64>,
    /// Seconds of processor time
    pub(super) cpu_seconds: Option<u64>,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  invitro explain                  lists every code
  invitro explain newline-glue";

const DOCTOR_EXAMPLES: &str = "\
Exit status: 0 all is healthy, 1 something is not.

Examples:
  invitro doctor
  invitro doctor --policy invitro.toml --format json";

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// A policy file (TOML) to read
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Plain,
}

/// How what is no report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Plain {
    /// For a terminal
    Text,
    /// One object
    Json,
}

const TRY_EXAMPLES: &str = "\
Examples:
  invitro try fix.sh --on /                          the machine's own files; nothing on it is changed
  invitro try fix.sh --on rootfs.tar.gz --format json
  git diff | invitro try - --on . --finding finding.json --format markdown
  invitro try config.patch restart.sh --on ./rootfs  both as one fix
  invitro try fix.sh --on image.tar --image shop:2.1       of what `docker save` wrote
  invitro try fix.sh --on ./tree --allow /etc/ssh/sshd_config --allow '/etc/ssh/sshd_config.d/*.conf'";

const FIX_EXAMPLES: &str = "\
Examples:
  invitro fix results-arf.xml --on /
  invitro fix trivy.json xccdf.xml --on rootfs.tar --format html > report.html
  invitro fix trivy.json --on ./rootfs --out bundles      for each finding: report, fix and rollback
  invitro fix trivy.json --on /srv/web01 --record         each as a change that waits for approval";

/// How a report is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    /// For a terminal
    Text,
    /// invitro.report/v1
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// A step summary
    Markdown,
    /// One self-contained page
    Html,
    /// Annotations as workflow commands
    Github,
}

impl Format {
    /// Returns the form of a report.
    pub(super) fn form(self) -> Form {
        match self {
            Format::Text => Form::Text,
            Format::Json => Form::Json,
            Format::Sarif => Form::Sarif,
            Format::Junit => Form::Junit,
            Format::Markdown => Form::Markdown,
            Format::Html => Form::Html,
            Format::Github => Form::Github,
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Fix {
    /// Scanners' reports: SARIF, Trivy JSON, XCCDF or ARF results, invitro.findings/v1
    #[arg(required = true, value_name = "REPORT")]
    pub(super) reports: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) recording: words::Recording,
    /// Writes for each finding its report, fix and rollback below this folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// How the list is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

const GATE_EXAMPLES: &str = "\
The gate believes no file: it tries every finding again, requires all five proofs, and takes the scope from the policy.
A report of an earlier run is no evidence: it exits with 12.

Examples:
  invitro gate trivy.json --on ./rootfs --policy ci/invitro.toml --format github
  invitro gate results-arf.xml --on rootfs.tar --policy ci/invitro.toml --format junit > junit.xml
  invitro gate trivy.json --on image.tar --image shop:2.1 --platform linux/arm64 --policy ci/invitro.toml";

#[derive(Debug, Args)]
pub(super) struct Gate {
    /// A scanner's report, or the evidence of an earlier run
    #[arg(value_name = "EVIDENCE|REPORT")]
    pub(super) report: PathBuf,
    /// What is to be fixed: a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    #[arg(long = "on", value_name = "TARGET")]
    pub(super) on: PathBuf,
    /// The policy (TOML), from outside the target
    #[arg(long, value_name = "FILE")]
    pub(super) policy: PathBuf,
    #[command(flatten)]
    pub(super) part: Part,
    #[command(flatten)]
    pub(super) limits: Limiting,
    /// How the list is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Debug, Args)]
pub(super) struct Try {
    /// The fix: scripts, patches, edits or packages, in order; a folder's files in the order of their names; `-` for standard input
    #[arg(required = true, value_name = "FIX")]
    pub(super) fix: Vec<PathBuf>,
    /// What all files are, whatever their names: bash, python, powershell, patch, edits or packages
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(super) kind: Option<Kind>,
    /// Takes patches as `git apply` does: with all of their context
    #[arg(long)]
    pub(super) strict: bool,
    /// Leading folders of names in patches that are taken off, as `patch -pN` has it; without it they are found out
    #[arg(long, value_name = "N")]
    pub(super) strip: Option<u32>,
    /// A report with the one finding that the fix is for
    #[arg(long, value_name = "REPORT")]
    pub(super) finding: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    pub(super) recording: words::Recording,
    /// With --record: new evidence of this open change, instead of a new change
    #[arg(long, value_name = "CHANGE", requires = "record")]
    pub(super) change: Option<String>,
    /// A path that the fix may change, or a glob of one segment; give it once for each
    #[arg(long, value_name = "PATH")]
    pub(super) allow: Vec<String>,
    /// How the report is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

/// What every trial needs.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// What is to be fixed: a directory, a tar archive (plain, gzip, zstd), an OCI image layout or a `docker save` archive
    #[arg(long = "on", value_name = "TARGET")]
    pub(super) on: PathBuf,
    /// A policy file (TOML); without it the built-in, cautious policy holds
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    #[command(flatten)]
    pub(super) part: Part,
    #[command(flatten)]
    pub(super) limits: Limiting,
}

/// Which part of a target is meant, where it holds several.
#[derive(Debug, Default, Args)]
pub(super) struct Part {
    /// Of an image for several platforms the one that is meant, as in linux/arm64; without it that of this machine
    #[arg(long, value_name = "OS/ARCH[/VARIANT]")]
    pub(super) platform: Option<String>,
    /// Of several images in one target the one that is meant, as in debian:12
    #[arg(long, value_name = "NAME")]
    pub(super) image: Option<String>,
}

/// Limits over those of the policy.
#[derive(Debug, Default, Args)]
pub(super) struct Limiting {
    /// A limit, such as `fuel=1000000` or `memory_bytes=67108864`, over the default or the policy's; give it once for each
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = limit)]
    pub(super) limit: Vec<(String, u64)>,
}

/// Reads a kind of fix.
fn kind(word: &str) -> Result<Kind, String> {
    Kind::of(word).ok_or_else(|| "valid here: bash, python, powershell, patch, edits, packages".to_owned())
}

/// Reads `NAME=VALUE`; the value may have `_` between its digits.
fn limit(text: &str) -> Result<(String, u64), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=VALUE, such as fuel=1000000"))?;
    let number = value.replace('_', "").parse().map_err(|_| format!("`{value}` is no whole number"))?;
    crate::guest::Limits::default().set(name, number).map_err(|error| error.to_string())?;
    Ok((name.to_owned(), number))
}
