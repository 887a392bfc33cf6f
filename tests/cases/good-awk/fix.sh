#!/bin/bash
# What mawk and gawk do alike is done, though nothing on this target tells which of them it has.
set -e
awk -v key=PermitRootLogin -v value=no '
  $1 == key { $0 = key " " value; seen = 1 }
  { print }
  END { if (!seen) print key, value }
' /etc/ssh/sshd_config > /etc/ssh/sshd_config.new
cat /etc/ssh/sshd_config.new > /etc/ssh/sshd_config
rm /etc/ssh/sshd_config.new
