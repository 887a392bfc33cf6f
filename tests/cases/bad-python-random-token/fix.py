import secrets
open("/etc/token", "w").write(secrets.token_hex(8))
