#!/bin/bash
mkdir -p /etc/ssh/sshd_config.d
grep -q sshd_config.d /etc/ssh/sshd_config || sed -i '1i Include /etc/ssh/sshd_config.d/*.conf' /etc/ssh/sshd_config
printf 'MaxAuthTry 3\n' > /etc/ssh/sshd_config.d/10-x.conf
