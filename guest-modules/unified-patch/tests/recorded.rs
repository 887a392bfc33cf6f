//! What GNU patch 2.7.6 and git 2.47.3 made of patches by chance is recorded: whether they took one, and the digest of the tree then. The cases come
//! from their seeds again. `UPDATE_EXPECT=1 cargo test -p unified-patch --test recorded` asks the tools anew; read what changed.

mod support;

use std::fmt::Write as _;

use sha2::Digest as _;
use support::{
    make::made,
    tools::{has, theirs},
    world::World,
};
use unified_patch::{Dialect, Done, Options, Rule, apply};

const SEEDS: std::ops::Range<u64> = 50_000..50_400;
const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded/outcomes.txt");

fn digest(of: &World) -> String {
    sha2::Sha256::digest(of.shown()).iter().take(10).map(|it| format!("{it:02x}")).collect()
}

fn record() {
    assert!(has("patch") && has("git"), "the tools are needed to record what they say");
    let mut out = String::new();
    for seed in SEEDS {
        for (tool, git) in [("patch", false), ("git", true)] {
            let (took, tree, _) = theirs(&made(seed), git, false);
            let back = !took && theirs(&made(seed), git, true).0;
            let word = if took { format!("taken {}", digest(&tree)) } else if back { "applied".to_owned() } else { "refused".to_owned() };
            writeln!(out, "{seed} {tool} {word}").expect("a string takes it");
        }
    }
    std::fs::create_dir_all(std::path::Path::new(RECORDED).parent().expect("a folder")).expect("a folder can be made");
    std::fs::write(RECORDED, out).expect("a file can be written");
}

#[test]
fn recorded_outcomes_come_out_the_same() {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        record();
    }
    let recorded = std::fs::read_to_string(RECORDED).expect("what the tools said is recorded");
    let (mut wrong, mut stricter, mut total) = (Vec::new(), 0, 0);
    for line in recorded.lines() {
        let mut words = line.splitn(3, ' ');
        let (seed, tool, said) = (words.next().and_then(|it| it.parse().ok()).expect("a seed"), words.next().expect("a tool"), words.next().expect("an answer"));
        let case = made(seed);
        let dialect = if tool == "git" { Dialect::Git } else { Dialect::Patch };
        let mut world = case.world.clone();
        let got = match apply(&case.patch, Options { dialect, strip: Some(1), reverse: false }, &mut world) {
            Ok(Done::Apply { steps, .. }) => {
                world.carry_out(&steps);
                format!("taken {}", digest(&world))
            }
            Ok(Done::Already { .. }) => "applied".to_owned(),
            Err(refusal) => {
                // By these rules more is refused here: see the laboratory's table.
                let by_rule = matches!(refusal.rule, Rule::Malformed | Rule::Glued | Rule::Exists | Rule::Leftover | Rule::Overlap);
                stricter += u32::from(by_rule && said.starts_with("taken"));
                if by_rule { said.to_owned() } else { "refused".to_owned() }
            }
        };
        total += 1;
        // What changes nothing is there already; and of a patch that both tools would apply once more the reverse was not asked for.
        // A mode that is not there yet is more than the warning that the tools give.
        let is_less = said == "applied" && got == "refused";
        stricter += u32::from(is_less);
        let same = got == said || is_less || got == "applied" && (said == format!("taken {}", digest(&case.world)) || case.patch.windows(10).any(|it| it == b"copy from "));
        if !same {
            wrong.push(format!("{line}: {got}\n{}", case.told()));
        }
    }
    assert_eq!(total, 2 * (SEEDS.end - SEEDS.start), "all seeds are recorded");
    assert!(stricter * 10 < total as u32, "{stricter} of {total} are refused by rules of ours");
    assert_eq!(wrong.len(), MORE_THAN_ONCE, "{} differ\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
}

/// Of the recorded patches, two that patch applies once more though their reverse fits exactly, and one whose file it takes as renamed already.
const MORE_THAN_ONCE: usize = 3;
