//! Markdown as GitHub reads it (GFM 0.29, and what GitHub makes of `@`, `#` and `GH-` in any text).

use std::fmt::Write as _;

use super::{Block, markup::and_more};

/// Returns Markdown in which no words of strangers are markup, a mention or a reference.
pub(crate) fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        let _ = match block {
            Block::Headline(text) => writeln!(out, "**{}**\n", escape(text)),
            Block::Paragraph(text) => writeln!(out, "{}\n", escape(text)),
            Block::Facts(facts) => {
                let rows: String = facts.iter().map(|(name, value)| format!("| {name} | {} |\n", escape(value))).collect();
                writeln!(out, "| | |\n| --- | --- |\n{rows}")
            }
            Block::List(title, items, more) => {
                let items: String = items.iter().map(|it| format!("- {}\n", escape(it))).collect();
                writeln!(out, "**{title}**\n\n{items}{}", and_more(*more, |it| format!("- {it}\n")))
            }
            Block::Diff(text) => {
                let fence = fence(text);
                writeln!(out, "{fence}diff\n{}\n{fence}\n", text.trim_end_matches('\n'))
            }
            Block::Link(text, url) => writeln!(out, "[{text}](<{}>)\n", url.replace(['<', '>', '\\'], "")),
        };
    }
    out
}

/// A fence that is longer than any run of back-ticks within.
fn fence(text: &str) -> String {
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

/// Writes text so that it is nothing but text. GitHub looks for mentions after the markup is gone, so a backslash does not stop them: a
/// zero-width space between sign and name does.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut at_start = true;
    let mut before = ' ';
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("@\u{200b}"),
            '#' => out.push_str("\\#\u{200b}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '(' | ')' | '!' => out.extend(['\\', it]),
            // `GH-12` is a reference too; `-`, `+` and `=` begin lists and headings.
            '-' if at_start || before.eq_ignore_ascii_case(&'h') => out.extend(['\\', it, '\u{200b}']),
            '+' | '=' if at_start => out.extend(['\\', it]),
            '.' if before.is_ascii_digit() => out.push_str("\\."),
            _ => out.push(it),
        }
        at_start = it == '\n' || at_start && it.is_whitespace();
        before = it;
    }
    // Four blanks would begin code.
    out.split('\n').map(str::trim_start).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Block, escape, markdown};

    #[test]
    fn words_of_strangers_are_text() {
        assert_eq!(escape("@octocat see #12 and o/r#3"), "@\u{200b}octocat see \\#\u{200b}12 and o/r\\#\u{200b}3");
        assert_eq!(escape("GH-12"), "GH\\-\u{200b}12");
        assert_eq!(escape("<!-- invitro-fp: 1 --><img>"), "&lt;\\!-- invitro-fp: 1 --&gt;&lt;img&gt;");
        assert_eq!(escape("[a](http://b) ![c](d) `e` *f* | g"), "\\[a\\]\\(http://b\\) \\!\\[c\\]\\(d\\) \\`e\\` \\*f\\* \\| g");
        assert_eq!(escape("- a\n    code\n1. b\n# c\n==="), "\\-\u{200b} a\ncode\n1\\. b\n\\#\u{200b} c\n\\===");
    }

    #[test]
    fn a_diff_can_not_leave_its_fence() {
        assert_eq!(markdown(&[Block::Diff("+```\n+````\n".into())]), "`````diff\n+```\n+````\n`````\n\n");
        assert_eq!(markdown(&[Block::Diff("+a".into())]), "```diff\n+a\n```\n\n");
    }
}
