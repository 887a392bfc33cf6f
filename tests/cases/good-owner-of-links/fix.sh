#!/bin/bash
# Owners of links themselves, one of which leads nowhere.
set -e
chown -hR 33:33 /srv/l
chown 0:0 /srv/l/file
