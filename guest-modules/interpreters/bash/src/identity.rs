//! `$$` and `$RANDOM`, which the shell here would make up: the process id and the seed are the run's, so that a replay under
//! others shows what hangs on them.

/// Returns the script with `$$` as the number that it stands for, wherever bash would expand it: not in single quotes, not behind
/// a backslash, not in a here-document whose end is quoted.
pub(crate) fn with_process_id(script: &str, number: u32) -> String {
    let mut out = String::with_capacity(script.len());
    let (mut single, mut double, mut literal) = (false, false, None::<String>);
    for line in script.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if let Some(end) = &literal {
            out.push_str(line);
            if bare.trim_start_matches('\t') == end {
                literal = None;
            }
            continue;
        }
        let comment = !single && !double && bare.trim_start().starts_with('#');
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                _ if comment => out.push(letter),
                '\\' if !single => {
                    out.push(letter);
                    out.extend(letters.next());
                }
                '\'' if !double => {
                    single = !single;
                    out.push(letter);
                }
                '"' if !single => {
                    double = !double;
                    out.push(letter);
                }
                '$' if !single && letters.peek() == Some(&'$') => {
                    letters.next();
                    out.push_str(&number.to_string());
                }
                letter => out.push(letter),
            }
        }
        literal = quoted_end(bare).filter(|_| !comment && !single && !double);
    }
    out
}

/// The end of a here-document that begins in this line and is not expanded.
fn quoted_end(line: &str) -> Option<String> {
    let at = line.find("<<").filter(|at| !line[*at..].starts_with("<<<"))?;
    let word = line[at + 2..].trim_start_matches('-').trim_start();
    let quote = word.chars().next().filter(|it| matches!(it, '\'' | '"' | '\\'))?;
    let rest = &word[1..];
    let end = if quote == '\\' { rest.find(|it: char| it.is_whitespace() || ";|&<>()".contains(it)).unwrap_or(rest.len()) } else { rest.find(quote)? };
    Some(rest[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::with_process_id;

    #[test]
    fn stands_where_bash_expands() {
        for (script, expected) in [
            ("echo $$ \"$$\" '$$' \\$$ \\\\$$", "echo 7 \"7\" '$$' \\$$ \\\\7"),
            ("cat <<'E'\n$$\nE\necho $$\n", "cat <<'E'\n$$\nE\necho 7\n"),
            ("cat <<E\n$$\nE\n", "cat <<E\n7\nE\n"),
            ("# it's $$\necho $$", "# it's $$\necho 7"),
            ("awk '{\n print $$1 }'", "awk '{\n print $$1 }'"),
        ] {
            assert_eq!(with_process_id(script, 7), expected, "{script}");
        }
    }
}
