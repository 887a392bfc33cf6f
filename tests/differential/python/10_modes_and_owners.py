# Modes, owners, links and folders: what a fix does to the frame of a file.

#### chmod-600
import os
os.chmod("/etc/crontab", 0o600)

#### chmod-by-stat-constants
import os, stat
path = "/etc/cron.daily/0local"
mode = os.stat(path).st_mode
os.chmod(path, stat.S_IMODE(mode) & ~(stat.S_IRWXG | stat.S_IRWXO))

#### chmod-only-when-needed
import os, stat
WANTED = {"/etc/passwd-": 0o600, "/etc/shadow-": 0o600, "/etc/group-": 0o600, "/etc/gshadow-": 0o600, "/etc/nothing": 0o600}
for path, mode in WANTED.items():
    try:
        now = stat.S_IMODE(os.lstat(path).st_mode)
    except FileNotFoundError:
        print("skipping", path)
        continue
    if now != mode:
        print(f"{path}: {now:04o} -> {mode:04o}")
        os.chmod(path, mode)

#### chmod-walk-world-writable
import os
import stat
changed = []
for base, dirs, files in os.walk("/srv"):
    for name in sorted(dirs + files):
        path = os.path.join(base, name)
        st = os.lstat(path)
        if stat.S_ISLNK(st.st_mode):
            continue
        if st.st_mode & stat.S_IWOTH:
            os.chmod(path, stat.S_IMODE(st.st_mode) & ~stat.S_IWOTH)
            changed.append(path)
print("\n".join(sorted(changed)))

#### chmod-pathlib
from pathlib import Path
for path in sorted(Path("/home").glob("*/.netrc")):
    path.chmod(0o600)
    print(path, oct(path.stat().st_mode), path.owner(), path.group())

#### chmod-setuid-removal
import os, stat
path = "/usr/local/bin/tool"
st = os.stat(path)
if st.st_mode & (stat.S_ISUID | stat.S_ISGID):
    os.chmod(path, st.st_mode & 0o777)
print(stat.filemode(os.stat(path).st_mode))

#### chmod-of-open-file
import os
with open("/etc/motd", "a") as f:
    os.fchmod(f.fileno(), 0o640)
fd = os.open("/etc/hosts", os.O_RDONLY)
os.fchown(fd, 0, 4)
print(oct(os.fstat(fd).st_mode), os.fstat(fd).st_gid)
os.close(fd)

#### chown-numbers
import os
os.chown("/srv/files/orphan.txt", 0, 0)
os.chown("/home/bob", -1, 0)

#### chown-clears-setuid
import os
os.chown("/home/bob/run.sh", 0, 0)
print(oct(os.stat("/home/bob/run.sh").st_mode))

#### chown-by-name-with-shutil
import shutil
shutil.chown("/srv/files/open.txt", user="root", group="adm")
shutil.chown("/etc/crontab", group="daemon")

#### chown-unknown-name
import shutil
try:
    shutil.chown("/etc/crontab", user="nobody-of-this-name")
except LookupError as error:
    print(error)

#### chown-through-pwd-and-grp
import grp, os, pwd
entry = pwd.getpwnam("daemon")
group = grp.getgrnam("adm").gr_gid
os.makedirs("/var/lib/agent/state", exist_ok=True)
os.chown("/var/lib/agent/state", entry.pw_uid, group)
os.chmod("/var/lib/agent/state", 0o2750)
print(entry.pw_name, entry.pw_dir, entry.pw_shell)

#### unowned-files-to-root
import os, pwd, grp
uids = {it.pw_uid for it in pwd.getpwall()}
gids = {it.gr_gid for it in grp.getgrall()}
for base, dirs, files in os.walk("/srv"):
    for name in dirs + files:
        path = os.path.join(base, name)
        st = os.lstat(path)
        uid = 0 if st.st_uid not in uids else -1
        gid = 0 if st.st_gid not in gids else -1
        if (uid, gid) != (-1, -1):
            os.lchown(path, uid, gid)

#### home-folders
import os, pwd
for user in pwd.getpwall():
    if user.pw_uid < 1000 or user.pw_name == "nobody" or not os.path.isdir(user.pw_dir):
        continue
    mode = os.stat(user.pw_dir).st_mode & 0o7777
    if mode & 0o027:
        os.chmod(user.pw_dir, mode & ~0o027)
        print(user.pw_dir, oct(mode & ~0o027))

#### dot-files-of-users
import os, pwd
for user in pwd.getpwall():
    if user.pw_uid < 1000 or not os.path.isdir(user.pw_dir):
        continue
    for entry in os.scandir(user.pw_dir):
        if entry.name.startswith(".") and entry.is_file(follow_symlinks=False):
            mode = entry.stat().st_mode & 0o7777
            if mode & 0o022:
                os.chmod(entry.path, mode & ~0o022)
    for bad in (".rhosts", ".shosts"):
        path = os.path.join(user.pw_dir, bad)
        if os.path.lexists(path):
            os.remove(path)

#### umask-and-new-files
import os
old = os.umask(0o077)
with open("/etc/app-secret.conf", "w") as f:
    f.write("token=1\n")
os.umask(old)
with open("/etc/app-public.conf", "w") as f:
    f.write("x=1\n")
print(oct(old), oct(os.umask(0o022)))

#### mkdir-with-mode
import os
os.mkdir("/var/spool/private", 0o700)
os.makedirs("/var/lib/deep/er/est", mode=0o711, exist_ok=True)
os.mkdir("/var/lib/sticky", 0o1777)

#### open-with-mode
import os
fd = os.open("/etc/key.pem", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
os.write(fd, b"-----BEGIN-----\n")
os.close(fd)
fd = os.open("/etc/script.sh", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777)
os.write(fd, b"#!/bin/sh\n")
os.close(fd)

#### open-with-opener
import os
def private(path, flags):
    return os.open(path, flags, 0o600)
with open("/etc/private.conf", "w", opener=private) as f:
    f.write("a\n")
print(oct(os.stat("/etc/private.conf").st_mode))

#### symlink-and-readlink
import os
os.symlink("/usr/share/zoneinfo/Europe/Berlin", "/etc/localtime.new")
os.replace("/etc/localtime.new", "/etc/localtime")
print(os.readlink("/etc/localtime"), os.path.islink("/etc/localtime"))
os.symlink("../hosts", "/etc/profile.d/hosts")
print(os.path.realpath("/etc/profile.d/hosts"))

#### links-that-lead-nowhere
import os
os.symlink("/nonexistent/target", "/srv/dangling")
print(os.path.exists("/srv/dangling"), os.path.lexists("/srv/dangling"))
try:
    os.stat("/srv/dangling")
except FileNotFoundError as error:
    print(error)
os.unlink("/srv/dangling")
os.symlink("loop-b", "/srv/loop-a")
os.symlink("loop-a", "/srv/loop-b")
try:
    open("/srv/loop-a")
except OSError as error:
    print(error.errno, error.strerror)

#### hard-links
import os
os.link("/etc/hosts", "/etc/hosts.second")
st = os.stat("/etc/hosts.second")
print(st.st_nlink, os.path.samefile("/etc/hosts", "/etc/hosts.second"))
with open("/etc/hosts.second", "a") as f:
    f.write("192.0.2.1 printer\n")
print("printer" in open("/etc/hosts").read())

#### hard-link-of-a-link
import os
os.symlink("/etc/hosts", "/srv/l")
os.link("/srv/l", "/srv/m")
print(os.path.islink("/srv/m"))

#### fifo
import os, stat
os.mkfifo("/srv/pipe", 0o640)
print(stat.S_ISFIFO(os.stat("/srv/pipe").st_mode))

#### rename-over
import os
with open("/etc/issue.tmp", "w") as f:
    f.write("Authorized use only\n")
os.chmod("/etc/issue.tmp", 0o644)
os.rename("/etc/issue.tmp", "/etc/issue")

#### rename-folder
import os, shutil
os.makedirs("/srv/old/sub")
open("/srv/old/sub/f", "w").close()
os.rename("/srv/old", "/srv/new")
shutil.move("/srv/new/sub", "/srv/moved")
print(sorted(os.listdir("/srv")))

#### errors-of-folders
import os, errno
for act in (lambda: os.rmdir("/etc"), lambda: os.mkdir("/etc"), lambda: os.unlink("/etc"), lambda: os.rmdir("/etc/hosts"), lambda: os.listdir("/etc/hosts"),
            lambda: open("/etc"), lambda: open("/etc/hosts/x"), lambda: os.rename("/nope", "/x"), lambda: os.chmod("/nope", 0o600), lambda: os.mkdir("/nope/x"),
            lambda: os.readlink("/etc/hosts"), lambda: os.open("/etc/hosts", os.O_CREAT | os.O_EXCL | os.O_WRONLY), lambda: os.chown("/nope", 0, 0),
            lambda: os.stat(""), lambda: os.stat("/" + "x" * 300), lambda: os.close(77), lambda: os.link("/nope", "/x"), lambda: os.rename("/srv", "/srv/files/x")):
    try:
        act()
    except OSError as error:
        print(type(error).__name__, errno.errorcode[error.errno], error)

#### access-as-root
import os
for path in ("/etc/shadow", "/etc/hosts", "/usr/local/bin/tool", "/nope", "/etc"):
    print(path, [os.access(path, it) for it in (os.F_OK, os.R_OK, os.W_OK, os.X_OK)])

#### utime-and-times
import os
os.utime("/etc/hosts", (1000000000, 1000000000))
print(int(os.stat("/etc/hosts").st_mtime), os.path.getmtime("/etc/hosts"))
os.utime("/etc/hosts", ns=(5, 1500000000000000001))
print(os.stat("/etc/hosts").st_mtime_ns)

#### scandir-kinds
import os
os.symlink("/etc", "/srv/to-etc")
os.symlink("/etc/hosts", "/srv/to-hosts")
for entry in sorted(os.scandir("/srv"), key=lambda it: it.name):
    print(entry.name, entry.is_dir(), entry.is_file(), entry.is_symlink(), entry.is_dir(follow_symlinks=False), entry.path)

#### truncate
import os
os.truncate("/etc/motd", 5)
with open("/etc/issue", "r+") as f:
    f.seek(3)
    f.truncate()
print(os.path.getsize("/etc/motd"))

#### removed-while-open
import os
f = open("/etc/motd", "r+")
os.unlink("/etc/motd")
f.write("gone")
f.seek(0)
print(f.read()[:4], os.fstat(f.fileno()).st_nlink)
f.close()
with open("/etc/motd", "w") as f:
    f.write("new\n")

#### replaced-while-open
import os
old = open("/etc/hosts")
with open("/etc/hosts.new", "w") as new:
    for line in old:
        new.write(line)
        if line.startswith("127.0.0.1"):
            os.replace("/etc/hosts.new", "/etc/hosts")
    new.write("192.0.2.7 late\n")
print(len(open("/etc/hosts").read()) > 0)

#### xattr
import os
try:
    os.setxattr("/srv/files/open.txt", "user.origin", b"fix")
    print(os.listxattr("/srv/files/open.txt"), os.getxattr("/srv/files/open.txt", "user.origin"))
    os.removexattr("/srv/files/open.txt", "user.origin")
except OSError as error:
    print(error.errno == 95)

#### getcwd-and-chdir
import os
os.chdir("/etc")
open("relative.conf", "w").write("x\n")
os.chmod("relative.conf", 0o640)
os.chdir("ssh")
print(os.getcwd(), os.path.abspath("x"), os.path.exists("sshd_config"))
os.chdir("..")
os.makedirs("sub/dir")
print(os.path.realpath("sub/dir"))

#### copystat-and-copymode
import os, shutil
shutil.copyfile("/etc/shadow", "/etc/shadow.copy")
shutil.copymode("/etc/shadow", "/etc/shadow.copy")
st = os.stat("/etc/shadow")
os.chown("/etc/shadow.copy", st.st_uid, st.st_gid)
shutil.copystat("/etc/hosts", "/etc/motd")

#### copy-forms
import os, shutil
shutil.copy("/home/bob/run.sh", "/usr/local/sbin/run")
shutil.copy2("/etc/crontab", "/root/crontab.bak")
shutil.copyfile("/etc/hosts", "/root/hosts")
os.symlink("/etc/hosts", "/root/link")
shutil.copy("/root/link", "/root/link-copy", follow_symlinks=False)
print(os.path.islink("/root/link-copy"), oct(os.stat("/usr/local/sbin/run").st_mode))

#### copytree-and-rmtree
import os, shutil
shutil.copytree("/etc/pam.d", "/root/pam-backup")
shutil.rmtree("/root/pam-backup/..data", ignore_errors=True)
shutil.copytree("/etc/pam.d", "/root/pam-again", ignore=shutil.ignore_patterns("common-*"), dirs_exist_ok=True)
print(len(os.listdir("/root/pam-backup")), len(os.listdir("/root/pam-again")))
shutil.rmtree("/root/pam-backup")

#### removedirs
import os
os.makedirs("/srv/a/b/c")
os.removedirs("/srv/a/b/c")
print(os.path.exists("/srv/a"))

#### stat-fields
import os
st = os.stat("/home/bob/run.sh")
print(oct(st.st_mode), st.st_uid, st.st_gid, st.st_nlink, st.st_size, len(st) , st[0] == st.st_mode, st[6] == st.st_size)
print(os.path.isfile("/home/bob"), os.path.isdir("/home/bob"), os.path.ismount("/"))
