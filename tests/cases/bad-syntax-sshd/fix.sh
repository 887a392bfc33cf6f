#!/bin/bash
sed -i 's/^PermitRootLogin.*/PermitRootLogin never/' /etc/ssh/sshd_config
