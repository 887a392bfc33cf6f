#!/bin/bash
grep -q ^UseDNS /etc/no-newline.conf || printf 'UseDNS no\n' >> /etc/no-newline.conf
