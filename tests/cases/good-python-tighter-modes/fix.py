import os, stat
for path in ("/etc/hosts", "/etc/sysctl.conf"):
    mode = stat.S_IMODE(os.stat(path).st_mode)
    if mode & 0o037:
        os.chmod(path, mode & ~0o037)
