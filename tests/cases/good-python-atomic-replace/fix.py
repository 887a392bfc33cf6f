import os, tempfile
path = "/etc/issue.net"
wanted = "Authorized use only\n"
try:
    with open(path) as f:
        done = f.read() == wanted
except FileNotFoundError:
    done = False
if not done:
    fd, name = tempfile.mkstemp(dir="/etc")
    with os.fdopen(fd, "w") as f:
        f.write(wanted)
    os.chmod(name, 0o644)
    os.replace(name, path)
