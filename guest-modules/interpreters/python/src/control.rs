//! The control channel: what the prelude asks for beyond preview 1. All of it is what a program may do on Linux, and is carried out on
//! the workspace; a request that does not come from the prelude makes the run unproven. Nothing that is said here clears anything.

use invitro_sdk::interpreter::invitro::remediation::{
    files::Workspace,
    ledger, surroundings,
    types::{Error, FileType, Stat},
};

use crate::{
    errno,
    files::{self, LIBRARY, LIBRARY_PATH, Open},
    preview1, session, spawn,
};

/// The prelude as CPython's own compiler made it, and its source, which stands where the two don't belong together.
static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.marshal"));

/// The number of a request that nobody knows (ENOSYS).
const NO_SUCH: u32 = 38;
/// EBADF of Linux.
const BAD_DESCRIPTOR: u32 = 9;
/// EINVAL of Linux.
const INVALID: u32 = 22;

/// Parts of a request or a reply: each a length in four bytes, and as many bytes.
pub(crate) struct Parts<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok().filter(|it| *it <= rest.len())?;
        let (part, rest) = rest.split_at(length);
        self.0 = rest;
        Some(part)
    }
}

/// Joins parts.
pub(crate) fn parts<T: AsRef<[u8]>>(of: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut all = Vec::new();
    for part in of {
        all.extend((part.as_ref().len() as u32).to_le_bytes());
        all.extend(part.as_ref());
    }
    all
}

/// Answers a request: its name, the token, no headers, its parts. A reply is a number (0, or errno of Linux), no headers, and bytes.
pub(crate) fn answer(request: &[u8]) -> Vec<u8> {
    let mut fields = Parts(request);
    let (name, token) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
    let body = fields.0.get(4..).and_then(|it| Parts(it).next()).unwrap_or_default();
    let (status, bytes) = match asked(name, token, body) {
        Ok(bytes) => (0, bytes),
        Err(status) => (status, Vec::new()),
    };
    let mut reply = status.to_le_bytes().to_vec();
    reply.extend(0_u32.to_le_bytes());
    reply.extend(parts([bytes]));
    reply
}

type Answer = Result<Vec<u8>, u32>;

fn asked(name: &[u8], token: &[u8], body: &[u8]) -> Answer {
    let known = session::with(|it| it.token.clone()).flatten();
    match (name, known) {
        (b"code", None) => Ok(CODE.to_vec()),
        (b"begin", None) => Ok(begin()),
        (_, Some(known)) if known == token => served(name, body),
        _ => {
            ledger::unmodelled(&[b"python3".to_vec()], None, "the script asked for something in the name of the interpreter");
            Err(NO_SUCH)
        }
    }
}

/// What the prelude needs to know: the token, the script, the process, and the words.
fn begin() -> Vec<u8> {
    let token: String = surroundings::random(16).iter().map(|it| format!("{it:02x}")).collect();
    let process = surroundings::process_id();
    let told = session::with(|it| {
        it.token = Some(token.clone().into_bytes());
        let of = &it.surroundings;
        let mut told = vec![token.into_bytes(), std::mem::take(&mut it.script)];
        told.extend([process, of.uid, of.gid].map(|it| it.to_string().into_bytes()));
        told.extend(of.argv.iter().cloned());
        told
    });
    parts(told.unwrap_or_default())
}

/// Reads numbers and paths of a request.
struct Asked<'a>(Parts<'a>);

impl<'a> Asked<'a> {
    fn bytes(&mut self) -> Result<&'a [u8], u32> {
        self.0.next().ok_or(INVALID)
    }

    fn number(&mut self) -> Result<i64, u32> {
        std::str::from_utf8(self.bytes()?).ok().and_then(|it| it.parse().ok()).ok_or(INVALID)
    }

    fn text(&mut self) -> Result<String, u32> {
        Ok(String::from_utf8_lossy(self.bytes()?).into_owned())
    }

    /// A number that may be left out: -1 says so.
    fn perhaps(&mut self) -> Result<Option<u32>, u32> {
        Ok(u32::try_from(self.number()?).ok())
    }
}

fn served(name: &[u8], body: &[u8]) -> Answer {
    let workspace = session::workspace().ok_or(NO_SUCH)?;
    let mut of = Asked(Parts(body));
    match name {
        b"stat" | b"fstat" => metadata(workspace, name, &mut of),
        b"chmod" | b"fchmod" | b"chown" | b"fchown" => ownership(workspace, name, &mut of),
        b"getxattr" | b"setxattr" | b"listxattr" | b"removexattr" => attributes(workspace, name, &mut of),
        b"list" => {
            let path = of.bytes()?;
            let entries = files::list(workspace, path).map_err(|it| errno::linux(&it))?;
            Ok(parts(entries.iter().map(|it| [&[kind(it.type_)], &it.inode.to_le_bytes()[..], &it.name].concat())))
        }
        b"realpath" => workspace.real_path(of.bytes()?).map_err(|it| errno::linux(&it)),
        b"mode" => {
            let mode = of.number()? as u32 & 0o7777;
            session::with(|it| it.mode = Some(mode));
            Ok(Vec::new())
        }
        b"umask" => Ok(workspace.set_umask(of.number()? as u32 & 0o777).to_string().into_bytes()),
        b"mkfifo" => {
            let path = of.bytes()?;
            workspace.make_fifo(path, of.number()? as u32 & 0o7777).map(|()| Vec::new()).map_err(|it| errno::linux(&it))
        }
        b"spawn" => spawn::run(body).ok_or(INVALID),
        b"programs" => Ok(vec![u8::from(spawn::has_programs(workspace))]),
        b"note" => note(&mut of),
        b"line" => {
            let line = of.number()? as u32;
            session::with(|it| it.line = Some(line));
            Ok(Vec::new())
        }
        b"cwd" => Ok(session::with(|it| it.surroundings.cwd.clone()).unwrap_or_default()),
        b"end" => {
            session::with(|it| it.completed = true);
            Ok(Vec::new())
        }
        _ => Err(NO_SUCH),
    }
}

/// Adds to the ledger.
fn note(of: &mut Asked<'_>) -> Answer {
    let (what, line) = (of.bytes()?, of.perhaps()?.filter(|it| *it > 0));
    let (name, text) = (of.text()?, of.text()?);
    match what {
        b"assume" => ledger::assume(&name, &text, line),
        b"doubt" => ledger::doubt(&name, line, &text),
        _ => ledger::unmodelled(&[name.into_bytes()], line, &text),
    }
    Ok(Vec::new())
}

/// The type as `st_mode` has it (stat(2), S_IFMT).
fn kind(of: FileType) -> u8 {
    match of {
        FileType::Fifo => 0o1,
        FileType::Special => 0o2,
        FileType::Directory => 0o4,
        FileType::Regular => 0o10,
        FileType::Symlink => 0o12,
    }
}

fn packed(of: &Stat) -> Vec<u8> {
    let mut all = (u32::from(kind(of.type_)) << 12 | of.mode).to_le_bytes().to_vec();
    all.extend(of.uid.to_le_bytes());
    all.extend(of.gid.to_le_bytes());
    all.extend(of.links.to_le_bytes());
    all.extend(of.size.to_le_bytes());
    all.extend(of.inode.to_le_bytes());
    all.extend(of.mtime_seconds.to_le_bytes());
    all.extend(of.mtime_nanos.to_le_bytes());
    all
}

fn plain(type_: FileType, mode: u32, size: u64, seconds: i64) -> Stat {
    Stat { type_, mode, uid: 0, gid: 0, size, links: 1, inode: u64::MAX, mtime_seconds: seconds, mtime_nanos: 0 }
}

fn metadata(workspace: &Workspace, name: &[u8], of: &mut Asked<'_>) -> Answer {
    if name == b"fstat" {
        let number = usize::try_from(of.number()?).map_err(|_| BAD_DESCRIPTOR)?;
        let found = at(number, |open| match open {
            Open::At(node) => node.stat(workspace).map_err(|it| errno::linux(&it)),
            Open::Root => workspace.stat(b"/", true).map_err(|it| errno::linux(&it)),
            Open::Library { .. } => Ok(plain(FileType::Regular, 0o644, LIBRARY.len() as u64, 0)),
            Open::Null | Open::Device { .. } => Ok(plain(FileType::Special, 0o666, 0, 0)),
            Open::Stdin | Open::Stdout | Open::Stderr => Ok(plain(FileType::Fifo, 0o600, 0, 0)),
        });
        return found.map(|it| packed(&it));
    }
    let path = of.bytes()?;
    let follow = of.number()? == 1;
    if path == LIBRARY_PATH {
        return Ok(packed(&plain(FileType::Regular, 0o644, LIBRARY.len() as u64, 0)));
    }
    match workspace.stat(path, follow) {
        Ok(stat) => Ok(packed(&stat)),
        Err(Error::NoEntry) if matches!(path, b"/dev/null" | b"/dev/zero" | b"/dev/urandom" | b"/dev/random") => Ok(packed(&plain(FileType::Special, 0o666, 0, 0))),
        Err(error) => {
            preview1::ask_of_kernel(path);
            Err(errno::linux(&error))
        }
    }
}

/// Looks at what a number stands for, while the call itself is not looked at.
fn at<T>(number: usize, act: impl FnOnce(&Open) -> Result<T, u32>) -> Result<T, u32> {
    let open = session::with(|it| it.open.get_mut(number).and_then(Option::take)).flatten().ok_or(BAD_DESCRIPTOR)?;
    let answer = act(&open);
    session::with(|it| it.open[number] = Some(open));
    answer
}

/// Path of an open file that has one.
fn path_of(number: i64) -> Result<Vec<u8>, u32> {
    at(usize::try_from(number).map_err(|_| BAD_DESCRIPTOR)?, |open| match open {
        Open::At(node) if node.orphan.is_none() => Ok(node.path.clone()),
        Open::Root => Ok(b"/".to_vec()),
        _ => Err(INVALID),
    })
}

fn ownership(workspace: &Workspace, name: &[u8], of: &mut Asked<'_>) -> Answer {
    let path = match name {
        b"fchmod" | b"fchown" => {
            // What somebody else may have replaced is looked at first.
            files::look_again(workspace);
            path_of(of.number()?)?
        }
        _ => of.bytes()?.to_vec(),
    };
    let done = match name {
        b"chmod" | b"fchmod" => {
            let mode = of.number()? as u32 & 0o7777;
            workspace.set_mode(&path, mode, of.number()? == 1)
        }
        _ => {
            let (uid, gid) = (of.perhaps()?, of.perhaps()?);
            workspace.set_owner(&path, uid, gid, of.number()? == 1)
        }
    };
    done.map(|()| Vec::new()).map_err(|it| errno::linux(&it))
}

/// ENODATA of Linux.
const NO_DATA: u32 = 61;

fn attributes(workspace: &Workspace, name: &[u8], of: &mut Asked<'_>) -> Answer {
    let path = of.bytes()?;
    let follow = of.number()? == 1;
    let fail = |it: Error| errno::linux(&it);
    match name {
        b"listxattr" => Ok(parts(workspace.list_attributes(path, follow).map_err(fail)?)),
        b"getxattr" => workspace.get_attribute(path, of.bytes()?, follow).map_err(fail)?.ok_or(NO_DATA),
        b"setxattr" => {
            let name = of.bytes()?;
            workspace.set_attribute(path, name, of.bytes()?, follow).map(|()| Vec::new()).map_err(fail)
        }
        _ => match workspace.remove_attribute(path, of.bytes()?, follow) {
            Ok(()) => Ok(Vec::new()),
            Err(Error::NoEntry) => Err(NO_DATA),
            Err(error) => Err(fail(error)),
        },
    }
}
