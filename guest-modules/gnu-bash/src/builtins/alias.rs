//! Aliases: `alias` and `unalias`. A script has them expanded where `expand_aliases` is on, and always in dash.

use std::rc::Rc;

use super::{has, options, print};
use crate::{
    printf,
    shell::{Run, Shell},
};

/// `name='value'`.
pub(super) fn line(name: &str, value: &str) -> String {
    format!("{name}={}", printf::quote_single(value))
}

/// Whether bash takes a name for one of an alias.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')', '/', '$', '`', '"', '\'', '\\'])
}

pub(super) fn alias(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = if shell.dash {
        (Vec::new(), &words[1..])
    } else {
        match options(shell, words, "p") {
            Ok(it) => it,
            Err(status) => return Ok(status),
        }
    };
    let prefix = if shell.dash || shell.options.posix { "" } else { "alias " };
    let shown = |name: &str, value: &str| {
        let ends = if name.starts_with('-') && !prefix.is_empty() { "-- " } else { "" };
        format!("{prefix}{ends}{}\n", line(name, value))
    };
    let (mut out, mut status) = (String::new(), 0);
    if rest.is_empty() || has(&given, 'p') {
        if shell.dash && shell.aliases.len() > 1 {
            shell.world.unsure(words, shell.line, "the order in which dash lists its aliases is not known");
        }
        out.extend(shell.aliases.iter().map(|it| shown(it.0, it.1)));
    }
    for word in rest {
        match word.char_indices().find(|it| it.0 > 0 && it.1 == '=') {
            Some((at, _)) => {
                let (name, value) = (&word[..at], &word[at + 1..]);
                if !shell.dash && !is_name(name) {
                    shell.complain(&format!("alias: `{name}': invalid alias name"));
                    status = 1;
                    continue;
                }
                if super::is_keyword(name) || name.starts_with('=') || value.contains('\n') {
                    shell.world.unsure(words, shell.line, "an alias of this form is not carried out");
                }
                Rc::make_mut(&mut shell.aliases).insert(name.to_owned(), value.to_owned());
            }
            None => match shell.aliases.get(word) {
                Some(value) => out.push_str(&shown(word, value)),
                None => {
                    shell.complain(&if shell.dash { format!("alias: {word} not found") } else { format!("alias: {word}: not found") });
                    status = 1;
                }
            },
        }
    }
    let printed = print(shell, "alias", &out);
    Ok(if printed == 0 { status } else { printed })
}

pub(super) fn unalias(shell: &mut Shell, words: &[String]) -> Run<i32> {
    let (given, rest) = match options(shell, words, "a") {
        Ok(it) => it,
        Err(status) => return Ok(status),
    };
    if has(&given, 'a') {
        Rc::make_mut(&mut shell.aliases).clear();
        return Ok(0);
    }
    if rest.is_empty() && !shell.dash {
        shell.complain("unalias: usage: unalias [-a] name [name ...]");
        return Ok(2);
    }
    let mut status = 0;
    for word in rest {
        if Rc::make_mut(&mut shell.aliases).remove(word).is_none() {
            shell.complain(&if shell.dash { format!("unalias: {word} not found") } else { format!("unalias: {word}: not found") });
            status = 1;
        }
    }
    Ok(status)
}
