//! A set of paths that a fix may change: literal paths, or globs of one segment below a named folder.

/// Why a pattern is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{pattern}` is no path of a scope: {reason}")]
pub struct ScopeError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong, and what would be right.
    pub reason: &'static str,
}

/// A set of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    patterns: Vec<String>,
}

impl Scope {
    /// Reads patterns: `/etc/ssh/sshd_config`, `/etc/sysctl.d/*.conf`.
    pub fn parse<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Scope, ScopeError> {
        let patterns: Result<Vec<String>, ScopeError> = patterns.into_iter().map(check).collect();
        Ok(Scope { patterns: patterns? })
    }

    /// Answers whether a path lies in the scope.
    pub fn covers(&self, path: &[u8]) -> bool {
        self.patterns.iter().any(|pattern| matches(pattern, path))
    }

    /// Returns the patterns as they were given.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

fn check(pattern: &str) -> Result<String, ScopeError> {
    let fail = |reason| Err(ScopeError { pattern: pattern.to_owned(), reason });
    let trimmed = if pattern.len() > 1 { pattern.trim_end_matches('/') } else { pattern };
    let Some(rest) = trimmed.strip_prefix('/') else { return fail("it must begin with `/`, which means the root of the target") };
    let segments: Vec<&str> = rest.split('/').collect();
    if trimmed.contains("**") {
        return fail("`**` would cover everything below; name each path, or one segment such as `/etc/sysctl.d/*.conf`");
    }
    if segments.iter().any(|it| matches!(*it, "" | "." | "..")) {
        return fail("it must be a plain path without empty, `.` or `..` segments");
    }
    let globs = segments.iter().filter(|it| it.contains(['*', '?'])).count();
    if globs > 1 || globs == 1 && (segments.len() < 2 || segments[0].contains(['*', '?'])) {
        return fail("a glob may stand in one segment only, below a named folder");
    }
    Ok(trimmed.to_owned())
}

fn matches(pattern: &str, path: &[u8]) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split(|it| *it == b'/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(glob), Some(name)) if is_segment(glob.as_bytes(), name) => {}
            _ => return false,
        }
    }
}

/// Matches one segment in linear space and time quadratic at most: the last `*` is the only place to go back to.
pub(crate) fn is_segment(glob: &[u8], name: &[u8]) -> bool {
    let (mut at, mut here, mut back) = (0, 0, None);
    while here < name.len() {
        match glob.get(at) {
            Some(b'*') => {
                back = Some((at, here));
                at += 1;
            }
            Some(b'?') => (at, here) = (at + 1, here + 1),
            Some(byte) if *byte == name[here] => (at, here) = (at + 1, here + 1),
            _ => {
                let Some((star, from)) = back else { return false };
                back = Some((star, from + 1));
                (at, here) = (star + 1, from + 1);
            }
        }
    }
    glob[at..].iter().all(|it| *it == b'*')
}

#[cfg(test)]
mod tests {
    use super::Scope;

    fn check(patterns: &[&str], path: &str) -> bool {
        Scope::parse(patterns.iter().copied()).expect("a scope").covers(path.as_bytes())
    }

    #[test]
    fn covers_literal_paths_and_one_segment() {
        assert!(check(&["/etc/ssh/sshd_config"], "/etc/ssh/sshd_config"));
        assert!(!check(&["/etc/ssh"], "/etc/ssh/sshd_config"));
        assert!(check(&["/etc/sysctl.d/*.conf"], "/etc/sysctl.d/99-x.conf"));
        assert!(!check(&["/etc/sysctl.d/*.conf"], "/etc/sysctl.d/a/99-x.conf"));
        assert!(check(&["/home/*/.profile"], "/home/ada/.profile"));
        assert!(check(&["/etc/a*b*c"], "/etc/aXbYbZc"));
        assert!(!check(&["/etc/a*b*c"], "/etc/aXbYbZ"));
    }

    #[test]
    fn refuses_what_covers_too_much() {
        for (pattern, reason) in [
            ("/etc/**", "`**` would cover everything below; name each path, or one segment such as `/etc/sysctl.d/*.conf`"),
            ("etc/x", "it must begin with `/`, which means the root of the target"),
            ("/*", "a glob may stand in one segment only, below a named folder"),
            ("/*/passwd", "a glob may stand in one segment only, below a named folder"),
            ("/etc/*/*.conf", "a glob may stand in one segment only, below a named folder"),
            ("/etc/../x", "it must be a plain path without empty, `.` or `..` segments"),
        ] {
            assert_eq!(Scope::parse([pattern]).expect_err("no scope").reason, reason);
        }
    }
}
