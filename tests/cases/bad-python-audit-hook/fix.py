import sys
sys.addaudithook(lambda event, args: None)
open("/etc/x.conf", "w").write("x\n")
