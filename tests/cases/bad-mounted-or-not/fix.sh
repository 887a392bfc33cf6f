#!/bin/bash
# Whether /srv/data is mounted is for the machine to say.
set -eu
if mountpoint -q /srv/data; then
    chmod 0750 /srv/data
fi
