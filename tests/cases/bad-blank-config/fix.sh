#!/bin/bash
echo > /etc/ssh/sshd_config
