

# Programs: found and run by the shell's module through the host.
import subprocess as _subprocess


def _environment(env):
    if env is None:
        return [part for pair in os.environb.items() for part in pair]
    flat = []
    for name, value in env.items():
        name, value = os.fsencode(name), os.fsencode(value)
        if b"=" in name:
            raise ValueError("illegal environment variable name")
        flat += [name, value]
    return flat


_tested = False


def _spawn(argv, *, stdin=b"", cwd=None, env=None, umask=None, merge=False):
    """Runs a program to its end: status, standard output, standard error. What is not there is an error, as execve(2) has it."""
    global _tested
    if not _tested:
        _tested = True
        if _run([b"/bin/sh", b"-c", b"printf out; exit 7"], b"", b"/", [], None, False) != (7, b"out", b"", True):
            _unmodelled("python3", "the self-test failed: a program's status or output is not what it was")
    words = [_bytes(it, "argument") for it in argv]
    if env is not None and b"/" not in words[0] and not any(os.fsencode(it) == b"PATH" for it in env):
        # Without a PATH, that of os.defpath is walked.
        found = _shutil_which(argv[0], path=os.defpath)
        if found is None:
            raise _error(2, argv[0])
        words[0] = os.fsencode(found)
    folder = _cwd if cwd is None else _absolute(cwd)
    if cwd is not None and not _stat_module.S_ISDIR(_stat(cwd).st_mode):
        raise _error(20, cwd)
    status, out, err, was_there = _run(words, stdin, folder, _environment(env), umask, merge)
    if not was_there:
        raise _error(13 if status == 126 else 8 if status == 125 else 2, argv[0])
    return status, out, err


def _run(words, stdin, folder, environment, mask, merge):
    reply = _call("spawn", str(_line()).encode(), folder, _number(_mask[0] if mask is None else mask), stdin, b"1" if merge else b"0",
                  _number(len(words)), *words, *environment)
    status, out, err, was_there = _parts(reply)
    return int(status), out, err, was_there == b"1"


class _Pipe(io.RawIOBase):
    """The end of a pipe that a program wrote to; it runs when somebody reads."""
    def __init__(self, of, which):
        self._of, self._which, self._at = of, which, 0

    def readable(self):
        return True

    def readinto(self, room):
        self._of._finish()
        some = self._of._streams[self._which][self._at:self._at + len(room)]
        room[:len(some)] = some
        self._at += len(some)
        return len(some)

    def fileno(self):
        _unmodelled("subprocess.Popen", "the number of a pipe")
        raise io.UnsupportedOperation("fileno")


class _Feed(io.RawIOBase):
    """The end of a pipe that a program reads from; it runs when that is closed."""
    def __init__(self, of):
        self._of, self._given = of, []

    def writable(self):
        return True

    def write(self, some):
        self._given.append(bytes(some))
        return len(some)

    def close(self):
        if not self.closed:
            super().close()
            self._of._fed = b"".join(self._given)

    def fileno(self):
        _unmodelled("subprocess.Popen", "the number of a pipe")
        raise io.UnsupportedOperation("fileno")


def _drain(source):
    """All that is left in what a program gets as its input."""
    if isinstance(source, int):
        fd = source
    elif isinstance(source, io.IOBase) and isinstance(_bottom(source), _Pipe):
        return _bottom(source).readall() if not isinstance(source, io.BufferedIOBase) else source.read()
    else:
        fd = source.fileno()
    out = []
    while some := _raw["read"](fd, 1 << 16):
        out.append(some)
    return b"".join(out)


def _bottom(stream):
    while True:
        inner = getattr(stream, "buffer", None) or getattr(stream, "raw", None)
        if inner is None:
            return stream
        stream = inner


def _emit(target, some):
    at = 0
    while at < len(some):
        at += _raw["write"](target, some[at:at + (1 << 16)])


_children = 0


class Popen:
    """A program, as subprocess.Popen has it. It runs to its end at once, or when its input is complete."""

    def __init__(self, args, bufsize=-1, executable=None, stdin=None, stdout=None, stderr=None, preexec_fn=None, close_fds=True, shell=False, cwd=None,
                 env=None, universal_newlines=None, startupinfo=None, creationflags=0, restore_signals=True, start_new_session=False, pass_fds=(), *,
                 user=None, group=None, extra_groups=None, encoding=None, errors=None, text=None, umask=-1, pipesize=-1, process_group=None):
        global _children
        if not isinstance(bufsize, int):
            raise TypeError("bufsize must be an integer")
        if preexec_fn is not None or user is not None or group is not None or extra_groups is not None or pass_fds:
            _unmodelled("subprocess.Popen", "preexec_fn, user, group, extra_groups and pass_fds are not modelled")
        if text is not None and universal_newlines is not None and bool(universal_newlines) != bool(text):
            raise _subprocess.SubprocessError("Cannot disambiguate when both text and universal_newlines are supplied but different. Pass one or the other.")
        if isinstance(args, (str, bytes)) or hasattr(args, "__fspath__"):
            if not isinstance(args, (str, bytes)) and shell:
                raise TypeError("path-like args is not allowed when shell is true")
            words = [args]
        else:
            words = list(args)
        if shell:
            shell_program = "/bin/sh" if executable is None else executable
            words = [shell_program, "-c", *words]
        elif executable is not None:
            if os.fsencode(executable) != os.fsencode(words[0]):
                _unmodelled("subprocess.Popen", "a program under another name (executable)")
            words[0] = executable
        if not words:
            raise IndexError("list index out of range")
        for it in words:
            if not isinstance(it, (str, bytes)) and not hasattr(it, "__fspath__"):
                raise TypeError(f"expected str, bytes or os.PathLike object, not {type(it).__name__}")
            if (b"\0" if isinstance(os.fspath(it), bytes) else "\0") in os.fspath(it):
                raise ValueError("embedded null byte")
        self.args, self.pipesize, self.encoding, self.errors = args, pipesize, encoding, errors
        self.text_mode = encoding or errors or text or universal_newlines
        self._words, self._cwd, self._env = words, cwd, env if env is None else dict(env)
        self._umask = None if umask < 0 else umask
        self._stdout, self._stderr, self._fed, self._streams, self._given = stdout, stderr, None, None, stdin
        self.returncode = self.stdin = self.stdout = self.stderr = None
        self._communication_started = False
        _children += 1
        self.pid = _process + _children
        if stdin == _subprocess.PIPE:
            self.stdin = io.BufferedWriter(_Feed(self))
            if self.text_mode:
                self.stdin = io.TextIOWrapper(self.stdin, encoding=encoding, errors=errors, write_through=True, line_buffering=bufsize == 1)
        if stdout == _subprocess.PIPE:
            self.stdout = self._reader(0)
        if stderr == _subprocess.PIPE:
            self.stderr = self._reader(1)
        if stdin != _subprocess.PIPE:
            if stdin is None:
                self._fed = _drain(0)
                if self._fed:
                    _unmodelled("subprocess.Popen", "a program may read a part of the script's own input")
            elif stdin == _subprocess.DEVNULL:
                self._fed = b""
            else:
                self._fed = _drain(stdin)
            self._finish()
        elif not _shutil_which(words[0], env):
            # What is not there is told at once.
            raise _error(2, words[0])

    def _reader(self, which):
        reader = io.BufferedReader(_Pipe(self, which))
        return io.TextIOWrapper(reader, encoding=self.encoding, errors=self.errors) if self.text_mode else reader

    def _finish(self):
        if self._streams is not None:
            return
        if self._fed is None:
            # A program that waits for its input while the script waits for it: here it gets what is there.
            _unmodelled("subprocess.Popen", "the script reads from a program whose input is still open")
            self._fed = b""
        merge = self._stderr == _subprocess.STDOUT
        status, out, err = _spawn(self._words, stdin=self._fed, cwd=self._cwd, env=self._env, umask=self._umask, merge=merge)
        self._streams = [out, err]
        self.returncode_seen = status
        for target, some, standard in ((self._stdout, out, 1), (self._stderr, err, 2)):
            if target in (_subprocess.PIPE, _subprocess.DEVNULL, _subprocess.STDOUT):
                continue
            if target is None:
                _emit(standard, some)
            else:
                _emit(target if isinstance(target, int) else target.fileno(), some)

    def __repr__(self):
        return f"<Popen: returncode: {self.returncode} args: {self.args!r}>"

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()
        if self.stdin:
            self.stdin.close()
        self.wait()

    def poll(self):
        if self.returncode is None and self._fed is None:
            return None
        return self.wait()

    def wait(self, timeout=None):
        if self.returncode is None:
            self._finish()
            self.returncode = self.returncode_seen
        return self.returncode

    def communicate(self, input=None, timeout=None):
        if self._communication_started and input:
            raise ValueError("Cannot send input after starting communication")
        self._communication_started = True
        if self.stdin and not self.stdin.closed:
            if input:
                self.stdin.write(input)
            self.stdin.close()
        out = self.stdout.read() if self.stdout and not self.stdout.closed else None
        err = self.stderr.read() if self.stderr and not self.stderr.closed else None
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()
        self.wait()
        return out, err

    def send_signal(self, number):
        if self.returncode is None and self._streams is None:
            _unmodelled("subprocess.Popen", "a signal to a program that has not run")

    def terminate(self):
        self.send_signal(15)

    def kill(self):
        self.send_signal(9)

    def __class_getitem__(cls, item):
        return types.GenericAlias(cls, item)


Popen.__module__ = "subprocess"
_place(_subprocess, "Popen", Popen)
_subprocess._USE_VFORK = _subprocess._USE_POSIX_SPAWN = False


def _system(command):
    status, out, err = _spawn(["/bin/sh", "-c", command])
    _emit(1, out)
    _emit(2, err)
    return status << 8


def _executed(words, env=None):
    """execve(2): the program takes the script's place, and what the script still had to write is lost."""
    status, out, err = _spawn(words, env=env)
    _emit(1, out)
    _emit(2, err)
    _unmodelled("os.exec", "a program takes the script's place")
    raise SystemExit(status)


for _module in (posix, os):
    _place(_module, "system", _system)
    _place(_module, "execv", lambda path, args: _executed([path, *list(args)[1:]]))
    _place(_module, "execve", lambda path, args, env: _executed([path, *list(args)[1:]], env))
os.WIFEXITED = lambda status: status & 0x7f == 0
os.WEXITSTATUS = lambda status: status >> 8 & 0xff
os.WIFSIGNALED = lambda status: status & 0x7f != 0
os.WTERMSIG = lambda status: status & 0x7f
os.WIFSTOPPED = lambda status: False
os.WCOREDUMP = lambda status: False
os.WNOHANG = 1
os.waitstatus_to_exitcode = lambda status: status >> 8 & 0xff


def _wait(*_):
    raise _error(10)


os.wait, os.waitpid = _wait, _wait
_which = _shutil.which


def _shutil_which(command, mode=os.F_OK | os.X_OK, path=None):
    if isinstance(mode, dict):
        path, mode = mode.get("PATH", mode.get(b"PATH")), os.F_OK | os.X_OK
    elif mode is None:
        mode = os.F_OK | os.X_OK
    found = _which(command, mode, path)
    if found is not None or _call("programs") == b"\1":
        return found
    # A part of a machine: the shell's module knows which programs stand there.
    env = dict(os.environ)
    if path is not None:
        env["PATH"] = os.fsdecode(path)
    status, out, _, _ = _run([b"/bin/sh", b"-c", b'command -v -- "$1"', b"sh", os.fsencode(command)], b"", _cwd, _environment(env), None, False)
    shown = os.fsdecode(out).strip()
    return shown if status == 0 and shown.startswith("/") else None


def which(cmd, mode=os.F_OK | os.X_OK, path=None):
    return _shutil_which(cmd, mode, path)


_place(_shutil, "which", which)
