//! `"${name//pattern/replacement}"`: the shell here takes one backslash too many away inside double quotes. Each pair of
//! backslashes there is written twice, so that it stands for the one that bash sees. And `read … <&N` is written as
//! `read -u N …`, which is the same and which the shell carries out in loops too.

/// What the text at a place belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// Commands; true where a parenthesis ends them.
    Code(bool),
    Double,
    /// `${…}`: whether it stands in double quotes, and whether it replaces.
    Brace(bool, bool),
}

/// Returns the script as the shell here must be told it.
pub(crate) fn respelled(script: &str) -> String {
    let mut out = String::with_capacity(script.len() + 16);
    let mut frames = vec![Frame::Code(false)];
    let mut literal: Option<String> = None;
    for line in script.split_inclusive('\n') {
        if let Some(end) = &literal {
            out.push_str(line);
            if line.trim_end_matches('\n').trim_start_matches('\t') == end {
                literal = None;
            }
            continue;
        }
        let plain = frames == [Frame::Code(false)];
        let told = if plain { reads(line) } else { line.to_owned() };
        one_line(&told, &mut frames, &mut out);
        if let Frame::Code(_) = frames[frames.len() - 1] {
            literal = here_document(line);
        }
    }
    out
}

fn one_line(line: &str, frames: &mut Vec<Frame>, out: &mut String) {
    let letters: Vec<char> = line.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let (letter, next) = (letters[at], letters.get(at + 1).copied());
        let top = frames[frames.len() - 1];
        let mut taken = 1;
        match (letter, top) {
            ('\\', Frame::Brace(true, true)) if next == Some('\\') => {
                out.push_str("\\\\");
                taken = 2;
            }
            ('\\', _) if next.is_some() => taken = 2,
            ('\'', Frame::Code(_) | Frame::Brace(false, _)) => {
                let ansi = at > 0 && letters[at - 1] == '$';
                taken = single(&letters[at..], ansi);
                if ansi && let Some(kept) = before_nul(&letters[at..at + taken]) {
                    out.extend(&letters[at..at + kept]);
                    out.push('\'');
                    at += taken;
                    continue;
                }
            }
            ('"', Frame::Double) => drop(frames.pop()),
            ('"', _) => frames.push(Frame::Double),
            ('#', Frame::Code(_)) if at == 0 || letters[at - 1].is_whitespace() || letters[at - 1] == ';' => taken = letters.len() - at,
            ('$', _) if next == Some('{') => {
                let quoted = matches!(top, Frame::Double | Frame::Brace(true, _));
                frames.push(Frame::Brace(quoted, replaces(&letters[at + 2..])));
                taken = 2;
            }
            ('$', _) if next == Some('(') => {
                frames.push(Frame::Code(true));
                taken = 2;
            }
            ('(', Frame::Code(true)) => frames.push(Frame::Code(true)),
            (')', Frame::Code(true)) => drop(frames.pop()),
            ('}', Frame::Brace(..)) => drop(frames.pop()),
            _ => {}
        }
        out.extend(&letters[at..(at + taken).min(letters.len())]);
        at += taken;
    }
}

/// The length of a single-quoted text; to the end of the line where it goes on. What follows there is left as it is.
fn single(letters: &[char], ansi: bool) -> usize {
    let mut at = 1;
    while at < letters.len() {
        match letters[at] {
            '\\' if ansi => at += 1,
            '\'' => return at + 1,
            _ => {}
        }
        at += 1;
    }
    letters.len()
}

/// The length of `'…` before a NUL: for bash the text ends there.
fn before_nul(letters: &[char]) -> Option<usize> {
    let mut at = 1;
    while at + 1 < letters.len() {
        if letters[at] == '\\' {
            let digits: String = letters[at + 1..].iter().take(3).collect();
            let octal: String = digits.chars().take_while(|it| ('0'..='7').contains(it)).collect();
            let hex = digits.starts_with("x0") && !letters.get(at + 3).is_some_and(|it| it.is_ascii_hexdigit() && *it != '0');
            if !octal.is_empty() && octal.chars().all(|it| it == '0') || hex {
                return Some(at);
            }
            at += 1;
        }
        at += 1;
    }
    None
}

/// Whether what is behind `${` is a name and a slash.
fn replaces(letters: &[char]) -> bool {
    let name = letters.iter().take_while(|it| it.is_alphanumeric() || **it == '_').count();
    let mut at = name;
    if letters.get(at) == Some(&'[') {
        at += letters[at..].iter().position(|it| *it == ']').map_or(0, |it| it + 1);
    }
    name > 0 && letters.get(at) == Some(&'/')
}

/// The end of a here-document that begins in this line.
fn here_document(line: &str) -> Option<String> {
    let at = line.find("<<").filter(|at| !line[*at..].starts_with("<<<"))?;
    let word = line[at + 2..].trim_start_matches('-').trim_start();
    let quoted = word.chars().next().filter(|it| matches!(it, '\'' | '"'));
    let end: String = match quoted {
        Some(quote) => word[1..].chars().take_while(|it| *it != quote).collect(),
        None => word.trim_start_matches('\\').chars().take_while(|it| !it.is_whitespace() && !";|&<>()".contains(*it)).collect(),
    };
    (!end.is_empty() || quoted.is_some()).then_some(end)
}

/// Writes `read … <&N` as `read -u N …`, outside quotes.
fn reads(line: &str) -> String {
    let Some(place) = line.find("<&") else { return line.to_owned() };
    let Some(number) = line[place + 2..].chars().next().filter(|it| ('3'..='9').contains(it)) else { return line.to_owned() };
    let Some(word) = line[..place].rfind("read ") else { return line.to_owned() };
    let between = &line[word + 5..place];
    let alone = line[..word].chars().next_back().is_none_or(|it| it.is_whitespace() || ";(&|!{".contains(it));
    let plain = between.chars().all(|it| it.is_alphanumeric() || " _-'\",:".contains(it));
    if !alone || !plain || line[place + 3..].starts_with(|it: char| it.is_ascii_digit() || it == '-') {
        return line.to_owned();
    }
    let told = format!("{}read -u {number} {}{}", &line[..word], between.trim_end(), &line[place + 3..]);
    reads(&told)
}

#[cfg(test)]
mod tests {
    use super::respelled;

    #[test]
    fn stands_for_what_bash_sees() {
        for (script, expected) in [
            (r#"echo "${x//\//\\/}" ${x//\//\\/}"#, r#"echo "${x//\//\\\\/}" ${x//\//\\/}"#),
            (r#"echo "a $(sed "s/${x//\\/\\\\}/b/") \\""#, r#"echo "a $(sed "s/${x//\\\\/\\\\\\\\}/b/") \\""#),
            (r#"echo '"${x//\\/y}"' # "${x//\\/y}""#, r#"echo '"${x//\\/y}"' # "${x//\\/y}""#),
            (r#"echo "${x:-\\}" "${a[1]/\\/}""#, r#"echo "${x:-\\}" "${a[1]/\\\\/}""#),
            ("cat <<E\n\"${x//\\\\/y}\"\nE\n", "cat <<E\n\"${x//\\\\/y}\"\nE\n"),
            ("while IFS= read -r a b <&4; do :; done 4< f", "while IFS= read -u 4 -r a b; do :; done 4< f"),
            ("thread x <&4", "thread x <&4"),
            (r"n $'a\0b' $'\0' $'\01' '\0'", r"n $'a' $'' $'\01' '\0'"),
        ] {
            assert_eq!(respelled(script), expected, "{script}");
        }
    }
}
