#!/bin/bash
printf 'net.ipv4.ip_forward 0\n' > /etc/sysctl.d/90-x.conf 2>/dev/null || { mkdir -p /etc/sysctl.d; printf 'net.ipv4.ip_forward 0\n' > /etc/sysctl.d/90-x.conf; }
