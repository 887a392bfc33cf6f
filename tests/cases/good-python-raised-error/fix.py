import errno, os
try:
    raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), "/etc/thing")
except FileNotFoundError:
    with open("/etc/thing.conf", "w") as f:
        f.write("made\n")
