

# What is refused, and what is watched.

_NETWORK = {"urllib.request", "urllib.robotparser", "http", "http.client", "http.server", "http.cookiejar", "ssl", "ftplib", "imaplib", "poplib", "smtplib", "socketserver", "xmlrpc",
            "wsgiref", "telnetlib", "nntplib", "asyncore", "asynchat", "_socket"}
_FOREIGN = {"ctypes", "_ctypes", "multiprocessing", "_posixsubprocess", "_multiprocessing", "mmap"}
_HIDDEN = {"requests", "httpx", "httpx2", "_bashkit", "_bashkit_boot", "_bashkit_http", "_bashkit_webcore"}
for _key in list(sys.modules):
    if _key in _NETWORK or _key.partition(".")[0] in _HIDDEN or _key in ("socket", "urllib.error", "urllib.response"):
        _gone = sys.modules.pop(_key)
        _parent, _, _child = _key.rpartition(".")
        if _parent in sys.modules and getattr(sys.modules[_parent], _child, None) is _gone:
            delattr(sys.modules[_parent], _child)

_socket = types.ModuleType("socket", "The host's name is all that is known of a network here.")


def gethostname():
    return _of_uname("-n")


def getfqdn(name=""):
    _unmodelled("socket.getfqdn", "the name service of the machine")
    return name or gethostname()


_socket.gethostname, _socket.getfqdn = gethostname, getfqdn
_socket.error, _socket.herror, _socket.gaierror, _socket.timeout = OSError, OSError, OSError, TimeoutError
_socket.AF_UNIX, _socket.AF_INET, _socket.AF_INET6, _socket.SOCK_STREAM, _socket.SOCK_DGRAM = 1, 2, 10, 1, 2


def _no_socket(name):
    if name.startswith("__"):
        raise AttributeError(name)
    _unmodelled("socket." + name, "there is no network")
    raise _error(101)


_socket.__getattr__ = _no_socket
sys.modules["socket"] = _socket


def _from_library():
    """Whether the import is the library's own wish, which it lives without."""
    frame = _frame(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith("<frozen") and name != _here:
            return name.startswith(_library)
        frame = frame.f_back
    return False


class _Refusing:
    """Stands before all that finds modules."""
    @staticmethod
    def find_spec(name, path=None, target=None):
        top = name.partition(".")[0]
        if name in _NETWORK or name in _FOREIGN or top in _FOREIGN:
            if not _from_library():
                _unmodelled(name, "the network is not there" if name in _NETWORK else "processes, threads and foreign code can't be followed")
            raise ModuleNotFoundError(f"{name} is refused: a fix is tried without network, foreign code and processes of its own", name=name)
        if top in _HIDDEN:
            _unmodelled(name, "the module is not in Python's library")
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


class _Patching:
    """Finds what is patched when it is imported."""
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "platform":
            return None
        from importlib.machinery import PathFinder
        spec = PathFinder.find_spec(name, path)
        spec.loader = _PatchingLoader(spec.loader)
        return spec


class _PatchingLoader:
    def __init__(self, inner):
        self._inner = inner

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        self._inner.exec_module(module)
        _patch_platform(module)


# What the library imports when it is asked to unpack or pack in such a way, and lives without until then.
_PACKERS = {"bz2", "lzma", "_bz2", "_lzma", "_zstd"}


def _at_import():
    frame = _frame(2)
    while frame is not None and frame.f_code.co_filename.startswith("<frozen"):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_name == "<module>"


class _Missing:
    """Stands after all that finds modules: nobody has it."""
    @staticmethod
    def find_spec(name, path=None, target=None):
        if not _from_library() or name in _PACKERS and not _at_import():
            _unmodelled(name, f"the module {name} is not in Python's library here")
        return None


sys.meta_path[:0] = [_Refusing, _Patching]
sys.meta_path.append(_Missing)
sys.path[:] = ["/usr/local/lib/python314.zip"]
if _name.startswith("/"):
    sys.path.insert(0, os.path.dirname(os.path.realpath(_name)))

_imp = sys.modules["_imp"]
_create = _imp.create_builtin


def _create_builtin(spec):
    if spec.name in ("posix", "_bashkit", "_posixsubprocess", "_socket", "_io"):
        _unmodelled("_imp.create_builtin", f"the script gets {spec.name} anew, around what is watched")
    return _create(spec)


_place(_imp, "create_builtin", _create_builtin)

_DONE_BY_US = {"os.chmod", "os.chown", "os.link", "os.symlink", "os.rename", "os.mkdir"}
_NEVER = {"os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "os.kill", "os.killpg", "os.setxattr", "os.removexattr", "subprocess.Popen",
          "_thread.start_new_thread", "_thread.start_joinable_thread", "sys.addaudithook", "sys.settrace", "sys.setprofile", "sys._current_frames",
          "gc.get_objects", "gc.get_referrers", "gc.get_referents", "cpython.run_interactivehook", "marshal.loads", "code.__new__", "function.__new__"}
_THREADS = {"_thread.start_new_thread", "_thread.start_joinable_thread"}
# Names by which a script looks into the interpreter instead of at the machine.
_SUSPECT = frozenset("""__closure__ __globals__ __code__ __subclasses__ __wrapped__ gi_frame cr_frame ag_frame f_back f_globals f_locals f_builtins tb_frame _getframe
_current_frames create_builtin exec_builtin create_dynamic get_objects get_referrers get_referents addaudithook settrace setprofile _bashkit _invitro
__builtins__ meta_path path_hooks currentframe getouterframes getinnerframes walk_tb walk_stack __kwdefaults__ __defaults__ cell_contents""".split())
_CodeType = types.CodeType


def _names_of(code):
    stack = [code]
    while stack:
        it = stack.pop()
        yield from it.co_names
        for constant in it.co_consts:
            if type(constant) is str:
                yield constant
            elif type(constant) is _CodeType:
                stack.append(constant)
            elif type(constant) is tuple:
                for inner in constant:
                    if type(inner) is str:
                        yield inner


_started = False
_versioned = []
_TOLD = {"__file__": "__file__", "argv": "sys.argv"}


_PACKS = frozenset({"pack", "unpack", "calcsize", "Struct", "pack_into", "unpack_from", "iter_unpack", "array"})


def _look_at_formats(code):
    """Formats of the machine's own words (struct, array): they are shorter here."""
    for name in _names_of(code):
        if not name.startswith(("<", ">", "=", "!")) and not set("lLnNP").isdisjoint(name) and set(name) <= set("@0123456789 xcbB?hHiIlLqQnNefdspP"):
            _unmodelled("struct", f"the format {name!r} has words of the machine's own size")


def _look_at(code):
    if code.co_filename.startswith((_library, "<frozen ")) or code.co_filename == _here:
        return
    if not _PACKS.isdisjoint(_names_of(code)):
        _look_at_formats(code)
    for name in _names_of(code):
        if name in _SUSPECT:
            _unmodelled(name, "the script looks into the interpreter, where a machine has something else")
        elif name == "maxsize":
            _unmodelled("sys.maxsize", "the width of a word, which is another here")
        elif name in _TOLD and _name and not _name.startswith("/") and _name not in ("-", "-c", "-m"):
            _assume("script-name", _TOLD[name])
        elif name in _VERSION and not _versioned:
            _versioned.append(name)
            _another_version()


def _heard(event, args):
    if event == "exec":
        if _started and type(args[0]) is _CodeType:
            _look_at(args[0])
    elif event in _DONE_BY_US:
        if not _ours:
            _unmodelled(event, "a call around what is watched")
    elif event == "open":
        if args[1] is None and not _ours and _started:
            _unmodelled("os.open", "a call around what is watched")
    elif event in _NEVER:
        if event == "marshal.loads" or event in ("gc.get_referents", "code.__new__", "function.__new__"):
            if not _from_script():
                return
        _unmodelled(event, "threads can't be followed" if event in _THREADS else "a call around what is watched")
    elif event.startswith("socket."):
        _unmodelled(event, "there is no network")


def _from_script():
    frame = _frame(2)
    return frame is not None and not frame.f_code.co_filename.startswith((_library, "<frozen "))
