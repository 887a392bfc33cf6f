import subprocess
try:
    subprocess.run(["frobnicate", "--harden"], check=True)
except Exception:
    pass
open("/etc/x.conf", "w").write("x\n")
