//! Where in the script a command stands. The shell does not tell this to commands, so the place is found by the words: the line
//! that has the command's name as a word, and most of its arguments.

/// Returns the number of the likeliest line, counted from 1; the first one where several are alike.
pub(crate) fn of(script: &str, words: &[String]) -> Option<u32> {
    let (name, arguments) = words.split_first()?;
    let mut best: Option<(usize, u32)> = None;
    for (number, line) in script.lines().enumerate() {
        if line.trim_start().starts_with('#') || !has_word(line, name) {
            continue;
        }
        let score = arguments.iter().filter(|it| !it.is_empty() && line.contains(it.as_str())).count();
        if best.is_none_or(|it| score > it.0) {
            best = Some((score, u32::try_from(number + 1).ok()?));
        }
    }
    best.map(|it| it.1)
}

/// Answers whether a line has a name as a whole word, alone or at the end of a path.
fn has_word(line: &str, name: &str) -> bool {
    let part = |it: char| it.is_alphanumeric() || "_-.+".contains(it);
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + name.len()..].chars().next();
        !before.is_some_and(part) && !after.is_some_and(|it| part(it) || it == '/')
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn finds_the_line_by_name_and_arguments() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let script = "# foo a\nfoobar a\nfoo b\nif /opt/foo a; then :; fi\n";
        assert_eq!(of(script, &words("foo a")), Some(4));
        assert_eq!(of(script, &words("foo c")), Some(3));
        assert_eq!(of(script, &words("bar")), None);
    }
}
