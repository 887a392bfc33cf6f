

os.environb._data = os.environ._data

# Who and where: the process, the accounts of the target, the machine.
_identity = {"uid": _uid, "euid": _uid, "gid": _gid, "egid": _gid}


def _same(name, *current):
    """Changes of identity: to what the process is already, or unmodelled."""
    def change(*wanted):
        if any(it not in (-1, now) for it, now in zip(wanted, current)):
            _unmodelled("os." + name, "the script changes who it is")
    return change


for _key, _it in {
    "getuid": lambda: _uid, "geteuid": lambda: _uid, "getgid": lambda: _gid, "getegid": lambda: _gid,
    "getresuid": lambda: (_uid, _uid, _uid), "getresgid": lambda: (_gid, _gid, _gid), "getgroups": lambda: [_gid],
    "getpid": lambda: _process, "getppid": lambda: 1, "getpgrp": lambda: _process, "getpgid": lambda pid: _process, "getsid": lambda pid: _process,
    "setuid": _same("setuid", _uid), "seteuid": _same("seteuid", _uid), "setgid": _same("setgid", _gid), "setegid": _same("setegid", _gid),
    "setreuid": _same("setreuid", _uid, _uid), "setregid": _same("setregid", _gid, _gid), "setsid": lambda: None, "nice": lambda by: by,
}.items():
    _it.__name__ = _it.__qualname__ = _key
    for _module in (posix, os):
        _place(_module, _key, _it)


def _getlogin():
    raise _error(6)


def _of_uname(option):
    out = _spawn(["uname", option])[1]
    return out.decode("utf-8", "surrogateescape").removesuffix("\n")


def _uname():
    return os.uname_result((_of_uname("-s"), _of_uname("-n"), _of_uname("-r"), _of_uname("-v"), _of_uname("-m")))


for _module in (posix, os):
    _place(_module, "uname", _uname)
    _place(_module, "getlogin", _getlogin)
os.name = "posix"
sys.platform = "linux"


def _database(path):
    try:
        with _open_file(path, encoding="utf-8", errors="surrogateescape") as file:
            return [it.rstrip("\n").split(":") for it in file]
    except FileNotFoundError:
        return None


_passwd = types.ModuleType("pwd", "This module provides access to the Unix password database.")
_group = types.ModuleType("grp", "Access to the Unix group database.")
_made = {}


def _record(module, name, fields):
    """The class of a record, made when the first one is: that takes as long as a small script."""
    if name not in _made:
        from collections import namedtuple
        _made[name] = namedtuple(name, fields, module=module)
    return _made[name]


def _Account(*fields):
    return _record("pwd", "struct_passwd", "pw_name pw_passwd pw_uid pw_gid pw_gecos pw_dir pw_shell")(*fields)


def _Group(*fields):
    return _record("grp", "struct_group", "gr_name gr_passwd gr_gid gr_mem")(*fields)


def _accounts():
    lines = _database("/etc/passwd")
    if lines is None:
        _assume("host-facts", "/etc/passwd")
        lines = [["root", "x", "0", "0", "root", "/root", "/bin/bash"]]
    return [_Account(it[0], it[1], int(it[2]), int(it[3]), *it[4:7]) for it in lines if len(it) == 7 and it[2].isdigit() and it[3].isdigit()]


def _groups():
    lines = _database("/etc/group")
    if lines is None:
        _assume("host-facts", "/etc/group")
        lines = [["root", "x", "0", ""]]
    return [_Group(it[0], it[1], int(it[2]), [name for name in it[3].split(",") if name]) for it in lines if len(it) == 4 and it[2].isdigit()]


def _lookup(function, what, all_of, field):
    def look(wanted):
        if what == "name" and not isinstance(wanted, str):
            raise TypeError(f"{function}() argument must be str, not {type(wanted).__name__}")
        for it in all_of():
            if it[field] == wanted:
                return it
        raise KeyError(f"{function}(): {what} not found: {wanted!r}" if what == "name" else f"{function}(): {what} not found: {wanted}")
    look.__name__ = look.__qualname__ = function
    return look


_passwd.getpwnam, _passwd.getpwuid, _passwd.getpwall = _lookup("getpwnam", "name", _accounts, 0), _lookup("getpwuid", "uid", _accounts, 2), _accounts
_group.getgrnam, _group.getgrgid, _group.getgrall = _lookup("getgrnam", "name", _groups, 0), _lookup("getgrgid", "gid", _groups, 2), _groups
sys.modules["pwd"], sys.modules["grp"] = _passwd, _group


def _getgrouplist(user, group):
    return [group] + [it.gr_gid for it in _groups() if user in it.gr_mem and it.gr_gid != group]


_place(os, "getgrouplist", _getgrouplist)

# Locks, which one process alone always gets.
_fcntl = types.ModuleType("fcntl", "This module performs file control and I/O control on file descriptors.")
_fcntl.LOCK_SH, _fcntl.LOCK_EX, _fcntl.LOCK_NB, _fcntl.LOCK_UN = 1, 2, 4, 8
_fcntl.F_GETFD, _fcntl.F_SETFD, _fcntl.F_GETFL, _fcntl.F_SETFL, _fcntl.FD_CLOEXEC = 1, 2, 3, 4, 1


def _flock(fd, operation, *_):
    fstat(fd if isinstance(fd, int) else fd.fileno())


def _fcntl_call(fd, command, argument=0):
    if command == 1:
        return 1
    if command == 2:
        return 0
    _unmodelled("fcntl.fcntl", "a call that is not modelled")
    raise _error(38)


_fcntl.flock = _fcntl.lockf = _flock
_fcntl.fcntl = _fcntl_call
sys.modules["fcntl"] = _fcntl


def _lacks(module, names, what):
    """What Linux has in a module and this Python has not: whoever asks for it makes the run unproven."""
    def missing(name):
        if name in names and not _from_library():
            _unmodelled(f"{what}.{name}", "it is not modelled")
        raise AttributeError(f"module {what!r} has no attribute {name!r}")
    module.__getattr__ = missing


_lacks(_fcntl, {"ioctl", "F_DUPFD", "F_GETLK", "F_SETLK", "F_SETLKW"}, "fcntl")
_lacks(os, frozenset("""chroot copy_file_range ctermid dup2 eventfd fork forkpty fstatvfs fwalk getloadavg getpriority getrandom initgroups kill killpg login_tty lockf
major makedev minor memfd_create openpty pidfd_open pipe pipe2 posix_fallocate posix_spawn posix_spawnp preadv pwritev readv register_at_fork
sched_getaffinity sched_setaffinity sched_getscheduler sched_setscheduler sendfile setgroups setpgid setpgrp setpriority setresgid setresuid splice
statvfs tcgetpgrp tcsetpgrp ttyname wait3 wait4 waitid writev spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe fpathconf""".split()), "os")
_strftime = _time.strftime


def _formatted(format, t=None):
    """strftime(3) of glibc, which knows letters that this library of C does not."""
    if t is None:
        t = _time.localtime()
    elif "%Z" in format:
        _unmodelled("time.strftime", "the name of the zone of a time that is given")
    if "%k" in format or "%l" in format or "%P" in format:
        out, at = [], 0
        while at < len(format):
            two = format[at:at + 2]
            if two == "%k":
                two_out = f"{t[3]:2d}"
            elif two == "%l":
                two_out = f"{(t[3] + 11) % 12 + 1:2d}"
            elif two == "%P":
                two_out = "am" if t[3] < 12 else "pm"
            elif two[0] == "%":
                two_out = two
            else:
                two_out, two = two[0], two[0]
            out.append(two_out)
            at += len(two)
        format = "".join(out)
    return _strftime(format, t)


_place(_time, "strftime", _formatted)
import locale as _locale
_set_locale = _locale.setlocale
_KNOWN = {"", "C", "POSIX", "C.UTF-8", "C.utf8"}


def _setlocale(category, locale=None):
    name = locale if isinstance(locale, str) or locale is None else _locale.normalize(".".join(it for it in locale if it))
    if name is None:
        return "C.UTF-8"
    if name not in _KNOWN:
        _unmodelled("locale.setlocale", f"whether the target has the locale {name}")
        raise _locale.Error("unsupported locale setting")
    if name in ("C", "POSIX") and category in (_locale.LC_ALL, _locale.LC_CTYPE):
        _unmodelled("locale.setlocale", "text of another encoding")
    return "C" if name in ("C", "POSIX") else "C.UTF-8"


_place(_locale, "setlocale", _setlocale)
import signal as _signals
_lacks(_signals, frozenset("""alarm setitimer getitimer pause pthread_kill pthread_sigmask sigpending sigtimedwait sigwait sigwaitinfo siginterrupt set_wakeup_fd
SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH""".split()), "signal")
_lacks(_time, frozenset("tzset clock_settime clock_settime_ns pthread_getcpuclockid".split()), "time")


def _patch_platform(module):
    _place(module, "system", lambda: "Linux")
    for name, option in {"node": "-n", "release": "-r", "machine": "-m"}.items():
        _place(module, name, (lambda option: lambda: _of_uname(option))(option))


import pathlib as _pathlib


def _owner(self, *, follow_symlinks=True):
    return _passwd.getpwuid(self.stat(follow_symlinks=follow_symlinks).st_uid).pw_name


def _group_of(self, *, follow_symlinks=True):
    return _group.getgrgid(self.stat(follow_symlinks=follow_symlinks).st_gid).gr_name


_place(_pathlib.Path, "owner", _owner)
_place(_pathlib.Path, "group", _group_of)
