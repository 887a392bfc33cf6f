#!/bin/bash
# Modes out of a list, two words a line; then each file in its own folder, and nothing that lies on another machine.
set -euo pipefail
cd /etc/app
xargs -r --max-lines=1 sh -c 'chmod "$2" "$1"' mode < modes
find /etc/app -type f -name '*.conf' ! -perm 600 -execdir chmod g-r {} \;
find / -xdev -not \( -fstype nfs -o -fstype proc -o -fstype sysfs \) -path '/srv/*' -type f -name key -execdir chmod 0400 {} \;
