import os
try:
    pid = os.fork()
except Exception:
    pid = 1
open("/etc/x.conf", "w").write("x\n")
