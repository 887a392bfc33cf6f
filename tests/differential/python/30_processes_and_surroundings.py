# Programs that a fix starts, and what it asks of its surroundings.

#### run-sed
import subprocess
subprocess.run(["sed", "-i", "s/^#*MaxAuthTries.*/MaxAuthTries 3/", "/etc/ssh/sshd_config"], check=True)

#### run-captured
import subprocess
done = subprocess.run(["grep", "-c", "root", "/etc/passwd"], capture_output=True, text=True)
print(done.returncode, done.stdout.strip())
done = subprocess.run(["grep", "nothing-of-this", "/etc/passwd"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
print(done.returncode, done.stdout)
open("/root/count", "w").write(str(done.returncode) + "\n")

#### check-call-fails
import subprocess
try:
    subprocess.check_call(["false"])
except subprocess.CalledProcessError as error:
    print(error, error.returncode, error.cmd)
try:
    subprocess.check_output(["sh", "-c", "echo out; echo err >&2; exit 4"], stderr=subprocess.STDOUT)
except subprocess.CalledProcessError as error:
    print(error.returncode, error.output)
open("/root/went-on", "w").close()

#### check-run-raises
import subprocess
open("/root/first", "w").close()
subprocess.run(["test", "-e", "/nope"], check=True)
open("/root/never", "w").close()

#### shell-forms
import subprocess, os
print(subprocess.check_output("echo $((1 + 2)); echo $HOME", shell=True).decode())
subprocess.run("printf '%s\\n' one two > /root/lines && chmod 600 /root/lines", shell=True, check=True)
print(subprocess.getoutput("cat /root/lines | wc -l"), subprocess.getstatusoutput("exit 3"))
print(os.system("test -d /etc") , os.system("exit 5") >> 8)
print(os.popen("tail -n 1 /root/lines").read())

#### shell-bash-executable
import subprocess
subprocess.run("shopt -s nullglob; for f in /etc/pam.d/common-*; do echo ${f##*/}; done > /root/pam", shell=True, executable="/bin/bash", check=True)
print(open("/root/pam").read())

#### input-to-program
import subprocess
done = subprocess.run(["sort", "-u"], input="b\na\nb\n", text=True, capture_output=True, check=True)
open("/root/sorted", "w").write(done.stdout)
print(subprocess.run(["tr", "a-z", "A-Z"], input=b"abc", stdout=subprocess.PIPE).stdout)

#### popen-communicate
import subprocess
p = subprocess.Popen(["awk", "-F:", "{print $1}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True)
out, err = p.communicate("a:1\nb:2\n")
print(p.returncode, out.split(), err)
with subprocess.Popen(["cat", "/etc/hostname"], stdout=subprocess.PIPE) as p:
    for line in p.stdout:
        print(line)
print(p.wait())

#### popen-pipeline
import subprocess
a = subprocess.Popen(["cat", "/etc/passwd"], stdout=subprocess.PIPE)
b = subprocess.Popen(["cut", "-d:", "-f1"], stdin=a.stdout, stdout=subprocess.PIPE)
a.stdout.close()
names = b.communicate()[0].decode().split()
open("/root/names", "w").write("\n".join(sorted(names)[:3]) + "\n")

#### to-files
import subprocess
with open("/root/out", "w") as out, open("/root/err", "w") as err:
    subprocess.run(["sh", "-c", "echo o; echo e >&2"], stdout=out, stderr=err)
with open("/root/out") as f:
    subprocess.run(["cat"], stdin=f, stdout=open("/root/copy", "wb"))
with open("/root/both", "w") as f:
    subprocess.call(["sh", "-c", "echo 1; echo 2 >&2; echo 3"], stdout=f, stderr=subprocess.STDOUT)
subprocess.run(["ls", "/nope"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

#### folder-and-environment
import subprocess, os
subprocess.run(["sh", "-c", "pwd > where; echo $X > x"], cwd="/srv/files", env={"X": "from python", "PATH": os.environ["PATH"]}, check=True)
os.environ["Y"] = "inherited"
print(subprocess.check_output(["sh", "-c", "echo $Y"], text=True))
os.chdir("/etc")
print(subprocess.check_output(["pwd"], text=True))
try:
    subprocess.run(["true"], cwd="/nope")
except FileNotFoundError as error:
    print(error)

#### program-not-there
import subprocess
for words in (["no-such-program", "x"], ["/usr/bin/no-such-program"]):
    try:
        subprocess.run(words)
    except FileNotFoundError as error:
        print(error.errno, error, error.filename)
print(subprocess.run("no-such-program", shell=True, stderr=subprocess.DEVNULL).returncode)
open("/root/done", "w").close()

#### program-not-executable
import subprocess
open("/root/script", "w").write("#!/bin/sh\necho hi\n")
try:
    subprocess.run(["/root/script"])
except PermissionError as error:
    print(error.errno, error)
import os
os.chmod("/root/script", 0o755)
print(subprocess.check_output(["/root/script"]))
open("/usr/local/bin/bare", "w").write("echo bare\n")
os.chmod("/usr/local/bin/bare", 0o755)
for word in ("bare", "/usr/local/bin/bare", "/etc"):
    try:
        print(subprocess.run([word]).returncode)
    except OSError as error:
        print(type(error).__name__, error.errno, error)

#### umask-of-programs
import os, subprocess
os.umask(0o077)
subprocess.run(["touch", "/root/touched"], check=True)
subprocess.run(["mkdir", "/root/made"], check=True)

#### timeout-and-status
import subprocess
done = subprocess.run(["true"], timeout=5)
print(done, done.check_returncode())
print(subprocess.call(["sh", "-c", "exit 200"]))

#### chmod-by-program
import subprocess
subprocess.run(["chmod", "0600", "/etc/crontab"], check=True)
subprocess.run(["chown", "root:adm", "/etc/hosts"], check=True)
subprocess.check_call(["install", "-m", "0640", "-o", "root", "-g", "adm", "/etc/hosts", "/etc/hosts.saved"])
subprocess.check_call(["ln", "-sf", "/etc/hosts", "/etc/hosts.link"])

#### systemctl
import subprocess
subprocess.run(["systemctl", "restart", "ssh"], check=False)
subprocess.run(["systemctl", "daemon-reload"])
open("/etc/ssh/banner", "w").write("no\n")

#### which
import shutil
print(shutil.which("sed"), shutil.which("bash"), shutil.which("no-such-program"), shutil.which("sshd"))
print(shutil.which("tool", path="/usr/local/bin"))
open("/root/w", "w").write(str(bool(shutil.which("grep"))) + "\n")

#### accounts
import grp, pwd, os
print(pwd.getpwuid(0).pw_name, grp.getgrgid(0).gr_name, os.path.expanduser("~"), os.path.expanduser("~daemon"))
for ask in (lambda: pwd.getpwnam("nobody-such"), lambda: pwd.getpwuid(987654), lambda: grp.getgrnam("nobody-such"), lambda: grp.getgrgid(987654)):
    try:
        ask()
    except KeyError as error:
        print(error)
open("/root/users", "w").write(" ".join(sorted(it.pw_name for it in pwd.getpwall() if it.pw_uid >= 1000)) + "\n")

#### who-am-i
import os, sys, getpass
print(os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.name, sys.platform, os.sep, os.linesep == "\n", os.devnull)
if os.geteuid() != 0:
    sys.exit("must be root")
open("/root/was-root", "w").close()
print(getpass.getuser() if "LOGNAME" in os.environ else "root")

#### environment
import os
print(os.environ.get("HOME"), os.environ["PATH"].split(":")[0], os.getenv("LANG"), os.getenv("NOPE", "default"), os.environ.get("TZ"))
os.environ["A"] = "b"
del os.environ["A"]
print("A" in os.environ, os.path.expandvars("$HOME/x"))
open("/root/e", "w").write(os.environ["HOME"] + "\n")

#### host-name
import socket, platform
open("/etc/issue.host", "w").write(socket.gethostname() + " " + platform.node() + " " + platform.system() + "\n")

#### operating-system-release
import platform
info = {}
with open("/etc/os-release") as f:
    for line in f:
        if "=" in line:
            key, value = line.rstrip().split("=", 1)
            info[key] = value.strip('"')
print(info["ID"], info["VERSION_ID"], platform.freedesktop_os_release()["ID"])
open("/root/os", "w").write(info["ID"] + "\n")

#### temporary-files
import os, tempfile
with tempfile.NamedTemporaryFile("w", dir="/etc", prefix=".x", delete=False) as f:
    f.write("a\n")
print(oct(os.stat(f.name).st_mode))
os.replace(f.name, "/etc/from-temporary")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "x")
    open(path, "w").write("y")
    print(oct(os.stat(folder).st_mode), os.path.dirname(folder))
print(os.path.exists(folder), tempfile.gettempdir())
with tempfile.TemporaryFile("w+") as f:
    f.write("hello")
    f.seek(0)
    print(f.read())
with tempfile.SpooledTemporaryFile(max_size=10) as f:
    f.write(b"x" * 20)
    f.seek(0)
    print(len(f.read()))

#### backup-once
import os, shutil
path, backup = "/etc/hosts", "/etc/hosts.orig"
if not os.path.exists(backup):
    shutil.copy2(path, backup)
text = open(path).read()
if "192.0.2.5" not in text:
    open(path, "a").write("192.0.2.5 log\n")

#### lock-file
import fcntl, os
with open("/run/fix.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with open("/etc/motd", "w") as f:
        f.write("locked\n")
    fcntl.lockf(lock, fcntl.LOCK_UN)

#### glob-forms
import glob, fnmatch, os
print(sorted(glob.glob("/etc/pam.d/common-*")), glob.glob("/etc/nope/*"), len(glob.glob("/etc/**/*.conf", recursive=True)) > 3)
print([it for it in ("a.conf", "b.txt") if fnmatch.fnmatch(it, "*.conf")])
for path in glob.glob("/etc/cron.*/*"):
    os.chmod(path, os.stat(path).st_mode & 0o7700)

#### pathlib-forms
from pathlib import Path, PurePosixPath
p = Path("/etc/ssh") / "sshd_config"
print(p.name, p.stem, p.suffix, p.parent, p.exists(), p.is_file(), p.with_suffix(".bak"), p.parts[:2], p.relative_to("/etc"))
d = Path("/srv/new/folder")
d.mkdir(parents=True, exist_ok=True, mode=0o750)
(d / "a.txt").write_text("x\n")
(d / "b.txt").write_bytes(b"y\n")
(d / "c").symlink_to(d / "a.txt")
(d / "hard").hardlink_to(d / "b.txt")
print(sorted(it.name for it in d.iterdir()), (d / "c").resolve(), (d / "c").readlink())
(d / "b.txt").rename(d / "renamed.txt")
(d / "a.txt").unlink()
(d / "gone").unlink(missing_ok=True)
(d / "touched").touch(mode=0o600)
for it in sorted(Path("/etc/pam.d").rglob("*")):
    if it.is_file() and not it.is_symlink() and "nullok" in it.read_text():
        it.write_text(it.read_text().replace(" nullok", ""))
try:
    Path("/nope/x").write_text("")
except FileNotFoundError as error:
    print(error)
print(PurePosixPath("/a/../b"), Path("/etc/../etc/hosts").resolve(), Path.home(), Path.cwd())

#### walk-bottom-up
import os
os.makedirs("/srv/t/a/b", exist_ok=True)
open("/srv/t/a/f", "w").close()
for base, dirs, files in os.walk("/srv/t", topdown=False):
    print(base, sorted(dirs), sorted(files))
    for name in files:
        os.remove(os.path.join(base, name))
    for name in dirs:
        os.rmdir(os.path.join(base, name))
for base, dirs, files in os.walk("/etc/pam.d"):
    dirs[:] = [it for it in dirs if not it.startswith(".")]

#### find-setuid
import os, stat
ALLOWED = {"/usr/bin/su", "/usr/bin/passwd", "/usr/bin/sudo", "/usr/bin/mount", "/usr/bin/umount", "/usr/bin/chsh", "/usr/bin/chfn", "/usr/bin/gpasswd", "/usr/bin/newgrp"}
for top in ("/usr/local", "/home", "/srv"):
    for base, dirs, files in os.walk(top):
        for name in files:
            path = os.path.join(base, name)
            st = os.lstat(path)
            if stat.S_ISREG(st.st_mode) and st.st_mode & 0o6000 and path not in ALLOWED:
                os.chmod(path, stat.S_IMODE(st.st_mode) & 0o1777)
                print("cleared", path)

#### try-except-finally
import os
done = []
for path in ("/etc/hosts", "/nope", "/etc"):
    try:
        with open(path) as f:
            done.append(len(f.readlines()) > 0)
    except FileNotFoundError:
        done.append("missing")
    except IsADirectoryError:
        done.append("folder")
    except OSError as error:
        done.append(error.errno)
    else:
        done.append("read")
    finally:
        done.append("|")
open("/root/done", "w").write(repr(done) + "\n")

#### errno-comparison
import errno, os
try:
    os.makedirs("/etc/ssh")
except OSError as error:
    if error.errno != errno.EEXIST:
        raise
try:
    os.unlink("/etc/none")
except OSError as error:
    if error.errno not in (errno.ENOENT, errno.ENOTDIR):
        raise
print(os.strerror(errno.EACCES), os.strerror(2), errno.errorcode[39], errno.ENOTSUP)
open("/etc/after", "w").close()

#### raised-oserror
import errno, os
def check(path):
    if not os.path.exists(path):
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path)
try:
    check("/nope")
except FileNotFoundError as error:
    print("not there", error)
    open("/root/handled", "w").close()

#### time-zone-data
from datetime import datetime, timezone, timedelta
moment = datetime(2024, 3, 31, 12, 0, tzinfo=timezone.utc)
print(moment.isoformat(), (moment + timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S %A"), datetime.fromtimestamp(0, timezone.utc))
open("/root/date", "w").write(moment.astimezone(timezone(timedelta(hours=2))).isoformat() + "\n")
print(datetime.strptime("2024-02-29", "%Y-%m-%d").timetuple().tm_yday)

#### time-functions
import time
print(time.strftime("%Y-%m-%d", time.gmtime(86400)), time.localtime(0).tm_hour, time.tzname[0], time.timezone)
start = time.monotonic()
time.sleep(0.01)
print(time.monotonic() > start, time.time() > 1.6e9, time.perf_counter() >= 0)
open("/root/t", "w").write(time.asctime(time.gmtime(0)) + "\n")

#### decimal-and-fractions
from decimal import Decimal, ROUND_HALF_UP
from fractions import Fraction
import math, statistics
print(Decimal("1.005").quantize(Decimal("0.01"), ROUND_HALF_UP), Fraction(3, 4) + 1, math.isclose(0.1 + 0.2, 0.3), statistics.median([1, 3, 2]))
print(2 ** 100, 7 // -2, -7 % 3, round(2.5), int("ff", 16), bin(10), 0.1 + 0.2, 1e16, float("inf"))
open("/root/n", "w").write(f"{1/3!r} {10**20}\n")

#### ip-addresses
import ipaddress
net = ipaddress.ip_network("192.0.2.0/29")
open("/etc/allowed", "w").write("\n".join(str(it) for it in net.hosts()) + "\n")
print(ipaddress.ip_address("::1").is_loopback, net.netmask)

#### url-parse
from urllib.parse import urlparse, quote, urlencode, parse_qs
u = urlparse("https://user@example.org:8443/a/b?x=1&y=2#f")
print(u.hostname, u.port, u.path, parse_qs(u.query), quote("a b/c"), urlencode({"k": "v w"}))
open("/root/u", "w").write(u.netloc + "\n")

#### string-methods
s = "  PermitRootLogin\tyes  "
print(s.strip().split(None, 1), s.partition("\t"), "a,b,,c".split(","), "x=y=z".split("=", 1), "abc".center(9, "*"), "Ab".swapcase())
print("a\nb\r\nc".splitlines(), "é".encode().hex(), "ß".upper(), "%d%%" % 5, "tEST".title(), "a-b".translate(str.maketrans("-", "_")))
open("/root/s", "w").write("yes".ljust(6, ".") + "\n")

#### sets-of-text-sorted
have = {it.split(":")[0] for it in open("/etc/group")}
want = {"adm", "sudo", "wheel"}
with open("/root/sets", "w") as f:
    for it in sorted(have & want):
        f.write(it + "\n")
print(len(want - have), "adm" in have, want.issuperset({"adm"}))

#### recursion-error
def deep(n):
    return deep(n + 1)
try:
    deep(0)
except RecursionError as error:
    print("deep enough", error)
open("/root/r", "w").close()

#### match-statement
def kind(it):
    match it.split():
        case ["Match", *rest]:
            return ("match", rest)
        case [key, value]:
            return ("pair", key, value)
        case _:
            return None
out = [kind(it) for it in ("Match User x", "Port 22", "")]
open("/root/m", "w").write(repr(out) + "\n")

#### walrus-and-comprehension
import re
with open("/etc/ssh/sshd_config") as f:
    found = [m[1] for line in f if (m := re.match(r"(\w+)\s+\S", line))]
open("/root/keys", "w").write("\n".join(sorted({*found})) + "\n")

#### stdin-is-empty
import sys
print(repr(sys.stdin.read()), sys.stdin.readline())
open("/root/i", "w").close()

#### script-names
import os, sys
print(len(sys.argv), os.path.basename(sys.argv[0]), __name__, os.path.basename(__file__))
if __name__ == "__main__":
    open("/root/main", "w").close()

#### local-module
import sys
open("/root/helper_of_fix.py", "w").write("VALUE = 41\ndef more():\n    return VALUE + 1\n")
sys.path.insert(0, "/root")
import helper_of_fix
open("/root/answer", "w").write(str(helper_of_fix.more()) + "\n")
import os, shutil
os.remove("/root/helper_of_fix.py")
shutil.rmtree("/root/__pycache__", ignore_errors=True)

#### exec-and-eval
values = {}
exec("x = 2\ny = x * 3", values)
open("/root/x", "w").write(str(eval("x + y", values)) + "\n")

#### bytes-names
import os
os.mkdir(b"/srv/bytes")
open(b"/srv/bytes/a", "wb").write(b"1")
open(os.path.join(b"/srv/bytes", b"\xff\xfe"), "wb").write(b"2")
print(sorted(os.listdir(b"/srv/bytes")), sorted(os.listdir("/srv/bytes")))
os.remove("/srv/bytes/\udcff\udcfe")

#### nested-python
import subprocess, sys
print(subprocess.check_output(["python3", "-c", "import sys; print(sys.argv[1:], 1 + 1)", "a"], text=True))
open("/root/inner.py", "w").write("import os\nos.chmod('/etc/hosts', 0o600)\nprint(__file__)\n")
subprocess.run(["python3", "/root/inner.py"], check=True)
print(subprocess.run([sys.executable, "-c", "raise SystemExit(9)"]).returncode)

#### move-across
import shutil, os
open("/root/moving", "w").write("m\n")
os.chmod("/root/moving", 0o604)
shutil.move("/root/moving", "/srv/files/")
print(oct(os.stat("/srv/files/moving").st_mode))
shutil.move("/srv/files/moving", "/srv/files/moved")

#### io-layers
import io, os
fd = os.open("/root/layers", os.O_RDWR | os.O_CREAT, 0o644)
raw = io.FileIO(fd, "r+")
buffered = io.BufferedRandom(raw)
buffered.write(b"hello world")
buffered.seek(6)
text = io.TextIOWrapper(buffered, write_through=True)
print(text.read())
text.close()
with open("/root/layers", "ab", buffering=0) as f:
    f.write(b"!\n")
with os.fdopen(os.open("/root/layers", os.O_RDONLY)) as f:
    print(f.readline(), f.tell())
print(os.pread(os.open("/root/layers", os.O_RDONLY), 5, 6), os.path.getsize("/root/layers"))

#### append-modes
with open("/root/app", "a+") as f:
    f.write("one\n")
    f.seek(0)
    print(f.read())
    f.write("two\n")
try:
    open("/root/app", "x")
except FileExistsError as error:
    print(error)
with open("/root/app", "r+") as f:
    f.readline()
    f.write("TWO\n")
with open("/root/app", "w+b") as f:
    f.write(b"z\n")

#### large-file
with open("/root/large", "wb") as f:
    for i in range(40):
        f.write(bytes([i % 256]) * 10000)
import hashlib
print(hashlib.sha256(open("/root/large", "rb").read()).hexdigest())
with open("/root/large", "r+b") as f:
    f.seek(350000)
    f.truncate()

#### sparse
with open("/root/sparse", "wb") as f:
    f.seek(100000)
    f.write(b"end")
import os
print(os.path.getsize("/root/sparse"))

#### dates-written
import time, datetime
t = time.gmtime(1709210000)
for form in "%a %A %b %B %c %C %d %D %e %F %G %g %H %I %j %k %l %m %M %n %p %P %r %R %s %S %t %T %u %U %V %w %W %x %X %y %Y %z %h %%".split():
    print(form, repr(time.strftime(form, t)))
for form in ("%-d %-m %-H", "%_d", "%05Y"):
    print(form, time.strftime(form, t))
d = datetime.datetime(2024, 2, 5, 3, 4, 5, 678)
print(d.strftime("%Y%m%d-%H%M%S.%f"), d.isoformat(timespec="minutes"), d.ctime(), d.date() - datetime.date(2024, 1, 1))
open("/root/written", "w").write(d.strftime("%d %b %Y") + "\n")

#### locales
import locale
print(locale.setlocale(locale.LC_ALL, ""), locale.setlocale(locale.LC_NUMERIC, "C"), locale.getpreferredencoding(False))
print(f"{1234567:n}", locale.strcoll("a", "b") < 0)
open("/root/locale", "w").write("x\n")

#### words-of-a-fixed-size
import struct, array, sys
print(struct.pack("<lLqQ", 1, 2, 3, 4), struct.calcsize("=hil"), sys.byteorder)
open("/root/packed", "wb").write(struct.pack(">HI", 1, 2) + array.array("B", [1, 2]).tobytes())

#### sets-of-numbers
ports = {8443, 22, 443, 8080} | set(range(5))
open("/root/ports", "w").write(" ".join(map(str, ports)) + "\n")
print(len(ports), max(ports), {1, 2} <= ports)

#### pickles
import pickle, copy
data = {"a": [1, 2, (3, None)], "d": b"x"}
again = pickle.loads(pickle.dumps(data))
print(again == data, copy.deepcopy(data) == data, copy.deepcopy({"x", "y"}) == {"y", "x"})
open("/root/pickle", "wb").write(pickle.dumps([1, "two", 3.0], protocol=2))

#### views-of-dictionaries
have = {"a": 1, "b": 2, "c": 3}
want = {"b": 2, "c": 4}
print(sorted(have.keys() - want.keys()), sorted(have.items() & want.items()), list(have), {**have, **want})
open("/root/views", "w").write("\n".join(sorted(have.keys() | {"z"})) + "\n")

#### streams-by-their-paths
with open("/dev/stdout", "w") as f:
    f.write("to the output\n")
with open("/dev/stderr", "w") as f:
    f.write("to the errors\n")
print(repr(open("/dev/stdin").read()), open("/dev/null").read() == "")
with open("/dev/null", "w") as f:
    f.write("nowhere")
open("/root/streams", "w").write("x\n")

#### sets-by-name
from functools import reduce
parts = list(map(set, ["ab", "bc"]))
print(sorted(reduce(set.union, parts)), isinstance(parts[0], set), set() == parts[0] - parts[0], repr(set()), type(parts[0]) is set)
open("/root/union", "w").write("".join(sorted(reduce(set.intersection, parts))) + "\n")
