#!/bin/bash
# A work tree has a file for a folder; who rewrites it leads git elsewhere.
echo "gitdir: /srv/elsewhere" > /srv/linked/.git || true
