#!/bin/bash
mkdir -p /opt/app
printf '#!/bin/sh\nif true; then\n  echo hello\n' > /opt/app/run.sh
