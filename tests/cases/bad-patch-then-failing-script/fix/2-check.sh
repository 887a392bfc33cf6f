#!/bin/bash
grep -q "^PermitRootLogin yes" /etc/ssh/sshd_config
