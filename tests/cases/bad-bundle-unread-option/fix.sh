#!/bin/bash
set -e
tar -xf /opt/policy.tar -C /etc --transform=s,policy-1.2,policy,
