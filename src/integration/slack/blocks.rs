//! Block Kit. Words of strangers go into `plain_text` and preformatted text, where nothing is markup; where they stand beside our own
//! markup, `&`, `<` and `>` are written as entities, and `verbatim` keeps Slack from making links and mentions itself.

use serde_json::{Value, json};

use crate::integration::story::{Block, cut};

/// Slack's limits: 150 characters of a header, 3,000 of a section, 50 blocks (docs.slack.dev/reference/block-kit).
const HEADER: usize = 150;
const SECTION: usize = 2_900;
const BLOCKS: usize = 48;

/// An undocumented sum: 9,597 characters of blocks were taken, 11,341 were not (slackapi/bolt-js#2867).
pub(super) const ALL: usize = 9_000;

/// Returns the blocks.
pub(super) fn blocks(of: &[Block]) -> Value {
    let mut all: Vec<Value> = of.iter().flat_map(written).collect();
    if all.len() > BLOCKS {
        all.truncate(BLOCKS);
        all.push(marked("_More is in the report._"));
    }
    Value::Array(all)
}

/// The characters of text that Slack would count.
pub(super) fn size(of: &[Block]) -> usize {
    let all = blocks(of);
    let is_many = all.as_array().map_or(0, Vec::len) > BLOCKS;
    // Too many blocks are too much too: the lists become shorter then.
    if is_many { usize::MAX } else { texts(&all) }
}

fn texts(of: &Value) -> usize {
    match of {
        Value::Object(all) => {
            all.iter().map(|(name, it)| if name == "text" && it.is_string() { it.as_str().map_or(0, |it| it.chars().count()) } else { texts(it) }).sum()
        }
        Value::Array(all) => all.iter().map(texts).sum(),
        _ => 0,
    }
}

fn written(block: &Block) -> Vec<Value> {
    match block {
        Block::Headline(text) => {
            vec![json!({"type": "header", "text": {"type": "plain_text", "emoji": false, "text": cut(text, HEADER, |it| it.chars().count())}})]
        }
        Block::Paragraph(text) => {
            pieces(text).into_iter().map(|it| json!({"type": "section", "text": {"type": "plain_text", "emoji": false, "text": it}})).collect()
        }
        Block::Facts(facts) => {
            let lines: Vec<String> = facts.iter().map(|(name, value)| format!("*{name}:* {}", escape(value))).collect();
            pieces(&lines.join("\n")).iter().map(|it| marked(it)).collect()
        }
        Block::List(title, items, more) => {
            let mut lines = vec![format!("*{title}*")];
            lines.extend(items.iter().map(|it| format!("• {}", escape(it))));
            if *more > 0 {
                lines.push(format!("• and {more} more"));
            }
            pieces(&lines.join("\n")).iter().map(|it| marked(it)).collect()
        }
        Block::Diff(text) => {
            let run = json!({"type": "text", "text": text});
            vec![json!({"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [run]}]})]
        }
        Block::Link(title, url) => vec![marked(&format!("<{}|{title}>", url.replace(['<', '>', '|'], "").replace('&', "&amp;")))],
    }
}

fn marked(text: &str) -> Value {
    json!({"type": "section", "text": {"type": "mrkdwn", "verbatim": true, "text": text}})
}

/// Cuts a text at line ends, or within lines that are too long themselves.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for line in text.split('\n') {
        let mut rest: Vec<char> = line.chars().collect();
        loop {
            let tail = rest.split_off(rest.len().min(SECTION));
            let part: String = rest.iter().collect();
            let is_full = pieces.last().is_some_and(|it| it.chars().count() + part.chars().count() + 1 > SECTION);
            match pieces.last_mut() {
                Some(last) if !is_full => {
                    if !last.is_empty() {
                        last.push('\n');
                    }
                    last.push_str(&part);
                }
                _ => pieces.push(part),
            }
            if tail.is_empty() {
                break;
            }
            rest = tail;
        }
    }
    pieces.retain(|it| !it.trim().is_empty());
    pieces
}

/// Slack knows three characters as markup in any text.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, escape, pieces};

    #[test]
    fn no_words_call_anybody() {
        assert_eq!(escape("<!channel> <@U1> a & b"), "&lt;!channel&gt; &lt;@U1&gt; a &amp; b");
        let all = blocks(&[
            Block::Paragraph("<!channel>".into()),
            Block::Facts(vec![("Asset", "<!here>".into())]),
            Block::Link("Page", "https://h/?a=1&b=<|>".into()),
        ]);
        assert_eq!(
            all.to_string(),
            r#"[{"type":"section","text":{"type":"plain_text","emoji":false,"text":"<!channel>"}},{"type":"section","text":{"type":"mrkdwn","verbatim":true,"text":"*Asset:* &lt;!here&gt;"}},{"type":"section","text":{"type":"mrkdwn","verbatim":true,"text":"<https://h/?a=1&amp;b=|Page>"}}]"#
        );
    }

    #[test]
    fn long_texts_are_cut_at_lines() {
        assert_eq!(pieces(&format!("{}\n{}", "a".repeat(2_000), "b".repeat(2_000))).iter().map(String::len).collect::<Vec<_>>(), [2_000, 2_000]);
        assert_eq!(pieces(&"ä".repeat(6_000)).iter().map(|it| it.chars().count()).collect::<Vec<_>>(), [2_900, 2_900, 200]);
    }
}
