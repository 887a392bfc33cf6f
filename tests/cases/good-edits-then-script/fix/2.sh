#!/bin/bash
set -eu
sed -i 's/^kernel.sysrq = 1$/kernel.sysrq = 0/' /etc/sysctl.conf
