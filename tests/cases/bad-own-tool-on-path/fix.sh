#!/bin/bash
mkdir -p /usr/local/bin
printf '#!/bin/bash\n:\n' > /usr/local/bin/chmod
chmod 755 /usr/local/bin/chmod
chmod 600 /etc/hosts
