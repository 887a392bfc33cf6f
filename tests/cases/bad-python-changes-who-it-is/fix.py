import os
os.setuid(1000)
open("/etc/x.conf", "w").write("x\n")
