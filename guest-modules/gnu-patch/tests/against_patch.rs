//! Patches by chance come out as GNU patch 2.7.6 makes them: streams, status, tree.
//!
//! `cargo test -p gnu-patch --test against_patch -- --ignored` needs patch 2.7.6 on the machine, and says so where there is none.
//! `SEEDS=from..to` takes other seeds.

mod support;

use support::{generate, has, ours, theirs};

/// Seeds of a run: more than a thousand patches.
const SEEDS: std::ops::Range<u64> = 0..1500;

fn seeds() -> std::ops::Range<u64> {
    let given = std::env::var("SEEDS").ok();
    let parsed = given.as_deref().and_then(|it| it.split_once("..")).and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    parsed.unwrap_or(SEEDS)
}

#[test]
#[ignore = "runs the real patch more than a thousand times"]
fn patches_by_chance_come_out_the_same() {
    if !has("patch") {
        eprintln!("SKIPPED: there is no patch on this machine to compare with");
        return;
    }
    let (mut wrong, mut unsupported, mut total) = (Vec::new(), 0, 0);
    for seed in seeds() {
        let case = generate::for_patch(seed);
        let mine = ours(&case);
        total += 1;
        if mine.starts_with("unsupported") {
            unsupported += 1;
            continue;
        }
        let real = theirs(&case);
        if mine != real {
            wrong.push(format!("{}\n-- theirs\n{real}-- ours\n{mine}", case.told()));
        }
    }
    println!("{total} patches: {} differ, {unsupported} refused as unsupported", wrong.len());
    assert!(unsupported * 20 < total, "{unsupported} of {total} were refused");
    assert!(wrong.is_empty(), "{} of {total} differ\n{}", wrong.len(), wrong[..wrong.len().min(8)].join("\n"));
}
