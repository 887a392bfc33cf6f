//! Names of members on their way in and out: leading slashes and `..` go, components are stripped, a top folder is put before.

use std::collections::HashSet;

use crate::{
    options::Options,
    talk::{Talk, said},
};

/// Prefixes that were told of already.
#[derive(Default)]
pub(crate) struct Told(HashSet<(bool, Vec<u8>)>);

/// Answers whether a component of a name is `..`.
pub(crate) fn has_dot_dot(name: &[u8]) -> bool {
    name.split(|it| *it == b'/').any(|it| it == b"..")
}

/// The part of a name that leads nowhere outside.
pub(crate) fn safer<'a>(name: &'a [u8], is_link: bool, options: &Options, told: &mut Told, talk: &mut Talk) -> &'a [u8] {
    let mut from = 0;
    if !options.absolute_names {
        let mut at = 0;
        for component in name.split(|it| *it == b'/') {
            if component == b".." {
                from = at + 2;
            }
            at += component.len() + 1;
        }
        while name.get(from) == Some(&b'/') {
            from += 1;
        }
        let prefix = name[..from].to_vec();
        if from > 0 && told.0.insert((is_link, prefix.clone())) {
            let whose = if is_link { &b"' from hard link targets"[..] } else { b"' from member names" };
            talk.warn(said(&[b"Removing leading `", &prefix, whose]));
        }
    }
    if from < name.len() {
        return &name[from..];
    }
    if from == 0 {
        talk.warn(if is_link { "Substituting `.' for empty hard link target" } else { "Substituting `.' for empty member name" });
    }
    b"."
}

/// A name without its first components; empty when it has no more than those.
pub(crate) fn stripped(name: &[u8], mut count: u64) -> &[u8] {
    if count == 0 {
        return name;
    }
    let mut at = name.iter().take_while(|it| **it == b'/').count();
    while at < name.len() {
        let slash = name[at] == b'/';
        at += 1;
        if slash {
            count -= 1;
            if count == 0 {
                return &name[at..];
            }
            at += name[at..].iter().take_while(|it| **it == b'/').count();
        }
    }
    b""
}

/// A name below the one top folder.
pub(crate) fn below(top: &[u8], name: &[u8]) -> Vec<u8> {
    let at = name.iter().position(|it| !matches!(it, b'/' | b'.'));
    let Some(at) = at else { return top.to_vec() };
    if name[at..].strip_prefix(top).is_some_and(|rest| rest.first().is_none_or(|it| *it == b'/')) {
        return name.to_vec();
    }
    let parts: Vec<&[u8]> = name.split(|it| *it == b'/').filter(|it| !it.is_empty() && *it != b".").collect();
    said(&[top, b"/", &parts.join(&b'/')])
}
