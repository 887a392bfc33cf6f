#!/bin/bash
set -e
apt-get install -y fail2ban > /etc/fail2ban.install
