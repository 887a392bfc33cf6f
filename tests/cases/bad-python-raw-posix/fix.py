import importlib, sys
del sys.modules["posix"]
posix = importlib.import_module("posix")
posix.chmod("/etc/hosts", 0o600)
