#!/bin/bash
printf '#!/bin/sh\n' > /usr/local/bin/tool
chmod 755 /usr/local/bin/tool
