//! The Atlassian Document Format, version 1: nodes, so that no text can be markup.

use serde_json::{Value, json};

use super::{Block, markup::and_more};

/// Returns a document.
pub(crate) fn adf(blocks: &[Block]) -> Value {
    json!({"type": "doc", "version": 1, "content": blocks.iter().flat_map(nodes).collect::<Vec<_>>()})
}

fn nodes(block: &Block) -> Vec<Value> {
    match block {
        Block::Headline(text) => vec![json!({"type": "paragraph", "content": [strong(text)]})],
        Block::Paragraph(body) => vec![paragraph(lines(body))],
        Block::Facts(facts) => {
            let item = |(name, value): &(&'static str, String)| item(vec![strong(&format!("{name}: ")), text(value)]);
            vec![json!({"type": "bulletList", "content": facts.iter().map(item).collect::<Vec<_>>()})]
        }
        Block::List(title, items, more) => {
            let more = and_more(*more, str::to_owned);
            let all = items.iter().chain(std::iter::once(&more)).filter(|it| !it.is_empty());
            let content: Vec<Value> = all.map(|it| item(vec![text(it)])).collect();
            let head = json!({"type": "paragraph", "content": [strong(title)]});
            // A list without items is no valid document.
            if content.is_empty() { vec![head] } else { vec![head, json!({"type": "bulletList", "content": content})] }
        }
        Block::Diff(diff) => vec![json!({"type": "codeBlock", "attrs": {"language": "diff"}, "content": [text(diff)]})],
        Block::Link(title, url) => {
            vec![paragraph(vec![json!({"type": "text", "text": title, "marks": [{"type": "link", "attrs": {"href": url}}]})])]
        }
    }
}

fn paragraph(content: Vec<Value>) -> Value {
    json!({"type": "paragraph", "content": content})
}

fn item(content: Vec<Value>) -> Value {
    json!({"type": "listItem", "content": [paragraph(content)]})
}

fn lines(body: &str) -> Vec<Value> {
    let mut content = Vec::new();
    for (number, line) in body.lines().enumerate() {
        if number > 0 {
            content.push(json!({"type": "hardBreak"}));
        }
        if !line.is_empty() {
            content.push(text(line));
        }
    }
    content
}

/// A text node may not be empty.
fn text(of: &str) -> Value {
    json!({"type": "text", "text": if of.is_empty() { " " } else { of }})
}

fn strong(of: &str) -> Value {
    json!({"type": "text", "text": if of.is_empty() { " " } else { of }, "marks": [{"type": "strong"}]})
}
