#!/bin/bash
set -e
mkdir -p /etc/sysctl.d
printf '%s\n' 'kernel.kptr_restrict = 2' > /etc/sysctl.d/60-kptr.conf
