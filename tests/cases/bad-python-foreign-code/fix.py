try:
    import ctypes
    ctypes.CDLL(None).chmod(b"/etc/hosts", 0o600)
except ImportError:
    pass
open("/etc/x.conf", "w").write("x\n")
