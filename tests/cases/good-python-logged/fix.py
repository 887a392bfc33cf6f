import logging, os, sys
logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(levelname)s: %(message)s")
log = logging.getLogger("fix")
if os.stat("/etc/hosts").st_mode & 0o077 != 0o040:
    os.chmod("/etc/hosts", 0o640)
    log.info("tightened %s", "/etc/hosts")
