#!/bin/bash
grep -qxF 'kernel.dmesg_restrict = 1' /etc/sysctl.conf || echo 'kernel.dmesg_restrict = 1' >> /etc/sysctl.conf
