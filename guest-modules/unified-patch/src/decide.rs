//! Decides what a patch is to a tree: to be applied, applied already, or refused.

use std::collections::BTreeSet;

use crate::{
    Done, Options, Refusal, Rule, Tree,
    apply::{Located, Worked, work},
    parse::parse,
    resolve, strip,
};

/// Takes a patch to a tree. The answer's steps are all of it; after a refusal there are none.
///
/// A patch that fits exactly, line for line, is applied. Where it does not, and taken back it would fit exactly, it was applied already, and nothing
/// is done. Only then other places and less context are tried, forwards and then backwards. So a second run finds its own work even where the file
/// has more places that the patch would fit.
pub fn apply(text: &[u8], options: Options, tree: &mut impl Tree) -> Result<Done, Refusal> {
    let patches = parse(text, options.dialect)?;
    let folders = strip::find(&patches, options, tree)?;
    let mut located = Vec::with_capacity(patches.len());
    for patch in patches {
        let paths = resolve::paths(&patch, folders, options.dialect, tree)?;
        located.push(Located { patch, paths });
    }
    let paths: BTreeSet<Vec<u8>> = located.iter().flat_map(|it| [&it.paths.old, &it.paths.new]).flatten().cloned().collect();
    let paths: Vec<Vec<u8>> = paths.into_iter().collect();
    let is_exact = |it: &Worked| it.moved.is_empty();
    let reversed = || located.iter().rev().map(Located::reversed).collect::<Vec<Located>>();
    if options.reverse {
        let Worked { steps, moved } = work(text, &reversed(), options.dialect, tree)?;
        return match moved.first() {
            None => Ok(Done::Apply { steps, paths, moved }),
            Some(it) => Err(Refusal::new(Rule::Hunk, it.line, "the patch is not applied as it stands")),
        };
    }
    // Context that is left out must not be all that speaks for it: lines that the patch brought were found.
    let is_certain = |it: &Worked| it.moved.iter().all(|it| it.fuzz == 0 || it.takes);
    let forwards = work(text, &located, options.dialect, tree);
    match &forwards {
        Err(refusal) if refusal.rule.is_final() => return Err(refusal.clone()),
        Ok(it) if is_exact(it) => {}
        _ => {
            let backwards = work(text, &reversed(), options.dialect, tree);
            if backwards.is_ok_and(|it| is_exact(&it) || forwards.is_err() && is_certain(&it)) {
                return Ok(Done::Already { paths });
            }
        }
    }
    forwards.map(|Worked { steps, moved }| Done::Apply { steps, paths, moved })
}
