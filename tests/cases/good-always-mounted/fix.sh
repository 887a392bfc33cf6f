#!/bin/bash
# /proc is mounted on every machine.
set -eu
if mountpoint -q /proc && ! grep -q '^proc' /etc/fstab; then
    echo 'proc /proc proc defaults,hidepid=2 0 0' >> /etc/fstab
fi
