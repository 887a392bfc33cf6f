# Text and configuration: how fixes edit what daemons read.

#### sshd-directive
import re
PATH = "/etc/ssh/sshd_config"
with open(PATH) as f:
    lines = f.read().splitlines()
out, done = [], False
for line in lines:
    if re.match(r"\s*#?\s*PermitRootLogin\b", line):
        if not done:
            out.append("PermitRootLogin no")
            done = True
        continue
    out.append(line)
if not done:
    out.insert(0, "PermitRootLogin no")
with open(PATH, "w") as f:
    f.write("\n".join(out) + "\n")

#### sshd-many-directives
#!/usr/bin/env python3
"""Sets directives of sshd before the first Match block."""
import os
import re
import sys
import tempfile

PATH = "/etc/ssh/sshd_config"
WANTED = {
    "X11Forwarding": "no",
    "MaxAuthTries": "4",
    "ClientAliveInterval": "300",
    "ClientAliveCountMax": "0",
    "PermitEmptyPasswords": "no",
}


def main():
    with open(PATH, encoding="utf-8") as f:
        lines = f.readlines()
    first_match = next((i for i, it in enumerate(lines) if re.match(r"\s*Match\b", it, re.I)), len(lines))
    head, tail = lines[:first_match], lines[first_match:]
    for key, value in WANTED.items():
        pattern = re.compile(rf"^\s*{re.escape(key)}\s+", re.I)
        kept = [it for it in head if not pattern.match(it)]
        head = kept + [f"{key} {value}\n"]
    text = "".join(head + tail)
    if text == "".join(lines):
        return 0
    st = os.stat(PATH)
    fd, name = tempfile.mkstemp(dir=os.path.dirname(PATH), prefix=".sshd_config.")
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as f:
            f.write(text)
            f.flush()
            os.fsync(f.fileno())
        os.chmod(name, st.st_mode & 0o7777)
        os.chown(name, st.st_uid, st.st_gid)
        os.replace(name, PATH)
    except BaseException:
        os.unlink(name)
        raise
    print("changed", PATH)
    return 0


if __name__ == "__main__":
    sys.exit(main())

#### sysctl-drop-in
from pathlib import Path
SETTINGS = {"net.ipv4.ip_forward": 0, "net.ipv4.conf.all.rp_filter": 1, "kernel.kptr_restrict": 2, "fs.suid_dumpable": 0}
target = Path("/etc/sysctl.d/99-hardening.conf")
text = "".join(f"{key} = {value}\n" for key, value in sorted(SETTINGS.items()))
if not target.exists() or target.read_text() != text:
    target.write_text(text)
    target.chmod(0o644)

#### append-line-once
import os
PATH, LINE = "/etc/security/limits.conf", "* hard core 0"
os.makedirs(os.path.dirname(PATH), exist_ok=True)
text = open(PATH).read() if os.path.exists(PATH) else ""
if LINE not in text.splitlines():
    with open(PATH, "a") as f:
        if text and not text.endswith("\n"):
            f.write("\n")
        f.write(LINE + "\n")

#### login-defs
import re
path = "/etc/login.defs"
try:
    text = open(path).read()
except FileNotFoundError:
    text = ""
for key, value in (("PASS_MAX_DAYS", 90), ("PASS_MIN_DAYS", 1), ("UMASK", "027")):
    new = f"{key}\t{value}"
    text, count = re.subn(rf"(?m)^[ \t]*{key}[ \t]+.*$", new, text)
    if not count:
        text += new + "\n"
open(path, "w").write(text)

#### configparser-journald
import configparser
path = "/etc/systemd/journald.conf"
config = configparser.ConfigParser(interpolation=None)
config.optionxform = str
config.read(path)
if not config.has_section("Journal"):
    config.add_section("Journal")
config["Journal"]["Storage"] = "persistent"
config["Journal"]["Compress"] = "yes"
with open(path, "w") as f:
    config.write(f, space_around_delimiters=False)

#### configparser-new-file
import configparser, io
config = configparser.RawConfigParser()
config.read_string("[main]\ngpgcheck=0\nplugins = 1\n[other]\nkey: value\n")
config.set("main", "gpgcheck", "1")
buffer = io.StringIO()
config.write(buffer)
open("/etc/yum-like.conf", "w").write(buffer.getvalue())
print(config.sections(), config.getboolean("main", "plugins"), config.get("other", "key"))

#### json-settings
import json, os
path = "/etc/docker/daemon.json"
os.makedirs("/etc/docker", exist_ok=True)
try:
    with open(path) as f:
        data = json.load(f)
except (FileNotFoundError, json.JSONDecodeError):
    data = {}
data.update({"icc": False, "no-new-privileges": True, "log-driver": "journald", "default-ulimits": {"nofile": {"Hard": 64000}}})
with open(path, "w") as f:
    json.dump(data, f, indent=2, sort_keys=True)
    f.write("\n")

#### json-round-trip
import json
text = '{"b": [1, 2.5, null, true, "\\u00e9"], "a": {"x": -0.0, "y": 1e10}}'
data = json.loads(text)
with open("/etc/app.json", "w", encoding="utf-8") as f:
    json.dump(data, f, ensure_ascii=False, separators=(",", ":"))
print(json.dumps(data, indent=4))

#### xml-edit
import xml.etree.ElementTree as ET
open("/etc/server.xml", "w").write('<Server port="8005"><Connector port="8080" protocol="HTTP/1.1"/><Connector port="8009"/></Server>')
tree = ET.parse("/etc/server.xml")
root = tree.getroot()
for connector in root.iter("Connector"):
    connector.set("server", "hidden")
    connector.attrib.pop("protocol", None)
ET.indent(root)
tree.write("/etc/server.xml", encoding="utf-8", xml_declaration=True)

#### csv-of-accounts
import csv, sys
with open("/etc/passwd", newline="") as f:
    rows = [row for row in csv.reader(f, delimiter=":") if row and int(row[2]) >= 1000]
with open("/root/users.csv", "w", newline="") as f:
    writer = csv.writer(f)
    writer.writerow(["user", "uid", "shell"])
    writer.writerows([r[0], r[2], r[6]] for r in rows)
sys.stdout.write(open("/root/users.csv").read())

#### dotenv
import os, re
path = "/srv/app.env"
open(path, "w").write("DEBUG=true\nSECRET='abc'\n# comment\nPORT=80\n")
lines = []
with open(path) as f:
    for line in f:
        m = re.match(r"(?P<key>\w+)=(?P<value>.*)", line)
        if m and m["key"] == "DEBUG":
            line = "DEBUG=false\n"
        lines.append(line)
with open(path, "w") as f:
    f.writelines(lines)
os.chmod(path, 0o600)

#### fileinput-in-place
import fileinput
with fileinput.input("/etc/motd", inplace=True, backup=".bak") as f:
    for line in f:
        print(line.rstrip("\n").upper())

#### hosts-deny
from pathlib import Path
p = Path("/etc/hosts.deny")
lines = [it for it in p.read_text().splitlines() if it.strip() and not it.lstrip().startswith("#")]
if "ALL: ALL" not in lines:
    with p.open("a") as f:
        f.write("ALL: ALL\n")

#### pam-insert-line
import re
path = "/etc/pam.d/common-auth"
lines = open(path).read().split("\n")
if not any("pam_faillock.so" in it for it in lines):
    index = next((i for i, it in enumerate(lines) if re.search(r"pam_unix\.so", it)), 0)
    lines.insert(index, "auth required pam_faillock.so preauth silent deny=5 unlock_time=900")
    open(path, "w").write("\n".join(lines))

#### pam-remove-nullok
import glob, re
for path in sorted(glob.glob("/etc/pam.d/*")):
    with open(path) as f:
        old = f.read()
    new = re.sub(r"\s+nullok(_secure)?\b", "", old)
    if new != old:
        with open(path, "w") as f:
            f.write(new)
        print(path)

#### sudoers-nopasswd
import os, re, glob
for path in ["/etc/sudoers", *sorted(glob.glob("/etc/sudoers.d/*"))]:
    text = open(path).read()
    new = re.sub(r"(?m)^([^#\n]*)NOPASSWD:\s*", r"\1", text)
    new = re.sub(r"(?m)^(?!#)(.*!authenticate.*)$", r"# \1", new)
    if new != text:
        temporary = path + ".tmp"
        with open(temporary, "w") as f:
            f.write(new)
        os.chmod(temporary, 0o440)
        os.rename(temporary, path)

#### audit-rules
RULES = """\
-w /etc/sudoers -p wa -k scope
-w /etc/sudoers.d/ -p wa -k scope
-a always,exit -F arch=b64 -S adjtimex,settimeofday -k time-change
"""
path = "/etc/audit/rules.d/50-scope.rules"
with open(path, "w") as f:
    f.write(RULES)
import os
os.chmod(path, 0o640)

#### modprobe-blacklist
import os
MODULES = ["cramfs", "freevxfs", "jffs2", "hfs", "hfsplus", "udf", "usb-storage"]
os.makedirs("/etc/modprobe.d", exist_ok=True)
for module in MODULES:
    path = f"/etc/modprobe.d/{module}.conf"
    wanted = f"install {module} /bin/false\nblacklist {module}\n"
    if os.path.exists(path) and open(path).read() == wanted:
        continue
    with open(path, "w") as f:
        print(wanted, end="", file=f)

#### difflib-shown
import difflib
before = open("/etc/hosts").read().splitlines(keepends=True)
after = [it for it in before if "localhost" in it] + ["192.0.2.9 db\n"]
print("".join(difflib.unified_diff(before, after, "hosts", "hosts.new")))
open("/etc/hosts", "w").writelines(after)

#### string-template
from string import Template
import textwrap
template = Template(textwrap.dedent("""\
    # managed
    server $host iburst
    maxdelay ${delay}
    cost $$5
"""))
open("/etc/chrony/conf.local", "w").write(template.substitute(host="time.example.org", delay=0.5))

#### encodings
data = "Grüße\n".encode("latin-1")
open("/etc/issue.latin", "wb").write(data)
text = open("/etc/issue.latin", encoding="latin-1").read()
open("/etc/issue.utf8", "w", encoding="utf-8").write(text)
try:
    open("/etc/issue.latin").read()
except UnicodeDecodeError as error:
    print(error)
open("/etc/issue.bom", "w", encoding="utf-8-sig").write("x\n")
print(open("/etc/issue.utf8", "rb").read())

#### crlf
open("/etc/dos.conf", "w", newline="\r\n").write("a=1\nb=2\n")
raw = open("/etc/dos.conf", "rb").read()
print(raw)
open("/etc/dos.conf", "wb").write(raw.replace(b"\r\n", b"\n"))
with open("/etc/dos.conf", newline="") as f:
    print(repr(f.read()))

#### binary-patch
import struct
with open("/etc/blob", "wb") as f:
    f.write(struct.pack("<IHH8s", 0xdeadbeef, 1, 2, b"header"))
with open("/etc/blob", "r+b") as f:
    f.seek(4)
    f.write(struct.pack("<H", 7))
    f.seek(0, 2)
    f.write(b"tail")
print(struct.unpack("<IHH8s", open("/etc/blob", "rb").read(16)))

#### hashes
import hashlib, hmac, zlib, binascii, base64
data = open("/etc/hosts", "rb").read()
with open("/root/sums", "w") as f:
    for name in ("md5", "sha1", "sha256", "sha512", "blake2b", "sha3_256"):
        f.write(f"{name} {hashlib.new(name, data).hexdigest()}\n")
    f.write(hmac.new(b"k", data, "sha256").hexdigest() + "\n")
    f.write(f"{zlib.crc32(data):08x} {binascii.hexlify(data[:4]).decode()} {base64.b64encode(data[:9]).decode()}\n")

#### gzip-and-zip
import gzip, zipfile, io
with gzip.GzipFile("/root/a.gz", "wb", mtime=0) as f:
    f.write(b"hello\n" * 100)
print(len(gzip.open("/root/a.gz").read()))
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w") as z:
    z.writestr(zipfile.ZipInfo("x/y.txt", (1990, 1, 1, 0, 0, 0)), "text")
with zipfile.ZipFile(io.BytesIO(buffer.getvalue())) as z:
    z.extractall("/root/unzipped")
print(open("/root/unzipped/x/y.txt").read())

#### tar
import tarfile, io, os
with tarfile.open("/root/a.tar", "w") as t:
    info = tarfile.TarInfo("etc/app.conf")
    info.size, info.mode, info.mtime = 4, 0o640, 0
    t.addfile(info, io.BytesIO(b"a=1\n"))
with tarfile.open("/root/a.tar") as t:
    print(t.getnames())
    t.extractall("/srv/extracted")
print(oct(os.stat("/srv/extracted/etc/app.conf").st_mode))

#### sqlite
import sqlite3
db = sqlite3.connect(":memory:")
db.execute("create table t (a integer, b text)")
db.executemany("insert into t values (?, ?)", [(1, "x"), (2, "y")])
open("/root/rows", "w").write(repr(db.execute("select * from t order by a desc").fetchall()) + "\n")

#### tomllib
import tomllib
data = tomllib.loads('[a]\nb = [1, 2]\nc = "d"\nt = 2024-01-01\n')
open("/root/toml", "w").write(repr(data["a"]["b"]) + data["a"]["c"] + str(data["a"]["t"]) + "\n")

#### regexes
import re
text = "PermitRootLogin yes # keep\n\tPort 22\nMatch User x\n  PermitRootLogin no\n"
print(re.findall(r"(?m)^\s*(\w+)\s+(\S+)", text))
print(re.sub(r"(?P<k>Port)\s+\d+", lambda m: m["k"] + " 2222", text))
print(re.split(r"[\s=]+", "a = b  c"), re.fullmatch(r"[a-z]+", "abc").span())
open("/root/out", "w").write(re.sub(r"(?<=Root)Login\b", "_", text))
print(re.escape("a.b*c"), re.compile("x", re.I | re.X).flags)

#### shlex
import shlex
words = shlex.split("GRUB_CMDLINE_LINUX=\"quiet splash\" 'two words' three")
print(words, shlex.quote("a b'c"), shlex.join(["x", "y z"]))
open("/root/words", "w").write("\n".join(words) + "\n")

#### grub-cmdline
import re, shlex
path = "/etc/default/grub"
try:
    text = open(path).read()
except FileNotFoundError:
    text = 'GRUB_CMDLINE_LINUX=""\n'
def fix(m):
    words = shlex.split(m[2])
    words = [it for it in words if not it.startswith("audit=")] + ["audit=1"]
    return f'{m[1]}"{" ".join(words)}"'
new = re.sub(r'(?m)^(GRUB_CMDLINE_LINUX=)"([^"]*)"', fix, text)
open(path, "w").write(new)

#### fstab-options
from pathlib import Path
p = Path("/etc/fstab")
lines = p.read_text().splitlines() if p.exists() else []
out = []
for line in lines:
    fields = line.split()
    if len(fields) >= 4 and not line.startswith("#") and fields[1] in ("/tmp", "/home", "/dev/shm"):
        options = fields[3].split(",")
        for it in ("nodev", "nosuid", "noexec"):
            if it not in options:
                options.append(it)
        fields[3] = ",".join(options)
        line = "\t".join(fields)
    out.append(line)
if not any(it.split()[1:2] == ["/dev/shm"] for it in out if it and not it.startswith("#")):
    out.append("tmpfs\t/dev/shm\ttmpfs\tdefaults,nodev,nosuid,noexec\t0\t0")
p.write_text("\n".join(out) + "\n")

#### umask-in-profiles
import os, re
for path in ("/etc/profile", "/etc/bash.bashrc", "/etc/profile.d/local.sh"):
    if not os.path.isfile(path):
        continue
    text = open(path, errors="surrogateescape").read()
    new = re.sub(r"^(\s*umask\s+)\d+", r"\g<1>027", text, flags=re.M)
    if new == text and "umask" not in text:
        new = text.rstrip("\n") + "\numask 027\n"
    if new != text:
        open(path, "w", errors="surrogateescape").write(new)

#### shadow-max-days
import os
path = "/etc/shadow"
st = os.stat(path)
out = []
for line in open(path):
    fields = line.rstrip("\n").split(":")
    if len(fields) > 4 and fields[1] not in ("*", "!", "!!", "") and (not fields[4] or int(fields[4]) > 365):
        fields[4] = "365"
    out.append(":".join(fields) + "\n")
with open(path + "+", "w") as f:
    f.writelines(out)
os.chmod(path + "+", st.st_mode & 0o7777)
os.chown(path + "+", st.st_uid, st.st_gid)
os.rename(path + "+", path)

#### logrotate-mode
import re
path = "/etc/logrotate.conf"
text = open(path).read()
if re.search(r"(?m)^create\b", text):
    text = re.sub(r"(?m)^create\b.*$", "create 0640 root adm", text)
else:
    text += "create 0640 root adm\n"
open(path, "w").write(text)

#### rsyslog-permissions
import glob
for path in ["/etc/rsyslog.conf"] + sorted(glob.glob("/etc/rsyslog.d/*.conf")):
    with open(path) as f:
        lines = f.read().splitlines(True)
    lines = [("$FileCreateMode 0640\n" if it.startswith("$FileCreateMode") else it) for it in lines]
    with open(path, "w") as f:
        f.writelines(lines)

#### cron-allow
import os
for name in ("cron", "at"):
    deny, allow = f"/etc/{name}.deny", f"/etc/{name}.allow"
    if os.path.exists(deny):
        os.remove(deny)
    if not os.path.exists(allow):
        open(allow, "x").close()
    os.chmod(allow, 0o640)
    os.chown(allow, 0, 0)

#### print-forms
import sys
print("a", "b", sep="-", end="|\n")
print("to stderr", file=sys.stderr)
print(f"{3.14159:.2f} {42:>6} {'x':^5} {1000000:,} {255:#x} {True!r:>8}")
sys.stdout.write("%s %05.1f %r %-4d|\n" % ("s", 2.5, "q", 7))
open("/root/p", "w").write("{0:>{width}} {name}\n".format("v", width=4, name="n"))

#### data-classes-and-enums
from dataclasses import dataclass, field, asdict
from enum import Enum
from typing import Optional
class Level(Enum):
    LOW = 1
    HIGH = 2
@dataclass(order=True)
class Rule:
    name: str
    level: Level = field(default=Level.LOW, compare=False)
    note: Optional[str] = None
rules = sorted([Rule("b", Level.HIGH), Rule("a")])
print([asdict(it) for it in rules])
open("/root/r", "w").write("\n".join(f"{it.name}={it.level.name}" for it in rules) + "\n")

#### generators-and-collections
from collections import Counter, OrderedDict, defaultdict, deque
from functools import lru_cache, partial, reduce
from itertools import chain, groupby, islice
shells = Counter(line.rsplit(":", 1)[1].strip() for line in open("/etc/passwd"))
print(shells.most_common(2))
by = defaultdict(list)
for line in open("/etc/group"):
    name, _, gid, members = line.rstrip("\n").split(":")
    by[len(members.split(",")) if members else 0].append(name)
print({k: len(v) for k, v in sorted(by.items())}, list(islice(chain("ab", "cd"), 3)))
@lru_cache(None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
open("/root/fib", "w").write(f"{fib(50)} {reduce(lambda a, b: a * b, range(1, 10))}\n")

#### context-managers
import contextlib, os, io
@contextlib.contextmanager
def replaced(path):
    temporary = path + ".new"
    with open(temporary, "w") as f:
        yield f
    os.replace(temporary, path)
with replaced("/etc/issue.net") as f:
    f.write("Authorized access only.\n")
out = io.StringIO()
with contextlib.redirect_stdout(out), contextlib.suppress(FileNotFoundError):
    print("captured")
    os.remove("/nope")
print(repr(out.getvalue()))

#### logging-to-file
import logging
logging.basicConfig(filename="/root/fix.log", level=logging.INFO, format="%(levelname)s %(message)s")
logging.info("begin")
logging.debug("hidden")
try:
    open("/nope")
except OSError:
    logging.exception("cannot open")
logging.getLogger("x").warning("end %d", 3)
print(open("/root/fix.log").read().count("\n") > 3)
import os
os.remove("/root/fix.log")

#### argparse
import argparse
parser = argparse.ArgumentParser(description="fix")
parser.add_argument("--path", default="/etc/issue")
parser.add_argument("--dry-run", action="store_true")
parser.add_argument("-v", "--verbose", action="count", default=0)
args = parser.parse_args()
if not args.dry_run:
    with open(args.path, "w") as f:
        f.write("Restricted\n")
print(args.verbose)

#### exit-statuses
import sys
open("/root/partial", "w").write("x\n")
sys.exit(3)

#### exit-with-text
import sys
open("/root/partial", "w").write("x\n")
sys.exit("cannot go on")

#### uncaught-exception
open("/root/before", "w").write("x\n")
{}["missing"]

#### syntax-error
open("/root/x", "w")
def broken(:
    pass

#### raise-from-oserror
import os
try:
    os.rmdir("/etc/pam.d")
except OSError as error:
    raise SystemExit(error.errno) from error

#### atexit-and-finally
import atexit
atexit.register(lambda: open("/root/at-exit", "w").write("done\n"))
try:
    open("/root/try", "w").write("x\n")
finally:
    open("/root/finally", "w").write("y\n")

#### not-closed
f = open("/root/never-closed", "w")
f.write("kept all the same\n")
g = open("/root/buffered", "w", buffering=1 << 16)
for i in range(1000):
    g.write(f"line {i}\n")
