import os
hidden = os.chmod.__globals__
open("/etc/x.conf", "w").write("x\n")
