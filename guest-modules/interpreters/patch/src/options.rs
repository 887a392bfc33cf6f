//! The words of a call.

use unified_patch::{Dialect, Options};

/// Reads the words behind the name.
pub(crate) fn read(argv: &[Vec<u8>]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = argv.iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_slice() {
            b"--strict" => options.dialect = Dialect::Git,
            b"--reverse" => options.reverse = true,
            b"--strip" => {
                let number = words.next().and_then(|it| std::str::from_utf8(it).ok()?.parse().ok());
                options.strip = Some(number.ok_or("`--strip` needs a number of folders")?);
            }
            other => return Err(format!("unknown word `{}`, valid here: --strict, --reverse, --strip N", String::from_utf8_lossy(other))),
        }
    }
    Ok(options)
}
