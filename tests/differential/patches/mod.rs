//! Patches by chance, each with a small tree, given to GNU patch and to `git apply`, and to invitro as its artifact: whether they take it, and the
//! tree then. The generator is that of the guest's own tests.
//!
//! `patches [--calls N] [--seed S] [--show] [--table FILE]` needs `patch` and `git`, and no root.

#[path = "../../../guest-modules/gnu-patch/tests/support/generate.rs"]
#[expect(dead_code, unreachable_pub, clippy::format_push_string, reason = "the guest's own tests use the rest, and its lints are others")]
mod generate;
#[path = "../../../guest-modules/unified-patch/tests/support/make.rs"]
#[expect(unreachable_pub, reason = "the guest's own tests use the rest")]
mod make;
pub(crate) mod section;
#[path = "../../../guest-modules/unified-patch/tests/support/tools.rs"]
#[expect(unreachable_pub, reason = "it is the guest's own tests'")]
mod tools;
#[path = "../../../guest-modules/unified-patch/tests/support/world.rs"]
#[expect(unreachable_pub, reason = "it is the guest's own tests'")]
mod world;

use std::collections::BTreeMap;

use invitro::{
    diff,
    gate::Policy,
    guest::Context,
    remediation::{Artifact, Remediation, Taking},
    sandbox::{DryRun, Modules, Setting, rehearse},
    tree::{FileType, Tree},
};
use make::Made;
use world::World;

use crate::{options::Options, page::said};

/// What lies at a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Laid {
    File(Vec<u8>, u32),
    Link(Vec<u8>),
    #[expect(dead_code, reason = "the generator that is shared has folders")]
    Folder(u32),
}

/// A case of the generator that is shared, which is made here by [`make`] instead.
#[derive(Clone, Debug)]
#[expect(dead_code, reason = "the generator that is shared makes calls of it")]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) words: Vec<String>,
    pub(crate) files: Vec<(String, Laid)>,
    pub(crate) patch: Vec<u8>,
}

/// How often a class of outcome came, by tool.
pub(crate) type Classes = BTreeMap<String, u64>;

/// Runs the comparison; false where something is taken here alone or leaves another tree.
pub(crate) fn run(options: &Options) -> Result<bool, String> {
    if let Some(missing) = ["patch", "git"].into_iter().find(|it| !tools::has(it)) {
        return Err(format!("there is no {missing} on this machine"));
    }
    let cache = invitro::guest::Cache::at(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let modules = Modules::built_in(Some(&cache), &|text| eprintln!("{text}")).map_err(|error| error.to_string())?;
    let mut all: Vec<(&'static str, Classes)> = Vec::new();
    let mut wrong = 0;
    for (tool, strict) in [("GNU patch", false), ("git apply", true)] {
        let mut classes = Classes::new();
        for number in 0..options.calls {
            let case = make::made(options.seed.wrapping_mul(1_000_003).wrapping_add(number));
            let (class, fault) = compare(&modules, &case, strict);
            *classes.entry(class).or_default() += 1;
            if let Some(fault) = fault {
                wrong += 1;
                if options.show || wrong <= 3 {
                    println!("{tool}: {fault}\n{}", case.told());
                }
            }
        }
        println!("{tool}: {classes:#?}");
        all.push((tool, classes));
    }
    if let Some(path) = &options.table {
        let (when, of) = (said("date", &["-u", "+%Y-%m-%d"]), said("git", &["describe", "--always", "--dirty", "--abbrev=8"]));
        section::write(path, options.seed, &all, &when, &of)?;
    }
    Ok(wrong == 0)
}

/// The class of a case, and what is wrong with it.
fn compare(modules: &Modules, case: &Made, strict: bool) -> (String, Option<String>) {
    let (took, tree, told) = tools::theirs(case, strict, false);
    let (run, world) = ours(modules, case, strict);
    let text = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    let fault = |what: &str| (what.to_owned(), Some(format!("{what}\n-- they: {took} {told}{}-- we: {text}{}", tree.shown(), world.shown())));
    let is_copy = || case.patch.windows(10).any(|it| it == b"copy from ");
    match run.status {
        Some(0) if text.starts_with("applied already") => {
            if took && tree == world {
                ("taken by both, the same tree".to_owned(), None)
            } else if is_copy() || tools::theirs(case, strict, true).0 {
                // Both tools say of such a patch that its reverse fits.
                (if took { "applied already; there once more" } else { "applied already" }.to_owned(), None)
            } else {
                fault("applied already here alone")
            }
        }
        Some(0) if took && tree == world => ("taken by both, the same tree".to_owned(), None),
        Some(0) if took => fault("another tree"),
        // What patch(1) can't name (blanks in git's header alone) git can.
        Some(0) if !strict && (told.contains("without two valid file names") || tools::theirs(case, true, false).1 == world) => {
            ("taken here and by git".to_owned(), None)
        }
        Some(0) => fault("taken here alone"),
        Some(1) if world != case.world => fault("refused, and the tree changed"),
        Some(1) if !took => ("refused by both".to_owned(), None),
        Some(1) => {
            let known = ["damaged or odd", "there already", "renamed already", "no newline", "more lines"];
            let why = match &text {
                it if it.contains("there already") => known[1],
                _ if told.contains("already renamed") || told.contains("already copied") => known[2],
                it if it.contains("one that has no newline") => known[3],
                it if it.contains("more lines than its header") => known[4],
                it if it.contains("fits nowhere") || it.contains("not there") => return fault("refused here alone"),
                _ => known[0],
            };
            (format!("refused here alone: {why}"), None)
        }
        _ => fault("no answer"),
    }
}

fn ours(modules: &Modules, case: &Made, strict: bool) -> (DryRun, World) {
    let folder = tools::Scratch::new();
    tools::lay(&folder.0, &case.world);
    let before = Tree::open(&folder.0).expect("the tree can be opened");
    let artifact = Artifact::Patch { text: case.patch.clone(), taking: Taking { strict, strip: Some(1), reverse: false } };
    let setting = Setting::new(modules, Policy::default().limits, Context::default());
    let run = rehearse(&setting, &before, &Remediation::of(artifact, "change.patch", None));
    let mut world = case.world.clone();
    for change in diff::between(&before, &run.after) {
        let name = String::from_utf8(change.path[1..].to_vec()).expect("names of the generator are text");
        match change.after {
            None => drop(world.0.remove(&name)),
            Some(state) if state.kind == FileType::Regular => {
                let bytes = run.after.read_all(&change.path).expect("it is there").to_vec();
                world.0.insert(name, Laid::File(bytes, state.mode));
            }
            Some(state) if state.kind == FileType::Symlink => drop(world.0.insert(name, Laid::Link(state.target.unwrap_or_default()))),
            Some(_) => {}
        }
    }
    (run, world)
}
