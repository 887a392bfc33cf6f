open("/etc/x","w").write("y")
