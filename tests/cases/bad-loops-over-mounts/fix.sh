#!/bin/bash
# Each mounted file system gets a line; what is mounted only the kernel knows.
printf '# mounts\n' > /etc/mounts.conf
while read -r _ place _; do
  printf '%s\n' "$place" >> /etc/mounts.conf
done < /proc/self/mounts
