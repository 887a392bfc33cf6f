try:
    import yaml
except ImportError:
    yaml = None
open("/etc/x.conf", "w").write("x\n")
