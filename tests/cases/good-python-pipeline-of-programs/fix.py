import subprocess
a = subprocess.Popen(["cut", "-d:", "-f1", "/etc/passwd"], stdout=subprocess.PIPE)
b = subprocess.Popen(["sort"], stdin=a.stdout, stdout=subprocess.PIPE, text=True)
a.stdout.close()
names = b.communicate()[0].split()
with open("/etc/app-users", "w") as f:
    f.write("\n".join(names) + "\n")
