import os
open("/etc/x.conf", "w").write("x\n")
os._exit(0)
