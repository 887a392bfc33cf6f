import time
open("/etc/stamp", "w").write(str(int(time.time())))
