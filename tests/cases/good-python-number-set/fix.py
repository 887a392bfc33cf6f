ports = {8080, 443, 22} - {22}
with open("/etc/app-ports", "w") as f:
    f.write(" ".join(str(it) for it in ports) + "\n")
