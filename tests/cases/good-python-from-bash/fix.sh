#!/bin/bash
set -e
python3 - /etc/app.conf <<'PY'
import os, sys
with open(sys.argv[1], "w") as f:
    f.write("mode = strict\n")
os.chmod(sys.argv[1], 0o640)
PY
printf '#!/usr/bin/python3\nimport sys\nprint(len(sys.argv))\n' > /usr/local/bin/count
chmod 755 /usr/local/bin/count
test "$(/usr/local/bin/count a b)" = 3
rm /usr/local/bin/count
python3 -c 'print("done")' > /etc/app.state
