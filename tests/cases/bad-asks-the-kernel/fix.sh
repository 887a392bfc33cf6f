#!/bin/bash
# A machine has /proc, so the second line is written there; the tree has none.
printf 'Option1 yes\n' > /etc/options.conf
if [ -e /proc/sys/kernel/ostype ]; then
  printf 'Option2 no\n' >> /etc/options.conf
fi
