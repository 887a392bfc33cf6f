#!/bin/bash
mkdir -p /srv/other
echo x > /srv/other/hook
ln /srv/other/hook /srv/repo/.git/hook || true
