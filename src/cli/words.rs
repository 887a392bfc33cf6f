//! The words of the command line about changes and their store.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::arguments::Plain;
use crate::{
    change::State,
    finding::Severity,
    gate::Verdict,
    store::{Anchor, Order},
};

/// Where changes are, and under which rules.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Desk {
    /// The store: a file of SQLite or a URL of PostgreSQL; without it that of the configuration, else one in the user's data folder
    #[arg(long, value_name = "PATH|URL")]
    pub(super) store: Option<String>,
    /// The configuration (TOML) with the rules of changes; without it ~/.config/invitro/invitro.toml, else the built-in, cautious rules hold
    #[arg(long = "config", value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Whether a store is made where there is none: only by what records, as an empty one would else stand for a name that was mistyped.
    #[arg(skip)]
    pub(super) makes: bool,
}

/// Whether what was tried is recorded as a change.
#[derive(Debug, Default, Args)]
pub(super) struct Recording {
    /// Records the fix as a change, with its evidence, and prints its id on stderr
    #[arg(long)]
    pub(super) record: bool,
    /// The store for --record: a file of SQLite or a URL of PostgreSQL
    #[arg(long, value_name = "PATH|URL", requires = "record")]
    pub(super) store: Option<String>,
}

pub(super) const CHANGES_EXAMPLES: &str = "\
States: proposed, proven, needs-approval, refused, unproven, awaiting-approval, approved, rejected, cancelled, applying, applied, verified, failed,
rolling-back, rolled-back. What was overridden or let through as an emergency says so in each line.

Examples:
  invitro changes                                      all, the newest first
  invitro changes --state awaiting-approval --sort severity
  invitro changes --asset web01 --verdict proven --format json";

#[derive(Debug, Args)]
pub(super) struct Changes {
    /// Only those in this state; give it once for each
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub(super) state: Vec<State>,
    /// Only those of this severity; give it once for each
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    pub(super) severity: Vec<Severity>,
    /// Only those with this verdict; give it once for each
    #[arg(long, value_name = "VERDICT", value_parser = verdict)]
    pub(super) verdict: Vec<Verdict>,
    /// Only those for this asset; give it once for each
    #[arg(long, value_name = "ASSET")]
    pub(super) asset: Vec<String>,
    /// Their order
    #[arg(long, value_enum, default_value = "created")]
    pub(super) sort: Sort,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
    /// How the list is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Plain,
    #[command(flatten)]
    pub(super) desk: Desk,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Sort {
    /// The newest first
    Created,
    /// The last one that something happened to first
    Updated,
    /// The worst first
    Severity,
    /// By the name of what it is for
    Asset,
}

impl Sort {
    pub(super) fn order(self) -> Order {
        match self {
            Sort::Created => Order::Created,
            Sort::Updated => Order::Updated,
            Sort::Severity => Order::Severity,
            Sort::Asset => Order::Asset,
        }
    }
}

pub(super) const SHOW_EXAMPLES: &str = "\
CHANGE is an id, or as much of its beginning or its end as no other change has.

Examples:
  invitro show 0193a2c4
  invitro show 0193a2c4 --format html > change.html";

#[derive(Debug, Args)]
pub(super) struct Show {
    /// The change
    pub(super) change: String,
    /// How it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Showing,
    #[command(flatten)]
    pub(super) desk: Desk,
}

/// How a change is printed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Showing {
    /// For a terminal
    Text,
    /// One object: the change, its history, its report
    Json,
    /// One self-contained page
    Html,
}

pub(super) const APPROVE_EXAMPLES: &str = "\
An approval is bound to the evidence that was looked at: give its digest with --evidence, so that no other is approved meanwhile. New evidence voids it.

Exit status: 0 approved or noted, 1 refused by the rules; 10 noted, and more people must approve.

Examples:
  invitro approve 0193a2c4 --evidence sha256:5c1f...
  invitro approve 0193a2c4 --ask                                asks for approval (--record does that by itself)
  invitro approve 0193a2c4 --override --reason 'tested by hand'    of an unproven change; then people must approve it
  invitro approve 0193a2c4 --emergency --reason 'exploited now'    no freeze holds, one approval is enough";

#[derive(Debug, Args)]
pub(super) struct Approve {
    /// The change
    pub(super) change: String,
    /// Digest of the evidence that was looked at
    #[arg(long, value_name = "DIGEST")]
    pub(super) evidence: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: Option<String>,
    /// Asks for approval instead of giving it
    #[arg(long, conflicts_with_all = ["override_it", "emergency", "evidence"])]
    pub(super) ask: bool,
    /// Answers for what could not be simulated; an admin's, and it needs a reason
    #[arg(long = "override", conflicts_with_all = ["emergency", "evidence"], requires = "reason")]
    pub(super) override_it: bool,
    /// Lets it through freezes with one approval; an admin's, and it needs a reason
    #[arg(long, conflicts_with = "evidence", requires = "reason")]
    pub(super) emergency: bool,
    #[command(flatten)]
    pub(super) desk: Desk,
}

pub(super) const REJECT_EXAMPLES: &str = "Example:\n  invitro reject 0193a2c4 --reason 'breaks the backup user'";
pub(super) const CANCEL_EXAMPLES: &str = "Example:\n  invitro cancel 0193a2c4 --reason 'the machine is gone'";
pub(super) const COMMENT_EXAMPLES: &str = "Example:\n  invitro comment 0193a2c4 'wait for the maintenance of Friday'";

/// A change and why.
#[derive(Debug, Args)]
pub(super) struct Reasoned {
    /// The change
    pub(super) change: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    #[command(flatten)]
    pub(super) desk: Desk,
}

#[derive(Debug, Args)]
pub(super) struct Comment {
    /// The change
    pub(super) change: String,
    /// What is said
    pub(super) text: String,
    #[command(flatten)]
    pub(super) desk: Desk,
}

pub(super) const APPLY_EXAMPLES: &str = "\
Every path that the fix read or wrote must be as it was tried, else nothing is changed. On any
failure the target is put back as it was. With effects printed, the change stays `applied, effects
pending`: run them on the machine, then say so with --effects-done. With --effects run, only
commands that [changes.effects] allows are run.

Exit status: 0 applied, 1 failed and put back, 10 it waits for approval, 11 it is refused, 12 it is unproven.

Examples:
  invitro apply 0193a2c4                           files are written, effects printed
  invitro apply 0193a2c4 --root /mnt/web01         the same tree elsewhere
  invitro apply 0193a2c4 --effects run
  invitro apply 0193a2c4 --waves                   all approved changes with its remediation, wave by wave
  invitro apply --resume                           what a crash interrupted";

#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The change
    #[arg(required_unless_present_any = ["resume", "abort"])]
    pub(super) change: Option<String>,
    /// What becomes of effects on the machine
    #[arg(long, value_enum, default_value = "print")]
    pub(super) effects: Effecting,
    /// The folder that is written to; without it the target that was tried
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Applies all changes with the same remediation, in the waves of the configuration; a wave in which one is not verified is rolled back
    #[arg(long, conflicts_with_all = ["root", "resume", "abort", "effects_done"])]
    pub(super) waves: bool,
    /// Passes a hold that waits for somebody's word
    #[arg(long, requires = "waves")]
    pub(super) go: bool,
    /// Finishes what a crash interrupted
    #[arg(long, conflicts_with_all = ["abort", "root", "effects_done"])]
    pub(super) resume: bool,
    /// Takes back what a crash interrupted
    #[arg(long, conflicts_with_all = ["root", "effects_done"])]
    pub(super) abort: bool,
    /// Says that the effects that were printed have been run, and compares
    #[arg(long, conflicts_with = "root")]
    pub(super) effects_done: bool,
    #[command(flatten)]
    pub(super) desk: Desk,
}

/// What becomes of effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Effecting {
    /// They are printed, to be run by hand
    Print,
    /// They are run, where [changes.effects] allows it
    Run,
}

pub(super) const ROLLBACK_EXAMPLES: &str = "\
Examples:
  invitro rollback 0193a2c4 --reason 'the backup user can not log in'
  invitro rollback 0193a2c4 --merge --reason 'the same'      keeps what others changed since, where lines do not meet";

#[derive(Debug, Args)]
pub(super) struct Rollback {
    /// The change
    pub(super) change: String,
    /// Why
    #[arg(long, value_name = "TEXT", default_value = "it was asked for")]
    pub(super) reason: String,
    /// Merges text that others changed since, where their lines do not meet ours
    #[arg(long)]
    pub(super) merge: bool,
    #[command(flatten)]
    pub(super) desk: Desk,
}

pub(super) const AUDIT_EXAMPLES: &str = "\
Examples:
  invitro audit verify
  invitro audit export > events.jsonl
  invitro audit backup /backup/invitro.db";

#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Goes through the log of events and says where it is not what was written
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Verify),
    /// Prints every event as a line of JSON
    #[command(after_help = "Example:\n  invitro audit export > events.jsonl")]
    Export {
        #[command(flatten)]
        desk: Desk,
    },
    /// Takes the old part of the log off; an event says so
    #[command(after_help = "Example:\n  invitro audit cut --before 2023-01-01T00:00:00Z --reason 'three years are over'")]
    Cut(Cut),
    /// Writes a whole copy of the store (SQLite) while others work with it
    #[command(after_help = "Example:\n  invitro audit backup /backup/invitro.db")]
    Backup {
        /// A new file
        #[arg(value_name = "FILE")]
        to: PathBuf,
        #[command(flatten)]
        desk: Desk,
    },
}

const VERIFY_EXAMPLES: &str = "\
The last line is an anchor, SEQ:DIGEST: keep it where nobody who has rights on the store could change it.

Exit status: 0 the log is what was written, 1 it is not.

Examples:
  invitro audit verify
  invitro audit verify --anchor 1204:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// An event that was noted down elsewhere; give it once for each
    #[arg(long, value_name = "SEQ:DIGEST", value_parser = anchor)]
    pub(super) anchor: Vec<Anchor>,
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Plain,
    #[command(flatten)]
    pub(super) desk: Desk,
}

#[derive(Debug, Args)]
pub(super) struct Cut {
    /// What happened before this moment goes (RFC 3339)
    #[arg(long, value_name = "TIME")]
    pub(super) before: Timestamp,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    #[command(flatten)]
    pub(super) desk: Desk,
}

fn state(word: &str) -> Result<State, String> {
    State::of(word).ok_or_else(|| format!("valid here: {}", State::ALL.map(State::word).join(", ")))
}

fn severity(word: &str) -> Result<Severity, String> {
    Severity::of(word).ok_or_else(|| "valid here: info, low, medium, high, critical".to_owned())
}

fn verdict(word: &str) -> Result<Verdict, String> {
    Verdict::of(word).ok_or_else(|| "valid here: proven, needs-approval, refused, unproven".to_owned())
}

fn anchor(text: &str) -> Result<Anchor, String> {
    Anchor::parse(text).ok_or_else(|| "an anchor is SEQ:DIGEST, as `invitro audit verify` prints it: a number, a colon and 64 hex digits".to_owned())
}
