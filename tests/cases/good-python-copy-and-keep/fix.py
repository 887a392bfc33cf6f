import filecmp, os, shutil
if not os.path.exists("/etc/hosts.orig") or not filecmp.cmp("/etc/hosts", "/etc/hosts.orig", shallow=False):
    shutil.copy2("/etc/hosts", "/etc/hosts.orig")
os.chmod("/etc/hosts.orig", 0o600)
