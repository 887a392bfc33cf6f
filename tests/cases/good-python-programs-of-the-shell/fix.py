import subprocess
subprocess.run(["sed", "-i", "/^192\\.0\\.2\\./d", "/etc/hosts"], check=True)
count = subprocess.check_output(["grep", "-c", "localhost", "/etc/hosts"], text=True)
assert int(count) >= 1
subprocess.run("chmod 0640 /etc/sysctl.conf && test -f /etc/hosts", shell=True, check=True)
