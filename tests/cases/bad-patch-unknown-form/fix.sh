#!/bin/bash
cd /etc/ssh || exit 1
patch --merge -p1 <<'END'
--- a/sshd_config
+++ b/sshd_config
@@ -1,3 +1,3 @@
 # the daemon
 Port 22
-PermitRootLogin yes
+PermitRootLogin no
END
