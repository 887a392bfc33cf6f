//! Commands about modes, owners and the mask, which bashkit does not know.

use std::sync::Arc;

use bashkit::{BashBuilder, Builtin, BuiltinContext, ExecResult, Result, async_trait};
use invitro_sdk::interpreter::invitro::remediation::{
    ledger,
    types::{Error, FileType},
};

use crate::{filesystem::failure, kernel::Kernel};

/// Puts our commands in place.
pub(crate) fn install(builder: BashBuilder, kernel: &Arc<Kernel>) -> BashBuilder {
    builder
        .builtin("chmod", Box::new(Tool { kernel: kernel.clone(), act: chmod }))
        .builtin("chown", Box::new(Tool { kernel: kernel.clone(), act: chown }))
        .builtin("chgrp", Box::new(Tool { kernel: kernel.clone(), act: chgrp }))
        .builtin("umask", Box::new(Tool { kernel: kernel.clone(), act: umask }))
        .builtin("mkdir", Box::new(Tool { kernel: kernel.clone(), act: mkdir }))
        .builtin("touch", Box::new(Tool { kernel: kernel.clone(), act: touch }))
        .builtin("ln", Box::new(Tool { kernel: kernel.clone(), act: ln }))
        .builtin("mv", Box::new(Tool { kernel: kernel.clone(), act: mv }))
        .builtin("cp", Box::new(Tool { kernel: kernel.clone(), act: cp }))
        .builtin("whoami", Box::new(Tool { kernel: kernel.clone(), act: whoami }))
}

type Act = fn(&Call<'_>) -> std::result::Result<(), String>;

struct Tool {
    kernel: Arc<Kernel>,
    act: Act,
}

/// One call: words without options, and how each path is made absolute.
struct Call<'a> {
    kernel: &'a Kernel,
    args: &'a [String],
    cwd: String,
    out: std::cell::RefCell<String>,
}

/// What starts a message about an option or a form that is not modelled.
const UNMODELLED: &str = "\u{0}";

#[async_trait]
impl Builtin for Tool {
    async fn execute(&self, ctx: BuiltinContext<'_>) -> Result<ExecResult> {
        let call = Call { kernel: &self.kernel, args: ctx.args, cwd: ctx.cwd.to_string_lossy().into_owned(), out: Default::default() };
        let answer = (self.act)(&call);
        Ok(match answer {
            Ok(()) => ExecResult::ok(call.out.into_inner()),
            Err(message) => {
                if let Some(reason) = message.strip_prefix(UNMODELLED) {
                    let argv: Vec<Vec<u8>> = ctx.args.iter().map(|it| it.as_bytes().to_vec()).collect();
                    ledger::unmodelled(&argv, None, reason);
                }
                ExecResult::err(format!("{}\n", message.trim_start_matches(UNMODELLED)), 1)
            }
        })
    }
}

impl Call<'_> {
    fn path(&self, word: &str) -> String {
        if word.starts_with('/') { word.to_owned() } else { format!("{}/{word}", self.cwd.trim_end_matches('/')) }
    }

    /// Splits words into single-letter options, which must be among `known`, and the rest.
    fn split(&self, tool: &str, known: &str) -> std::result::Result<(String, Vec<&str>), String> {
        let (mut options, mut rest, mut open) = (String::new(), Vec::new(), true);
        for word in self.args {
            if open && word == "--" {
                open = false;
            } else if open && word.len() > 1 && word.starts_with('-') {
                if word.starts_with("--") || !word[1..].chars().all(|it| known.contains(it)) {
                    return Err(format!("{UNMODELLED}{tool}: the option `{word}` is not modelled"));
                }
                options.push_str(&word[1..]);
            } else {
                rest.push(word.as_str());
            }
        }
        Ok((options, rest))
    }

    fn is_directory(&self, path: &str) -> bool {
        self.kernel.stat(path, true).is_ok_and(|it| it.type_ == FileType::Directory)
    }

    /// The path and, where asked, all below it; links inside are not followed.
    fn each(&self, path: &str, recursive: bool, see: &mut dyn FnMut(&str) -> std::result::Result<(), Error>) -> std::result::Result<(), Error> {
        see(path)?;
        if recursive && self.kernel.stat(path, false)?.type_ == FileType::Directory {
            for name in self.kernel.names(path)? {
                let name = String::from_utf8(name).map_err(|_| Error::Other("a name that is not UTF-8".to_owned()))?;
                self.each(&format!("{}/{name}", path.trim_end_matches('/')), true, see)?;
            }
        }
        Ok(())
    }
}

fn says(what: &str, error: Error) -> String {
    format!("{what}: {}", failure(error))
}

fn chmod(call: &Call<'_>) -> std::result::Result<(), String> {
    // A symbolic mode may begin with `-`, which is no option.
    let recursive = call.args.first().is_some_and(|it| it == "-R");
    let words: Vec<&String> = call.args.iter().skip(usize::from(recursive)).filter(|it| *it != "--").collect();
    if words.iter().any(|it| it.starts_with("--")) {
        return Err(format!("{UNMODELLED}chmod: long options are not modelled"));
    }
    let (mode, paths) = words.split_first().ok_or("chmod: missing operand")?;
    for path in paths {
        let full = call.path(path);
        let mut act = |at: &str| {
            let stat = call.kernel.stat(at, at == full)?;
            if stat.type_ == FileType::Symlink {
                return Ok(());
            }
            let directory = stat.type_ == FileType::Directory;
            let mode = new_mode(mode, stat.mode, directory, call.mask()).map_err(Error::Other)?;
            call.kernel.workspace().set_mode(at.as_bytes(), mode, true)
        };
        call.each(&full, recursive, &mut act).map_err(|error| match error {
            Error::Other(text) => format!("{UNMODELLED}{text}"),
            error => says(&format!("chmod: cannot access '{path}'"), error),
        })?;
    }
    Ok(())
}

impl Call<'_> {
    fn mask(&self) -> u32 {
        let mask = self.kernel.workspace().set_umask(0o022);
        self.kernel.workspace().set_umask(mask);
        mask
    }
}

/// Returns the mode that chmod(1) gives: octal, or clauses of `ugoa`, `+-=`, `rwxXst`.
fn new_mode(text: &str, old: u32, directory: bool, umask: u32) -> std::result::Result<u32, String> {
    if text.chars().all(|it| ('0'..='7').contains(&it)) {
        let mode = u32::from_str_radix(text, 8).map_err(|_| format!("chmod: invalid mode: '{text}'"))?;
        // Fewer than five digits keep the set-id bits of a directory (GNU coreutils, "Directory Setuid and Setgid").
        let keep = if directory && text.len() < 5 { old & 0o6000 } else { 0 };
        return Ok(mode & 0o7777 | keep);
    }
    let mut mode = old;
    for clause in text.split(',') {
        let at = clause.find(['+', '-', '=']).ok_or_else(|| format!("chmod: invalid mode: '{text}'"))?;
        let (who, rest) = clause.split_at(at);
        let mask = if who.is_empty() { !umask & 0o777 | 0o7000 } else { who.chars().map(whose).sum::<Option<u32>>().ok_or_else(|| format!("chmod: invalid mode: '{text}'"))? };
        mode = clauses(mode, rest, mask, who, directory).ok_or_else(|| format!("chmod: the mode `{text}` is not modelled"))?;
    }
    Ok(mode)
}

fn whose(letter: char) -> Option<u32> {
    Some(match letter {
        'u' => 0o4700,
        'g' => 0o2070,
        'o' => 0o1007,
        'a' => 0o7777,
        _ => return None,
    })
}

fn clauses(mut mode: u32, rest: &str, mask: u32, who: &str, directory: bool) -> Option<u32> {
    let mut rest = rest;
    while let Some(operator) = rest.chars().next() {
        let end = rest[1..].find(['+', '-', '=']).map_or(rest.len(), |it| it + 1);
        let mut bits = 0;
        for letter in rest[1..end].chars() {
            bits |= match letter {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                'X' if directory || mode & 0o111 != 0 => 0o111,
                'X' => 0,
                's' => 0o6000,
                't' => 0o1000,
                _ => return None,
            };
        }
        let sticky = if who.is_empty() || who.contains(['a', 'o']) || !rest.contains('t') { 0 } else { 0o1000 };
        let bits = bits & mask & !sticky;
        mode = match operator {
            '+' => mode | bits,
            '-' => mode & !bits,
            // A directory keeps its set-id bits unless they are named.
            '=' => mode & !(mask & if directory { 0o1777 } else { 0o7777 }) | bits,
            _ => return None,
        };
        rest = &rest[end..];
    }
    Some(mode)
}

fn chown(call: &Call<'_>) -> std::result::Result<(), String> {
    let (options, words) = call.split("chown", "Rh")?;
    let (owner, paths) = words.split_first().ok_or("chown: missing operand")?;
    let (user, group) = match owner.split_once([':', '.']) {
        Some((user, group)) => (user, Some(group)),
        None => (*owner, None),
    };
    let uid = match user {
        "" => None,
        user => Some(call.kernel.number("/etc/passwd", user).ok_or_else(|| format!("chown: invalid user: '{owner}'"))?),
    };
    let gid = match group {
        None => None,
        Some("") => return Err(format!("{UNMODELLED}chown: the form `user:` is not modelled")),
        Some(group) => Some(call.kernel.number("/etc/group", group).ok_or_else(|| format!("chown: invalid group: '{owner}'"))?),
    };
    set_owner(call, "chown", &options, uid, gid, paths)
}

fn chgrp(call: &Call<'_>) -> std::result::Result<(), String> {
    let (options, words) = call.split("chgrp", "Rh")?;
    let (group, paths) = words.split_first().ok_or("chgrp: missing operand")?;
    let gid = call.kernel.number("/etc/group", group).ok_or_else(|| format!("chgrp: invalid group: '{group}'"))?;
    set_owner(call, "chgrp", &options, None, Some(gid), paths)
}

fn set_owner(call: &Call<'_>, tool: &str, options: &str, uid: Option<u32>, gid: Option<u32>, paths: &[&str]) -> std::result::Result<(), String> {
    let (recursive, follow) = (options.contains('R'), !options.contains('h') && !options.contains('R'));
    for path in paths {
        let full = call.path(path);
        let mut act = |at: &str| call.kernel.workspace().set_owner(at.as_bytes(), uid, gid, follow);
        call.each(&full, recursive, &mut act).map_err(|error| says(&format!("{tool}: cannot access '{path}'"), error))?;
    }
    Ok(())
}

fn umask(call: &Call<'_>) -> std::result::Result<(), String> {
    match call.args {
        [] => call.out.borrow_mut().push_str(&format!("{:04o}\n", call.mask())),
        [mask] if mask.chars().all(|it| ('0'..='7').contains(&it)) => {
            let mask = u32::from_str_radix(mask, 8).map_err(|_| format!("umask: {mask}: octal number out of range"))?;
            call.kernel.workspace().set_umask(mask);
        }
        _ => return Err(format!("{UNMODELLED}umask: only an octal mask is modelled")),
    }
    Ok(())
}

fn mkdir(call: &Call<'_>) -> std::result::Result<(), String> {
    let (options, paths) = call.split("mkdir", "p")?;
    for path in paths {
        let full = call.path(path);
        if options.contains('p') {
            for (at, _) in full.match_indices('/').skip(1) {
                match call.kernel.workspace().make_directory(&full.as_bytes()[..at], 0o777) {
                    Ok(()) | Err(Error::Exists) => {}
                    Err(error) => return Err(says(&format!("mkdir: cannot create directory '{path}'"), error)),
                }
            }
        }
        match call.kernel.workspace().make_directory(full.as_bytes(), 0o777) {
            Err(Error::Exists) if options.contains('p') && call.is_directory(&full) => {}
            answer => answer.map_err(|error| says(&format!("mkdir: cannot create directory '{path}'"), error))?,
        }
    }
    Ok(())
}

fn touch(call: &Call<'_>) -> std::result::Result<(), String> {
    for path in call.split("touch", "")?.1 {
        match call.kernel.workspace().create(call.path(path).as_bytes(), 0o666, true) {
            // Times are no part of a tree's equality.
            Ok(()) | Err(Error::Exists) => {}
            Err(error) => return Err(says(&format!("touch: cannot touch '{path}'"), error)),
        }
    }
    Ok(())
}

/// The path that a file gets when the destination is a directory.
fn into(call: &Call<'_>, source: &str, destination: &str) -> String {
    let full = call.path(destination);
    if !call.is_directory(&full) {
        return full;
    }
    let name = source.trim_end_matches('/').rsplit('/').next().unwrap_or(source);
    format!("{}/{name}", full.trim_end_matches('/'))
}

fn ln(call: &Call<'_>) -> std::result::Result<(), String> {
    let (options, words) = call.split("ln", "sfn")?;
    let [target, link] = words[..] else { return Err(format!("{UNMODELLED}ln: only `ln TARGET LINK` is modelled")) };
    let full = if options.contains('n') { call.path(link) } else { into(call, target, link) };
    if options.contains('f') && call.kernel.stat(&full, false).is_ok_and(|it| it.type_ != FileType::Directory) {
        call.kernel.workspace().remove_file(full.as_bytes()).map_err(|error| says(&format!("ln: cannot remove '{link}'"), error))?;
    }
    let made = if options.contains('s') {
        call.kernel.workspace().make_link(target.as_bytes(), full.as_bytes())
    } else {
        call.kernel.workspace().make_hard_link(call.path(target).as_bytes(), full.as_bytes())
    };
    made.map_err(|error| says(&format!("ln: failed to create link '{link}'"), error))
}

fn mv(call: &Call<'_>) -> std::result::Result<(), String> {
    let (_, words) = call.split("mv", "f")?;
    let (destination, sources) = words.split_last().filter(|it| !it.1.is_empty()).ok_or("mv: missing file operand")?;
    for source in sources {
        let to = into(call, source, destination);
        call.kernel
            .workspace()
            .rename(call.path(source).as_bytes(), to.as_bytes())
            .map_err(|error| says(&format!("mv: cannot move '{source}' to '{destination}'"), error))?;
    }
    Ok(())
}

fn cp(call: &Call<'_>) -> std::result::Result<(), String> {
    let (options, words) = call.split("cp", "pf")?;
    let (destination, sources) = words.split_last().filter(|it| !it.1.is_empty()).ok_or("cp: missing file operand")?;
    for source in sources {
        let from = call.path(source);
        let to = into(call, source, destination);
        copy(call, &from, &to, options.contains('p')).map_err(|error| says(&format!("cp: cannot copy '{source}'"), error))?;
    }
    Ok(())
}

fn copy(call: &Call<'_>, from: &str, to: &str, preserve: bool) -> std::result::Result<(), Error> {
    let stat = call.kernel.stat(from, true)?;
    if stat.type_ != FileType::Regular {
        return Err(Error::IsDirectory);
    }
    let bytes = call.kernel.read(from)?;
    call.kernel.overwrite(to, stat.mode & 0o777, &bytes)?;
    if preserve {
        call.kernel.workspace().set_owner(to.as_bytes(), Some(stat.uid), Some(stat.gid), true)?;
        call.kernel.workspace().set_mode(to.as_bytes(), stat.mode, true)?;
        call.kernel.workspace().set_times(to.as_bytes(), stat.mtime_seconds, stat.mtime_nanos, true)?;
    }
    Ok(())
}

fn whoami(call: &Call<'_>) -> std::result::Result<(), String> {
    call.out.borrow_mut().push_str("root\n");
    Ok(())
}
