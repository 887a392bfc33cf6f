//! Tools of packages, over a world of files: rpm(8), and Debian's family of dpkg(1). What they answer is read from the target's own
//! databases; what can't be told truly is said instead.
//!
//! The tests compare with the real tools: rpm 4.18.0 and dpkg 1.21.22 of Debian 12.

mod absent;
mod changed;
mod debian;
mod manager;
mod pattern;
mod rpm;
mod world;

pub use world::{Answer, Done, Effect, Kind, Stat, Treatment, World};

/// Commands that are carried out here.
pub const NAMES: &[&str] = &["apk", "apt", "apt-get", "apt-mark", "aptitude", "debconf-set-selections", "debconf-show", "dnf", "dpkg", "dpkg-divert", "dpkg-query", "dpkg-reconfigure", "dpkg-statoverride", "microdnf", "rpm", "snap", "update-alternatives", "yum", "zypper"];

/// Runs a command of [`NAMES`]. The error says what is not modelled.
pub fn run(world: &dyn World, name: &str, words: &[String]) -> Answer {
    if let Some(answer) = absent::told(world, name) {
        return answer;
    }
    match name {
        "apk" => manager::apk::apk(world, words),
        "apt" | "apt-get" | "aptitude" => manager::apt::apt(world, words),
        "dnf" | "yum" | "microdnf" | "zypper" => manager::dnf::dnf(world, name, words),
        "snap" => manager::snap(world, words),
        "dpkg" => debian::dpkg::dpkg(world, words),
        "update-alternatives" => debian::alternatives::run(world, words),
        "debconf-set-selections" => debian::debconf::set_selections(world, words),
        "debconf-show" => debian::debconf::show(world, words),
        "apt-mark" => debian::mark::run(world, words),
        "dpkg-divert" => debian::divert::run(world, words),
        "dpkg-reconfigure" => debian::dpkg::reconfigure(world, words),
        "dpkg-statoverride" => debian::statoverride::run(world, words),
        "dpkg-query" => debian::query::dpkg_query(world, words),
        "rpm" => rpm::rpm(world, words),
        other => Err(format!("`{other}`")),
    }
}
