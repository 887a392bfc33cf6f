import _imp, importlib.machinery
spec = importlib.machinery.ModuleSpec("posix", importlib.machinery.BuiltinImporter)
raw = _imp.create_builtin(spec)
if raw.stat("/etc/hosts").st_mode & 0o777:
    open("/etc/real", "w").close()
