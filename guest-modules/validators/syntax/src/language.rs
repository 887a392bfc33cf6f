//! Reads a text in its language.

use config_formats::tables::{self, Wrong};

use crate::kind::Kind;

/// What is wrong with a text; nothing where it can be read.
pub(crate) fn wrong(kind: Kind, text: &str) -> Wrong {
    match kind {
        Kind::Json => json(text),
        Kind::Yaml => yaml(text),
        Kind::Toml => toml(text),
        Kind::Shell => shell(text),
        Kind::Sections => tables::sections(text),
        Kind::Sysctl => tables::sysctl(text),
        Kind::Fstab => tables::fstab(text),
        Kind::Passwd => tables::passwd(text),
        Kind::Group => tables::group(text),
        Kind::Shadow => tables::shadow(text),
        Kind::Gshadow => tables::gshadow(text),
    }
}

fn json(text: &str) -> Wrong {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<serde_json::Value>(text).err().map(|it| (it.line().max(1), it.to_string())).into_iter().collect()
}

fn toml(text: &str) -> Wrong {
    let line = |at: usize| text.get(..at).map_or(1, |it| it.matches('\n').count() + 1);
    text.parse::<toml::Table>().err().map(|it| (it.span().map_or(1, |it| line(it.start)), it.message().to_owned())).into_iter().collect()
}

/// All documents of the text; the first mistake. A key that is there twice is one too, as most readers refuse it.
fn yaml(text: &str) -> Wrong {
    use saphyr_parser::{Event, Parser};
    // For each open collection the keys so far, none for a sequence; and whether a key comes next.
    let mut open: Vec<(Option<std::collections::BTreeSet<String>>, bool)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(it) => it,
            Err(it) => return vec![(it.marker().line().max(1), it.info().to_owned())],
        };
        let value = match &event {
            Event::Scalar(text, ..) => Some(text.to_string()),
            Event::Alias(_) => Some(String::new()),
            Event::SequenceStart(..) | Event::MappingStart(..) => None,
            Event::SequenceEnd | Event::MappingEnd => {
                open.pop();
                continue;
            }
            _ => continue,
        };
        if let Some((Some(keys), is_key)) = open.last_mut() {
            let key = std::mem::replace(is_key, !*is_key);
            if let Some(name) = value.filter(|it| key && !it.is_empty() && it != "<<")
                && !keys.insert(name.clone())
            {
                return vec![(span.start.line().max(1), format!("the key `{name}` is there twice"))];
            }
        }
        match event {
            Event::MappingStart(..) => open.push((Some(std::collections::BTreeSet::new()), true)),
            Event::SequenceStart(..) => open.push((None, false)),
            _ => {}
        }
    }
    Wrong::new()
}

/// Deepest nesting and most steps of the parser.
const SHELL: (usize, usize) = (100, 2_000_000);

fn shell(text: &str) -> Wrong {
    use bashkit::{Error, parser::Parser};
    match Parser::with_limits(text, SHELL.0, SHELL.1).parse() {
        Err(Error::Parse { message, line, .. }) => vec![(line.max(1), message)],
        // A limit of the parser says nothing about the text.
        Ok(_) | Err(_) => Wrong::new(),
    }
}

/// The shell's parser asks for a clock that it uses with a deadline only; there is none.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
extern "Rust" fn __bashkit_host_now_micros() -> u64 {
    0
}

/// Nothing here is random: whoever asks is told so.
#[cfg(target_arch = "wasm32")]
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(_: *mut u8, _: usize) -> Result<(), getrandom::Error> {
    Err(getrandom::Error::UNSUPPORTED)
}

#[cfg(test)]
mod tests {
    use super::wrong;
    use crate::kind::Kind;

    fn check(kind: Kind, text: &str) -> Option<usize> {
        wrong(kind, text).first().map(|it| it.0)
    }

    #[test]
    fn good_texts_are_read() {
        assert_eq!(check(Kind::Json, "{\"a\": [1, null]}\n"), None);
        assert_eq!(check(Kind::Yaml, "a: 1\nb:\n  - c: &x d\n  - c: *x\n---\nb: 'x'\n"), None);
        assert_eq!(check(Kind::Toml, "a = 1\n[b]\nc = \"d\"\n"), None);
        assert_eq!(
            check(
                Kind::Shell,
                "set -e\nif [[ $a =~ ^x ]]; then\n  cat <<'E' > f\n)\nE\nfi\nfor i in {1..3}; do echo \"${i%x}\"; done\ncase $x in a|b) ;; *) ! f ;; esac\n"
            ),
            None
        );
    }

    #[test]
    fn broken_texts_are_told_with_their_line() {
        assert_eq!(check(Kind::Json, "{\n\"a\": 1,\n}\n"), Some(3));
        assert_eq!(check(Kind::Json, ""), Some(1));
        assert_eq!(check(Kind::Yaml, "a: 1\n  b: 2\n"), Some(2));
        assert_eq!(check(Kind::Yaml, "a: [1\nb: 2\n").is_some(), true);
        assert_eq!(check(Kind::Yaml, "a: 1\nb: 2\na: 3\n"), Some(3));
        assert_eq!(check(Kind::Toml, "a = 1\na = 2\n"), Some(2));
        assert_eq!(check(Kind::Shell, "if true; then\n  echo\n").is_some(), true);
        assert_eq!(check(Kind::Shell, "echo \"a\n").is_some(), true);
        assert_eq!(check(Kind::Shell, "echo a )\n"), Some(1));
    }
}
