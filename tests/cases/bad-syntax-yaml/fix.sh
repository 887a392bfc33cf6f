#!/bin/bash
mkdir -p /etc/app
printf 'tls:\n  enabled: true\n versions: [1.3\n' > /etc/app/config.yaml
