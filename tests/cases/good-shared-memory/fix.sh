#!/bin/bash
# /dev/shm is there on every machine, and fstab gives it its options.
set -eu
if ! grep -q '[[:space:]]/dev/shm[[:space:]].*noexec' /etc/fstab; then
    sed -i 's|\(^tmpfs[[:space:]]*/dev/shm[[:space:]]*tmpfs[[:space:]]*[^[:space:]]*\)|\1,noexec|' /etc/fstab
fi
if mkdir -p /dev/shm; then
    mountpoint -q /dev/shm || mount --target /dev/shm
fi
