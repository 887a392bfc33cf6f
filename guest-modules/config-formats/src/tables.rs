//! Files of lines with fields or assignments: fstab(5), passwd(5), group(5), shadow(5), sysctl.d(5), and files with sections such as
//! systemd.syntax(7). Each function says what the file's readers would refuse or skip, by line and in words.

/// What is wrong, with the number of the line.
pub type Wrong = Vec<(usize, String)>;

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(number, line)| (number + 1, line))
}

/// fstab(5), as libmount reads it.
pub fn fstab(text: &str) -> Wrong {
    let mut wrong = Wrong::new();
    for (number, line) in lines(text).filter(|it| !it.1.trim().is_empty() && !it.1.trim_start().starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        if fields.len() < 3 {
            wrong.push((number, "a line has at least a source, a mount point and a type".to_owned()));
        } else if !fields[1].starts_with('/') && !matches!(fields[1], "none" | "swap") {
            wrong.push((number, format!("the mount point `{}` is no absolute path", fields[1])));
        } else if fields.get(3).is_some_and(|it| it.split(',').any(str::is_empty)) {
            wrong.push((number, format!("the options `{}` have an empty one", fields[3])));
        } else if let Some(it) = fields.iter().skip(4).take(2).find(|it| it.parse::<u32>().is_err() && !it.starts_with('#')) {
            wrong.push((number, format!("`{it}` is no number of a dump or a pass")));
        }
    }
    wrong
}

/// Accounts: fields a line must have, the fields that are numbers, and whether these may be empty.
fn accounts(text: &str, count: usize, numbers: &[usize], may_be_empty: bool) -> Wrong {
    let (mut wrong, mut names) = (Wrong::new(), std::collections::BTreeSet::new());
    // Lines of NIS begin with a sign.
    for (number, line) in lines(text).filter(|it| !it.1.starts_with(['+', '-', '#'])) {
        let fields: Vec<&str> = line.split(':').collect();
        if fields.len() != count {
            wrong.push((number, format!("{} fields, where {count} are expected", fields.len())));
        } else if fields[0].is_empty() || fields[0].contains([' ', '\t', '/']) {
            wrong.push((number, format!("`{}` is no name", fields[0])));
        } else if let Some(it) = numbers.iter().map(|it| fields[*it]).find(|it| it.parse::<i64>().is_err() && !(may_be_empty && it.is_empty())) {
            wrong.push((number, format!("`{it}` is no number")));
        } else if !names.insert(fields[0]) {
            wrong.push((number, format!("`{}` is there twice", fields[0])));
        }
    }
    wrong
}

/// passwd(5).
pub fn passwd(text: &str) -> Wrong {
    accounts(text, 7, &[2, 3], false)
}

/// group(5).
pub fn group(text: &str) -> Wrong {
    accounts(text, 4, &[2], false)
}

/// shadow(5).
pub fn shadow(text: &str) -> Wrong {
    accounts(text, 9, &[2, 3, 4, 5, 6, 7], true)
}

/// gshadow(5).
pub fn gshadow(text: &str) -> Wrong {
    accounts(text, 4, &[], true)
}

/// sysctl.d(5) and sysctl.conf(5).
pub fn sysctl(text: &str) -> Wrong {
    let said = lines(text).map(|it| (it.0, it.1.trim())).filter(|it| !it.1.is_empty() && !it.1.starts_with(['#', ';']));
    said.filter(|it| match it.1.split_once('=') {
        Some((key, _)) => key.trim().trim_start_matches('-').is_empty() || key.trim().contains([' ', '\t']),
        // A line of its own with a dash takes keys out of a pattern.
        None => !it.1.starts_with('-'),
    })
    .map(|it| (it.0, format!("`{}` is no assignment", it.1)))
    .collect()
}

/// Sections and assignments (systemd.syntax(7)); other programs that read such files have no more in common.
pub fn sections(text: &str) -> Wrong {
    let (mut wrong, mut inside, mut continued) = (Wrong::new(), false, false);
    for (number, line) in lines(text) {
        let plain = line.trim();
        let was_continued = std::mem::replace(&mut continued, plain.ends_with('\\') && !plain.starts_with(['#', ';']));
        if plain.is_empty() || plain.starts_with(['#', ';']) {
            continued = was_continued && !plain.is_empty();
        } else if was_continued {
        } else if let Some(rest) = plain.strip_prefix('[') {
            inside = true;
            if !rest.ends_with(']') || rest.len() < 2 || rest[..rest.len() - 1].contains(['[', ']']) {
                wrong.push((number, format!("`{plain}` is no head of a section")));
            }
        } else if !plain.contains('=') || plain.starts_with('=') {
            wrong.push((number, format!("`{plain}` is no assignment")));
        } else if !inside {
            wrong.push((number, format!("`{plain}` stands outside any section")));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{fstab, group, passwd, sections, shadow, sysctl};

    fn numbers(of: super::Wrong) -> Vec<usize> {
        of.into_iter().map(|it| it.0).collect()
    }

    #[test]
    fn broken_lines_are_told() {
        assert_eq!(
            numbers(fstab("# c\n/dev/sda1 / ext4 defaults 0 1\nUUID=a none swap sw\n/dev/b\nx data ext4 rw\ny /y ext4 rw,,ro\nz /z ext4 rw zero\n")),
            [4, 5, 6, 7]
        );
        assert_eq!(numbers(passwd("root:x:0:0:root:/root:/bin/bash\na:x:1:1::/a\nb:x:one:1::/:/x\nroot:x:0:0::/:/x\n+::::::\n")), [2, 3, 4]);
        assert_eq!(numbers(group("a:x:1:\nb:x:\n\n")), [2, 3]);
        assert_eq!(numbers(shadow("a:*:19000:0:99999:7:::\nb:*:x:0:99999:7:::\nc:*\n")), [2, 3]);
        assert_eq!(numbers(sysctl("# c\na.b = 1\n-c.d=2\n-e.*\nf.g 1\n=3\n")), [5, 6]);
        assert_eq!(numbers(sections("[Unit]\nA=1 \\\n  b\nC\n[Broken\n=x\n")), [4, 5, 6]);
        assert_eq!(numbers(sections("A=1\n[U]\n")), [1]);
    }
}
