//! Twins of outside systems: small servers that keep state as the vendors' do, and fail as a script says.
//!
//! Included by path where it is needed. A twin is a [`Vendor`]: one request in, one reply out; faults happen around it.
#![allow(dead_code, reason = "not every test that includes the twins uses all of them")]
#![allow(unreachable_pub, reason = "the same file is included by several test binaries")]

mod fault;
mod github;
mod jira;
mod pagerduty;
mod server;
mod siem;
mod slack;
mod tickets;

pub use fault::Fault;
pub use github::GitHubTwin;
pub use jira::{Edition, JiraTwin};
pub use pagerduty::PagerDutyTwin;
pub use server::{Captured, Reply, Twin, Vendor};
pub use siem::{ElasticTwin, SentinelTwin, SplunkTwin};
pub use slack::SlackTwin;
pub use tickets::{AzureDevOpsTwin, ServiceNowTwin, TeamsTwin};
