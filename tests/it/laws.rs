//! Laws of trees, snapshots and diffs, for any sequence of operations, attributes and flags among them.

use invitro::{
    diff::{self, apply, between},
    tree::{Quotas, Tree, Workspace},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner},
};

use crate::workspace::{Step, on_workspace, step, told_of_tree};

/// Cases of each law.
const CASES: u32 = 1000;

/// Checks a law for two sequences: what was before, and what a fix did.
fn check(law: impl Fn(&[Step], &[Step]) -> TestCaseResult) {
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 4000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]));
    let steps = || prop::collection::vec(step(), 0..25);
    runner.run(&(steps(), steps()), |(before, during)| law(&before, &during)).unwrap_or_else(|error| panic!("{error}"));
}

/// The tree after these steps.
fn after(tree: &Tree, steps: &[Step]) -> Tree {
    let mut workspace = Workspace::over(tree, Quotas::default());
    for step in steps {
        let _ = on_workspace(&mut workspace, step);
    }
    workspace.tree()
}

#[test]
fn a_diff_that_is_applied_gives_the_tree_after_and_its_inverse_the_tree_before() {
    check(|before, during| {
        let a = after(&Tree::empty(), before);
        let b = after(&a, during);
        let there = apply(&between(&a, &b), &a, &b).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert_eq!(told_of_tree(&there), told_of_tree(&b), "left the applied diff, right the tree after");
        prop_assert_eq!(between(&there, &b), Vec::new());
        let back = apply(&between(&b, &a), &b, &a).map_err(|error| TestCaseError::fail(format!("{error:?}")))?;
        prop_assert_eq!(told_of_tree(&back), told_of_tree(&a), "left the inverse, right the tree before");
        Ok(())
    });
}

#[test]
fn a_diff_that_looks_only_at_what_was_touched_finds_what_a_full_walk_finds() {
    check(|before, during| {
        let a = after(&Tree::empty(), before);
        let b = after(&a, during);
        // The same tree made anew lies over another source, so all of it is compared.
        let elsewhere = after(&after(&Tree::empty(), before), during);
        prop_assert_eq!(between(&a, &b), between(&a, &elsewhere));
        prop_assert_eq!(between(&a, &b).is_empty(), told_of_tree(&a) == told_of_tree(&b), "a change that only one of them sees");
        let paths: Vec<Vec<u8>> = told_of_tree(&b).into_keys().map(|it| [b"/".as_slice(), &it].concat()).chain([b"/".to_vec()]).collect();
        let digest = |tree: &Tree| diff::digest_of_paths(tree, paths.iter());
        prop_assert_eq!(digest(&b), digest(&elsewhere));
        Ok(())
    });
}

#[test]
fn a_snapshot_is_moved_by_nothing_and_a_workspace_starts_from_it_anew() {
    check(|before, during| {
        let mut workspace = Workspace::over(&Tree::empty(), Quotas::default());
        for step in before {
            let _ = on_workspace(&mut workspace, step);
        }
        let snapshot = workspace.tree();
        let at_first = told_of_tree(&snapshot);
        for step in during {
            let _ = on_workspace(&mut workspace, step);
        }
        prop_assert_eq!(&told_of_tree(&snapshot), &at_first, "the snapshot");
        let mut restored = Workspace::over(&snapshot, Quotas::default());
        prop_assert_eq!(&told_of_tree(&restored.tree()), &at_first, "what starts from it");
        // What starts from the snapshot does as the first workspace did.
        for step in during {
            let _ = on_workspace(&mut restored, step);
        }
        prop_assert_eq!(told_of_tree(&restored.tree()), told_of_tree(&workspace.tree()), "the same steps from there");
        prop_assert_eq!(&told_of_tree(&snapshot), &at_first, "the snapshot after all");
        Ok(())
    });
}
