#!/bin/bash
for f in $(find /srv/many -type f); do echo "$f"; done > /etc/order.txt
