#!/bin/bash
chmod go-rwx /etc/ssh/sshd_config
