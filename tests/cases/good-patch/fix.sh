#!/bin/bash
set -euo pipefail
cd /etc/ssh
if grep -q '^PermitRootLogin yes' sshd_config; then
  patch -p1 --no-backup-if-mismatch <<'END'
--- a/sshd_config
+++ b/sshd_config
@@ -1,3 +1,3 @@
 # the daemon
 Port 22
-PermitRootLogin yes
+PermitRootLogin no
END
fi
