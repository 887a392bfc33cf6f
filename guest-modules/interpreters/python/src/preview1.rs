//! WASI preview 1 (wasi_snapshot_preview1) over the workspace: the functions that CPython's snapshot imports, with their names, their
//! numbers and their records as the standard has them. Pointers are into the memory that both modules share.

use invitro_sdk::interpreter::invitro::remediation::{
    files::Workspace,
    ledger, surroundings,
    types::{FileType, Stat},
};

use crate::{
    errno::{self, wasi},
    files::{self, LIBRARY, LIBRARY_PATH, LIBRARY_TIME, MOST_BYTES, Node, Open},
    session,
};

type Answer<T = ()> = Result<T, i32>;

/// `filetype` of preview 1.
fn filetype(of: FileType) -> u8 {
    match of {
        FileType::Special => 2,
        FileType::Directory => 3,
        FileType::Regular => 4,
        FileType::Fifo => 0,
        FileType::Symlink => 7,
    }
}

const CHARACTER_DEVICE: u8 = 2;
const REGULAR: u8 = 4;
const DIRECTORY: u8 = 3;
/// The most files that are open at once (RLIMIT_NOFILE of a Debian shell: 1024).
const MOST_OPEN: usize = 1024;

fn done(answer: Answer) -> i32 {
    answer.err().unwrap_or(wasi::SUCCESS)
}

fn workspace() -> Answer<&'static Workspace> {
    session::workspace().ok_or(wasi::IO)
}

/// Bytes of the caller's memory.
fn bytes<'a>(at: *const u8, length: usize) -> &'a [u8] {
    if length == 0 {
        return &[];
    }
    // SAFETY: preview 1 promises the range; a wrong one traps at the end of the memory.
    unsafe { std::slice::from_raw_parts(at, length) }
}

fn put(at: *mut u8, bytes: &[u8]) {
    // SAFETY: preview 1 promises room for its record.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), at, bytes.len()) }
}

fn put_u32(at: *mut u8, value: usize) {
    put(at, &(value as u32).to_le_bytes());
}

fn put_u64(at: *mut u8, value: u64) {
    put(at, &value.to_le_bytes());
}

fn u32_at(at: *const u8, offset: usize) -> u32 {
    let mut raw = [0; 4];
    raw.copy_from_slice(&bytes(at, offset + 4)[offset..]);
    u32::from_le_bytes(raw)
}

/// The vectors of a read or a write.
fn vectors(at: *const u8, count: usize) -> impl Iterator<Item = (*mut u8, usize)> {
    (0..count).map(move |it| (u32_at(at, it * 8) as usize as *mut u8, u32_at(at, it * 8 + 4) as usize))
}

/// The absolute path of a name below an open folder.
fn path_in(fd: i32, at: *const u8, length: usize) -> Answer<Vec<u8>> {
    let name = bytes(at, length);
    if name.contains(&0) {
        return Err(wasi::INVAL);
    }
    let folder = with_open(fd, |it| match it {
        Open::Root => Ok(b"/".to_vec()),
        Open::At(node) if node.kind == FileType::Directory => Ok(node.path.clone()),
        _ => Err(wasi::NOTDIR),
    })?;
    if name.is_empty() {
        return Err(wasi::NOENT);
    }
    let mut whole = if folder == b"/" { Vec::new() } else { folder };
    whole.push(b'/');
    whole.extend(name.strip_prefix(b"/").unwrap_or(name));
    if whole.ends_with(b"/.") && whole.len() > 2 {
        whole.truncate(whole.len() - 2);
    }
    Ok(if whole == b"/." { b"/".to_vec() } else { whole })
}

fn with_open<T>(fd: i32, act: impl FnOnce(&mut Open) -> Answer<T>) -> Answer<T> {
    let number = usize::try_from(fd).map_err(|_| wasi::BADF)?;
    session::with(|it| it.open.get_mut(number).and_then(Option::as_mut).map_or(Err(wasi::BADF), act)).unwrap_or(Err(wasi::BADF))
}

/// Takes what is open out of its number while the workspace is asked, as that must not happen while the call is looked at.
fn taken<T>(fd: i32, act: impl FnOnce(&mut Open) -> Answer<T>) -> Answer<T> {
    let number = usize::try_from(fd).map_err(|_| wasi::BADF)?;
    let take = |it: &mut session::Session| it.open.get_mut(number).and_then(Option::take);
    let Some(mut open) = session::with(take).flatten() else { return Err(wasi::BADF) };
    let answer = act(&mut open);
    session::with(|it| it.open[number] = Some(open));
    answer
}

fn push(open: Open) -> Answer<usize> {
    session::with(|it| {
        let free = it.open.iter().position(Option::is_none);
        match free {
            Some(at) => {
                it.open[at] = Some(open);
                Ok(at)
            }
            None if it.open.len() >= MOST_OPEN => Err(wasi::MFILE),
            None => {
                it.open.push(Some(open));
                Ok(it.open.len() - 1)
            }
        }
    })
    .unwrap_or(Err(wasi::BADF))
}

fn put_filestat(at: *mut u8, kind: u8, (inode, links, size): (u64, u64, u64), nanoseconds: u64) {
    put(at, &[0; 64]);
    put_u64(at.wrapping_add(8), inode);
    put(at.wrapping_add(16), &[kind]);
    put_u64(at.wrapping_add(24), links);
    put_u64(at.wrapping_add(32), size);
    for offset in [40, 48, 56] {
        put_u64(at.wrapping_add(offset), nanoseconds);
    }
}

fn put_stat(at: *mut u8, of: &Stat) {
    let time = u64::try_from(of.mtime_seconds).unwrap_or(0).saturating_mul(1_000_000_000).saturating_add(of.mtime_nanos.into());
    put_filestat(at, filetype(of.type_), (of.inode, of.links.into(), of.size), time);
}

/// What the kernel shows of itself is no part of a tree: whoever asks gets an answer of ours.
pub(crate) fn ask_of_kernel(path: &[u8]) {
    if [b"/proc/".as_slice(), b"/sys/"].iter().any(|it| path.starts_with(it)) {
        let line = session::with(|it| it.line).flatten();
        ledger::assume("kernel-facts", &String::from_utf8_lossy(path), line);
    }
}

// The words of the call.

/// `python3 -c`, and what starts the prelude: it takes its own code and the script through the control channel.
const ARGUMENTS: [&str; 3] = ["python3", "-c", "import _bashkit as b,marshal as m;exec(m.loads(b.http('code','',(),b'',None)[2]),{'__name__':'_invitro','_ask':b.http})"];

fn environment() -> Vec<Vec<u8>> {
    session::with(|it| {
        let mut all: Vec<Vec<u8>> = it.surroundings.env.iter().filter(|(name, _)| name != b"PWD").map(|(name, value)| [name, b"=".as_slice(), value].concat()).collect();
        all.push([b"PWD=".as_slice(), &it.surroundings.cwd].concat());
        all
    })
    .unwrap_or_default()
}

fn put_sizes(words: &[Vec<u8>], count: *mut u8, size: *mut u8) -> i32 {
    put_u32(count, words.len());
    put_u32(size, words.iter().map(|it| it.len() + 1).sum());
    wasi::SUCCESS
}

fn put_words(words: &[Vec<u8>], pointers: *mut u8, buffer: *mut u8) -> i32 {
    let mut at = buffer;
    for (number, word) in words.iter().enumerate() {
        put_u32(pointers.wrapping_add(number * 4), at as usize);
        put(at, word);
        put(at.wrapping_add(word.len()), &[0]);
        at = at.wrapping_add(word.len() + 1);
    }
    wasi::SUCCESS
}

fn arguments() -> Vec<Vec<u8>> {
    ARGUMENTS.iter().map(|it| it.as_bytes().to_vec()).collect()
}

#[unsafe(no_mangle)]
extern "C" fn args_sizes_get(count: *mut u8, size: *mut u8) -> i32 {
    put_sizes(&arguments(), count, size)
}

#[unsafe(no_mangle)]
extern "C" fn args_get(pointers: *mut u8, buffer: *mut u8) -> i32 {
    put_words(&arguments(), pointers, buffer)
}

#[unsafe(no_mangle)]
extern "C" fn environ_sizes_get(count: *mut u8, size: *mut u8) -> i32 {
    put_sizes(&environment(), count, size)
}

#[unsafe(no_mangle)]
extern "C" fn environ_get(pointers: *mut u8, buffer: *mut u8) -> i32 {
    put_words(&environment(), pointers, buffer)
}

// Clock, random bytes, waiting.

/// The realtime clock of `clockid`; all others count from a second on.
const REALTIME: i32 = 0;

#[unsafe(no_mangle)]
extern "C" fn clock_res_get(_: i32, at: *mut u8) -> i32 {
    put_u64(at, 1_000);
    wasi::SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn clock_time_get(clock: i32, _: i64, at: *mut u8) -> i32 {
    thread_local!(static BEGAN: u64 = surroundings::now());
    let now = surroundings::now();
    let shown = if clock == REALTIME { now } else { now.saturating_sub(BEGAN.with(|it| *it)).saturating_add(1_000_000_000) };
    put_u64(at, shown);
    wasi::SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn random_get(at: *mut u8, length: usize) -> i32 {
    let mut filled = 0;
    while filled < length {
        let some = surroundings::random((length - filled).min(4096) as u32);
        if some.is_empty() {
            return wasi::IO;
        }
        put(at.wrapping_add(filled), &some);
        filled += some.len();
    }
    wasi::SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn sched_yield() -> i32 {
    wasi::SUCCESS
}

/// Each subscription has 48 bytes, each event 32. Files are ready always; who waits for a clock lets virtual time pass.
#[unsafe(no_mangle)]
extern "C" fn poll_oneoff(subscriptions: *const u8, events: *mut u8, count: usize, happened: *mut u8) -> i32 {
    if count == 0 {
        return wasi::INVAL;
    }
    let subscription = |it: usize| bytes(subscriptions.wrapping_add(it * 48), 48);
    let number = |of: &[u8], at: usize| of[at..at + 8].iter().rev().fold(0_u64, |all, it| all << 8 | u64::from(*it));
    let waits = |of: &[u8]| (of[8] == 0).then(|| (number(of, 24), u32::from(of[16]), of[40] & 1 == 1));
    let all_wait = (0..count).all(|it| waits(subscription(it)).is_some());
    if all_wait {
        let now = surroundings::now();
        let until = (0..count).filter_map(|it| waits(subscription(it))).map(|(time, clock, absolute)| match (absolute, clock) {
            (false, _) => time,
            (true, 0) => time.saturating_sub(now),
            (true, _) => {
                let mut shown = [0_u8; 8];
                clock_time_get(1, 0, shown.as_mut_ptr());
                time.saturating_sub(u64::from_le_bytes(shown))
            }
        });
        surroundings::wait(until.min().unwrap_or(0));
    }
    let mut ready = 0;
    for it in 0..count {
        let of = subscription(it);
        if all_wait || of[8] != 0 {
            let event = events.wrapping_add(ready * 32);
            put(event, &[0; 32]);
            put(event, &of[..8]);
            put(event.wrapping_add(10), &[of[8]]);
            ready += 1;
        }
    }
    put_u32(happened, ready);
    wasi::SUCCESS
}

/// CPython ends itself only when it must not go on. There is nothing to come back to: the run is stopped.
#[unsafe(no_mangle)]
extern "C" fn proc_exit(status: i32) -> ! {
    ledger::unmodelled(&[b"python3".to_vec()], None, "the interpreter ended itself");
    panic!("the interpreter ended itself with status {status}")
}

// Sockets, which nobody has.

#[unsafe(no_mangle)]
extern "C" fn sock_accept(_: i32, _: i32, _: *mut u8) -> i32 {
    wasi::NOTSUP
}

#[unsafe(no_mangle)]
extern "C" fn sock_recv(_: i32, _: *const u8, _: i32, _: i32, _: *mut u8, _: *mut u8) -> i32 {
    wasi::NOTSUP
}

#[unsafe(no_mangle)]
extern "C" fn sock_send(_: i32, _: *const u8, _: i32, _: i32, _: *mut u8) -> i32 {
    wasi::NOTSUP
}

#[unsafe(no_mangle)]
extern "C" fn sock_shutdown(_: i32, _: i32) -> i32 {
    wasi::NOTSUP
}

// Open files.

#[unsafe(no_mangle)]
extern "C" fn fd_advise(fd: i32, _: i64, _: i64, _: i32) -> i32 {
    done(with_open(fd, |_| Ok(())))
}

#[unsafe(no_mangle)]
extern "C" fn fd_sync(fd: i32) -> i32 {
    done(with_open(fd, |_| Ok(())))
}

#[unsafe(no_mangle)]
extern "C" fn fd_datasync(fd: i32) -> i32 {
    fd_sync(fd)
}

#[unsafe(no_mangle)]
extern "C" fn fd_close(fd: i32) -> i32 {
    let number = usize::try_from(fd).unwrap_or(usize::MAX);
    match session::with(|it| it.open.get_mut(number).and_then(Option::take)).flatten() {
        Some(_) => wasi::SUCCESS,
        None => wasi::BADF,
    }
}

/// 24 bytes: type, flags, and all rights, which are not looked at.
#[unsafe(no_mangle)]
extern "C" fn fd_fdstat_get(fd: i32, at: *mut u8) -> i32 {
    done(with_open(fd, |open| {
        let (kind, flags, rights) = match open {
            Open::Stdin | Open::Stdout | Open::Stderr => (CHARACTER_DEVICE, 0, u64::MAX),
            Open::Null | Open::Device { .. } => (CHARACTER_DEVICE, 0, u64::MAX),
            Open::Root => (DIRECTORY, 0, u64::MAX),
            Open::Library { .. } => (REGULAR, 0, u64::MAX),
            Open::At(node) => {
                let rights = if node.kind == FileType::Directory { u64::MAX } else { !(if node.reads { 0 } else { READ } | if node.writes { 0 } else { WRITE }) };
                (filetype(node.kind), u8::from(node.appends), rights)
            }
        };
        put(at, &[0; 24]);
        put(at, &[kind]);
        put(at.wrapping_add(2), &[flags]);
        put_u64(at.wrapping_add(8), rights);
        put_u64(at.wrapping_add(16), rights);
        Ok(())
    }))
}

#[unsafe(no_mangle)]
extern "C" fn fd_fdstat_set_flags(fd: i32, flags: i32) -> i32 {
    done(with_open(fd, |open| {
        if let Open::At(node) = open {
            node.appends = flags & APPEND != 0;
        }
        Ok(())
    }))
}

#[unsafe(no_mangle)]
extern "C" fn fd_filestat_get(fd: i32, at: *mut u8) -> i32 {
    done(taken(fd, |open| {
        match open {
            Open::Stdin | Open::Stdout | Open::Stderr => put_filestat(at, 0, (0, 1, 0), 0),
            Open::Null | Open::Device { .. } => put_filestat(at, CHARACTER_DEVICE, (0, 1, 0), 0),
            Open::Library { .. } => put_filestat(at, REGULAR, (u64::MAX, 1, LIBRARY.len() as u64), LIBRARY_TIME * 1_000_000_000),
            Open::Root => put_stat(at, &workspace()?.stat(b"/", true).map_err(|it| errno::of(&it))?),
            Open::At(node) => put_stat(at, &node.stat(workspace()?).map_err(|it| errno::of(&it))?),
        }
        Ok(())
    }))
}

#[unsafe(no_mangle)]
extern "C" fn fd_filestat_set_size(fd: i32, size: u64) -> i32 {
    done(taken(fd, |open| match open {
        Open::At(node) => node.truncate(workspace()?, size),
        _ => Err(wasi::INVAL),
    }))
}

fn set_times(path: &[u8], modified: u64, flags: i32, follow: bool) -> Answer {
    let time = match flags >> 2 & 3 {
        0 => return Ok(()),
        1 => modified,
        _ => surroundings::now(),
    };
    workspace()?.set_times(path, (time / 1_000_000_000) as i64, (time % 1_000_000_000) as u32, follow).map_err(|it| errno::of(&it))
}

#[unsafe(no_mangle)]
extern "C" fn fd_filestat_set_times(fd: i32, _: i64, modified: u64, flags: i32) -> i32 {
    done(taken(fd, |open| match open {
        Open::At(node) if node.orphan.is_none() => set_times(&node.path, modified, flags, true),
        _ => Ok(()),
    }))
}

#[unsafe(no_mangle)]
extern "C" fn fd_prestat_get(fd: i32, at: *mut u8) -> i32 {
    if fd != 3 {
        return wasi::BADF;
    }
    put_u32(at, 0);
    put_u32(at.wrapping_add(4), 1);
    wasi::SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn fd_prestat_dir_name(fd: i32, at: *mut u8, length: usize) -> i32 {
    if fd != 3 {
        return wasi::BADF;
    }
    if length < 1 {
        return wasi::NAMETOOLONG;
    }
    put(at, b"/");
    wasi::SUCCESS
}

/// Reads from what is open, at a place of its own or at a given one.
fn read(fd: i32, offset: Option<u64>, length: usize) -> Answer<Vec<u8>> {
    look_again()?;
    taken(fd, |open| match open {
        Open::Stdin => session::with(|it| {
            let from = it.taken.min(it.surroundings.stdin.len());
            let some = it.surroundings.stdin[from..].iter().take(length).copied().collect::<Vec<u8>>();
            it.taken = from + some.len();
            some
        })
        .ok_or(wasi::BADF),
        Open::Stdout | Open::Stderr => Err(wasi::BADF),
        Open::Root => Err(wasi::ISDIR),
        Open::Null => Ok(Vec::new()),
        Open::Device { random } => {
            let mut some = vec![0; length.min(MOST_BYTES)];
            if *random {
                random_get(some.as_mut_ptr(), some.len());
            }
            Ok(some)
        }
        Open::Library { at } => {
            let from = usize::try_from(offset.unwrap_or(*at)).unwrap_or(usize::MAX).min(LIBRARY.len());
            let some = LIBRARY[from..].iter().take(length).copied().collect::<Vec<u8>>();
            if offset.is_none() {
                *at = (from + some.len()) as u64;
            }
            Ok(some)
        }
        Open::At(node) => {
            if node.kind == FileType::Directory {
                return Err(wasi::ISDIR);
            }
            let some = node.read(workspace()?, offset.unwrap_or(node.at), length)?;
            if offset.is_none() {
                node.at += some.len() as u64;
            }
            Ok(some)
        }
    })
}

fn look_again() -> Answer {
    files::look_again(workspace()?);
    Ok(())
}

fn read_into(fd: i32, offset: Option<u64>, vectors_at: *const u8, count: usize, read_bytes: *mut u8) -> i32 {
    let mut total = 0;
    for (at, length) in vectors(vectors_at, count) {
        let some = match read(fd, offset.map(|it| it + total as u64), length) {
            Ok(some) => some,
            Err(error) if total == 0 => return error,
            Err(_) => break,
        };
        put(at, &some);
        total += some.len();
        if some.len() < length {
            break;
        }
    }
    put_u32(read_bytes, total);
    wasi::SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn fd_read(fd: i32, vectors_at: *const u8, count: usize, read_bytes: *mut u8) -> i32 {
    read_into(fd, None, vectors_at, count, read_bytes)
}

#[unsafe(no_mangle)]
extern "C" fn fd_pread(fd: i32, vectors_at: *const u8, count: usize, offset: u64, read_bytes: *mut u8) -> i32 {
    read_into(fd, Some(offset), vectors_at, count, read_bytes)
}

/// Writes to what is open, at a place of its own or at a given one.
fn write(fd: i32, offset: Option<u64>, some: &[u8]) -> Answer {
    look_again()?;
    taken(fd, |open| match open {
        Open::Stdout => session::with(|it| it.stdout.extend(some)).ok_or(wasi::BADF),
        Open::Stderr => session::with(|it| it.stderr.extend(some)).ok_or(wasi::BADF),
        Open::Null | Open::Device { .. } => Ok(()),
        Open::Stdin | Open::Root | Open::Library { .. } => Err(wasi::BADF),
        Open::At(node) => {
            let workspace = workspace()?;
            let mut at = match offset {
                Some(offset) => offset,
                None if node.appends => node.stat(workspace).map_err(|it| errno::of(&it))?.size,
                None => node.at,
            };
            for part in some.chunks(MOST_BYTES) {
                node.write(workspace, at, part)?;
                at += part.len() as u64;
            }
            if offset.is_none() {
                node.at = at;
            }
            Ok(())
        }
    })
}

fn write_from(fd: i32, mut offset: Option<u64>, vectors_at: *const u8, count: usize, written: *mut u8) -> i32 {
    let mut total = 0;
    for (at, length) in vectors(vectors_at, count) {
        if let Err(error) = write(fd, offset, bytes(at, length)) {
            return error;
        }
        total += length;
        offset = offset.map(|it| it + length as u64);
    }
    put_u32(written, total);
    wasi::SUCCESS
}

#[unsafe(no_mangle)]
extern "C" fn fd_write(fd: i32, vectors_at: *const u8, count: usize, written: *mut u8) -> i32 {
    write_from(fd, None, vectors_at, count, written)
}

#[unsafe(no_mangle)]
extern "C" fn fd_pwrite(fd: i32, vectors_at: *const u8, count: usize, offset: u64, written: *mut u8) -> i32 {
    write_from(fd, Some(offset), vectors_at, count, written)
}

#[unsafe(no_mangle)]
extern "C" fn fd_seek(fd: i32, by: i64, whence: i32, at: *mut u8) -> i32 {
    done(taken(fd, |open| {
        let (now, end) = match open {
            Open::Library { at } => (*at, LIBRARY.len() as u64),
            Open::At(node) if node.kind != FileType::Directory => (node.at, if whence == 2 { node.stat(workspace()?).map_err(|it| errno::of(&it))?.size } else { 0 }),
            Open::Null | Open::Device { .. } => (0, 0),
            _ => return Err(wasi::SPIPE),
        };
        let base = match whence {
            0 => 0,
            1 => now,
            2 => end,
            _ => return Err(wasi::INVAL),
        };
        let place = base.checked_add_signed(by).filter(|it| *it <= i64::MAX as u64).ok_or(wasi::INVAL)?;
        match open {
            Open::Library { at } => *at = place,
            Open::At(node) => node.at = place,
            _ => {}
        }
        put_u64(at, place);
        Ok(())
    }))
}

#[unsafe(no_mangle)]
extern "C" fn fd_tell(fd: i32, at: *mut u8) -> i32 {
    fd_seek(fd, 0, 1, at)
}

/// Entries of 24 bytes and a name each, from the cookie on; the last one may be cut, which says that there are more.
#[unsafe(no_mangle)]
extern "C" fn fd_readdir(fd: i32, buffer: *mut u8, length: usize, cookie: u64, used: *mut u8) -> i32 {
    done(taken(fd, |open| {
        let mut root;
        let node = match open {
            Open::At(node) if node.kind == FileType::Directory => node,
            Open::Root => {
                root = Node { path: b"/".to_vec(), inode: 0, kind: FileType::Directory, at: 0, reads: true, writes: false, appends: false, orphan: None, names: None };
                &mut root
            }
            _ => return Err(wasi::NOTDIR),
        };
        if node.names.is_none() || cookie == 0 {
            node.names = Some(files::list(workspace()?, &node.path).map_err(|it| errno::of(&it))?);
        }
        let mut written = 0;
        for (number, entry) in node.names.iter().flatten().enumerate().skip(usize::try_from(cookie).unwrap_or(usize::MAX)) {
            let mut record = Vec::with_capacity(24 + entry.name.len());
            record.extend((number as u64 + 1).to_le_bytes());
            record.extend(entry.inode.to_le_bytes());
            record.extend((entry.name.len() as u32).to_le_bytes());
            record.extend([filetype(entry.type_), 0, 0, 0]);
            record.extend(&entry.name);
            let fits = record.len().min(length - written);
            put(buffer.wrapping_add(written), &record[..fits]);
            written += fits;
            if written == length {
                break;
            }
        }
        put_u32(used, written);
        Ok(())
    }))
}

// Paths.

const FOLLOW: i32 = 1;
const CREATE: i32 = 1;
const FOLDER: i32 = 2;
const EXCLUSIVE: i32 = 4;
const TRUNCATE: i32 = 8;
const APPEND: i32 = 1;
const READ: u64 = 1 << 1;
const WRITE: u64 = 1 << 6;

#[unsafe(no_mangle)]
extern "C" fn path_create_directory(fd: i32, at: *const u8, length: usize) -> i32 {
    let make = || {
        let path = path_in(fd, at, length)?;
        let mode = session::with(|it| it.mode.take()).flatten().unwrap_or(0o777);
        workspace()?.make_directory(&path, mode).map_err(|it| errno::of(&it))
    };
    done(make())
}

#[unsafe(no_mangle)]
extern "C" fn path_filestat_get(fd: i32, flags: i32, at: *const u8, length: usize, into: *mut u8) -> i32 {
    let look = || {
        let path = path_in(fd, at, length)?;
        if path == LIBRARY_PATH {
            put_filestat(into, REGULAR, (u64::MAX, 1, LIBRARY.len() as u64), LIBRARY_TIME * 1_000_000_000);
            return Ok(());
        }
        match workspace()?.stat(&path, flags & FOLLOW != 0) {
            Ok(stat) => put_stat(into, &stat),
            Err(_) if device(&path).is_some() => put_filestat(into, CHARACTER_DEVICE, (0, 1, 0), 0),
            Err(error) => {
                ask_of_kernel(&path);
                return Err(errno::of(&error));
            }
        }
        Ok(())
    };
    done(look())
}

#[unsafe(no_mangle)]
extern "C" fn path_filestat_set_times(fd: i32, follow: i32, at: *const u8, length: usize, _: i64, modified: u64, flags: i32) -> i32 {
    done(path_in(fd, at, length).and_then(|path| set_times(&path, modified, flags, follow & FOLLOW != 0)))
}

#[unsafe(no_mangle)]
extern "C" fn path_link(old_fd: i32, flags: i32, old: *const u8, old_length: usize, fd: i32, at: *const u8, length: usize) -> i32 {
    let link = || {
        let (mut old, path) = (path_in(old_fd, old, old_length)?, path_in(fd, at, length)?);
        let workspace = workspace()?;
        if flags & FOLLOW != 0 {
            old = workspace.real_path(&old).map_err(|it| errno::of(&it))?;
        }
        workspace.make_hard_link(&old, &path).map_err(|it| errno::of(&it))
    };
    done(link())
}

/// The devices that are there though no tree has them.
fn device(path: &[u8]) -> Option<Open> {
    match path {
        b"/dev/null" => Some(Open::Null),
        b"/dev/zero" => Some(Open::Device { random: false }),
        b"/dev/urandom" | b"/dev/random" => Some(Open::Device { random: true }),
        _ => None,
    }
}

#[unsafe(no_mangle)]
#[expect(clippy::too_many_arguments, reason = "the standard has them")]
extern "C" fn path_open(fd: i32, follow: i32, at: *const u8, length: usize, how: i32, rights: u64, _: u64, flags: i32, into: *mut u8) -> i32 {
    let mode = session::with(|it| it.mode.take()).flatten();
    let answer = path_in(fd, at, length).and_then(|path| open(path, follow & FOLLOW != 0, how, rights, flags, mode)).and_then(push);
    match answer {
        Ok(number) => {
            put_u32(into, number);
            wasi::SUCCESS
        }
        Err(error) => error,
    }
}

fn open(path: Vec<u8>, follow: bool, how: i32, rights: u64, flags: i32, mode: Option<u32>) -> Answer<Open> {
    let (reads, writes) = (rights & READ != 0, rights & WRITE != 0);
    if path == LIBRARY_PATH {
        return if writes || how & (CREATE | TRUNCATE) != 0 { Err(wasi::ACCES) } else { Ok(Open::Library { at: 0 }) };
    }
    let workspace = workspace()?;
    let fail = |it: invitro_sdk::interpreter::invitro::remediation::types::Error| errno::of(&it);
    let stat = match workspace.stat(&path, follow) {
        Ok(stat) if how & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE => {
            let _ = stat;
            return Err(wasi::EXIST);
        }
        Ok(stat) => stat,
        Err(error) => {
            if let Some(device) = device(&path) {
                return Ok(device);
            }
            ask_of_kernel(&path);
            if how & CREATE == 0 || !matches!(error, invitro_sdk::interpreter::invitro::remediation::types::Error::NoEntry) {
                return Err(errno::of(&error));
            }
            if path.ends_with(b"/") {
                return Err(wasi::ISDIR);
            }
            workspace.create(&path, mode.unwrap_or(0o666), how & EXCLUSIVE != 0).map_err(fail)?;
            workspace.stat(&path, true).map_err(fail)?
        }
    };
    match stat.type_ {
        FileType::Directory if writes || how & CREATE != 0 => {
            // A folder is opened with all rights by libc's opendir and by O_DIRECTORY; only a wish to write content is refused.
            if how & FOLDER == 0 {
                return Err(wasi::ISDIR);
            }
        }
        FileType::Directory => {}
        _ if how & FOLDER != 0 => return Err(wasi::NOTDIR),
        FileType::Symlink => return Err(wasi::LOOP),
        FileType::Fifo => {
            ledger::unmodelled(&[b"python3".to_vec()], session::with(|it| it.line).flatten(), "a named pipe is opened, which would wait for its other end");
            return Err(wasi::NOTSUP);
        }
        FileType::Regular | FileType::Special => {
            // Permission is looked at now, and what can't be read makes the run unproven. Nothing is read or written.
            if reads {
                workspace.read(&path, 0, 0).map_err(fail)?;
            }
            if writes {
                workspace.write(&path, 0, b"").map_err(fail)?;
            }
        }
    }
    if how & TRUNCATE != 0 && stat.type_ == FileType::Regular {
        workspace.truncate(&path, 0).map_err(fail)?;
    }
    let path = workspace.real_path(&path).map_err(fail)?;
    Ok(Open::At(Node { path, inode: stat.inode, kind: stat.type_, at: 0, reads, writes, appends: flags & APPEND != 0, orphan: None, names: None }))
}

#[unsafe(no_mangle)]
extern "C" fn path_readlink(fd: i32, at: *const u8, length: usize, buffer: *mut u8, room: usize, used: *mut u8) -> i32 {
    let read = || {
        let path = path_in(fd, at, length)?;
        let target = workspace()?.read_link(&path).map_err(|it| {
            ask_of_kernel(&path);
            errno::of(&it)
        })?;
        let fits = target.len().min(room);
        put(buffer, &target[..fits]);
        put_u32(used, fits);
        Ok(())
    };
    done(read())
}

#[unsafe(no_mangle)]
extern "C" fn path_remove_directory(fd: i32, at: *const u8, length: usize) -> i32 {
    done(path_in(fd, at, length).and_then(|path| workspace()?.remove_directory(&path).map_err(|it| errno::of(&it))))
}

#[unsafe(no_mangle)]
extern "C" fn path_rename(old_fd: i32, old: *const u8, old_length: usize, fd: i32, at: *const u8, length: usize) -> i32 {
    let rename = || {
        let (old, path) = (path_in(old_fd, old, old_length)?, path_in(fd, at, length)?);
        let workspace = workspace()?;
        let is_same = matches!((workspace.stat(&old, false), workspace.stat(&path, false)), (Ok(a), Ok(b)) if a.inode == b.inode);
        let kept = if is_same { None } else { files::before_removal(workspace, &path) };
        let named = (files::named(workspace, &old), files::named(workspace, &path));
        workspace.rename(&old, &path).map_err(|it| errno::of(&it))?;
        files::after_removal(kept);
        if let (Some(from), Some(to), false) = (named.0, named.1, is_same) {
            files::carry_along(&from, &to);
        }
        Ok(())
    };
    done(rename())
}

#[unsafe(no_mangle)]
extern "C" fn path_symlink(target: *const u8, target_length: usize, fd: i32, at: *const u8, length: usize) -> i32 {
    done(path_in(fd, at, length).and_then(|path| workspace()?.make_link(bytes(target, target_length), &path).map_err(|it| errno::of(&it))))
}

#[unsafe(no_mangle)]
extern "C" fn path_unlink_file(fd: i32, at: *const u8, length: usize) -> i32 {
    let remove = || {
        let path = path_in(fd, at, length)?;
        let workspace = workspace()?;
        let kept = files::before_removal(workspace, &path);
        workspace.remove_file(&path).map_err(|it| errno::of(&it))?;
        files::after_removal(kept);
        Ok(())
    };
    done(remove())
}

// The control channel: two imports that CPython's snapshot has for requests to its host.

/// Takes a request and says how long the reply is.
#[unsafe(no_mangle)]
extern "C" fn http_request(request: *const u8, length: i32, _: i64, reply_length: *mut u8) -> i32 {
    let request = bytes(request, usize::try_from(length).unwrap_or(0));
    let reply = crate::control::answer(request);
    put_u32(reply_length, reply.len());
    session::with(|it| it.reply = reply);
    0
}

/// Hands the reply over.
#[unsafe(no_mangle)]
extern "C" fn http_take(buffer: *mut u8, room: i32) -> i32 {
    let reply = session::with(|it| std::mem::take(&mut it.reply)).unwrap_or_default();
    if usize::try_from(room).is_ok_and(|it| it >= reply.len()) {
        put(buffer, &reply);
    }
    0
}
