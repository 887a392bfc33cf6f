//! The script: first it looks whether all is as the fix left it, then it undoes.

use invitro_sdk::rollback_planner::{
    exports::invitro::remediation::plan_rollback::Step,
    invitro::remediation::types::{Change, FileType},
};

/// What each script begins with.
const HEAD: &str = "#!/bin/bash
# Undoes a fix. First it looks whether every path is as the fix left it; if one is not, it changes nothing and exits with 1.
set -eu
umask 077
moved() { printf 'rollback: %s is not as the fix left it: nothing was changed\\n' \"$1\" >&2; exit 1; }
absent() { if [ -e \"$1\" ] || [ -L \"$1\" ]; then moved \"$1\"; fi; }
directory() { if [ -L \"$1\" ] || [ ! -d \"$1\" ]; then moved \"$1\"; fi; }
link() { if [ ! -L \"$1\" ] || [ \"$(readlink -n -- \"$1\"; printf .)\" != \"$2.\" ]; then moved \"$1\"; fi; }
file() { if [ -L \"$1\" ] || [ ! -f \"$1\" ] || [ \"$(sha256sum < \"$1\")\" != \"$2  -\" ]; then moved \"$1\"; fi; }
";

/// The line that ends a text.
const END: &str = "END_OF_CONTENT";

/// Returns the script that carries out steps.
pub(crate) fn script(changes: &[Change], steps: &[Step]) -> Vec<u8> {
    let mut out = HEAD.as_bytes().to_vec();
    out.extend(b"\n# What the fix left.\n");
    for change in changes {
        look(&mut out, change);
    }
    out.extend(b"\n# What was before.\n");
    for step in steps {
        undo(&mut out, step);
    }
    out
}

fn line(out: &mut Vec<u8>, words: &[&[u8]]) {
    out.extend(words.join(b" ".as_slice()));
    out.push(b'\n');
}

fn look(out: &mut Vec<u8>, change: &Change) {
    let path = quoted(&change.path);
    match &change.after {
        None => line(out, &[b"absent", &path]),
        Some(is) => match is.type_ {
            FileType::Directory => line(out, &[b"directory", &path]),
            FileType::Symlink => line(out, &[b"link", &path, &quoted(is.target.as_deref().unwrap_or_default())]),
            FileType::Regular => line(out, &[b"file", &path, is.sha256.as_bytes()]),
            FileType::Fifo | FileType::Special => {}
        },
    }
}

fn undo(out: &mut Vec<u8>, step: &Step) {
    match step {
        Step::Remove(path) => {
            let path = quoted(path);
            line(out, &[b"if [ -d", &path, b"] && [ ! -L", &path, b"]; then rmdir --", &path, b"; else rm -f --", &path, b"; fi"]);
        }
        Step::MakeDirectory(it) => {
            line(out, &[b"mkdir --", &quoted(&it.path)]);
            state(out, &it.path, it.mode, it.uid, it.gid);
        }
        Step::WriteFile(it) => {
            content(out, &it.path, &it.content);
            state(out, &it.path, it.mode, it.uid, it.gid);
        }
        Step::MakeLink(it) => {
            line(out, &[b"ln -s --", &quoted(&it.target), &quoted(&it.path)]);
            owner(out, &it.path, it.uid, it.gid);
        }
        Step::MakeHardLink(it) => line(out, &[b"ln --", &quoted(&it.existing), &quoted(&it.path)]),
        Step::SetMetadata(it) => {
            let path = quoted(&it.path);
            owner(out, &it.path, it.uid, it.gid);
            line(out, &[b"if [ ! -L", &path, b"]; then chmod", octal(it.mode).as_bytes(), b"--", &path, b"; fi"]);
        }
    }
}

/// Five digits: fewer would keep the set-id bits of a directory (GNU coreutils, "Directory Setuid and Setgid").
fn octal(mode: u32) -> String {
    format!("{mode:05o}")
}

fn owner(out: &mut Vec<u8>, path: &[u8], uid: u32, gid: u32) {
    line(out, &[b"chown -h", format!("{uid}:{gid}").as_bytes(), b"--", &quoted(path)]);
}

/// The owner first: chown(2) clears set-id bits.
fn state(out: &mut Vec<u8>, path: &[u8], mode: u32, uid: u32, gid: u32) {
    owner(out, path, uid, gid);
    line(out, &[b"chmod", octal(mode).as_bytes(), b"--", &quoted(path)]);
}

fn content(out: &mut Vec<u8>, path: &[u8], bytes: &[u8]) {
    let path = quoted(path);
    if bytes.is_empty() {
        return line(out, &[b": >", &path]);
    }
    let is_text = std::str::from_utf8(bytes).is_ok_and(|text| text.ends_with('\n') && !text.contains(['\0', '\r']) && text.lines().all(|it| it != END));
    if is_text {
        line(out, &[b"cat >", &path, format!("<<'{END}'").as_bytes()]);
        out.extend(bytes);
    } else {
        line(out, &[b"base64 -d >", &path, format!("<<'{END}'").as_bytes()]);
        out.extend(base64(bytes));
    }
    line(out, &[END.as_bytes()]);
}

/// Base 64 (RFC 4648, section 4) in lines of 76.
fn base64(bytes: &[u8]) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 57 + 5);
    for row in bytes.chunks(57) {
        for group in row.chunks(3) {
            let word = group.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
            for place in 0..4 {
                let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize];
                out.push(if place > group.len() { b'=' } else { letter });
            }
        }
        out.push(b'\n');
    }
    out
}

/// Quotes bytes as one word of bash: plain where that will do, else as `$'…'`.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+:@%,=".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return bytes.to_vec();
    }
    let mut out = b"$'".to_vec();
    for byte in bytes {
        match byte {
            b'\'' | b'\\' => out.extend([b'\\', *byte]),
            b' '..=b'~' => out.push(*byte),
            other => out.extend(format!("\\{other:03o}").into_bytes()),
        }
    }
    out.push(b'\'');
    out
}

#[cfg(test)]
mod tests {
    use super::{base64, quoted};

    #[test]
    fn words_survive_the_shell() {
        assert_eq!(quoted(b"/etc/x.conf"), b"/etc/x.conf");
        assert_eq!(quoted(b"/a b'c\n\xff"), b"$'/a b\\'c\\012\\377'");
        assert_eq!(quoted(b""), b"$''");
    }

    #[test]
    fn agrees_with_rfc_4648() {
        for (bytes, text) in [("f", "Zg==\n"), ("fo", "Zm8=\n"), ("foo", "Zm9v\n"), ("foobar", "Zm9vYmFy\n")] {
            assert_eq!(base64(bytes.as_bytes()), text.as_bytes());
        }
    }
}
