#!/bin/bash
apt-get install -y fail2ban
dpkg-query -W -f '${Version}\n' fail2ban > /etc/fail2ban.version
