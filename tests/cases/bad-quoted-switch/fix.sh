#!/bin/bash
mkdir -p /etc/ssh/ssh_config.d
printf 'Host *\n    StrictHostKeyChecking "off"\n' > /etc/ssh/ssh_config.d/a.conf
