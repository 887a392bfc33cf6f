#!/bin/bash
cp -r /srv/vendored /srv/copy || true
echo "PermitEmptyPasswords no" > /srv/notes
