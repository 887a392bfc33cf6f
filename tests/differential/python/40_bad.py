# Fixes that nobody should call proven: each is bad in its own way.

#### bad-random-token
import secrets
open("/etc/token", "w").write(secrets.token_hex(16) + "\n")

#### bad-clock-in-file
import datetime
open("/etc/built", "w").write(datetime.datetime.now().isoformat() + "\n")

#### bad-order-of-a-set
names = {line.split(":")[0] for line in open("/etc/passwd")}
open("/etc/names", "w").write("\n".join(names) + "\n")

#### bad-order-of-a-set-literal
with open("/etc/order", "w") as f:
    for it in {"alpha", "beta", "gamma", "delta", "epsilon"}:
        f.write(it + "\n")

#### bad-hash-of-text
open("/etc/hash", "w").write(str(hash("fix") % 1000) + "\n")

#### bad-object-address
open("/etc/address", "w").write(repr(object()) + "\n")

#### bad-growing
with open("/etc/hosts", "a") as f:
    f.write("192.0.2.1 again\n")

#### bad-process-number
import os
open("/etc/pid", "w").write(str(os.getpid()) + "\n")

#### bad-uuid
import uuid
open("/etc/machine-uuid", "w").write(str(uuid.uuid4()) + "\n")

#### bad-listing-order
import os
open("/etc/listing", "w").write("\n".join(os.listdir("/etc/pam.d")) + "\n")

#### bad-free-space
import shutil
open("/etc/space", "w").write(str(shutil.disk_usage("/").free) + "\n")

#### bad-kernel-release
import platform
open("/etc/kernel-release", "w").write(platform.release() + "\n")

#### bad-python-version
import sys
open("/etc/python-version", "w").write(sys.version + "\n")

#### bad-processors
import os
open("/etc/workers", "w").write(str(os.cpu_count()) + "\n")

#### bad-proc
open("/etc/memory", "w").write(open("/proc/meminfo").readline())

#### bad-third-party
try:
    import yaml
except ImportError:
    yaml = None
open("/etc/with-yaml", "w").write(str(yaml is not None) + "\n")

#### bad-network
import urllib.request
try:
    data = urllib.request.urlopen("http://192.0.2.1/list", timeout=1).read()
except Exception:
    data = b"offline\n"
open("/etc/list", "wb").write(data)

#### bad-thread
import threading
def work():
    open("/etc/by-thread", "w").write("x\n")
t = threading.Thread(target=work)
try:
    t.start()
    t.join()
except RuntimeError:
    pass

#### bad-fork
import os
try:
    pid = os.fork()
except (OSError, AttributeError):
    pid = None
if pid == 0:
    open("/etc/by-child", "w").write("x\n")
    os._exit(0)
elif pid:
    os.waitpid(pid, 0)

#### bad-raw-posix
import sys, importlib
posix = sys.modules.pop("posix", None)
try:
    posix = importlib.import_module("posix")
except ImportError:
    pass
posix.chmod("/etc/hosts", 0o600)

#### bad-words-of-the-machine
import struct
open("/etc/packed", "wb").write(struct.pack("L", 7))

#### bad-address-in-text
class Rule:
    pass
open("/etc/rules", "w").write(str([Rule()]) + "\n")

#### bad-set-through-json
import json
groups = {line.split(":")[0] for line in open("/etc/group")}
json.dump({"groups": list(groups)[:3]}, open("/etc/groups.json", "w"))

#### bad-frozen-set
KEYS = frozenset(["alpha", "beta", "gamma", "delta"])
open("/etc/keys", "w").write(" ".join(KEYS) + "\n")

#### bad-popped-from-a-set
left = {"one", "two", "three", "four", "five"}
open("/etc/first", "w").write(left.pop() + "\n")

#### bad-packed-otherwise
import tarfile
try:
    with tarfile.open("/root/a.tar.xz", "w:xz") as t:
        t.add("/etc/hostname")
except tarfile.CompressionError:
    pass
open("/etc/packed", "w").write("x\n")
