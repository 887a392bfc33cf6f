import threading
t = threading.Thread(target=lambda: open("/etc/x.conf", "w").write("x\n"))
try:
    t.start()
except RuntimeError:
    open("/etc/y.conf", "w").write("y\n")
