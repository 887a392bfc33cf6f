#!/bin/bash
frobnicate --fix > /dev/null 2>&1 || true
sed -i 's/^PermitRootLogin yes/PermitRootLogin no/' /etc/ssh/sshd_config
