//! Plain text, and HTML.

use std::fmt::Write as _;

use super::Block;

/// Returns plain text.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let written = blocks.iter().map(|block| match block {
        Block::Headline(text) | Block::Paragraph(text) => format!("{text}\n"),
        Block::Facts(facts) => facts.iter().map(|(name, value)| format!("{name}: {value}\n")).collect(),
        Block::List(title, items, more) => {
            format!("{title}:\n{}{}", items.iter().map(|it| format!("- {it}\n")).collect::<String>(), and_more(*more, |it| format!("- {it}\n")))
        }
        Block::Diff(text) => format!("{text}\n"),
        Block::Link(text, url) => format!("{text}: {url}\n"),
    });
    written.collect::<Vec<_>>().join("\n")
}

/// Returns what says that a list was longer; nothing where it was not.
pub(super) fn and_more(more: usize, write: impl Fn(&str) -> String) -> String {
    if more == 0 { String::new() } else { write(&format!("and {more} more")) }
}

/// Returns HTML without any attribute, but for links.
pub(crate) fn html(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Headline(text) => writeln!(out, "<p><b>{}</b></p>", escape(text)),
            Block::Paragraph(text) => writeln!(out, "<p>{}</p>", escape(text).replace('\n', "<br>")),
            Block::Facts(facts) => {
                let rows: String = facts.iter().map(|(name, value)| format!("<tr><td><b>{name}</b></td><td>{}</td></tr>", escape(value))).collect();
                writeln!(out, "<table>{rows}</table>")
            }
            Block::List(title, items, more) => {
                let items: String = items.iter().map(|it| format!("<li>{}</li>", escape(it))).collect();
                writeln!(out, "<p><b>{title}</b></p><ul>{items}{}</ul>", and_more(*more, |it| format!("<li>{it}</li>")))
            }
            Block::Diff(text) => writeln!(out, "<pre>{}</pre>", escape(text)),
            Block::Link(text, url) => writeln!(out, "<p><a href=\"{}\">{text}</a></p>", escape(url)),
        };
    }
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::{Block, html};

    #[test]
    fn no_words_are_markup() {
        let blocks = [
            Block::Headline("<script>alert('x')</script>".into()),
            Block::Facts(vec![("Asset", "a&b\"c".into())]),
            Block::Link("The change", "https://h/?a=1&b=\"".into()),
            Block::Diff("</pre><img src=x>".into()),
        ];
        assert_eq!(
            html(&blocks),
            "<p><b>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</b></p>\n<table><tr><td><b>Asset</b></td><td>a&amp;b&quot;c</td></tr></table>\n<p><a href=\"https://h/?a=1&amp;b=&quot;\">The change</a></p>\n<pre>&lt;/pre&gt;&lt;img src=x&gt;</pre>\n"
        );
    }
}
