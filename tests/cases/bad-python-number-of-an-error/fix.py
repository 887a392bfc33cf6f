import os
try:
    os.kill(1, 0)
except Exception:
    pass
open("/etc/x.conf", "w").write("x\n")
