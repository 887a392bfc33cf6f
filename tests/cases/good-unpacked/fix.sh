#!/bin/bash
set -e
mkdir -p /etc/policy
tar xzf /opt/policy.tgz -C /etc/policy --strip-components=1 --no-same-owner --no-same-permissions policy-1.2/rules.conf
zcat /opt/rules.conf.gz > /etc/rules.conf
gunzip -c /opt/rules.conf.gz | cmp - /etc/policy/rules.conf
