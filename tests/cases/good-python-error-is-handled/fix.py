import errno, os
try:
    os.remove("/etc/not-there")
except OSError as error:
    if error.errno != errno.ENOENT:
        raise
os.chmod("/etc/hosts", 0o640)
