#!/bin/bash
cd /etc/ssh || exit 1
patch -p1 <<'END'
--- a/sshd_config
+++ b/sshd_config
@@ -1,3 +1,3 @@
 # another daemon
 Port 2222
-PermitRootLogin maybe
+PermitRootLogin no
END
