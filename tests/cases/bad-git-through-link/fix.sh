#!/bin/bash
# The failure is hidden, and the way leads through a link.
ln -s repo/.git /srv/facts
echo x > /srv/facts/config || true
