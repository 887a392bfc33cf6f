

# The run: what is promised is tested first, then the script runs, then what was put in place is looked at.
def _self_test():
    path = "/run/.invitro-self-test"
    mask = umask(0o27)
    try:
        try:
            _raw["close"](_open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileNotFoundError:
            _unmodelled("python3", "the self-test has no place: there is no /run", 0)
            return
        first = os.stat(path)
        os.chmod(path, 0o2751)
        os.chown(path, 12, 34)
        then = os.lstat(path)
        os.unlink(path)
    finally:
        umask(mask)
    if (first.st_mode & 0o7777, first.st_uid) != (0o640, _uid) or (then.st_uid, then.st_gid) != (12, 34) or then.st_mode & 0o0777 != 0o751:
        _unmodelled("python3", f"the self-test failed: {first} {then}", 0)


def _strip(error):
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename == _here:
        traceback = traceback.tb_next
    return error.with_traceback(traceback)


def _report(error):
    import linecache
    text = _script.decode("utf-8", "replace")
    linecache.cache[_file] = (len(text), None, text.splitlines(True), _file)
    if isinstance(error, OSError):
        _translate(error)
    error = _strip(error)
    sys.excepthook(type(error), error, error.__traceback__)


def _status_of(ended):
    code = ended.code
    if code is None:
        return 0
    if isinstance(code, int):
        return int(code) & 0xff
    print(code, file=sys.stderr)
    return 1


def _guarded(act):
    try:
        act()
        return 0
    except SystemExit as ended:
        return _status_of(ended)
    except KeyboardInterrupt as error:
        _report(error)
        return 130
    except BaseException as error:
        _report(error)
        return 1


def _main():
    global _started, _script
    import atexit
    import gc
    sys.argv[:] = [os.fsdecode(it) for it in _argv]
    sys.executable, sys.orig_argv = "/usr/bin/python3", ["python3", *sys.argv]
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    if _file == _name:
        main.__file__ = _name
    main.__cached__ = None
    sys.modules["__main__"] = main
    here = _call("cwd")
    if here not in (b"", b"/"):
        _chdir(here)
    _self_test()
    sys.addaudithook(_heard)
    _started = True

    def run():
        code = _compiled(_script, _file, main.__dict__)
        ballast = _weigh_down()
        exec(code, main.__dict__)
        del ballast

    status = _guarded(run)
    if atexit._ncallbacks():
        _guarded(atexit._run_exitfuncs)
    for module, name, it in _placed:
        if getattr(module, name, None) is not it:
            _unmodelled(f"{getattr(module, '__name__', module)}.{name}", "the script put something else in place of it", 0)
    main.__dict__.clear()
    gc.collect()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    _call("end")
    raise SystemExit(status)


_main()
