//! The words of `python3`: what a command of a script would run, and what the program's own options are (python3(1)).

/// A script with the words that it sees, or nothing to run.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Text, and `sys.argv`.
    Text(Vec<u8>, Vec<Vec<u8>>),
    /// A file, and `sys.argv`.
    File(Vec<Vec<u8>>),
    /// A module of the library, and `sys.argv`.
    Module(String, Vec<Vec<u8>>),
    /// Standard input, and `sys.argv`.
    Input(Vec<Vec<u8>>),
    /// What is not modelled.
    Unknown(String),
}

/// Names under which a Debian system has Python 3.
pub(super) const NAMES: [&str; 2] = ["python3", "python3.11"];

/// Options that change nothing that a script here could see.
const QUIET: &[u8] = b"bBEIsSuqPO";

/// Reads the words after the name of the program.
pub(super) fn words(argv: &[Vec<u8>]) -> Asked {
    let mut at = 1;
    while let Some(word) = argv.get(at) {
        let Some(letters) = word.strip_prefix(b"-").filter(|it| !it.is_empty()) else { break };
        for (number, letter) in letters.iter().enumerate() {
            let rest = &letters[number + 1..];
            let value = |at: usize| if rest.is_empty() { (argv.get(at + 1).cloned(), at + 2) } else { (Some(rest.to_vec()), at + 1) };
            match letter {
                b'c' | b'm' => {
                    let (Some(value), next) = value(at) else { return Asked::Unknown(format!("-{} without its word", char::from(*letter))) };
                    let rest = argv.get(next..).unwrap_or_default();
                    let all = |first: &[u8]| [&[first.to_vec()], rest].concat();
                    return match (letter, String::from_utf8(value.clone())) {
                        (b'm', Ok(module)) => Asked::Module(module, all(b"-m")),
                        (b'm', Err(_)) => Asked::Unknown("a module whose name is no text".into()),
                        _ => Asked::Text(value, all(b"-c")),
                    };
                }
                it if QUIET.contains(it) => {}
                it => return Asked::Unknown(format!("the option -{} of python3 is not modelled", char::from(*it).escape_default())),
            }
        }
        at += 1;
    }
    match argv.get(at) {
        None => Asked::Input(vec![Vec::new()]),
        Some(word) if word == b"-" => Asked::Input(argv[at..].to_vec()),
        Some(_) => Asked::File(argv[at..].to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, words};

    fn check(line: &str) -> Asked {
        words(&line.split(' ').map(|it| it.as_bytes().to_vec()).collect::<Vec<_>>())
    }

    #[test]
    fn options_come_before_what_is_run() {
        let argv = |it: &[&str]| it.iter().map(|it| it.as_bytes().to_vec()).collect::<Vec<_>>();
        assert_eq!(check("python3 -u a.py -c x"), Asked::File(argv(&["a.py", "-c", "x"])));
        assert_eq!(check("python3 -Ic print(1) a"), Asked::Text(b"print(1)".to_vec(), argv(&["-c", "a"])));
        assert_eq!(check("python3 -m json.tool a"), Asked::Module("json.tool".into(), argv(&["-m", "a"])));
        assert_eq!(check("python3"), Asked::Input(argv(&[""])));
        assert_eq!(check("python3 - a"), Asked::Input(argv(&["-", "a"])));
        assert_eq!(check("python3 -X utf8"), Asked::Unknown("the option -X of python3 is not modelled".into()));
        assert_eq!(check("python3 -c"), Asked::Unknown("-c without its word".into()));
    }
}
