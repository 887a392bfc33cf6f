import os
os.chmod("/etc/hosts", 0o666)
