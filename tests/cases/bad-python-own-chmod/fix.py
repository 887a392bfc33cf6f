import os
def chmod(path, mode):
    pass
os.chmod = chmod
os.chmod("/etc/hosts", 0o777)
open("/etc/x.conf", "w").write("x\n")
