#!/bin/bash
# How full a disk is, nobody can say here.
set -eu
if df -P /var | awk 'NR == 2 && int($5) < 90 { found = 1 } END { exit !found }'; then
    chmod 0750 /var/log
fi
