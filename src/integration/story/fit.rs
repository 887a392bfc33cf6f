//! A message within the target's limit: what must go is moved into a file or counted, and said.

use super::Block;

/// What became of a message.
pub(crate) struct Fitted {
    /// What is said now.
    pub(crate) blocks: Vec<Block>,
    /// The diff is not in the message any more.
    pub(crate) moved: bool,
}

/// Makes a message that `size` measures to be at most `most`; `diff_is` says where a diff is that had no room.
///
/// In this order: the diff goes, lists become shorter, the longest paragraphs and facts lose their ends. Headline, verdict and evidence stay.
pub(crate) fn fit(blocks: Vec<Block>, most: usize, diff_is: &str, size: impl Fn(&[Block]) -> usize) -> Fitted {
    let mut it = Fitted { blocks, moved: false };
    if size(&it.blocks) > most {
        for block in &mut it.blocks {
            if let Block::Diff(text) = block {
                *block = Block::Paragraph(format!("The diff ({} lines, {} bytes) {diff_is}.", text.lines().count(), text.len()));
                it.moved = true;
            }
        }
    }
    for keep in [50, 20, 5, 1] {
        if size(&it.blocks) > most {
            it.blocks.iter_mut().for_each(|block| shorten_list(block, keep));
        }
    }
    // Each round halves the longest text: a few dozen rounds are enough for anything that fits into memory.
    while size(&it.blocks) > most && halve_longest(&mut it.blocks) {}
    it
}

fn shorten_list(block: &mut Block, keep: usize) {
    if let Block::List(_, items, more) = block
        && items.len() > keep
    {
        *more += items.len() - keep;
        items.truncate(keep);
    }
}

/// Below this length nothing is cut: a limit that leaves no room for so much is no limit of a target.
const LEAST: usize = 60;

fn halve_longest(blocks: &mut [Block]) -> bool {
    let texts = blocks.iter_mut().flat_map(|block| -> Box<dyn Iterator<Item = &mut String> + '_> {
        match block {
            Block::Paragraph(text) | Block::Headline(text) => Box::new(std::iter::once(text)),
            Block::Facts(facts) => {
                Box::new(facts.iter_mut().filter(|(name, _)| !matches!(*name, "Verdict" | "Evidence" | "Fingerprint" | "Change")).map(|(_, it)| it))
            }
            Block::List(_, items, _) => Box::new(items.iter_mut()),
            Block::Diff(_) | Block::Link(..) => Box::new(std::iter::empty()),
        }
    });
    let Some(longest) = texts.max_by_key(|it| it.len()).filter(|it| it.len() > LEAST) else { return false };
    let words = longest.split(" … (").next().unwrap_or_default();
    let all = longest.chars().count();
    let keep: String = words.chars().take(words.chars().count() / 2).collect();
    *longest = format!("{} … (cut here, the report has it whole)", keep.trim_end());
    longest.chars().count() < all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::plain, Block, fit};

    fn size(blocks: &[Block]) -> usize {
        plain(blocks).len()
    }

    #[test]
    fn the_diff_goes_first_and_says_where_it_is() {
        let blocks = vec![Block::Headline("head".into()), Block::Diff("+a\n".repeat(1000)), Block::List("Paths", vec!["/x".into(); 9], 0)];
        let fitted = fit(blocks, 200, "is attached as a.diff", size);
        assert!(fitted.moved);
        assert_eq!(
            plain(&fitted.blocks),
            "head\n\nThe diff (1000 lines, 3000 bytes) is attached as a.diff.\n\nPaths:\n- /x\n- /x\n- /x\n- /x\n- /x\n- /x\n- /x\n- /x\n- /x\n"
        );
        let shorter = fit(vec![Block::List("Paths", vec!["/a-path".into(); 60], 0)], 100, "", size);
        assert_eq!(plain(&shorter.blocks), "Paths:\n- /a-path\n- /a-path\n- /a-path\n- /a-path\n- /a-path\n- and 55 more\n");
    }

    proptest! {
        #[test]
        fn whatever_is_said_fits(texts in prop::collection::vec("\\PC{0,400}", 0..6), items in prop::collection::vec("\\PC{0,90}", 0..90), most in 900usize..4000) {
            let mut blocks: Vec<Block> = texts.into_iter().map(Block::Paragraph).collect();
            blocks.push(Block::List("Paths", items, 0));
            blocks.push(Block::Facts(vec![("Verdict", "unproven".into()), ("Evidence", format!("sha256:{}", "a".repeat(64)))]));
            let fitted = fit(blocks, most, "is elsewhere", size);
            let text = plain(&fitted.blocks);
            prop_assert!(text.len() <= most, "{} > {most}", text.len());
            prop_assert!(text.contains("Verdict: unproven") && text.contains(&"a".repeat(64)));
        }
    }
}
