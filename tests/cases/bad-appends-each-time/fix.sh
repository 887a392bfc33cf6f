#!/bin/bash
echo 'net.ipv4.ip_forward = 0' >> /etc/sysctl.conf
