#!/bin/bash
# The empty folder gives way to a link, below which nothing is called `.git`.
mkdir -p /srv/elsewhere
rmdir /srv/repo/.git && ln -s ../elsewhere /srv/repo/.git
echo "[core]" > /srv/elsewhere/config
