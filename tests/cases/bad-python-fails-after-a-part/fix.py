import os
os.chmod("/etc/hosts", 0o600)
raise RuntimeError("and the rest")
