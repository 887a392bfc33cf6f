//! Jira's wiki markup (Atlassian: "Text Formatting Notation Help").

use std::fmt::Write as _;

use super::{Block, markup::and_more};

/// Returns wiki markup in which no words of strangers are markup.
pub(crate) fn wiki(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Headline(text) => writeln!(out, "*{}*\n", escape(text)),
            Block::Paragraph(text) => writeln!(out, "{}\n", escape(text)),
            Block::Facts(facts) => {
                let rows: String = facts.iter().map(|(name, value)| format!("||{name}|{}|\n", cell(value))).collect();
                writeln!(out, "{rows}")
            }
            Block::List(title, items, more) => {
                let items: String = items.iter().map(|it| format!("* {}\n", escape(it))).collect();
                writeln!(out, "*{title}*\n{items}{}", and_more(*more, |it| format!("* {it}\n")))
            }
            // Within, only its own end is markup.
            Block::Diff(text) => writeln!(out, "{{noformat}}\n{}\n{{noformat}}\n", text.replace("{noformat", "{\u{200b}noformat")),
            Block::Link(text, url) => writeln!(out, "[{text}|{}]\n", url.replace('|', "%7C").replace(']', "%5D").replace('[', "%5B")),
        };
    }
    out
}

/// A cell that is empty would break its row.
fn cell(text: &str) -> String {
    if text.is_empty() { " ".to_owned() } else { escape(text) }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut at_start = true;
    for it in text.chars() {
        match it {
            '\\' => out.push_str("&#92;"),
            '{' | '}' | '[' | ']' | '*' | '_' | '+' | '^' | '~' | '?' | '!' | '|' | '(' | ')' | '@' => out.extend(['\\', it]),
            '-' if at_start => out.push_str("\\-"),
            '#' if at_start => out.push_str("\\#"),
            // `h1.` and `bq.` at the beginning of a line are headings and quotes; two dashes or an entity are signs.
            'h' | 'H' | 'b' | 'B' if at_start => out.extend(['\u{200b}', it]),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(it),
        }
        at_start = it == '\n' || at_start && it == ' ';
    }
    out.replace("--", "-\\-")
}

#[cfg(test)]
mod tests {
    use super::{Block, escape, wiki};

    #[test]
    fn words_of_strangers_are_text() {
        assert_eq!(escape("{code}x{code} !pic! [~admin] [a|http://b]"), "\\{code\\}x\\{code\\} \\!pic\\! \\[\\~admin\\] \\[a\\|http://b\\]");
        assert_eq!(escape("h1. a\n# b\n- c -- d"), "\u{200b}h1. a\n\\# b\n\\- c -\\- d");
        assert_eq!(wiki(&[Block::Diff("+{noformat}[~admin]".into())]), "{noformat}\n+{\u{200b}noformat}[~admin]\n{noformat}\n\n");
    }
}
