import os, sys
if sys.version_info < (3, 6):
    sys.exit("needs Python 3.6")
os.chmod("/etc/hosts", 0o600)
