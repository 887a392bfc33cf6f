#!/bin/bash
mkdir -p /etc/docker
printf '{\n  "icc": false,\n  "no-new-privileges": true\n}\n' > /etc/docker/daemon.json
