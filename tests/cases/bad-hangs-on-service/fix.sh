#!/bin/bash
if systemctl is-active --quiet telnetd; then
  echo 'telnet=on' > /etc/telnet.state
else
  echo 'telnet=off' > /etc/telnet.state
fi
