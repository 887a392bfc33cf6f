with open("/etc/hosts", "a") as f:
    f.write("192.0.2.1 a\n")
