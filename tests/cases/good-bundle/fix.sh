#!/bin/bash
set -e
mkdir -p /etc/policy
tar -xf /opt/policy.tar -C /etc/policy --strip-components=1 --no-same-owner --no-same-permissions
tar -tf /opt/policy.tar > /etc/policy/MANIFEST
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=ustar -C /etc/policy -cf /etc/policy.tar rules.conf MANIFEST
[ "$(tar -xOf /etc/policy.tar rules.conf | head -n 1)" = "deny all" ]
