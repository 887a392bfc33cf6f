//! A plan as an Ansible playbook, with the modules of ansible-core alone. Content lies beside it, in files for their owner alone, so that
//! the playbook itself holds none.
//!
//! It checks first that each path is as it was tried or as it will be, so it may be run twice; and in the end that all is as it was tried.

use std::{collections::BTreeSet, fmt::Write as _, path::Path};

use super::lost::is_secret;
use crate::{
    apply::{
        Error, Plan, Planned,
        blobs::{private_folder, put_file},
    },
    diff::FileState,
    tree::FileType,
};

/// The playbook in its folder.
const FILE: &str = "playbook.yml";
/// The folder of content, where the module `copy` looks for it.
const FILES: &str = "files";

/// Writes a playbook into a folder that is for its owner alone. What ansible-core's modules can't do is refused.
pub fn playbook(plan: &Plan, hosts: &str, folder: &Path) -> Result<(), Error> {
    let mut text = format!(
        "# Made by invitro from a change that was tried; evidence {}.\n- name: {}\n  hosts: {}\n  gather_facts: false\n  become: true\n  tasks:\n",
        plan.evidence,
        word(&format!("invitro: {}", plan.remediation), &[])?,
        word(hosts, &[])?
    );
    private_folder(folder)?;
    private_folder(&folder.join(FILES))?;
    let mut kept = BTreeSet::new();
    for (number, it) in plan.changes.iter().enumerate() {
        fits(it)?;
        if !is_below_other(plan, it, true) {
            check(&mut text, it, number, true)?;
        }
        if let Some(content) = plan.content_after(it)? {
            let digest = crate::digest::Digest::of(&content);
            if kept.insert(digest) {
                put_file(&folder.join(FILES).join(digest.hex()), &content, 0o600)?;
            }
        }
    }
    let is_gone = |it: &&Planned| it.after.is_none() || it.before.as_ref().is_some_and(|was| it.after.as_ref().is_some_and(|is| was.kind != is.kind));
    let gone: Vec<(usize, &Planned)> = plan.changes.iter().enumerate().rev().filter(|it| is_gone(&it.1)).collect();
    for (number, it) in &gone {
        remove(&mut text, it, *number)?;
    }
    let rank = |it: &Planned| it.after.as_ref().map_or(0, |is| u8::from(is.kind != FileType::Directory) + u8::from(names_another(it)));
    let mut made: Vec<(usize, &Planned)> = plan.changes.iter().enumerate().filter(|it| it.1.after.is_some()).collect();
    made.sort_by_key(|it| (rank(it.1), it.0));
    for (number, it) in made {
        make(&mut text, plan, it, number)?;
    }
    for (number, it) in plan.changes.iter().enumerate() {
        if !is_below_other(plan, it, false) {
            check(&mut text, it, number, false)?;
        }
    }
    effects(&mut text, plan, &gone)?;
    put_file(&folder.join(FILE), text.as_bytes(), 0o600)
}

fn unfit(it: &Planned, what: &str) -> Error {
    Error::Unfit { path: it.path.clone(), what: format!("{what}, which a playbook of ansible-core can't; apply it here, or export a bundle") }
}

fn names_another(it: &Planned) -> bool {
    it.after.as_ref().and_then(|it| it.linked.as_ref()).is_some_and(|first| *first != it.path)
}

/// Refuses what no module of ansible-core does truly.
fn fits(it: &Planned) -> Result<(), Error> {
    let changed = |get: fn(&FileState) -> bool| [&it.before, &it.after].into_iter().flatten().any(get);
    if changed(|it| it.flags.any()) {
        return Err(unfit(it, "it bears flags that forbid changes"));
    }
    if changed(|it| it.kind == FileType::Fifo) {
        return Err(unfit(it, "it is a pipe"));
    }
    let attributes = |state: &Option<FileState>| state.as_ref().and_then(|it| it.xattrs.clone()).unwrap_or_default();
    if it.after.is_some() && attributes(&it.before) != attributes(&it.after) {
        return Err(unfit(it, "its extended attributes change"));
    }
    Ok(())
}

/// A value of YAML: a JSON string is one. What Ansible would take for a template is refused.
fn word(text: &str, path: &[u8]) -> Result<String, Error> {
    if ["{{", "{%", "{#"].iter().any(|it| text.contains(it)) {
        return Err(Error::Unfit { path: path.to_vec(), what: format!("`{}` would be a template in a playbook; export a bundle", text.escape_debug()) });
    }
    Ok(serde_json::to_string(text).expect("text is plain data"))
}

fn path_word(it: &Planned, path: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(path).map_err(|_| unfit(it, "it has a name that is no UTF-8"))?;
    word(text, &it.path)
}

/// Answers whether a path lies below what is no folder before, or after: nothing can be there, and looking at it would fail.
fn is_below_other(plan: &Plan, it: &Planned, before: bool) -> bool {
    let is_other = |other: &Planned| {
        let state = if before { &other.before } else { &other.after };
        state.as_ref().is_some_and(|it| it.kind != FileType::Directory)
    };
    plan.changes.iter().any(|other| is_other(other) && it.path.strip_prefix(other.path.as_slice()).is_some_and(|rest| rest.starts_with(b"/")))
}

/// Looks at a path and asserts what it is: before, or after where `first` (a second run changes nothing); after alone where not.
fn check(text: &mut String, it: &Planned, number: usize, first: bool) -> Result<(), Error> {
    let path = path_word(it, &it.path)?;
    let (when, name) = if first { ("before", "is as it was tried") } else { ("after", "is as it is to be") };
    let register = format!("invitro_{when}_{number}");
    let about = |verb: &str| word(&format!("{verb} {} {name}", String::from_utf8_lossy(&it.path)), &it.path);
    let (look, assert) = (about("look whether")?, about("assert that")?);
    let _ = write!(
        text,
        "    - name: {look}\n      ansible.builtin.stat:\n        path: {path}\n        follow: false\n        checksum_algorithm: sha256\n      register: {register}\n"
    );
    let after = condition(&register, it, it.after.as_ref())?;
    let condition = if first { format!("({}) or ({after})", condition(&register, it, it.before.as_ref())?) } else { after };
    let _ = write!(
        text,
        "    - name: {assert}\n      ansible.builtin.assert:\n        that:\n          - {}\n        quiet: true\n",
        serde_json::to_string(&condition).expect("text is plain data")
    );
    Ok(())
}

fn condition(register: &str, it: &Planned, state: Option<&FileState>) -> Result<String, Error> {
    let Some(state) = state else { return Ok(format!("not {register}.stat.exists")) };
    let mut all = vec![format!("{register}.stat.exists")];
    match state.kind {
        FileType::Regular => {
            all.extend([format!("{register}.stat.isreg"), format!("{register}.stat.checksum == '{}'", state.sha256.map(|it| it.hex()).unwrap_or_default())])
        }
        FileType::Directory => all.push(format!("{register}.stat.isdir")),
        _ => {
            let target = std::str::from_utf8(state.target.as_deref().unwrap_or_default()).map_err(|_| unfit(it, "its target is no UTF-8"))?;
            word(target, &it.path)?;
            let target = target.replace('\\', "\\\\").replace('\'', "\\'");
            all.extend([format!("{register}.stat.islnk"), format!("{register}.stat.lnk_target == '{target}'")]);
        }
    }
    if state.kind != FileType::Symlink {
        all.push(format!("{register}.stat.mode == '{:04o}'", state.mode));
    }
    all.extend([format!("{register}.stat.uid == {}", state.uid), format!("{register}.stat.gid == {}", state.gid)]);
    Ok(all.join(" and "))
}

fn remove(text: &mut String, it: &Planned, number: usize) -> Result<(), Error> {
    let name = word(&format!("remove {}", String::from_utf8_lossy(&it.path)), &it.path)?;
    let path = path_word(it, &it.path)?;
    let (test, module) = match it.before.as_ref().map(|it| it.kind) {
        // Never with what others put into it.
        Some(FileType::Directory) => ("isdir", format!("ansible.builtin.command:\n        argv: [\"rmdir\", \"--\", {path}]\n")),
        Some(FileType::Symlink) => ("islnk", format!("ansible.builtin.file:\n        path: {path}\n        state: absent\n")),
        _ => ("isreg", format!("ansible.builtin.file:\n        path: {path}\n        state: absent\n")),
    };
    // In a second run what is there is what was made.
    let _ = write!(
        text,
        "    - name: {name}\n      {module}      register: invitro_removed_{number}\n      when: invitro_before_{number}.stat.{test} | default(false)\n"
    );
    Ok(())
}

fn make(text: &mut String, plan: &Plan, it: &Planned, number: usize) -> Result<(), Error> {
    let Some(is) = &it.after else { return Ok(()) };
    let path = path_word(it, &it.path)?;
    let name = word(&format!("write {}", String::from_utf8_lossy(&it.path)), &it.path)?;
    let owner = format!("        owner: \"{}\"\n        group: \"{}\"\n", is.uid, is.gid);
    let mode = format!("        mode: \"{:04o}\"\n", is.mode);
    let module = match is.kind {
        _ if names_another(it) => {
            let first = path_word(it, is.linked.as_deref().unwrap_or_default())?;
            format!("ansible.builtin.file:\n        state: hard\n        force: true\n        src: {first}\n        dest: {path}\n")
        }
        FileType::Directory => format!("ansible.builtin.file:\n        state: directory\n        path: {path}\n{owner}{mode}"),
        FileType::Symlink => {
            let target = path_word(it, is.target.as_deref().unwrap_or_default())?;
            format!(
                "ansible.builtin.file:\n        state: link\n        force: true\n        follow: false\n        src: {target}\n        dest: {path}\n{owner}"
            )
        }
        _ => {
            let digest = is.sha256.map(|it| it.hex()).unwrap_or_default();
            format!("ansible.builtin.copy:\n        src: \"{digest}\"\n        dest: {path}\n        follow: false\n{owner}{mode}")
        }
    };
    let _ = write!(text, "    - name: {name}\n      {module}      register: invitro_written_{number}\n");
    if is_secret(it, &[&plan.content_after(it)?.unwrap_or_default()]) {
        text.push_str("      no_log: true\n      diff: false\n");
    }
    Ok(())
}

fn effects(text: &mut String, plan: &Plan, gone: &[(usize, &Planned)]) -> Result<(), Error> {
    let made = plan.changes.iter().enumerate().filter(|it| it.1.after.is_some()).map(|it| format!("invitro_written_{} is changed", it.0));
    let written: Vec<String> = made.chain(gone.iter().map(|it| format!("invitro_removed_{} is changed", it.0))).collect();
    for it in &plan.effects {
        let words = it.argv.iter().map(|it| std::str::from_utf8(it).ok());
        let words: Option<Vec<&str>> = words.collect();
        let words = words.ok_or_else(|| Error::Effect { words: super::super::effect::words(it), what: "is no UTF-8; export a bundle".into() })?;
        let name = word(&format!("effect: {}", words.join(" ")), b"/")?;
        let argv: Vec<String> = words.iter().map(|it| word(it, b"/")).collect::<Result<_, _>>()?;
        let _ = write!(text, "    - name: {name}\n      ansible.builtin.command:\n        argv: [{}]\n      changed_when: true\n", argv.join(", "));
        if !written.is_empty() {
            let _ = writeln!(text, "      when: {}", written.join(" or "));
        }
    }
    Ok(())
}
