#!/bin/bash
# The second run finds all of it done.
set -e
usermod -L ada
usermod -aG shadow ada
chage --maxdays 365 --mindays 1 --warndays 14 ada
groupadd -f -g 900 wheel
