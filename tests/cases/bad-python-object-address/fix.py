open("/etc/repr", "w").write(repr(object()))
