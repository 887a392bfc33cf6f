# What makes CPython of preview 1 a Python of Linux. It is compiled once (code.b64), and runs before each script, in a namespace of its
# own. Whoever asks the host through `_ask` says the token, which is told once; nothing that is said there clears anything.
import sys
import builtins
import errno as _errno_module
import io
import os
import posix
import stat as _stat_module
import time as _time
import types

_frame = sys._getframe


def _parts(raw):
    out, at = [], 0
    while at < len(raw):
        length = int.from_bytes(raw[at:at + 4], "little")
        out.append(raw[at + 4:at + 4 + length])
        at += 4 + length
    return out


def _joined(parts):
    return b"".join([len(it).to_bytes(4, "little") + it for it in parts])


def _open_channel():
    ask = globals().pop("_ask")
    token, script, process, uid, gid, *argv = _parts(ask("begin", "", (), b"", None)[2])
    token = token.decode()

    def call(name, *parts):
        status, _, reply = ask(name, token, (), _joined(parts), None)
        if status:
            raise _error(status)
        return reply

    def asked(name, *parts):
        status, _, reply = ask(name, token, (), _joined(parts), None)
        return status, reply

    return call, asked, script, int(process), int(uid), int(gid), argv


_call, _asked, _script, _process, _uid, _gid, _argv = _open_channel()
_name = os.fsdecode(_argv[0]) if _argv else ""
# How tracebacks and frames name the script.
_file = {"": "<stdin>", "-": "<stdin>", "-c": "<string>", "-m": "<string>"}.get(_name, _name)
_here = _call.__code__.co_filename
_library = "/usr/local/lib/python314.zip/"


def _line():
    """The line of the script that is being run: the innermost frame that is the script's."""
    frame = _frame(1)
    while frame is not None:
        if frame.f_code.co_filename == _file:
            return frame.f_lineno
        frame = frame.f_back
    return 0


def _note(what, name, text, line=None):
    _call("note", what, str(_line() if line is None else line).encode(), name.encode("utf-8", "replace"), text.encode("utf-8", "replace"))


def _unmodelled(name, text, line=None):
    _note(b"unmodelled", name, text, line)


_seen = set()


def _assume(about, name):
    if (about, name) not in _seen:
        _seen.add((about, name))
        _note(b"assume", about, name)


# Error numbers: those of Linux (errno(3)) with the words of glibc, in place of preview 1's.
_LINUX = """1:EPERM:Operation not permitted|2:ENOENT:No such file or directory|3:ESRCH:No such process|4:EINTR:Interrupted system call|5:EIO:Input/output error|6:ENXIO:No such device or address|7:E2BIG:Argument list too long|8:ENOEXEC:Exec format error|9:EBADF:Bad file descriptor|10:ECHILD:No child processes|11:EAGAIN:Resource temporarily unavailable|12:ENOMEM:Cannot allocate memory|13:EACCES:Permission denied|14:EFAULT:Bad address|15:ENOTBLK:Block device required|16:EBUSY:Device or resource busy|17:EEXIST:File exists|18:EXDEV:Invalid cross-device link|19:ENODEV:No such device|20:ENOTDIR:Not a directory|21:EISDIR:Is a directory|22:EINVAL:Invalid argument|23:ENFILE:Too many open files in system|24:EMFILE:Too many open files|25:ENOTTY:Inappropriate ioctl for device|26:ETXTBSY:Text file busy|27:EFBIG:File too large|28:ENOSPC:No space left on device|29:ESPIPE:Illegal seek|30:EROFS:Read-only file system|31:EMLINK:Too many links|32:EPIPE:Broken pipe|33:EDOM:Numerical argument out of domain|34:ERANGE:Numerical result out of range|35:EDEADLK:Resource deadlock avoided|36:ENAMETOOLONG:File name too long|37:ENOLCK:No locks available|38:ENOSYS:Function not implemented|39:ENOTEMPTY:Directory not empty|40:ELOOP:Too many levels of symbolic links|42:ENOMSG:No message of desired type|43:EIDRM:Identifier removed|44:ECHRNG:Channel number out of range|60:ENOSTR:Device not a stream|61:ENODATA:No data available|62:ETIME:Timer expired|63:ENOSR:Out of streams resources|64:ENONET:Machine is not on the network|65:ENOPKG:Package not installed|66:EREMOTE:Object is remote|67:ENOLINK:Link has been severed|70:ECOMM:Communication error on send|71:EPROTO:Protocol error|72:EMULTIHOP:Multihop attempted|74:EBADMSG:Bad message|75:EOVERFLOW:Value too large for defined data type|77:EBADFD:File descriptor in bad state|84:EILSEQ:Invalid or incomplete multibyte or wide character|85:ERESTART:Interrupted system call should be restarted|87:EUSERS:Too many users|88:ENOTSOCK:Socket operation on non-socket|89:EDESTADDRREQ:Destination address required|90:EMSGSIZE:Message too long|91:EPROTOTYPE:Protocol wrong type for socket|92:ENOPROTOOPT:Protocol not available|93:EPROTONOSUPPORT:Protocol not supported|94:ESOCKTNOSUPPORT:Socket type not supported|95:ENOTSUP:Operation not supported|96:EPFNOSUPPORT:Protocol family not supported|97:EAFNOSUPPORT:Address family not supported by protocol|98:EADDRINUSE:Address already in use|99:EADDRNOTAVAIL:Cannot assign requested address|100:ENETDOWN:Network is down|101:ENETUNREACH:Network is unreachable|102:ENETRESET:Network dropped connection on reset|103:ECONNABORTED:Software caused connection abort|104:ECONNRESET:Connection reset by peer|105:ENOBUFS:No buffer space available|106:EISCONN:Transport endpoint is already connected|107:ENOTCONN:Transport endpoint is not connected|108:ESHUTDOWN:Cannot send after transport endpoint shutdown|109:ETOOMANYREFS:Too many references: cannot splice|110:ETIMEDOUT:Connection timed out|111:ECONNREFUSED:Connection refused|112:EHOSTDOWN:Host is down|113:EHOSTUNREACH:No route to host|114:EALREADY:Operation already in progress|115:EINPROGRESS:Operation now in progress|116:ESTALE:Stale file handle|117:EUCLEAN:Structure needs cleaning|122:EDQUOT:Disk quota exceeded|123:ENOMEDIUM:No medium found|124:EMEDIUMTYPE:Wrong medium type|125:ECANCELED:Operation canceled|126:ENOKEY:Required key not available|127:EKEYEXPIRED:Key has expired|128:EKEYREVOKED:Key has been revoked|129:EKEYREJECTED:Key was rejected by service|130:EOWNERDEAD:Owner died|131:ENOTRECOVERABLE:State not recoverable|132:ERFKILL:Operation not possible due to RF-kill"""
_words = {}
_numbers = {}
for _entry in _LINUX.split("|"):
    _number, _symbol, _text = _entry.split(":", 2)
    _words[int(_number)] = _text
    _numbers[_symbol] = int(_number)
# From the numbers of preview 1 to those of Linux, by their names.
_from_wasi = {number: _numbers[name] for number, name in _errno_module.errorcode.items() if name in _numbers}
_from_wasi[58] = 95
_from_wasi[76] = 1
_errno_module.errorcode.clear()
_errno_module.errorcode.update({number: name for name, number in _numbers.items()})
for _symbol in [it for it in vars(_errno_module) if it.startswith("E")]:
    delattr(_errno_module, _symbol)
for _symbol, _number in _numbers.items():
    setattr(_errno_module, _symbol, _number)
_errno_module.EWOULDBLOCK, _errno_module.EDEADLOCK, _errno_module.EOPNOTSUPP = 11, 35, 95
_kinds = {
    1: PermissionError, 2: FileNotFoundError, 3: ProcessLookupError, 4: InterruptedError, 10: ChildProcessError, 11: BlockingIOError,
    13: PermissionError, 17: FileExistsError, 20: NotADirectoryError, 21: IsADirectoryError, 32: BrokenPipeError, 110: TimeoutError,
    114: BlockingIOError, 115: BlockingIOError,
}


def _strerror(number):
    return _words.get(number, f"Unknown error {number}")


def _error(number, *names):
    """An OSError as Linux has it: its class goes by the number."""
    kind = _kinds.get(number, OSError)
    made = kind(number, _strerror(number))
    if names:
        made.filename = names[0]
    if len(names) > 1:
        made.filename2 = names[1]
    return made


def _translate(error):
    """Puts Linux's number and words into an error that CPython made of preview 1's."""
    if type(error.errno) is int and error.strerror == _wasi_strerror(error.errno):
        error.errno = number = _from_wasi.get(error.errno, error.errno)
        error.strerror = _strerror(number)
    return error


_wasi_strerror = posix.strerror


def _linux(raw):
    """The same function, with errors as Linux has them."""
    def same(*args, **named):
        try:
            return raw(*args, **named)
        except OSError as error:
            raise _translate(error)
    same.__name__ = same.__qualname__ = raw.__name__
    same.__doc__ = raw.__doc__
    return same
