#!/bin/bash
set -e
mkdir -p /etc/policy
tar -xf /opt/policy.tar -C /etc/policy --strip-components=1
