//! A page that was printed before, with what happened since.

use std::fmt::Write as _;

use super::junit::escaped;

/// Puts the history of a change at the head of a page: rows of when, who and what.
pub fn with_history(page: &str, change: &str, rows: &[[String; 3]]) -> String {
    let mut out = format!("<h1>change {}</h1>\n<table class=\"history\">", escaped(change));
    for [at, actor, told] in rows {
        let _ = write!(out, "<tr><td class=\"faint\">{}</td><th>{}</th><td>{}</td></tr>", escaped(at), escaped(actor), escaped(told));
    }
    out.push_str("</table>\n");
    page.replacen("<h1>invitro</h1>\n", &out, 1)
}

#[cfg(test)]
mod tests {
    use super::with_history;

    #[test]
    fn what_people_say_is_escaped_on_a_page() {
        let rows = [["2026".to_owned(), "a<b".to_owned(), "said: <script>\u{202e}".to_owned()]];
        let page = with_history("<body><h1>invitro</h1>\n<p>", "c1", &rows);
        let expected = "<body><h1>change c1</h1>\n<table class=\"history\"><tr><td class=\"faint\">2026</td><th>a&lt;b</th><td>said: &lt;script&gt;\\u{202e}</td></tr></table>\n<p>";
        assert_eq!(page, expected);
    }
}
