#!/bin/bash
# A name outside `.git` that the target has already leads to a file below it.
cat /srv/vendored/.git/config > /dev/null
echo "    fsmonitor = /tmp/x" >> /srv/second-name
