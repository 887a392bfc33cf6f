#!/bin/bash
set -e
mkdir -p /etc/policy
tar -xf /opt/link.tar -C /etc/policy
