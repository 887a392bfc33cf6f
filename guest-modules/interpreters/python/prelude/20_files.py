

# Files: modes, owners and the mask are the host's, which preview 1 has no words for.
_raw = {it: getattr(posix, it) for it in (
    "open", "mkdir", "getcwd", "chdir", "link", "symlink", "readlink", "rename", "replace", "remove", "unlink", "rmdir", "listdir", "utime",
    "truncate", "ftruncate", "read", "write", "close", "lseek", "pread", "pwrite", "fsync", "fdatasync", "readinto")}
_raw_open = builtins.open
# How deep in functions of ours the call is that the watcher hears of.
_ours = 0
_cwd = b"/"


def _bytes(path, what="path"):
    try:
        raw = os.fsencode(path)
    except TypeError:
        raise TypeError(f"{what}: path should be string, bytes or os.PathLike, not {type(path).__name__}") from None
    if b"\0" in raw:
        raise ValueError(f"{what}: embedded null character in path")
    return raw


def _absolute(path, dir_fd=None, what="path"):
    raw = _bytes(path, what)
    if dir_fd is not None:
        _unmodelled("os." + what, "a path below an open folder (dir_fd)")
        raise NotImplementedError("dir_fd unavailable on this platform")
    if not raw:
        raise _error(2, path)
    return raw if raw.startswith(b"/") else (b"/" + raw if _cwd == b"/" else _cwd + b"/" + raw)


def _ask_of(name, path, *parts):
    status, reply = _asked(name, *parts)
    if status:
        raise _error(status, path)
    return reply


def _number(value):
    return str(value.__index__()).encode()


_FOLLOW, _STAY = b"1", b"0"


from struct import Struct as _Struct
_fields = _Struct("<IIIIQQqI").unpack


def _result(raw):
    mode, uid, gid, links, size, inode, seconds, nanos = _fields(raw)
    moment, exact = seconds + nanos / 1e9, seconds * 1_000_000_000 + nanos
    return os.stat_result(
        (mode, inode, 2049, links, uid, gid, size, seconds, seconds, seconds, moment, moment, moment, exact, exact, exact),
        {"st_blksize": 4096, "st_blocks": -(-size // 4096) * 8, "st_rdev": 0})


def _stat(path, *, dir_fd=None, follow_symlinks=True):
    if isinstance(path, int):
        return fstat(path)
    return _result(_ask_of("stat", path, _absolute(path, dir_fd, "stat"), _FOLLOW if follow_symlinks else _STAY))


def lstat(path, *, dir_fd=None):
    return _stat(path, dir_fd=dir_fd, follow_symlinks=False)


def fstat(fd):
    return _result(_ask_of("fstat", None, _number(fd)))


def access(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True):
    try:
        of = _stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)
    except OSError:
        return False
    if mode & 7 == 0:
        return True
    if _identity["euid" if effective_ids else "uid"] == 0:
        return not mode & 1 or _stat_module.S_ISDIR(of.st_mode) or bool(of.st_mode & 0o111)
    shift = 6 if of.st_uid == _identity["uid"] else 3 if of.st_gid == _identity["gid"] else 0
    return of.st_mode >> shift & mode & 7 == mode & 7


def chmod(path, mode, *, dir_fd=None, follow_symlinks=True):
    if isinstance(path, int):
        return fchmod(path, mode)
    if not follow_symlinks:
        raise NotImplementedError("chmod: follow_symlinks unavailable on this platform")
    _ask_of("chmod", path, _absolute(path, dir_fd, "chmod"), _number(mode), _FOLLOW)


def fchmod(fd, mode):
    _ask_of("fchmod", None, _number(fd), _number(mode), _FOLLOW)


def chown(path, uid, gid, *, dir_fd=None, follow_symlinks=True):
    if isinstance(path, int):
        return fchown(path, uid, gid)
    _ask_of("chown", path, _absolute(path, dir_fd, "chown"), _number(uid), _number(gid), _FOLLOW if follow_symlinks else _STAY)


def lchown(path, uid, gid):
    chown(path, uid, gid, follow_symlinks=False)


def fchown(fd, uid, gid):
    _ask_of("fchown", None, _number(fd), _number(uid), _number(gid), _FOLLOW)


def umask(mask):
    return int(_call("umask", _number(mask)))


_mask = [int(_call("umask", b"18"))]
_call("umask", _number(_mask[0]))


def _umask(mask):
    _mask[0] = mask & 0o777
    return umask(mask)


def _mkdir(path, mode=0o777, *, dir_fd=None):
    global _ours
    raw = _absolute(path, dir_fd, "mkdir")
    _call("mode", _number(mode))
    _ours += 1
    try:
        _raw["mkdir"](raw)
    except OSError as error:
        error.filename = path
        raise _translate(error)
    finally:
        _ours -= 1


def _open(path, flags, mode=0o777, *, dir_fd=None):
    global _ours
    raw = _absolute(path, dir_fd, "open")
    if flags & os.O_CREAT:
        _call("mode", _number(mode))
    _ours += 1
    try:
        return _raw["open"](raw, flags & ~_OURS_ONLY)
    except OSError as error:
        error.filename = path
        raise _translate(error)
    finally:
        _ours -= 1


# Flags of Linux that preview 1 lacks, as numbers that it does not use: what they say is true here anyway.
_OURS_ONLY = 0
for _flag in ("O_CLOEXEC", "O_NOCTTY", "O_LARGEFILE", "O_NOATIME", "O_ASYNC", "O_NDELAY"):
    if not hasattr(posix, _flag):
        _OURS_ONLY |= 1 << 29
        setattr(posix, _flag, 1 << 29)
        setattr(os, _flag, 1 << 29)


_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


def _open_file(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    global _ours
    if isinstance(file, str) and file in _STREAMS:
        file, closefd = _STREAMS[file], False
        if mode.startswith(("w", "a", "x")) and file == 0 or mode.startswith("r") and file != 0:
            _unmodelled("open", "a stream is used the other way round")
    before = _ours
    if opener is None:
        _ours += 1
    try:
        return _raw_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
    except OSError as error:
        raise _translate(error)
    finally:
        _ours = before


_open_file.__name__ = _open_file.__qualname__ = "open"


def _chdir(path):
    global _cwd
    real = _ask_of("realpath", path, _absolute(path if not isinstance(path, int) else b"", None, "chdir"))
    if not _stat_module.S_ISDIR(_result(_ask_of("stat", path, real, _FOLLOW)).st_mode):
        raise _error(20, path)
    _raw["chdir"](real)
    _cwd = real


def getcwdb():
    return _cwd


def getcwd():
    return os.fsdecode(_cwd)


class DirEntry:
    """An entry of a folder, as os.scandir tells of it."""
    __slots__ = ("name", "path", "_inode", "_kind", "_stats")

    def __init__(self, folder, name, inode, kind):
        self.name, self._inode, self._kind, self._stats = name, inode, kind, {}
        self.path = os.path.join(folder, name)

    def __repr__(self):
        return f"<DirEntry {self.name!r}>"

    def __fspath__(self):
        return self.path

    def inode(self):
        return self._inode

    def is_symlink(self):
        return self._kind == 0o12

    def is_junction(self):
        return False

    def stat(self, *, follow_symlinks=True):
        if follow_symlinks not in self._stats:
            self._stats[follow_symlinks] = _stat(self.path, follow_symlinks=follow_symlinks)
        return self._stats[follow_symlinks]

    def _is(self, kind, follow_symlinks):
        if self._kind == 0o12 and follow_symlinks:
            try:
                return self.stat().st_mode >> 12 == kind
            except FileNotFoundError:
                return False
        return self._kind == kind

    def is_dir(self, *, follow_symlinks=True):
        return self._is(0o4, follow_symlinks)

    def is_file(self, *, follow_symlinks=True):
        return self._is(0o10, follow_symlinks)


class _Scan:
    def __init__(self, entries):
        self._entries = iter(entries)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._entries = iter(())


def _entries(path):
    for raw in _parts(_ask_of("list", path, _absolute(path, None, "scandir"))):
        yield raw[9:], int.from_bytes(raw[1:9], "little"), raw[0]


def scandir(path="."):
    if path is None:
        path = "."
    folder = os.fspath(path)
    decode = (lambda it: it) if isinstance(folder, bytes) else os.fsdecode
    return _Scan([DirEntry(folder, decode(name), inode, kind) for name, inode, kind in _entries(path)])


def listdir(path=None):
    if path is None:
        path = "."
    if isinstance(path, int):
        _unmodelled("os.listdir", "a folder by its number")
        raise NotImplementedError("listdir of a number")
    decode = (lambda it: it) if isinstance(os.fspath(path), bytes) else os.fsdecode
    return [decode(name) for name, _, _ in _entries(path)]


def mkfifo(path, mode=0o666, *, dir_fd=None):
    _ask_of("mkfifo", path, _absolute(path, dir_fd, "mkfifo"), _number(mode))


def mknod(path, mode=0o600, device=0, *, dir_fd=None):
    if _stat_module.S_ISFIFO(mode):
        return mkfifo(path, mode & 0o7777)
    if _stat_module.S_IFMT(mode) in (0, _stat_module.S_IFREG):
        return _raw["close"](_open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode & 0o7777))
    _unmodelled("os.mknod", "a device")
    raise _error(1, path)


def _two(name):
    raw = _raw[name]

    def both(src, dst, *, src_dir_fd=None, dst_dir_fd=None):
        global _ours
        _ours += 1
        try:
            raw(_absolute(src, src_dir_fd, name), _absolute(dst, dst_dir_fd, name))
        except OSError as error:
            error.filename, error.filename2 = src, dst
            raise _translate(error)
        finally:
            _ours -= 1
    both.__name__ = both.__qualname__ = name
    return both


rename, replace = _two("rename"), _two("replace")


def link(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True):
    _link(src, dst, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)


_link = _two("link")


def symlink(src, dst, target_is_directory=False, *, dir_fd=None):
    global _ours
    if dir_fd is not None:
        _absolute(dst, dir_fd, "symlink")
    _ours += 1
    try:
        _raw["symlink"](_bytes(src, "symlink"), _absolute(dst, None, "symlink"))
    except OSError as error:
        error.filename, error.filename2 = src, dst
        raise _translate(error)
    finally:
        _ours -= 1


def _one(name):
    raw = _raw[name]

    def one(path, *args, dir_fd=None, **named):
        if not isinstance(path, int):
            given = path
            path = _absolute(path, dir_fd, name)
        else:
            given = path
        try:
            return raw(path, *args, **named)
        except OSError as error:
            error.filename = given
            raise _translate(error)
    one.__name__ = one.__qualname__ = name
    one.__doc__ = raw.__doc__
    return one


_rmdir, _unlink = _one("rmdir"), _one("unlink")
_remove, _utime, _truncate = _one("remove"), _one("utime"), _one("truncate")


def readlink(path, *, dir_fd=None):
    target = _read_link(path, dir_fd=dir_fd)
    return target if isinstance(os.fspath(path), bytes) else os.fsdecode(target)


_read_link = _one("readlink")


def getxattr(path, attribute, *, follow_symlinks=True):
    return _ask_of("getxattr", path, _absolute(path, None, "getxattr"), _FOLLOW if follow_symlinks else _STAY, _bytes(attribute))


def setxattr(path, attribute, value, flags=0, *, follow_symlinks=True):
    raw, follow, name = _absolute(path, None, "setxattr"), _FOLLOW if follow_symlinks else _STAY, _bytes(attribute)
    if flags:
        there = _asked("getxattr", raw, follow, name)[0] == 0
        if flags & 1 and there:
            raise _error(17, path)
        if flags & 2 and not there:
            raise _error(61, path)
    _ask_of("setxattr", path, raw, follow, name, bytes(value))


def listxattr(path=None, *, follow_symlinks=True):
    raw = _ask_of("listxattr", path, _absolute("." if path is None else path, None, "listxattr"), _FOLLOW if follow_symlinks else _STAY)
    return [os.fsdecode(it) for it in _parts(raw)]


def removexattr(path, attribute, *, follow_symlinks=True):
    _ask_of("removexattr", path, _absolute(path, None, "removexattr"), _FOLLOW if follow_symlinks else _STAY, _bytes(attribute))


def _copyxattr(src, dst, *, follow_symlinks=True):
    """As shutil does it where the system has extended attributes."""
    try:
        names = listxattr(src, follow_symlinks=follow_symlinks)
    except OSError as error:
        if error.errno not in (95, 61, 22):
            raise
        return
    for name in names:
        try:
            setxattr(dst, name, getxattr(src, name, follow_symlinks=follow_symlinks), follow_symlinks=follow_symlinks)
        except OSError as error:
            if error.errno not in (1, 95, 61, 22, 13):
                raise


# In the modules: what is put in place of what, so that the end of the run can look whether it is still there.
_placed = []
# What a function says it belongs to: pickles name it so.
_OWNERS = {os: "posix", posix: "posix", builtins: "io", io: "io", sys.modules["_io"]: "io"}


def _place(module, name, it, raw=None):
    if isinstance(it, types.FunctionType) and it.__name__.startswith("_"):
        it.__name__ = it.__qualname__ = name
    if isinstance(it, types.FunctionType) and module in _OWNERS:
        it.__module__ = _OWNERS[module]
    setattr(module, name, it)
    _placed.append((module, name, it))


for _key, _it in {
    "stat": _stat, "lstat": lstat, "fstat": fstat, "access": access, "chmod": chmod, "fchmod": fchmod, "chown": chown, "lchown": lchown, "fchown": fchown,
    "umask": _umask, "mkdir": _mkdir, "open": _open, "chdir": _chdir, "fchdir": _chdir, "getcwd": getcwd, "getcwdb": getcwdb, "scandir": scandir, "listdir": listdir,
    "mkfifo": mkfifo, "mknod": mknod, "rename": rename, "replace": replace, "link": link, "symlink": symlink, "rmdir": _rmdir, "unlink": _unlink,
    "remove": _remove, "utime": _utime, "truncate": _truncate, "readlink": readlink, "getxattr": getxattr, "setxattr": setxattr, "listxattr": listxattr,
    "removexattr": removexattr, "DirEntry": DirEntry, "strerror": _strerror,
    **{it: _linux(_raw[it]) for it in ("ftruncate", "read", "write", "close", "lseek", "pread", "pwrite", "fsync", "fdatasync", "readinto")},
}.items():
    for _module in (posix, os):
        _place(_module, _key, _it)
for _module in (builtins, io, sys.modules["_io"]):
    _place(_module, "open", _open_file)
if "tokenize" in sys.modules:
    sys.modules["tokenize"]._builtin_open = _open_file
os.XATTR_CREATE, os.XATTR_REPLACE, os.XATTR_SIZE_MAX = 1, 2, 65536
os.sync = lambda: None
os.supports_dir_fd.clear()
os.supports_fd.clear()
os.supports_fd.update({_stat, chmod, chown, _utime, _truncate, _chdir})
os.supports_follow_symlinks.clear()
os.supports_follow_symlinks.update({_stat, chown, _utime, access, link, getxattr, setxattr, listxattr, removexattr})
os.supports_effective_ids.clear()
os.supports_effective_ids.add(access)

import shutil as _shutil
import tempfile as _tempfile
_shutil._copyxattr = _copyxattr
_cleanup = _tempfile._TemporaryFileCloser.cleanup
_cleanup.__defaults__ = tuple(_unlink if it is _raw["unlink"] else it for it in _cleanup.__defaults__ or ())
