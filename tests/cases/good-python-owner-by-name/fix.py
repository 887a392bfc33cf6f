import shutil
shutil.chown("/etc/sysctl.conf", user="root", group="root")
import os
os.chmod("/etc/sysctl.conf", 0o600)
