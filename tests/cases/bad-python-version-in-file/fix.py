import platform
open("/etc/python", "w").write(platform.python_version())
