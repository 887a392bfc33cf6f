//! Git's binary patches: new bytes given whole are taken, differences between binary files are not.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use sha1::Digest as _;

use crate::{Refusal, Rule, model::Binary, parse::Lines};

/// Most bytes of one file in a binary patch: what a small text blows up to is bounded before it is unpacked.
const MOST: usize = 32 << 20;

/// Reads a binary patch behind git's header: the new bytes, and what takes it back, which is passed over.
pub(crate) fn read(lines: &mut Lines<'_>) -> Result<Binary, Refusal> {
    let begin = lines.number();
    lines.next();
    let bytes = part(lines)?.ok_or_else(|| Refusal::new(Rule::Binary, begin + 1, "`literal SIZE` must follow"))?;
    if lines.peek().is_some_and(|it| it.starts_with(b"literal ") || it.starts_with(b"delta ")) {
        while lines.peek().is_some_and(|it| !it.is_empty()) {
            lines.next();
        }
        lines.next();
    }
    Ok(Binary::Literal(bytes))
}

fn part(lines: &mut Lines<'_>) -> Result<Option<Vec<u8>>, Refusal> {
    let number = lines.number();
    let refuse = |text: String| Err(Refusal::new(Rule::Binary, number, text));
    let Some(head) = lines.next() else { return Ok(None) };
    if head.starts_with(b"delta ") {
        return refuse("a difference between two binary files is not taken: make the patch with `git diff --binary --no-renames` from an empty file, or bring the file by a script".to_owned());
    }
    let Some(size) = head.strip_prefix(b"literal ").and_then(|it| std::str::from_utf8(it).ok()?.trim_end().parse::<u64>().ok()) else { return Ok(None) };
    let Some(size) = usize::try_from(size).ok().filter(|it| *it <= MOST) else {
        return refuse(format!("the binary file has {size} bytes; one in a patch has at most {MOST}"));
    };
    let mut packed = Vec::new();
    loop {
        let at = lines.number();
        match lines.next() {
            None | Some(b"" | b"\r") => break,
            Some(line) => crate::base85::line(line.strip_suffix(b"\r").unwrap_or(line), &mut packed)
                .ok_or_else(|| Refusal::new(Rule::Binary, at, "the line is no base 85 of the length that its first letter tells"))?,
        }
    }
    match decompress_to_vec_zlib_with_limit(&packed, size.max(1)) {
        Ok(bytes) if bytes.len() == size => Ok(Some(bytes)),
        Ok(bytes) => refuse(format!("the bytes unpack to {}, and {size} are told of", bytes.len())),
        Err(_) => refuse(format!("the bytes do not unpack to the {size} that are told of")),
    }
}

/// Answers whether bytes are those of a blob that git names, with all of its digits: SHA-1 or SHA-256 of `blob SIZE\0` and the bytes.
pub(crate) fn is_blob(bytes: &[u8], id: &str) -> bool {
    let head = format!("blob {}\0", bytes.len());
    let hex = |it: &[u8]| it.iter().map(|it| format!("{it:02x}")).collect::<String>();
    match id.len() {
        40 => hex(&sha1::Sha1::new().chain_update(&head).chain_update(bytes).finalize()) == id,
        64 => hex(&sha2::Sha256::new().chain_update(&head).chain_update(bytes).finalize()) == id,
        _ => false,
    }
}
