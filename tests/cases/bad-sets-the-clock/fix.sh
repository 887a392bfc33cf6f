#!/bin/bash
date -s '2024-01-01' > /dev/null
echo 'icmp = off' > /etc/net.conf
