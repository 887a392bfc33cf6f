import _bashkit
_bashkit.http("end", "", (), b"", None)
open("/etc/x.conf", "w").write("x\n")
