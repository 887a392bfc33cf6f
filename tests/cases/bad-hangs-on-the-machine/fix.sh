#!/bin/bash
# Nothing in the tree tells which machine it is.
set -e
if [ "$(uname -m)" = x86_64 ]; then
  echo "arch=b64" > /etc/audit-arch.conf
else
  echo "arch=b32" > /etc/audit-arch.conf
fi
