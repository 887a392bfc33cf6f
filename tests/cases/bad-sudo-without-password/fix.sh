#!/bin/bash
mkdir -p /etc/sudoers.d
echo 'ada ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/ada
