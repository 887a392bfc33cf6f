#!/bin/bash
sed -i 's/^games:\*:/games:!$6$salt$hash:/' /etc/shadow
usermod -U games
