//! Programs by chance come out as mawk 1.3.4-20200120 and gawk 5.2.1 carry them out: output, status, files.
//!
//! `GNU_ROOT=DIR cargo test -p gnu-awk --test against_awk -- --ignored --nocapture` needs a Debian 12 root with both in it, and
//! says so where there is none. `SEEDS=from..to` takes other seeds.

mod support;

use gnu_awk::Dialect;
use support::{generate, ours, root, theirs};

/// Seeds of a run.
const SEEDS: std::ops::Range<u64> = 0..2000;

fn seeds() -> std::ops::Range<u64> {
    let given = std::env::var("SEEDS").ok();
    let parsed = given.as_deref().and_then(|it| it.split_once("..")).and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parsed.unwrap_or(SEEDS)
}

#[test]
#[ignore = "runs the real awks thousands of times"]
fn programs_by_chance_come_out_the_same() {
    let Some(root) = root() else {
        eprintln!("SKIPPED: GNU_ROOT names no root with mawk and gawk to compare with");
        return;
    };
    let folder = std::env::temp_dir().join(format!("gnu-awk-{}", std::process::id()));
    let (mut total, mut refused, mut wrong) = (0, std::collections::BTreeMap::<String, usize>::new(), Vec::new());
    let (mut broken, mut endless) = (0, 0);
    for seed in seeds() {
        let case = generate::case(seed);
        for dialect in [Dialect::Mawk, Dialect::Gawk] {
            total += 1;
            let (tell, told) = std::sync::mpsc::channel();
            let worker = std::thread::Builder::new().stack_size(64 << 20).spawn({
                let case = case.clone();
                move || {
                    let _ = tell.send(ours(&case, dialect));
                }
            });
            worker.expect("a thread");
            // What does not end is stopped by fuel in the sandbox, and by a signal here.
            let mine = match told.recv_timeout(std::time::Duration::from_secs(5)) {
                Ok(Ok(mine)) => mine,
                Ok(Err(reason)) => {
                    *refused.entry(reason).or_default() += 1;
                    continue;
                }
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    endless += 1;
                    println!("seed {seed} {dialect:?} does not end");
                    continue;
                }
                Err(_) => {
                    wrong.push(format!("-- seed {seed} {dialect:?} PANIC\n{}", case.told()));
                    continue;
                }
            };
            let Some(real) = theirs(&case, dialect, &root, &folder) else { continue };
            broken += usize::from(real.status != 0);
            let same = mine.out == real.out && mine.status == real.status && mine.files == real.files;
            if !same {
                wrong.push(format!("-- seed {seed} {dialect:?}\n{}\n-- theirs\n{}-- ours\n{}", case.told(), real.told(), mine.told()));
            }
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    let unmodelled: usize = refused.values().sum();
    println!("{total} runs: {} differ, {unmodelled} not modelled, {endless} without end, {broken} ended with another status than 0", wrong.len());
    let mut reasons: Vec<_> = refused.into_iter().collect();
    reasons.sort_by_key(|it| std::cmp::Reverse(it.1));
    for (reason, many) in reasons.iter().take(25) {
        println!("  {many} {reason}");
    }
    assert!(wrong.is_empty(), "{} of {total} differ\n{}", wrong.len(), wrong[..wrong.len().min(std::env::var("SHOW").ok().and_then(|it| it.parse().ok()).unwrap_or(8))].join("\n"));
}
