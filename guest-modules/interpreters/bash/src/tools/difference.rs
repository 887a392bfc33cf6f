//! diff(1) with a header: its two lines have the labels that the call gives, or the times of the files.

/// The call without its labels, and the labels.
pub(crate) fn labels(args: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut rest, mut labels, mut at) = (Vec::new(), Vec::new(), 0);
    while at < args.len() {
        let word = &args[at];
        at += 1;
        match word.strip_prefix("--label=") {
            Some(label) => labels.push(label.to_owned()),
            None if matches!(word.as_str(), "--label" | "-L") && at < args.len() => {
                labels.push(args[at].clone());
                at += 1;
            }
            None => rest.push(word.clone()),
        }
    }
    (rest, labels)
}

/// Answers whether a call asks for a form with a header.
pub(crate) fn has_header(args: &[String]) -> bool {
    args.iter().any(|it| it.starts_with("--unified") || it.starts_with("--context") || it.starts_with('-') && !it.starts_with("--") && it.contains(['u', 'U', 'c', 'C']))
}

/// The two operands of a call that compares two files by name; none where names would be quoted, or one is standard input.
pub(crate) fn operands(args: &[String]) -> Option<[&str; 2]> {
    let end = args.iter().position(|it| it == "--");
    let is_operand = |(at, it): (usize, &'_ String)| match end {
        Some(end) if at >= end => at > end,
        _ => !it.starts_with('-'),
    };
    let mut names = args.iter().enumerate().filter(|it| is_operand(*it)).map(|it| it.1.as_str());
    let found = [names.next()?, names.next()?];
    // An option whose value is a word of its own would be taken for an operand: then there are three.
    let is_plain = |it: &&str| !it.is_empty() && it.chars().all(|it| it.is_ascii_graphic() && it != '"' && it != '\\');
    (names.next().is_none() && found.iter().all(is_plain) && !args.iter().any(|it| it == "-")).then_some(found)
}

/// A line of a header without a label: GNU's has the time of the file's last change, to the nanosecond.
pub(crate) fn stamped(name: &str, stamp: &str) -> String {
    format!("{name}\t{stamp}")
}

/// Puts the labels in place of what stands in the header; none where the form is another one.
pub(crate) fn labelled(out: &[u8], labels: &[String]) -> Option<Vec<u8>> {
    let [old, new] = labels else { return None };
    let mut lines = out.splitn(3, |it| *it == b'\n');
    let (first, second, rest) = (lines.next()?, lines.next()?, lines.next()?);
    if !first.starts_with(b"--- ") || !second.starts_with(b"+++ ") {
        return None;
    }
    Some([format!("--- {old}\n+++ {new}\n").as_bytes(), rest].concat())
}

#[cfg(test)]
mod tests {
    use super::{has_header, labelled, labels, operands, stamped};

    #[test]
    fn labels_take_the_place_of_names() {
        let words: Vec<String> = "-u --label old --label=new a b".split(' ').map(str::to_owned).collect();
        let (rest, given) = labels(&words);
        assert_eq!((rest.join(" ").as_str(), given.join(" ").as_str()), ("-u a b", "old new"));
        assert!(has_header(&rest));
        assert_eq!(labelled(b"--- a\n+++ b\n@@ -1 +1 @@\n", &given), Some(b"--- old\n+++ new\n@@ -1 +1 @@\n".to_vec()));
    }

    #[test]
    fn two_files_are_told_by_name() {
        let of = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            operands(&words).map(|it| it.join("|"))
        };
        assert_eq!(of("-u a b").as_deref(), Some("a|b"));
        assert_eq!(of("-u -- a -b").as_deref(), Some("a|-b"));
        assert_eq!(of("-u a -"), None);
        assert_eq!(of("-U 3 a b"), None, "the value of an option is no name");
        assert_eq!(of("-u a \"b"), None, "GNU diff quotes it");
        assert_eq!(stamped("a", "2026-01-02 03:04:05.000000006 +0000"), "a\t2026-01-02 03:04:05.000000006 +0000");
    }
}
