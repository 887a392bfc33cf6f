//! Random sweeps: calls of tools by chance, on small trees by chance, made by the real tools and in invitro. What differs though invitro
//! said nothing of it is a miss; it is shrunk, and printed as commands that make the tree and the call.
//!
//! `cargo test --test differential -- sweep [--seed N] [--calls N] [--only TOOL,TOOL]`. A seed gives the same calls each time.

mod both;
mod call;
mod chance;
mod generate;
pub(crate) mod section;
mod shrink;
mod tally;

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use invitro::{gate::Policy, sandbox::Modules};

use crate::options::Options;
use both::{Outcome, Sides};
use call::Call;
use tally::Tally;

/// Calls of one run of the shell.
const BATCH: u64 = 40;
/// Misses of one tool that are shrunk; the others are counted.
const SHRUNK: usize = 12;

/// What a sweep found.
struct Sweep<'a> {
    sides: Sides<'a>,
    options: &'a Options,
    tally: Mutex<Tally>,
    misses: Mutex<Vec<(Call, Outcome)>>,
    next: AtomicU64,
}

/// Makes the calls, and prints what came of them. True is what must hold: nothing was missed.
pub(crate) fn run(options: &Options, modules: &Modules, root: &Path, scratch: &Path) -> Result<bool, String> {
    let policy = Policy::default();
    let sides = Sides { modules, policy: &policy, root, scratch };
    let sweep = Sweep { sides, options, tally: Mutex::default(), misses: Mutex::default(), next: AtomicU64::new(options.first) };
    let start = Instant::now();
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..options.jobs.max(1) {
            scope.spawn(|| {
                if let Err(error) = sweep.work() {
                    *failed.lock().expect("no thread panics with it") = Some(error);
                }
            });
        }
    });
    if let Some(error) = failed.into_inner().expect("no thread panics with it") {
        return Err(error);
    }
    let took = start.elapsed().as_secs();
    sweep.report()?;
    let tally = sweep.tally.into_inner().expect("no thread panics with it");
    println!("\nwhat invitro can't tell, by frequency:");
    for (reason, count) in tally.frequent(60) {
        println!("  {count:>5} {reason}");
    }
    println!("\n{}", tally.text());
    let sum = tally.sum();
    println!("sweep: seed {}, {} calls in {took} s, missed {}", options.seed, sum.calls, sum.missed);
    if let Some(path) = &options.table {
        section::write(
            path,
            root,
            options.seed,
            &tally,
            &crate::page::said("date", &["-u", "+%Y-%m-%d"]),
            &crate::page::said("git", &["describe", "--always", "--dirty", "--abbrev=8"]),
        )?;
    }
    Ok(sum.missed == 0 && sum.calls > 0)
}

impl Sweep<'_> {
    fn work(&self) -> Result<(), String> {
        let end = self.options.first + self.options.calls;
        loop {
            let first = self.next.fetch_add(BATCH, Ordering::Relaxed);
            if first >= end {
                return Ok(());
            }
            let calls: Vec<Call> = (first..end.min(first + BATCH)).map(|it| generate::call(self.options.seed, it, self.options.only.as_deref())).collect();
            let outcomes = self.sides.together(&calls)?;
            for (call, outcome) in calls.into_iter().zip(outcomes) {
                self.judge(call, outcome)?;
            }
        }
    }

    fn judge(&self, call: Call, mut outcome: Outcome) -> Result<(), String> {
        if self.options.show {
            println!("-- {} {}\n{}", call.number, outcome.told.as_deref().unwrap_or("-"), call.recipe());
            for line in outcome.differences() {
                println!("    {line}");
            }
        }
        if !outcome.is_endless() && outcome.told.is_none() && !outcome.is_equal() {
            let company = outcome.differences();
            outcome = self.sides.alone(&call)?;
            if outcome.is_equal() && outcome.told.is_none() {
                let first: String = company.iter().flat_map(|it| it.chars()).take(400).collect();
                eprintln!("differential: sweep call {} ({}) is missed in company, and not alone: {first:?}", call.number, call.tool);
            }
        }
        let mut tally = self.tally.lock().expect("no thread panics with it");
        let counts = tally.tools.entry(call.tool).or_default();
        counts.calls += 1;
        match () {
            () if outcome.is_endless() => counts.endless += 1,
            () if outcome.told.is_some() => {
                counts.told += 1;
                tally.reason(call.tool, outcome.told.as_deref().unwrap_or_default());
            }
            () if outcome.is_equal() => counts.exact += 1,
            () => {
                counts.missed += 1;
                eprintln!("differential: sweep call {} ({}) is missed: {}", call.number, call.tool, call.command());
                drop(tally);
                self.misses.lock().expect("no thread panics with it").push((call, outcome));
            }
        }
        Ok(())
    }

    /// Shrinks the misses and prints them.
    fn report(&self) -> Result<(), String> {
        let mut misses = std::mem::take(&mut *self.misses.lock().expect("no thread panics with it"));
        misses.sort_by_key(|it| (it.0.tool, it.0.number));
        let mut seen: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        let mut shown = std::collections::BTreeSet::new();
        for (call, outcome) in misses {
            let count = seen.entry(call.tool).or_default();
            *count += 1;
            if *count > SHRUNK {
                continue;
            }
            let number = call.number;
            let (call, outcome) = if self.options.shrink { shrink::shrink(&self.sides, call, outcome)? } else { (call, outcome) };
            let recipe = call.recipe();
            if !shown.insert(recipe.clone()) {
                continue;
            }
            println!("MISSED call {number} of seed {} ({})\n{recipe}", self.options.seed, call.tool);
            for line in outcome.differences() {
                println!("    {line}");
            }
            println!();
        }
        Ok(())
    }
}
