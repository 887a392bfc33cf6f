//! Modes as `--mode` changes them (gnulib's modechange: octal, or symbolic clauses).

/// What is to be done to a mode.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// A number. Fewer than five digits leave the set-id bits of directories.
    Octal(u32, bool),
    /// Clauses in order: who (0 if none is given), and what is done.
    Symbolic(Vec<(u32, Vec<(u8, What)>)>),
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// Permissions, those of `X`, and whether set-id and sticky bits are named.
    Bits {
        rwx: u32,
        conditional: bool,
        set_id: bool,
        sticky: bool,
    },
    Copy(u8),
}

impl Change {
    /// Reads a change; none if it makes no sense.
    pub(crate) fn read(text: &[u8]) -> Option<Change> {
        if text.first().is_some_and(u8::is_ascii_digit) {
            let number = u32::from_str_radix(std::str::from_utf8(text).ok()?, 8).ok().filter(|it| *it <= 0o7777)?;
            return Some(Change::Octal(number, text.len() > 4));
        }
        text.split(|it| *it == b',').map(clause).collect::<Option<Vec<_>>>().map(Change::Symbolic)
    }

    /// The mode that a file of another gets.
    pub(crate) fn apply(&self, mode: u32, is_directory: bool, umask: u32) -> u32 {
        match self {
            Change::Octal(number, all) if is_directory && !all => *number | mode & 0o6000,
            Change::Octal(number, _) => *number,
            Change::Symbolic(clauses) => {
                clauses.iter().fold(mode, |mode, (who, deeds)| deeds.iter().fold(mode, |mode, (sign, what)| one(mode, *who, *sign, what, is_directory, umask)))
            }
        }
    }
}

fn clause(text: &[u8]) -> Option<(u32, Vec<(u8, What)>)> {
    let (mut who, mut at) = (0, 0);
    while let Some(letter) = text.get(at) {
        who |= match letter {
            b'u' => 0o4700,
            b'g' => 0o2070,
            b'o' => 0o1007,
            b'a' => 0o7777,
            _ => break,
        };
        at += 1;
    }
    let mut deeds = Vec::new();
    while let Some(sign) = text.get(at) {
        if !matches!(sign, b'+' | b'-' | b'=') {
            return None;
        }
        at += 1;
        if let Some(from) = text.get(at).filter(|it| matches!(it, b'u' | b'g' | b'o')) {
            deeds.push((*sign, What::Copy(*from)));
            at += 1;
            continue;
        }
        let (mut rwx, mut conditional, mut set_id, mut sticky) = (0, false, false, false);
        while let Some(letter) = text.get(at) {
            match letter {
                b'r' => rwx |= 0o444,
                b'w' => rwx |= 0o222,
                b'x' => rwx |= 0o111,
                b'X' => conditional = true,
                b's' => set_id = true,
                b't' => sticky = true,
                _ => break,
            }
            at += 1;
        }
        deeds.push((*sign, What::Bits { rwx, conditional, set_id, sticky }));
    }
    (!deeds.is_empty()).then_some((who, deeds))
}

fn one(mode: u32, who: u32, sign: u8, what: &What, is_directory: bool, umask: u32) -> u32 {
    let (mut value, mut named) = match what {
        What::Copy(from) => {
            let bits =
                mode >> (match from {
                    b'u' => 6,
                    b'g' => 3,
                    _ => 0,
                }) & 7;
            (bits | bits << 3 | bits << 6, false)
        }
        What::Bits { rwx, conditional, set_id, sticky } => {
            let execute = *conditional && (is_directory || mode & 0o111 != 0);
            let all = rwx | if execute { 0o111 } else { 0 } | if *set_id { 0o6000 } else { 0 } | if *sticky { 0o1000 } else { 0 };
            (all, *set_id)
        }
    };
    named |= !is_directory;
    // Without a `who` the mask has its say; set-id bits of a directory stay unless they are named.
    let reach = if who == 0 { 0o7777 } else { who };
    value &= reach & if who == 0 { !umask } else { !0 };
    let kept = if named { 0 } else { 0o6000 };
    match sign {
        b'+' => mode | value,
        b'-' => mode & !value,
        _ => {
            let cleared = if who == 0 { 0o7777 } else { who } & !kept;
            mode & !cleared | value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Change;

    #[test]
    fn modes_change_as_chmod_changes_them() {
        for (text, before, is_directory, after) in [
            ("u+x,go-r", 0o644, false, 0o700),
            ("a=rX", 0o644, false, 0o444),
            ("a=rX", 0o700, true, 0o555),
            ("go=u-w", 0o755, false, 0o755),
            ("750", 0o2755, true, 0o2750),
            ("00750", 0o2755, true, 0o750),
            ("+x", 0o644, false, 0o755),
        ] {
            let change = Change::read(text.as_bytes()).expect(text);
            assert_eq!(format!("{:o}", change.apply(before, is_directory, 0o022)), format!("{after:o}"), "{text}");
        }
        assert!(Change::read(b"zz").is_none());
    }
}
